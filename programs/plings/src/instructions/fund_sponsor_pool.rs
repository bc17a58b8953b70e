//! `fund_sponsor_pool`: puts lamports into a manufacturer's pool.
//!
//! Anyone may: it is the manufacturer's afterwards. Errors: ZeroAmount.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::payout::pay_into_loaded;
use crate::state::*;

#[derive(Accounts)]
pub struct FundSponsorPool {
    #[account(mut)]
    pub funder: Signer,
    #[account(mut)]
    pub sponsor_pool: Account<SponsorPool>,
    pub system_program: Program<System>,
}

pub(crate) fn handler(ctx: &mut Context<FundSponsorPool>, amount_lamports: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    require!(amount_lamports != 0, PlingsError::ZeroAmount);
    pay_into_loaded(accounts.funder.account(), accounts.sponsor_pool.account(), amount_lamports)?;
    emit!(SponsorPoolFunded {
        sponsor_pool: *accounts.sponsor_pool.address(),
        funder: *accounts.funder.address(),
        amount_lamports,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct SponsorPoolFunded {
    pub sponsor_pool: Address,
    pub funder: Address,
    pub amount_lamports: u64,
    pub timestamp: i64,
}
