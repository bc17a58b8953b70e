use plings::rules::base58::pointer_text;
use plings::rules::item::{count_of, item_leaf, Commitment, CommitmentMessage, InstanceRange, MAX_MESSAGE_BYTES};
use plings::rules::path::Path;
use plings::rules::tree::{includes, Hash};
use serde_json::Value;

use crate::support::{hex_array, key, rows, text};

/// The 8 bytes of a pointer's text.
fn pointer(text: &str) -> [u8; 8] {
    bs58::decode(text.trim_start_matches('1'))
        .into_vec()
        .map(|bytes| {
            let mut pointer = [0; 8];
            pointer[8 - bytes.len()..].copy_from_slice(&bytes);
            pointer
        })
        .unwrap()
}

#[test]
fn every_item_has_its_leaf() {
    for row in rows("commitments", "leaves") {
        let class_pointer = pointer(text(&row, "class_pointer"));
        assert_eq!(pointer_text(&class_pointer), text(&row, "class_pointer").as_bytes());
        let leaf = item_leaf(text(&row, "path"), &class_pointer, &key(text(&row, "address")));
        assert_eq!(leaf, hex_array(&row, "leaf"), "{row}");
    }
}

fn ranges(document: &Value) -> Vec<InstanceRange> {
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    document["instances"].as_array().unwrap().iter().map(|pair| InstanceRange { first: number(&pair[0]), last: number(&pair[1]) }).collect()
}

#[test]
fn every_commitment_has_its_message_and_count() {
    for row in rows("commitments", "commitments") {
        let document: Value = serde_json::from_str(text(&row, "text")).unwrap();
        let instances = ranges(&document);
        assert_eq!(count_of(&instances).unwrap() as u64, row["count"].as_u64().unwrap(), "{row}");
        let batch = text(&document, "batch");
        assert!(Path::parse_to_batch(batch).is_ok());
        let message = CommitmentMessage::new(&Commitment {
            batch,
            pointer_text: text(&document, "class_pointer").as_bytes().try_into().unwrap(),
            instances: &instances,
            root: &hex_array(&row, "root"),
            created_at_unix: document["created_at_unix"].as_u64().unwrap(),
            identity_text: text(&row, "key").as_bytes(),
        });
        match message {
            Some(message) => assert_eq!(message.as_bytes(), text(&row, "message").as_bytes()),
            None => assert!(text(&row, "message").len() > MAX_MESSAGE_BYTES, "{row}"),
        }
    }
}

#[test]
fn every_proof_leads_to_its_root() {
    for row in rows("commitments", "proofs") {
        let document: Value = serde_json::from_str(text(&row, "text")).unwrap();
        let commitment = &document["commitment"];
        let count = u64::from(count_of(&ranges(commitment)).unwrap());
        let class_pointer = pointer(text(commitment, "class_pointer"));
        let leaf = item_leaf(text(&document, "path"), &class_pointer, &key(text(&document, "address")));
        let proof: Vec<Hash> = document["proof"].as_array().unwrap().iter().map(base64).collect();
        let (root, index) = (base64(&commitment["root"]), row["index"].as_u64().unwrap());
        assert!(includes(&root, leaf, index, count, &proof), "{row}");
        assert!(!includes(&root, leaf, index + 1, count, &proof), "{row}");
        assert!(!includes(&root, item_leaf("2.3.2.G.zz", &class_pointer, &[0; 32]), index, count, &proof));
    }
}

/// 32 bytes in base64 (RFC 4648), padded.
fn base64(value: &Value) -> Hash {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = value.as_str().unwrap().trim_end_matches('=').bytes();
    let bits: Vec<u8> = digits
        .flat_map(|digit| {
            let number = DIGITS.iter().position(|&each| each == digit).unwrap();
            (0..6).rev().map(move |bit| (number >> bit & 1) as u8)
        })
        .collect();
    let bytes: Vec<u8> = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |value, bit| value << 1 | bit)).collect();
    bytes.try_into().unwrap()
}

#[test]
fn ranges_that_touch_overlap_descend_or_leave_the_numbers_have_no_count() {
    let count = |pairs: &[(u32, u32)]| count_of(&pairs.iter().map(|&(first, last)| InstanceRange { first, last }).collect::<Vec<_>>());
    let last = (1 << 31) - 1;
    assert_eq!(count(&[(0, last)]), Some(1 << 31));
    assert_eq!(count(&[(0, 0), (2, 2), (last, last)]), Some(3));
    for refused in [&[][..], &[(1, 0)], &[(0, 5), (5, 9)], &[(0, 5), (6, 9)], &[(7, 9), (0, 5)], &[(0, last + 1)], &[(last, last), (0, 0)]]
    {
        assert_eq!(count(refused), None, "{refused:?}");
    }
}
