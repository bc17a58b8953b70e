use plings::rules::hash::sha256;
use plings::rules::leaf::{Kind, Leaf};
use plings::rules::tree::leaf_hash;
use serde_json::Value;

use crate::support::{hex, hex_array, rows, text};

fn number<N: std::str::FromStr>(row: &Value, field: &str) -> N
where
    N::Err: std::fmt::Debug,
{
    text(row, field).parse().unwrap()
}

#[test]
fn every_leaf_has_its_hash() {
    for row in rows("leaves", "leaves") {
        let leaf = Leaf {
            kind: Kind::from_byte(u8::try_from(row["kind"].as_u64().unwrap()).unwrap()).unwrap(),
            payment_log: &hex_array(&row, "payment_log"),
            number: number(&row, "number"),
            timestamp: number(&row, "timestamp"),
            actor: &hex_array(&row, "actor"),
            owner: &hex_array(&row, "owner"),
            amount_lamports: number(&row, "amount_lamports"),
            class_pointer: &hex_array(&row, "class_pointer"),
            address: &hex_array(&row, "address"),
            path: text(&row, "path"),
        };
        assert_eq!(leaf.hash(), hex_array(&row, "hash"), "{row}");
        let data = hex(text(&row, "data"));
        assert_eq!(leaf.hash(), leaf_hash(&data));
        assert_eq!(leaf.hash(), sha256(&[&[0], &data]));
    }
}

#[test]
fn kinds_are_four() {
    for byte in 0..=u8::MAX {
        assert_eq!(Kind::from_byte(byte).map(|kind| kind as u8), matches!(byte, 1..=4).then_some(byte));
    }
}
