//! `sweep_payment_log`: pays the manufacturer and the platform what a log owes them.
//!
//! Anyone may. A treasury that is left out is not paid, and is owed on: one that cannot be paid holds up nobody else.
//! What the log needs for its rent stays, as does what somebody sent there by a plain transfer.
//! Errors: WrongPaymentLog, WrongAccount, NothingOwed.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::payout::pay_out;
use crate::state::*;

#[derive(Accounts)]
pub struct SweepPaymentLog {
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub manufacturer: Account<Manufacturer>,
    #[account(mut)]
    pub payment_log: Account<PaymentLog>,
    #[account(unsafe(dup))] // both may be one
    pub manufacturer_treasury: Option<UncheckedAccount>,
    #[account(unsafe(dup))]
    pub platform_treasury: Option<UncheckedAccount>,
}

pub(crate) fn handler(ctx: &mut Context<SweepPaymentLog>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let log = &mut accounts.payment_log;
    require!(log.manufacturer == *accounts.manufacturer.address(), PlingsError::WrongPaymentLog);
    let view = *log.account();
    let manufacturer_amount =
        settle(&view, &mut log.manufacturer_lamports, &accounts.manufacturer_treasury, &accounts.manufacturer.treasury)?;
    let platform_amount = settle(&view, &mut log.platform_lamports, &accounts.platform_treasury, &accounts.config.platform_treasury)?;
    require!(manufacturer_amount != 0 || platform_amount != 0, PlingsError::NothingOwed);
    emit!(PaymentLogSwept {
        payment_log: *accounts.payment_log.address(),
        manufacturer_amount,
        platform_amount,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

/// Pays `owed`, all of it, if the treasury is there to be paid; returns how much that was.
fn settle(log: &AccountView, owed: &mut u64, treasury: &Option<UncheckedAccount>, expected: &Address) -> Result<u64> {
    let Some(treasury) = treasury else {
        return Ok(0);
    };
    require!(treasury.address() == expected, PlingsError::WrongAccount);
    let amount = core::mem::take(owed);
    pay_out(log, treasury.account(), amount)?;
    Ok(amount)
}

#[event]
pub struct PaymentLogSwept {
    pub payment_log: Address,
    pub manufacturer_amount: u64,
    pub platform_amount: u64,
    pub timestamp: i64,
}
