//! The expected answers: for each line `rule hex-input` on standard input, one line of hex, `panic` or `no answer`.
#![allow(clippy::expect_used)] // a tool of the tests: it ends where it cannot go on

use std::io::{stdin, stdout, BufWriter, Write};
use std::panic::{catch_unwind, set_hook};

fn main() {
    set_hook(Box::new(|_| {}));
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lines() {
        let line = line.expect("a line of text");
        let (rule, hex) = line.split_once(' ').expect("rule and input");
        let rule = rule.parse().expect("a rule's number");
        let input = unhex(hex);
        let answer = match catch_unwind(|| rules_probe::run(rule, &input)) {
            Ok(Some(answer)) => answer.iter().map(|byte| format!("{byte:02x}")).collect(),
            Ok(None) => "no answer".to_string(),
            Err(_) => "panic".to_string(),
        };
        writeln!(out, "{answer}").expect("standard output");
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| core::str::from_utf8(pair).expect("ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal")).collect()
}
