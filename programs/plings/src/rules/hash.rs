//! SHA-256 over several pieces: the chain's system call there, the `sha2` crate elsewhere.

use anchor_lang::solana_program::hash::hashv;

#[inline(always)]
pub fn sha256(pieces: &[&[u8]]) -> [u8; 32] {
    hashv(pieces).to_bytes()
}
