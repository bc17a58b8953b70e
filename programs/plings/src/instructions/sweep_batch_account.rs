//! `sweep_batch_account`: hands the slots' shares of the rent to who paid the rent.
//!
//! Anyone may. Errors: WrongAccount, NothingOwed.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::payout::pay_out;
use crate::state::*;

#[derive(Accounts)]
pub struct SweepBatchAccount {
    #[account(mut)]
    pub batch_account: Account<BatchAccount>,
    #[account(mut)]
    pub rent_payer: UncheckedAccount,
}

pub(crate) fn handler(ctx: &mut Context<SweepBatchAccount>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require!(*accounts.rent_payer.address() == accounts.batch_account.rent_payer, PlingsError::WrongAccount);
    let amount_lamports = core::mem::take(&mut accounts.batch_account.rent_owed_lamports);
    require!(amount_lamports != 0, PlingsError::NothingOwed);
    pay_out(accounts.batch_account.account(), accounts.rent_payer.account(), amount_lamports)?;
    emit!(BatchAccountSwept {
        batch_account: *accounts.batch_account.address(),
        rent_payer: *accounts.rent_payer.address(),
        amount_lamports,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct BatchAccountSwept {
    pub batch_account: Address,
    pub rent_payer: Address,
    pub amount_lamports: u64,
    pub timestamp: i64,
}
