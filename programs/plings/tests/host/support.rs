//! The vectors, and repeatable randomness.

use serde_json::Value;

/// The file `tests/vectors/{name}.json`.
pub fn vectors(name: &str) -> Value {
    let file = format!("{}/../../tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// One table of a file of tables.
pub fn rows(name: &str, table: &str) -> Vec<Value> {
    let rows = vectors(name)[table].as_array().unwrap().clone();
    assert!(!rows.is_empty());
    rows
}

pub fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_else(|| panic!("no {field} in {row}"))
}

pub fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

pub fn hex_array<const N: usize>(row: &Value, field: &str) -> [u8; N] {
    hex(text(row, field)).try_into().unwrap()
}

/// The 32 bytes of a key's text.
pub fn key(text: &str) -> [u8; 32] {
    bs58::decode(text).into_vec().unwrap().try_into().unwrap()
}

/// SplitMix64: the same numbers every time.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// Of any magnitude: every number of bits is equally likely.
    pub fn amount(&mut self) -> u64 {
        self.next() >> self.below(64)
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }
}
