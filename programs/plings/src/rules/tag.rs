//! Signed tags: the identity key's Ed25519 signature of `plings:1:{path}:{class pointer}:{address}`.

use super::base58::{self, KEY_CHARACTERS};
use super::bytes;
use super::path;

const PURPOSE: &[u8] = b"plings:1:";
pub const MAX_MESSAGE_BYTES: usize = PURPOSE.len() + path::MAX_BYTES + 1 + base58::POINTER_CHARACTERS + 1 + KEY_CHARACTERS;

/// "in this instruction", for each of the precompile's three references
const THIS_INSTRUCTION: u16 = u16::MAX;
const KEY_BYTES: usize = 32;

/// The text that a tag's signature signs.
pub struct TagMessage {
    bytes: [u8; MAX_MESSAGE_BYTES],
    length: usize,
}

impl TagMessage {
    pub fn new(path: &str, pointer_text: &[u8], address: &[u8; 32]) -> Self {
        let mut address_text = [0u8; KEY_CHARACTERS];
        let address_length = base58::write_key(address, &mut address_text);
        let address_text = address_text.get(..address_length).unwrap_or_default();
        let mut message = Self { bytes: [0; MAX_MESSAGE_BYTES], length: 0 };
        for piece in [PURPOSE, path.as_bytes(), b":", pointer_text, b":", address_text] {
            message.append(piece);
        }
        message
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn append(&mut self, piece: &[u8]) {
        let places = self.bytes.iter_mut().skip(self.length);
        for (place, &byte) in places.zip(piece) {
            *place = byte;
        }
        self.length = self.length.saturating_add(piece.len());
    }
}

/// Whether `data`, an Ed25519 precompile instruction's that succeeded, checked `key`'s signature of `message` alone.
///
/// Layout (Solana's Ed25519 program): count, padding, then for each signature seven little-endian u16: signature
/// offset and instruction, key offset and instruction, message offset, length and instruction.
pub fn checked_by(data: &[u8], key: &[u8; 32], message: &[u8]) -> bool {
    let [1, _, offsets @ ..] = data else { return false };
    let mut words = offsets.chunks_exact(2).map(|pair| match pair {
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => 0,
    });
    let fields: [Option<u16>; 7] = core::array::from_fn(|_| words.next());
    let [Some(_), Some(THIS_INSTRUCTION), Some(key_at), Some(THIS_INSTRUCTION), Some(message_at), Some(length), Some(THIS_INSTRUCTION)] =
        fields
    else {
        return false;
    };
    holds(data, key_at, KEY_BYTES, key) && holds(data, message_at, usize::from(length), message)
}

fn holds(data: &[u8], at: u16, length: usize, expected: &[u8]) -> bool {
    let slice = data.get(usize::from(at)..).and_then(|rest| rest.get(..length));
    slice.is_some_and(|slice| bytes::equal(slice, expected))
}
