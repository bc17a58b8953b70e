use alloc::vec::Vec;
use plings::rules::tag::{self, TagMessage};

use crate::input::Input;

/// Address, pointer's text, path → what a tag's signature signs.
pub fn message(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let (address, pointer_text) = (input.array()?, input.array::<11>()?);
    let path = core::str::from_utf8(input.rest()).ok()?;
    answer.extend_from_slice(TagMessage::new(path, pointer_text, address).as_bytes());
    Some(())
}

/// Key, message, an Ed25519 instruction's data → whether that checked the key's signature of the message.
pub fn checked_by(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let (key, message) = (input.array()?, input.counted()?);
    answer.push(u8::from(tag::checked_by(input.rest(), key, message)));
    Some(())
}
