use core::mem::{offset_of, size_of, size_of_val};
use std::collections::BTreeMap;

use anchor_lang::prelude::Discriminator;
use plings::rules::title::Link;
use plings::state::{
    BatchAccount, ClassTerms, Config, Manufacturer, ObjectInstance, OwnershipCheckpoint, PathPrefix, PaymentLog, PrintedBatch, Promotion,
    SponsorPool, MOST_ITEMS, OBJECT_BYTES_BEFORE_PATH,
};
use serde_json::Value;

use crate::support::{hex, text, vectors};

const DISCRIMINATOR_BYTES: usize = 8;

struct Layout {
    name: &'static str,
    discriminator: &'static [u8],
    size: usize,
    fields: Vec<(&'static str, usize, usize)>,
}

/// An account's layout as the compiler has it; every field must be named, or it does not compile.
macro_rules! layout {
    ($account:ident { $($field:ident)* }) => {{
        let value: $account = bytemuck::Zeroable::zeroed();
        let $account { $($field),* } = &value;
        Layout {
            name: stringify!($account),
            discriminator: $account::DISCRIMINATOR,
            size: DISCRIMINATOR_BYTES + size_of::<$account>(),
            fields: vec![$((stringify!($field), DISCRIMINATOR_BYTES + offset_of!($account, $field), size_of_val($field))),*],
        }
    }};
}

fn layouts() -> [Layout; 11] {
    [
        layout!(BatchAccount { manufacturer rent_payer slot_rent_lamports rent_owed_lamports number path_len bump reserved path owners tags }),
        layout!(ClassTerms { manufacturer price_floor_lamports class_pointer tier tag_demand bump printed_demand reserved }),
        layout!(Config { authority pending_authority platform_treasury micro_below_lamports batch_below_lamports checkpoint_payments checkpoint_seconds challenge_seconds platform_fee_bps paused bump reserved }),
        layout!(Manufacturer { identity_key authority treasury price_floor_lamports registered_at_unix index class_terms_count royalty_bps wallet status require_signed_tags shard_bits bump identity_text_len identity_text prefix prefix_len reserved }),
        layout!(ObjectInstance { address owner mint class_pointer asking_price_lamports created_at_unix offer_ends_at_unix listed_royalty_bps listed_platform_fee_bps path_len bump reserved }),
        layout!(OwnershipCheckpoint { payment_log payments_merkle_root checkpoint_id last_payment_timestamp total_payments_count created_at_unix bump reserved }),
        layout!(PathPrefix { manufacturer identity_key }),
        layout!(PaymentLog { manufacturer leaf_count manufacturer_lamports platform_lamports last_leaf_at_unix checkpoint_count checkpointed_leaf_count checkpointed_at_unix shard bump reserved frontier }),
        layout!(PrintedBatch { manufacturer root class_pointer created_at_unix batch item_count claimed_count bump reserved }),
        layout!(SponsorPool { manufacturer per_item_lamports minimum_value_lamports maximum_value_lamports sponsored_lamports sponsored_count returned_lamports bump reserved }),
        layout!(Promotion { object payment_log claimant owner number amount_lamports final_at_unix is_slot bump reserved }),
    ]
}

#[test]
fn layouts_are_frozen() {
    let frozen = vectors("layouts");
    let frozen = frozen.as_object().unwrap();
    assert_eq!(frozen.len(), layouts().len());
    for layout in layouts() {
        let expected = &frozen[layout.name];
        assert_eq!(layout.discriminator, hex(text(expected, "discriminator")), "{}", layout.name);
        assert_eq!(layout.size as u64, expected["size"].as_u64().unwrap(), "{}", layout.name);
        let fields: BTreeMap<_, _> = layout.fields.iter().map(|(name, at, size)| (*name, serde_json::json!([at, size]))).collect();
        let expected: BTreeMap<_, Value> =
            expected["fields"].as_object().unwrap().iter().map(|(name, place)| (name.as_str(), place.clone())).collect();
        assert_eq!(fields, expected, "{}", layout.name);
    }
}

#[test]
fn fields_follow_one_another_without_padding() {
    for layout in layouts() {
        let mut next = DISCRIMINATOR_BYTES;
        for (name, at, size) in layout.fields {
            assert_eq!(at, next, "{}.{name}", layout.name);
            next += size;
        }
        assert_eq!(next, layout.size, "{}", layout.name);
    }
}

#[test]
fn discriminators_differ_and_are_no_zeroes() {
    let all: std::collections::BTreeSet<_> = layouts().iter().map(|layout| layout.discriminator).collect();
    assert_eq!(all.len(), layouts().len());
    assert!(!all.contains(&[0; 8][..]), "an empty account would pass for one");
}

#[test]
fn an_objects_path_follows_its_fixed_part() {
    let size = vectors("layouts")["ObjectInstance"]["size"].as_u64().unwrap() as usize;
    assert_eq!(OBJECT_BYTES_BEFORE_PATH, size);
    for path_bytes in 0..=96 {
        assert_eq!(ObjectInstance::space(path_bytes), size + path_bytes);
    }
    let mut data = vec![0u8; size + 7];
    assert!(ObjectInstance::read(&data).is_err(), "no discriminator");
    data[..8].copy_from_slice(ObjectInstance::DISCRIMINATOR);
    data[size..].copy_from_slice(b"2.3.4.5");
    let (head, tail) = ObjectInstance::read(&data).unwrap();
    assert_eq!((head.asking_price_lamports, tail), (0, &b"2.3.4.5"[..]));
    ObjectInstance::read_mut(&mut data).unwrap().0.asking_price_lamports = 0x0102_0304_0506_0708;
    let at = vectors("layouts")["ObjectInstance"]["fields"]["asking_price_lamports"][0].as_u64().unwrap() as usize;
    assert_eq!(data[at..at + 8], [8, 7, 6, 5, 4, 3, 2, 1]);
    for length in 0..size {
        assert!(ObjectInstance::read(&data[..length]).is_err());
        assert!(ObjectInstance::read_mut(&mut data[..length]).is_err());
    }
}

#[test]
fn a_titles_links_follow_the_fixed_part() {
    let size = vectors("layouts")["Promotion"]["size"].as_u64().unwrap() as usize;
    let mut data = vec![0u8; size + 2 * size_of::<Link>()];
    assert!(Promotion::read(&data).is_err(), "no discriminator");
    data[..8].copy_from_slice(Promotion::DISCRIMINATOR);
    data[size + 40] = 7;
    data[size + 48..].fill(9);
    let (_, links) = Promotion::read(&data).unwrap();
    assert_eq!(links, [Link { number: 0, owner: [0; 32] }, Link { number: 7, owner: [9; 32] }]);
    let (promotion, links) = Promotion::read_mut(&mut data).unwrap();
    promotion.number = 0x0102_0304_0506_0708;
    links[0].number = 5;
    let at = vectors("layouts")["Promotion"]["fields"]["number"][0].as_u64().unwrap() as usize;
    assert_eq!(data[at..at + 8], [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(data[size], 5);
    for length in (0..size).chain([size + 1, size + 39, size + 41]) {
        assert!(Promotion::read(&data[..length]).is_err(), "{length} bytes");
    }
    assert!(Promotion::read(&data[..size]).unwrap().1.is_empty());
}

#[test]
fn a_batchs_claims_follow_the_fixed_part_a_bit_for_each_item() {
    let size = vectors("layouts")["PrintedBatch"]["size"].as_u64().unwrap() as usize;
    for (items, claims) in [(0, 0), (1, 1), (8, 1), (9, 2), (10_000, 1_250), (MOST_ITEMS, 10_240 - size)] {
        assert_eq!(PrintedBatch::space(items), size + claims);
    }
    let mut data = vec![0u8; PrintedBatch::space(10)];
    assert!(PrintedBatch::read_mut(&mut data).is_err(), "no discriminator");
    data[..8].copy_from_slice(PrintedBatch::DISCRIMINATOR);
    let (batch, claims) = PrintedBatch::read_mut(&mut data).unwrap();
    for index in [0, 9, 7] {
        batch.note_claim(claims, index).unwrap();
        assert!(batch.note_claim(claims, index).is_err(), "twice");
    }
    assert!(batch.note_claim(claims, 16).is_err(), "beyond the last byte");
    assert_eq!(batch.claimed_count, 3);
    assert_eq!(data[size..], [0b1000_0001, 0b10]);
    for length in 0..size {
        assert!(PrintedBatch::read_mut(&mut data[..length]).is_err());
    }
}
