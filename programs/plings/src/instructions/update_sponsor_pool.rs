//! `update_sponsor_pool`: changes what a pool pays, and for which payments.
//!
//! Signed by the manufacturer's authority. Amounts are lamports. Errors: NotManufacturerAuthority, WrongSponsorPool,
//! InvalidSponsorTerms.

use anchor_lang::prelude::*;

use super::initialize_sponsor_pool::SponsorTerms;
use crate::errors::PlingsError;
use crate::state::*;

#[derive(Accounts)]
pub struct UpdateSponsorPool {
    pub authority: Signer,
    pub manufacturer: Account<Manufacturer>,
    #[account(mut)]
    pub sponsor_pool: Account<SponsorPool>,
}

pub(crate) fn handler(ctx: &mut Context<UpdateSponsorPool>, terms: SponsorTerms) -> Result<()> {
    let accounts = &mut ctx.accounts;
    accounts.manufacturer.check_authority(accounts.authority.address())?;
    require!(accounts.sponsor_pool.manufacturer == *accounts.manufacturer.address(), PlingsError::WrongSponsorPool);
    accounts.sponsor_pool.set_terms(&terms)?;
    emit!(SponsorPoolUpdated { sponsor_pool: *accounts.sponsor_pool.address(), terms, timestamp: Clock::get()?.unix_timestamp });
    Ok(())
}

#[event]
pub struct SponsorPoolUpdated {
    pub sponsor_pool: Address,
    pub terms: SponsorTerms,
    pub timestamp: i64,
}
