//! Events that the program writes by hand have the bytes that Anchor gives their structs.

use anchor_lang::prelude::Address;
use anchor_lang::Event;
use plings::errors::PlingsError;
use plings::event::{Text, MOST_BYTES};
use plings::event_bytes;
use plings::payments::micro::{BatchPaymentProcessed, MicroPaymentProcessed};
use plings::rules::path::MAX_BYTES;
use plings::{BatchSlotTransferred, MicroOwnershipTransferred, OwnershipProofReplayed, PrintedItemClaimed, ProgramPaused};

use crate::support::Random;

const POINTER: &[u8; 11] = b"jpXCZedGfVQ";

fn paths() -> Vec<String> {
    let lengths = [0, 1, 7, 8, 11, 64, MAX_BYTES];
    lengths
        .iter()
        .map(|&length| {
            "2.é"
                .chars()
                .cycle()
                .scan(0, |bytes, next| {
                    *bytes += next.len_utf8();
                    (*bytes <= length).then_some(next)
                })
                .collect()
        })
        .collect()
}

fn address(random: &mut Random) -> Address {
    Address::new_from_array(random.bytes())
}

#[test]
fn micro_payment() -> Result<(), PlingsError> {
    let mut random = Random(11);
    for path in paths() {
        let event = MicroPaymentProcessed {
            path: path.clone(),
            class_pointer: String::from_utf8_lossy(POINTER).into(),
            solana_address: address(&mut random),
            buyer: address(&mut random),
            payment_amount: random.next(),
            manufacturer: address(&mut random),
            timestamp: random.next() as i64,
            transaction_type: "micro_payment".into(),
            payment_log: address(&mut random),
            number: random.next(),
            platform_amount: random.next(),
            manufacturer_amount: random.next(),
        };
        let mut buffer = [0; MOST_BYTES];
        let written = event_bytes!(
            &mut buffer,
            MicroPaymentProcessed {
                path: path.as_str(),
                class_pointer: Text(POINTER),
                solana_address: event.solana_address,
                buyer: event.buyer,
                payment_amount: event.payment_amount,
                manufacturer: event.manufacturer,
                timestamp: event.timestamp,
                transaction_type: Text(b"micro_payment"),
                payment_log: event.payment_log,
                number: event.number,
                platform_amount: event.platform_amount,
                manufacturer_amount: event.manufacturer_amount,
            }
        );
        assert_eq!(written, event.data());
    }
    Ok(())
}

#[test]
fn change_of_owner() -> Result<(), PlingsError> {
    let mut random = Random(12);
    for path in paths() {
        let event = MicroOwnershipTransferred {
            path: path.clone(),
            class_pointer: String::from_utf8_lossy(POINTER).into(),
            solana_address: address(&mut random),
            previous_owner: address(&mut random),
            owner: address(&mut random),
            timestamp: random.next() as i64,
            payment_log: address(&mut random),
            number: random.next(),
        };
        let mut buffer = [0; MOST_BYTES];
        let written = event_bytes!(
            &mut buffer,
            MicroOwnershipTransferred {
                path: path.as_str(),
                class_pointer: Text(POINTER),
                solana_address: event.solana_address,
                previous_owner: event.previous_owner,
                owner: event.owner,
                timestamp: event.timestamp,
                payment_log: event.payment_log,
                number: event.number,
            }
        );
        assert_eq!(written, event.data());
    }
    Ok(())
}

#[test]
fn batch_payment() -> Result<(), PlingsError> {
    let mut random = Random(14);
    for path in paths() {
        let event = BatchPaymentProcessed {
            path: path.clone(),
            class_pointer: String::from_utf8_lossy(POINTER).into(),
            solana_address: address(&mut random),
            buyer: address(&mut random),
            payment_amount: random.next(),
            manufacturer: address(&mut random),
            timestamp: random.next() as i64,
            transaction_type: "batch_payment".into(),
            payment_log: address(&mut random),
            number: random.next(),
            platform_amount: random.next(),
            manufacturer_amount: random.next(),
            slot_rent_lamports: random.next(),
        };
        let mut buffer = [0; MOST_BYTES];
        let written = event_bytes!(
            &mut buffer,
            BatchPaymentProcessed {
                path: path.as_str(),
                class_pointer: Text(POINTER),
                solana_address: event.solana_address,
                buyer: event.buyer,
                payment_amount: event.payment_amount,
                manufacturer: event.manufacturer,
                timestamp: event.timestamp,
                transaction_type: Text(b"batch_payment"),
                payment_log: event.payment_log,
                number: event.number,
                platform_amount: event.platform_amount,
                manufacturer_amount: event.manufacturer_amount,
                slot_rent_lamports: event.slot_rent_lamports,
            }
        );
        assert_eq!(written, event.data());
    }
    Ok(())
}

#[test]
fn change_of_a_slot_s_owner() -> Result<(), PlingsError> {
    let mut random = Random(15);
    for path in paths() {
        let event = BatchSlotTransferred {
            path: path.clone(),
            class_pointer: String::from_utf8_lossy(POINTER).into(),
            solana_address: address(&mut random),
            batch_account: address(&mut random),
            previous_owner: address(&mut random),
            owner: address(&mut random),
            timestamp: random.next() as i64,
            payment_log: address(&mut random),
            number: random.next(),
        };
        let mut buffer = [0; MOST_BYTES];
        let written = event_bytes!(
            &mut buffer,
            BatchSlotTransferred {
                path: path.as_str(),
                class_pointer: Text(POINTER),
                solana_address: event.solana_address,
                batch_account: event.batch_account,
                previous_owner: event.previous_owner,
                owner: event.owner,
                timestamp: event.timestamp,
                payment_log: event.payment_log,
                number: event.number,
            }
        );
        assert_eq!(written, event.data());
    }
    Ok(())
}

#[test]
fn replayed_proof() -> Result<(), PlingsError> {
    let mut random = Random(13);
    for path in paths() {
        let event = OwnershipProofReplayed {
            original_transaction: random.bytes(),
            path: path.clone(),
            class_pointer: String::from_utf8_lossy(POINTER).into(),
            solana_address: address(&mut random),
            kind: 2,
            actor: address(&mut random),
            owner: address(&mut random),
            payment_amount: random.next(),
            timestamp: random.next() as i64,
            payment_log: address(&mut random),
            number: random.next(),
            checkpoint_id: random.next(),
            replay_timestamp: random.next() as i64,
        };
        let mut buffer = [0; MOST_BYTES];
        let written = event_bytes!(
            &mut buffer,
            OwnershipProofReplayed {
                original_transaction: event.original_transaction,
                path: path.as_str(),
                class_pointer: Text(POINTER),
                solana_address: event.solana_address,
                kind: event.kind,
                actor: event.actor,
                owner: event.owner,
                payment_amount: event.payment_amount,
                timestamp: event.timestamp,
                payment_log: event.payment_log,
                number: event.number,
                checkpoint_id: event.checkpoint_id,
                replay_timestamp: event.replay_timestamp,
            }
        );
        assert_eq!(written, event.data());
    }
    Ok(())
}

#[test]
fn claim_of_a_printed_item() -> Result<(), PlingsError> {
    let mut random = Random(16);
    for path in paths() {
        let event = PrintedItemClaimed {
            printed_batch: address(&mut random),
            path: path.clone(),
            class_pointer: String::from_utf8_lossy(POINTER).into(),
            solana_address: address(&mut random),
            index: random.next() as u32,
            timestamp: random.next() as i64,
        };
        let mut buffer = [0; MOST_BYTES];
        let written = event_bytes!(
            &mut buffer,
            PrintedItemClaimed {
                printed_batch: event.printed_batch,
                path: path.as_str(),
                class_pointer: Text(POINTER),
                solana_address: event.solana_address,
                index: event.index,
                timestamp: event.timestamp,
            }
        );
        assert_eq!(written, event.data());
    }
    Ok(())
}

#[test]
fn event_that_does_not_fit_is_refused() {
    let write = |size: usize| -> Result<usize, PlingsError> {
        let mut buffer = vec![0; size];
        Ok(event_bytes!(&mut buffer, ProgramPaused { authority: Address::default(), timestamp: 1i64 }).len())
    };
    let size = ProgramPaused { authority: Address::default(), timestamp: 1 }.data().len();
    assert_eq!(write(size), Ok(size));
    for less in 0..size {
        assert_eq!(write(less), Err(PlingsError::Overflow));
    }
}
