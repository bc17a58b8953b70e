//! Class pointers: `sha256("{manufacturer key in base58}:{path to pointer}")[..8]`.

use super::hash::sha256;

/// The pointer of the class at `path_to_pointer` of the manufacturer whose identity key reads `identity_text`.
#[inline(always)]
pub fn class_pointer(identity_text: &[u8], path_to_pointer: &[u8]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = sha256(&[identity_text, b":", path_to_pointer]);
    [a, b, c, d, e, f, g, h]
}
