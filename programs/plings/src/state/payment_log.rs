use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::rules::leaf::Leaf;
use crate::rules::split::FirstSale;
use crate::rules::tree::{self, Hash};

/// Payments without accounts of their own: `["payment_log", manufacturer, shard]`.
///
/// Their money lies here until it is swept; each is a leaf of a Merkle tree, of which the account keeps the frontier.
#[account]
pub struct PaymentLog {
    pub manufacturer: Address,
    /// leaves so far, and the number of the next
    pub leaf_count: u64,
    /// what the manufacturer is owed
    pub manufacturer_lamports: u64,
    /// what the platform is owed
    pub platform_lamports: u64,
    pub last_leaf_at_unix: i64,
    /// checkpoints so far, and the number of the next
    pub checkpoint_count: u64,
    /// leaves that the last checkpoint covers
    pub checkpointed_leaf_count: u64,
    /// when the last checkpoint was made; before the first, when the log was opened
    pub checkpointed_at_unix: i64,
    pub shard: u8,
    pub bump: u8,
    pub reserved: [u8; 38],
    /// the roots of the full subtrees, by level; those of the set bits of `leaf_count` count: at most 2^40 - 1 leaves
    pub frontier: [[u8; 32]; 40],
}

impl PaymentLog {
    /// Adds a leaf, which must carry the log's next number.
    #[inline(always)]
    pub fn append(&mut self, leaf: &Leaf) -> Result<()> {
        tree::append(&mut self.frontier, self.leaf_count, leaf.hash()).ok_or(PlingsError::LogFull)?;
        self.leaf_count = self.leaf_count.checked_add(1).ok_or(PlingsError::LogFull)?;
        self.last_leaf_at_unix = leaf.timestamp;
        Ok(())
    }

    /// Notes what a payment left here for whom.
    #[inline(always)]
    pub fn owe(&mut self, split: &FirstSale) -> Result<()> {
        self.manufacturer_lamports = self.manufacturer_lamports.checked_add(split.manufacturer).ok_or(PlingsError::Overflow)?;
        self.platform_lamports = self.platform_lamports.checked_add(split.platform).ok_or(PlingsError::Overflow)?;
        Ok(())
    }

    pub fn root(&self) -> Hash {
        tree::root(&self.frontier, self.leaf_count)
    }
}
