use plings::rules::path::Path;
use plings::state::{BatchAccount, SlotPlace, BATCH_SLOTS};

use crate::paths::segment;

fn place(instance: u32) -> (u32, usize) {
    let path = format!("2.3.2.G.{}", segment(instance));
    let place = SlotPlace::of(&Path::parse(&path).unwrap());
    assert_eq!(place.path_to_batch, "2.3.2.G");
    (place.number, place.slot)
}

#[test]
fn places_at_the_ends_of_an_account() {
    let cases = [(0, 0, 0), (1, 0, 1), (99, 0, 99), (100, 1, 0), (101, 1, 1), (158, 1, 58), (199, 1, 99), (200, 2, 0)];
    for (instance, number, slot) in cases {
        assert_eq!(place(instance), (number, slot), "{instance}");
    }
    assert_eq!(place((1 << 31) - 1), (21_474_836, 47));
}

#[test]
fn no_two_objects_of_a_batch_share_a_place() {
    let places: std::collections::HashSet<_> = (0..10_000).map(place).collect();
    assert_eq!(places.len(), 10_000);
    assert!(places.iter().all(|(number, slot)| *number < 100 && *slot < BATCH_SLOTS as usize));
}

/// An account of the first hundred objects of `path`.
fn account(path: &str) -> BatchAccount {
    let mut batch: BatchAccount = bytemuck::Zeroable::zeroed();
    batch.slot_rent_lamports = 7;
    batch.path_len = path.len() as u8;
    batch.path[..path.len()].copy_from_slice(path.as_bytes());
    batch
}

#[test]
fn an_object_belongs_to_its_own_batch_alone() {
    let batch = account("2.3.2.G");
    assert_eq!(batch.place(&Path::parse("2.3.2.G.3").unwrap()).unwrap(), 2);
    for other in ["2.3.2.H.3", "2.31.2.G.3", "2.3.2.G.1.3", "2.3.2.3", "2.3.2.G2.3", "2.3.2.G.3j"] {
        assert!(batch.place(&Path::parse(other).unwrap()).is_err(), "{other}");
    }
}

#[test]
fn a_slot_is_taken_once_and_given_on() {
    let (mut batch, address, other) = (account("2.3.2.G"), [1; 32].into(), [2; 32].into());
    let (first, second) = ([3; 32].into(), [4; 32].into());
    assert!(batch.is_free(5) && batch.slot(5, &address).is_none());
    batch.take(5, &address, &first, (1 << 40) - 1).unwrap();
    let slot = batch.slot(5, &address).unwrap();
    assert_eq!((slot.owner, slot.leaf_number), (first, (1 << 40) - 1));
    assert!(!batch.is_free(5) && batch.slot(5, &other).is_none());
    assert!(batch.take(5, &address, &second, 10).is_err());
    assert_eq!(batch.rent_owed_lamports, 7);
    batch.give(5, &second).unwrap();
    assert_eq!(batch.slot(5, &address).unwrap().owner, second);
    assert_eq!(batch.rent_owed_lamports, 7);
}

#[test]
fn there_is_no_slot_beyond_the_last() {
    let (mut batch, key) = (account("2.3.2.G"), [1; 32].into());
    assert!(!batch.is_free(100) && batch.slot(100, &key).is_none());
    assert!(batch.take(100, &key, &key, 0).is_err());
    assert!(batch.give(100, &key).is_err());
}
