//! `initialize_sponsor_pool`: a manufacturer offers to pay its customers' rent.
//!
//! Signed by the manufacturer's authority; `payer` pays the pool's own rent. Amounts are lamports.
//! Errors: NotManufacturerAuthority, InvalidSponsorTerms; a pool that is there already fails as taken (System).

use anchor_lang::prelude::*;

use crate::state::*;

/// What a manufacturer pays of its customers' rent, and for which payments.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct SponsorTerms {
    /// the most that the pool pays for one object
    pub per_item_lamports: u64,
    pub minimum_value_lamports: u64,
    pub maximum_value_lamports: u64,
}

#[derive(Accounts)]
pub struct InitializeSponsorPool {
    #[account(unsafe(dup))] // the authority may pay
    pub payer: Signer,
    pub authority: Signer,
    pub manufacturer: Account<Manufacturer>,
    #[account(init, payer = payer, seeds = [b"sponsor_pool", manufacturer.address().as_ref()], bump)]
    pub sponsor_pool: Account<SponsorPool>,
    pub system_program: Program<System>,
}

pub(crate) fn handler(ctx: &mut Context<InitializeSponsorPool>, terms: SponsorTerms) -> Result<()> {
    let bump = ctx.bumps.sponsor_pool;
    let accounts = &mut ctx.accounts;
    accounts.manufacturer.check_authority(accounts.authority.address())?;
    accounts.sponsor_pool.manufacturer = *accounts.manufacturer.address();
    accounts.sponsor_pool.bump = bump;
    accounts.sponsor_pool.set_terms(&terms)?;
    emit!(SponsorPoolInitialized {
        sponsor_pool: *accounts.sponsor_pool.address(),
        manufacturer: *accounts.manufacturer.address(),
        terms,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct SponsorPoolInitialized {
    pub sponsor_pool: Address,
    pub manufacturer: Address,
    pub terms: SponsorTerms,
    pub timestamp: i64,
}
