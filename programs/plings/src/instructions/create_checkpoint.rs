//! `create_checkpoint`: writes down a payment log's root and count, for proofs against them.
//!
//! Anyone may, and pays its rent, once the log has had Config's number of leaves since the last checkpoint, or any leaf
//! and Config's time. The root is the program's own: nobody's word is taken.
//! Errors: CheckpointTooEarly, WrongCheckpoint.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::payout::create_account;
use crate::seeds;
use crate::state::*;

#[derive(Accounts)]
pub struct CreateCheckpoint {
    #[account(mut)]
    pub payer: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    #[account(mut)]
    pub payment_log: Account<PaymentLog>,
    #[account(mut)]
    pub checkpoint: UncheckedAccount,
    pub system_program: Program<System>,
}

impl CreateCheckpoint {
    fn validate(&self, now_unix: i64) -> Result<()> {
        let log = &self.payment_log;
        let leaves = log.leaf_count.saturating_sub(log.checkpointed_leaf_count);
        let seconds = now_unix.saturating_sub(log.checkpointed_at_unix);
        let is_due = leaves >= u64::from(self.config.checkpoint_payments) || seconds >= i64::from(self.config.checkpoint_seconds);
        require!(leaves != 0 && is_due, PlingsError::CheckpointTooEarly);
        Ok(())
    }
}

pub(crate) fn handler(ctx: &mut Context<CreateCheckpoint>) -> Result<()> {
    let created_at_unix = Clock::get()?.unix_timestamp;
    ctx.accounts.validate(created_at_unix)?;
    let accounts = &mut ctx.accounts;
    let payment_log = *accounts.payment_log.address();
    let checkpoint_id = accounts.payment_log.checkpoint_count;
    let bump = create(accounts, &payment_log, checkpoint_id)?;

    let log = &mut accounts.payment_log;
    log.checkpoint_count = checkpoint_id.checked_add(1).ok_or(PlingsError::Overflow)?;
    log.checkpointed_leaf_count = log.leaf_count;
    log.checkpointed_at_unix = created_at_unix;
    let checkpoint = OwnershipCheckpoint {
        payment_log,
        payments_merkle_root: log.root(),
        checkpoint_id,
        last_payment_timestamp: log.last_leaf_at_unix,
        total_payments_count: log.leaf_count,
        created_at_unix,
        bump,
        reserved: [0; 7],
    };
    emit!(CheckpointCreated {
        checkpoint: *accounts.checkpoint.address(),
        payment_log,
        checkpoint_id,
        payments_merkle_root: checkpoint.payments_merkle_root,
        last_payment_timestamp: checkpoint.last_payment_timestamp,
        total_payments_count: checkpoint.total_payments_count,
        timestamp: created_at_unix,
    });
    write_new(accounts.checkpoint.account(), |new| *new = checkpoint)
}

fn create(accounts: &CreateCheckpoint, payment_log: &Address, checkpoint_id: u64) -> Result<u8> {
    let number = checkpoint_id.to_le_bytes();
    let (expected, bump) = find_program_address(&[seeds::CHECKPOINT, payment_log.as_ref(), &number], &crate::ID);
    require!(*accounts.checkpoint.address() == expected, PlingsError::WrongCheckpoint);
    let space = OwnershipCheckpoint::DISCRIMINATOR.len().saturating_add(core::mem::size_of::<OwnershipCheckpoint>());
    let lamports = anchor_lang::cpi::rent_exempt_lamports(space)?;
    create_account(
        accounts.payer.account(),
        accounts.checkpoint.account(),
        space,
        lamports,
        &crate::ID,
        &[seeds::CHECKPOINT, payment_log.as_ref(), &number, &[bump]],
    )?;
    Ok(bump)
}

#[event]
pub struct CheckpointCreated {
    pub checkpoint: Address,
    pub payment_log: Address,
    pub checkpoint_id: u64,
    pub payments_merkle_root: [u8; 32],
    pub last_payment_timestamp: i64,
    pub total_payments_count: u64,
    pub timestamp: i64,
}
