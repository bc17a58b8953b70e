//! `replay_ownership_proof`: shows that a leaf is under a checkpoint, and tells it again.
//!
//! Anyone may; nothing is written. The event is for those who missed the first: what it says of the leaf is proved, the
//! `original_transaction` is the caller's claim. That a payment was, not that it was the object's first, is what it proves.
//! Errors: InvalidLeaf, ProofInvalid.

use alloc::string::String;
use anchor_lang::prelude::*;

use super::code::Code;
use crate::errors::PlingsError;
use crate::event::Text;
use crate::log_event;
use crate::rules::base58;
use crate::rules::leaf::{Kind, Leaf};
use crate::rules::tree::includes;
use crate::state::*;

/// A leaf of a payment log, as an instruction's argument.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct LeafArgument<'a> {
    /// 1 payment, 2 transfer
    pub kind: u8,
    pub number: u64,
    pub timestamp: i64,
    pub actor: &'a Address,
    pub owner: &'a Address,
    pub amount_lamports: u64,
    pub code: Code<'a>,
}

#[derive(Accounts)]
pub struct ReplayOwnershipProof {
    pub checkpoint: Account<OwnershipCheckpoint>,
}

impl LeafArgument<'_> {
    /// That this leaf of the checkpoint's log is under its root.
    fn check(&self, checkpoint: &OwnershipCheckpoint, proof: &[[u8; 32]]) -> Result<()> {
        let leaf = Leaf {
            kind: Kind::from_byte(self.kind).ok_or(PlingsError::InvalidLeaf)?,
            payment_log: checkpoint.payment_log.as_array(),
            number: self.number,
            timestamp: self.timestamp,
            actor: self.actor.as_array(),
            owner: self.owner.as_array(),
            amount_lamports: self.amount_lamports,
            class_pointer: self.code.class_pointer,
            address: self.code.address.as_array(),
            path: &self.code.path,
        };
        let proved = includes(&checkpoint.payments_merkle_root, leaf.hash(), self.number, checkpoint.total_payments_count, proof);
        require!(proved, PlingsError::ProofInvalid);
        Ok(())
    }
}

pub(crate) fn handler(
    ctx: &mut Context<ReplayOwnershipProof>,
    leaf: &LeafArgument<'_>,
    proof: &[[u8; 32]],
    original_transaction: &[u8; 64],
) -> Result<()> {
    let checkpoint = &ctx.accounts.checkpoint;
    leaf.check(checkpoint, proof)?;
    log_event!(OwnershipProofReplayed {
        original_transaction: *original_transaction,
        path: leaf.code.path.0,
        class_pointer: Text(&base58::pointer_text(leaf.code.class_pointer)),
        solana_address: *leaf.code.address,
        kind: leaf.kind,
        actor: *leaf.actor,
        owner: *leaf.owner,
        payment_amount: leaf.amount_lamports,
        timestamp: leaf.timestamp,
        payment_log: checkpoint.payment_log,
        number: leaf.number,
        checkpoint_id: checkpoint.checkpoint_id,
        replay_timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct OwnershipProofReplayed {
    /// the caller's claim, not proved
    pub original_transaction: [u8; 64],
    pub path: String,
    pub class_pointer: String,
    pub solana_address: Address,
    pub kind: u8,
    pub actor: Address,
    pub owner: Address,
    pub payment_amount: u64,
    pub timestamp: i64,
    pub payment_log: Address,
    pub number: u64,
    pub checkpoint_id: u64,
    pub replay_timestamp: i64,
}
