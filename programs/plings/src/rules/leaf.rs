//! Leaves of a payment log: exactly which bytes a payment, or a change of owner, puts into the log's Merkle tree.
//!
//! A leaf is the SHA-256 of these, one after the other, integers little-endian:
//! `0x00`, kind (1), payment log (32), number (8), unix seconds (8), actor (32), owner (32), lamports (8), class
//! pointer (8), address (32), path (the rest). Only the last varies in length, so no two leaves share their bytes.

use super::hash::sha256;
use super::tree::Hash;

const LEAF: u8 = 0;

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `actor` paid and, by the first such leaf of an object, owns it
    Payment = 1,
    /// `actor` gave the object to `owner`; it counts if `actor` owned it then
    Transfer = 2,
    /// `actor` paid and took a slot of a shared batch account; by the first payment leaf of an object, owns it
    SlotPayment = 3,
    /// `actor`, who signed, gave the object in a slot to `owner`; it counts if `actor` owned it then
    SlotTransfer = 4,
}

impl Kind {
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Payment),
            2 => Some(Self::Transfer),
            3 => Some(Self::SlotPayment),
            4 => Some(Self::SlotTransfer),
            _ => None,
        }
    }
}

/// One entry of a payment log.
pub struct Leaf<'a> {
    pub kind: Kind,
    pub payment_log: &'a [u8; 32],
    /// how many leaves the log had before
    pub number: u64,
    pub timestamp: i64,
    pub actor: &'a [u8; 32],
    pub owner: &'a [u8; 32],
    pub amount_lamports: u64,
    pub class_pointer: &'a [u8; 8],
    pub address: &'a [u8; 32],
    pub path: &'a str,
}

impl Leaf<'_> {
    /// Small fields in pairs: every piece costs.
    #[inline(always)]
    pub fn hash(&self) -> Hash {
        sha256(&[
            &[LEAF, self.kind as u8],
            self.payment_log,
            [self.number.to_le_bytes(), self.timestamp.to_le_bytes()].as_flattened(),
            self.actor,
            self.owner,
            [self.amount_lamports.to_le_bytes(), *self.class_pointer].as_flattened(),
            self.address,
            self.path.as_bytes(),
        ])
    }
}
