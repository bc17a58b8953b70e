//! Items of printed batches: what is hashed of one, and the text by which an identity key signs a whole batch's root.

use anchor_lang::prelude::*;

use super::base58::POINTER_CHARACTERS;
use super::hash::sha256;
use super::tree::Hash;

/// RFC 6962's mark of a leaf, and a domain that no leaf of a payment log has.
const LEAF_PREFIX: &[u8] = b"\0plings:item:1:";
const PURPOSE: &[u8] = b"plings:batch:1:";
const HEX: &[u8; 16] = b"0123456789abcdef";
const DECIMAL_CHARACTERS: usize = 20;
const INSTANCE_LIMIT: u32 = 1 << 31;
pub const MAX_MESSAGE_BYTES: usize = 640;

/// The leaf of an item: `sha256(0x00, "plings:item:1:", path, ":", class pointer (8), address (32))`.
#[inline(always)]
pub fn item_leaf(path: &str, class_pointer: &[u8; 8], address: &[u8; 32]) -> Hash {
    sha256(&[LEAF_PREFIX, path.as_bytes(), b":", class_pointer, address])
}

/// Instances from `first` to `last`, both included.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct InstanceRange {
    pub first: u32,
    pub last: u32,
}

/// How many instances ranges have: ascending, with a gap between any two; None if they do not.
pub fn count_of(ranges: &[InstanceRange]) -> Option<u32> {
    let mut count = 0u32;
    let mut least = 0;
    for &InstanceRange { first, last } in ranges {
        if first < least || last < first || last >= INSTANCE_LIMIT {
            return None;
        }
        count = count.checked_add(last.checked_sub(first)?.checked_add(1)?)?;
        least = last.checked_add(2)?;
    }
    (count > 0).then_some(count)
}

/// What a manufacturer says of a batch, and its identity key signs.
pub struct Commitment<'a> {
    /// a path without its instance
    pub batch: &'a str,
    pub pointer_text: &'a [u8; POINTER_CHARACTERS],
    pub instances: &'a [InstanceRange],
    pub root: &'a Hash,
    pub created_at_unix: u64,
    pub identity_text: &'a [u8],
}

/// `plings:batch:1:{batch}:{class pointer}:{instances}:{root, hex}:{created at}:{identity key}`.
pub struct CommitmentMessage {
    bytes: [u8; MAX_MESSAGE_BYTES],
    length: usize,
}

impl CommitmentMessage {
    /// None for more ranges than a message has room for.
    pub fn new(commitment: &Commitment) -> Option<Self> {
        let mut message = Self { bytes: [0; MAX_MESSAGE_BYTES], length: 0 };
        message.put(PURPOSE)?;
        message.put(commitment.batch.as_bytes())?;
        message.put(b":")?;
        message.put(commitment.pointer_text)?;
        message.put(b":")?;
        message.put_ranges(commitment.instances)?;
        message.put(b":")?;
        message.put_hex(commitment.root)?;
        message.put(b":")?;
        message.put_decimal(commitment.created_at_unix)?;
        message.put(b":")?;
        message.put(commitment.identity_text)?;
        Some(message)
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn put(&mut self, piece: &[u8]) -> Option<()> {
        let end = self.length.checked_add(piece.len())?;
        self.bytes.get_mut(self.length..end)?.copy_from_slice(piece);
        self.length = end;
        Some(())
    }

    /// `0-999,2000`
    fn put_ranges(&mut self, ranges: &[InstanceRange]) -> Option<()> {
        for (at, &InstanceRange { first, last }) in ranges.iter().enumerate() {
            if at > 0 {
                self.put(b",")?;
            }
            self.put_decimal(first.into())?;
            if first < last {
                self.put(b"-")?;
                self.put_decimal(last.into())?;
            }
        }
        Some(())
    }

    fn put_hex(&mut self, bytes: &[u8]) -> Option<()> {
        for &byte in bytes {
            let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
            self.put(&[*HEX.get(high)?, *HEX.get(low)?])?;
        }
        Some(())
    }

    fn put_decimal(&mut self, number: u64) -> Option<()> {
        let mut digits = [b'0'; DECIMAL_CHARACTERS];
        let (mut rest, mut used) = (number, 0usize);
        for place in digits.iter_mut().rev() {
            *place = b'0'.checked_add(u8::try_from(rest % 10).ok()?)?;
            rest /= 10;
            used = used.checked_add(1)?;
            if rest == 0 {
                break;
            }
        }
        self.put(digits.get(DECIMAL_CHARACTERS.checked_sub(used)?..)?)
    }
}
