use alloc::vec::Vec;
use plings::rules::base58::{self, KEY_CHARACTERS};

use crate::input::Input;

/// 8 bytes → 11 characters.
pub fn pointer_text(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    answer.extend_from_slice(&base58::pointer_text(input.array()?));
    Some(())
}

/// 32 bytes → 32 to 44 characters.
pub fn key_text(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let mut text = [0; KEY_CHARACTERS];
    let length = base58::write_key(input.array()?, &mut text);
    answer.extend_from_slice(text.get(..length)?);
    Some(())
}
