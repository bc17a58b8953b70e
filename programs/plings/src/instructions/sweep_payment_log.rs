//! `sweep_payment_log`: pays the manufacturer and the platform what a log owes them.
//!
//! Anyone may. What the log needs for its rent stays, as does what somebody sent there by a plain transfer.
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
    pub manufacturer_treasury: UncheckedAccount,
    #[account(unsafe(dup))]
    pub platform_treasury: UncheckedAccount,
}

impl SweepPaymentLog {
    fn validate(&self) -> Result<()> {
        require!(self.payment_log.manufacturer == *self.manufacturer.address(), PlingsError::WrongPaymentLog);
        require!(*self.manufacturer_treasury.address() == self.manufacturer.treasury, PlingsError::WrongAccount);
        require!(*self.platform_treasury.address() == self.config.platform_treasury, PlingsError::WrongAccount);
        require!(self.payment_log.manufacturer_lamports != 0 || self.payment_log.platform_lamports != 0, PlingsError::NothingOwed);
        Ok(())
    }
}

pub(crate) fn handler(ctx: &mut Context<SweepPaymentLog>) -> Result<()> {
    ctx.accounts.validate()?;
    let accounts = &mut ctx.accounts;
    let manufacturer_amount = core::mem::take(&mut accounts.payment_log.manufacturer_lamports);
    let platform_amount = core::mem::take(&mut accounts.payment_log.platform_lamports);
    pay_out(accounts.payment_log.account(), accounts.manufacturer_treasury.account(), manufacturer_amount)?;
    pay_out(accounts.payment_log.account(), accounts.platform_treasury.account(), platform_amount)?;
    emit!(PaymentLogSwept {
        payment_log: *accounts.payment_log.address(),
        manufacturer_amount,
        platform_amount,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct PaymentLogSwept {
    pub payment_log: Address,
    pub manufacturer_amount: u64,
    pub platform_amount: u64,
    pub timestamp: i64,
}
