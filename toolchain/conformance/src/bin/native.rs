//! The expected answers: for each line `feature hex-input` on standard input, one line of hex output, or `panic`.

use std::io::{stdin, stdout, BufWriter, Write};
use std::panic::{catch_unwind, set_hook};

fn main() {
    set_hook(Box::new(|_| {}));
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lines() {
        let line = line.expect("a line of text");
        let (feature, hex) = line.split_once(' ').expect("feature and input");
        let feature = feature.parse().expect("a feature number");
        let input = unhex(hex);
        let answer = match catch_unwind(|| conformance::run(feature, &input)) {
            Ok(Some(output)) => {
                assert!(output.len() <= conformance::MAX_OUTPUT_BYTES, "feature {feature} gives {} bytes", output.len());
                output.iter().map(|byte| format!("{byte:02x}")).collect()
            }
            Ok(None) => "no such feature".to_string(),
            Err(_) => "panic".to_string(),
        };
        writeln!(out, "{answer}").expect("standard output");
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal")).collect()
}
