//! `open_payment_log`: makes one of a manufacturer's payment logs, so that micro-payments can be taken.
//!
//! Anyone may, and pays its rent. `shard` is below the manufacturer's number of logs.
//! Errors: NoSuchShard; a log that is open already fails as taken (System).

#![allow(unused_variables)] // Anchor binds an instruction's argument also where it has no use for it

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::state::*;

#[derive(Accounts)]
#[instruction(shard: u8)]
pub struct OpenPaymentLog {
    #[account(mut)]
    pub payer: Signer,
    pub manufacturer: Account<Manufacturer>,
    #[account(init, payer = payer, seeds = [b"payment_log", manufacturer.address().as_ref(), core::slice::from_ref(&shard)], bump)]
    pub payment_log: Account<PaymentLog>,
    pub system_program: Program<System>,
}

pub(crate) fn handler(ctx: &mut Context<OpenPaymentLog>, shard: u8) -> Result<()> {
    let shards = 1u16.checked_shl(u32::from(ctx.accounts.manufacturer.shard_bits)).unwrap_or_default();
    require!(u16::from(shard) < shards, PlingsError::NoSuchShard);
    let manufacturer = *ctx.accounts.manufacturer.address();
    let timestamp = Clock::get()?.unix_timestamp;
    let bump = ctx.bumps.payment_log;
    let log = &mut ctx.accounts.payment_log;
    log.manufacturer = manufacturer;
    log.checkpointed_at_unix = timestamp;
    log.shard = shard;
    log.bump = bump;
    emit!(PaymentLogOpened { payment_log: *log.address(), manufacturer, shard, timestamp });
    Ok(())
}

#[event]
pub struct PaymentLogOpened {
    pub payment_log: Address,
    pub manufacturer: Address,
    pub shard: u8,
    pub timestamp: i64,
}
