use anchor_lang::prelude::*;

/// A payment log's root and count at one moment, at `["checkpoint", payment log, checkpoint_id]`: never changed.
#[account]
pub struct OwnershipCheckpoint {
    pub payment_log: Address,
    pub payments_merkle_root: [u8; 32],
    /// the log's checkpoints are numbered from 0
    pub checkpoint_id: u64,
    pub last_payment_timestamp: i64,
    /// leaves that the root covers
    pub total_payments_count: u64,
    pub created_at_unix: i64,
    pub bump: u8,
    pub reserved: [u8; 7],
}
