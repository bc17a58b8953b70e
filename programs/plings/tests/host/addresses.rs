use std::collections::BTreeSet;

use anchor_lang::prelude::Address;
use plings::rules::base58::pointer_text;
use plings::rules::path::Path;
use plings::seeds;
use plings::state::{ObjectSeeds, SlotPlace};
use serde_json::Value;

use crate::support::{hex, hex_array, rows, text};

fn expected(row: &Value) -> (Address, u8) {
    (Address::new_from_array(hex_array(row, "address")), u8::try_from(row["bump"].as_u64().unwrap()).unwrap())
}

fn found(seeds: &[&[u8]]) -> (Address, u8) {
    Address::find_program_address(seeds, &plings::ID)
}

#[test]
fn every_address() {
    let mut accounts = BTreeSet::new();
    for row in rows("addresses", "addresses") {
        let field = |name| hex(text(&row, name));
        let address = match text(&row, "account") {
            "config" => found(&[seeds::CONFIG]),
            "nft_authority" => found(&[seeds::NFT_AUTHORITY]),
            "manufacturer" => found(&[seeds::MANUFACTURER, &field("identity_key")]),
            "prefix" => found(&[seeds::PREFIX, text(&row, "prefix").as_bytes()]),
            "class" => found(&[seeds::CLASS, &field("manufacturer"), &field("class_pointer")]),
            "mint" => found(&[seeds::MINT, &field("object")]),
            "sponsor_pool" => found(&[seeds::SPONSOR_POOL, &field("manufacturer")]),
            "promotion" => found(&[seeds::PROMOTION, &field("object")]),
            "payment_log" => found(&[seeds::PAYMENT_LOG, &field("manufacturer"), &[text(&row, "shard").parse().unwrap()]]),
            "checkpoint" => {
                let number: u64 = text(&row, "checkpoint_id").parse().unwrap();
                found(&[seeds::CHECKPOINT, &field("payment_log"), &number.to_le_bytes()])
            }
            "printed_batch" => {
                let number: u32 = text(&row, "batch").parse().unwrap();
                found(&[seeds::PRINTED_BATCH, &field("manufacturer"), &field("class_pointer"), &number.to_le_bytes()])
            }
            "batch" => batch_account(&row),
            "payment" => payment(&row),
            other => panic!("no seeds are known for {other}"),
        };
        assert_eq!(address, expected(&row), "{row}");
        accounts.insert(text(&row, "account").to_string());
    }
    assert_eq!(accounts.len(), 13);
}

fn batch_account(row: &Value) -> (Address, u8) {
    let path = Path::parse(text(row, "path")).unwrap();
    let place = SlotPlace::of(&path);
    assert_eq!(place.number.to_string(), text(row, "number"));
    let number = place.number.to_le_bytes();
    let seeds: Vec<&[u8]> = [seeds::BATCH].into_iter().chain(path.to_batch().as_bytes().chunks(32)).chain([&number[..]]).collect();
    found(&seeds)
}

fn payment(row: &Value) -> (Address, u8) {
    let (pointer, instance) = (hex_array(row, "class_pointer"), hex_array(row, "instance"));
    let path = Path::parse(text(row, "path")).unwrap();
    let pointer_text = pointer_text(&pointer);
    let seeds = ObjectSeeds::new(&path, &pointer_text, &instance);
    let (address, bump) = expected(row);
    assert_eq!(seeds.find(&address).unwrap(), bump, "{row}");
    assert!(seeds.find(&plings::ID).is_err(), "an address of something else");
    let with_bump = Address::create_program_address(&seeds.with_bump(&[bump]), &plings::ID).unwrap();
    assert_eq!(with_bump, address);
    let [prefix, first, second, third, pointer_text, instance, _] = seeds.with_bump(&[0]);
    found(&[prefix, first, second, third, pointer_text, instance])
}

#[test]
fn seeds_as_they_are_written_out() {
    for row in rows("addresses", "addresses") {
        let seeds: Vec<Vec<u8>> = text(&row, "seeds").split(' ').map(hex).collect();
        let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
        assert_eq!(found(&seeds), expected(&row), "{row}");
    }
}

#[test]
fn every_number_of_pieces_of_a_path_is_there() {
    let rows = rows("addresses", "addresses");
    let lengths: BTreeSet<usize> = rows.iter().filter_map(|row| row["path"].as_str()).map(str::len).collect();
    assert!([10, 32, 33, 64, 65, 96].iter().all(|length| lengths.contains(length)));
}
