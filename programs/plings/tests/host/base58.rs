use plings::rules::base58::{digit, pointer_text, write_key, ALPHABET, KEY_CHARACTERS};

use crate::support::{key, rows, text, Random};

fn key_text(key: &[u8; 32]) -> String {
    let mut text = [0; KEY_CHARACTERS];
    let length = write_key(key, &mut text);
    assert!(text[length..].iter().all(|&byte| byte == 0), "written past the end");
    String::from_utf8(text[..length].to_vec()).unwrap()
}

#[test]
fn digits() {
    for byte in 0..=u8::MAX {
        let place = ALPHABET.iter().position(|&character| character == byte);
        assert_eq!(digit(byte).map(usize::from), place);
    }
}

#[test]
fn keys_of_the_vectors() {
    let tables = [("class_pointers", "valid", "manufacturer_key"), ("tags", "tags", "address"), ("slip10", "plings", "address")];
    for (file, table, field) in tables {
        for row in rows(file, table) {
            assert_eq!(key_text(&key(text(&row, field))), text(&row, field));
        }
    }
}

#[test]
fn every_number_of_leading_zero_bytes() {
    let mut random = Random(2);
    for zeros in 0..=32 {
        for fill in [Some(1), Some(0xff), None, None, None] {
            let mut key = fill.map_or_else(|| random.bytes(), |byte| [byte; 32]);
            key[..zeros].fill(0);
            let written = key_text(&key);
            assert_eq!(written, bs58::encode(key).into_string());
            assert!((32..=44).contains(&written.len()));
        }
    }
}

#[test]
fn keys_as_the_bs58_crate_writes_them() {
    let mut random = Random(3);
    for _ in 0..20_000 {
        let mut key = random.bytes::<32>();
        for _ in 0..random.below(3) {
            key[random.below(32)] = [0, 1, 57, 58, 0xff][random.below(5)];
        }
        assert_eq!(key_text(&key), bs58::encode(key).into_string());
    }
    // one bit each: every limb's carry
    for bit in 0..256 {
        let mut key = [0; 32];
        key[bit / 8] = 1 << (bit % 8);
        assert_eq!(key_text(&key), bs58::encode(key).into_string());
    }
}

#[test]
fn pointers_fill_eleven_characters() {
    let mut random = Random(4);
    let extremes = [0, 1, 57, 58, 58u64.pow(10) - 1, 58u64.pow(10), u64::MAX];
    for value in extremes.into_iter().chain((0..20_000).map(|_| random.amount())) {
        let written = pointer_text(&value.to_be_bytes());
        let read = written.iter().fold(0u128, |number, &character| number * 58 + u128::from(digit(character).unwrap()));
        assert_eq!(read, u128::from(value));
    }
    assert_eq!(&pointer_text(&[0; 8]), b"11111111111");
    assert_eq!(&pointer_text(&[0xff; 8]), b"jpXCZedGfVQ");
}
