//! Base58 with Bitcoin's alphabet: numbers in paths, class pointers, 32-byte keys.

use alloc::string::{String, ToString};

pub const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
pub const POINTER_CHARACTERS: usize = 11;
pub const KEY_CHARACTERS: usize = 44;

const NOT_A_DIGIT: u8 = u8::MAX;
const DIGITS: [u8; 256] = digits();
/// 58^5: the largest power whose product with 2^32 fits 64 bits
const LIMB: u64 = 656_356_768;
const LIMBS: usize = 9;
const LIMB_CHARACTERS: usize = 5;

#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::cast_possible_truncation)] // at compile time
const fn digits() -> [u8; 256] {
    let mut table = [NOT_A_DIGIT; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        table[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    table
}

/// The value of one character, or None if it is not in the alphabet.
#[inline(always)]
pub fn digit(character: u8) -> Option<u8> {
    DIGITS.get(usize::from(character)).copied().filter(|&value| value != NOT_A_DIGIT)
}

#[inline(always)]
fn character(value: u64) -> u8 {
    usize::try_from(value).ok().and_then(|index| ALPHABET.get(index)).copied().unwrap_or(b'?')
}

/// A class pointer's 8 bytes as 11 characters, filled with `1` on the left.
pub fn pointer_text(pointer: &[u8; 8]) -> [u8; POINTER_CHARACTERS] {
    let mut number = u64::from_be_bytes(*pointer);
    let mut text = [0u8; POINTER_CHARACTERS];
    for place in text.iter_mut().rev() {
        *place = character(number % 58);
        number /= 58;
    }
    text
}

/// Base58 characters as a String, for an event.
pub fn text(characters: &[u8]) -> String {
    core::str::from_utf8(characters).unwrap_or_default().to_string()
}

/// A 32-byte key as text, written to the start of `text`; returns its length, 32 to 44.
///
/// Four bytes at a time into limbs of five digits, one limb more each time: far fewer steps than digit by digit.
#[inline(never)]
pub fn write_key(key: &[u8; 32], text: &mut [u8; KEY_CHARACTERS]) -> usize {
    let mut limbs = [0u64; LIMBS];
    for (index, word) in key.chunks_exact(4).enumerate() {
        let mut carry = word.iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
        let used = index.saturating_add(2); // 32 bits more, of limbs of 29.3
        for limb in limbs.iter_mut().rev().take(used) {
            carry = (*limb << 32).wrapping_add(carry); // < 58^5 * 2^32 < 2^62
            *limb = carry % LIMB;
            carry /= LIMB;
        }
    }
    let mut digits = [b'1'; LIMBS * LIMB_CHARACTERS];
    for (limb, places) in limbs.iter().zip(digits.chunks_exact_mut(LIMB_CHARACTERS)) {
        let mut rest = *limb;
        for place in places.iter_mut().rev() {
            *place = character(rest % 58);
            rest /= 58;
        }
    }
    let zero_bytes = key.iter().take_while(|&&byte| byte == 0).count();
    let leading = digits.iter().take_while(|&&digit| digit == b'1').count();
    let skipped = leading.saturating_sub(zero_bytes);
    let kept = digits.iter().skip(skipped);
    let length = kept.len();
    for (place, &digit) in text.iter_mut().zip(kept) {
        *place = digit;
    }
    length
}
