//! `close_sponsor_pool`: ends a pool; all that lies on it goes to the manufacturer's treasury.
//!
//! Signed by the manufacturer's authority, and only while the manufacturer is active: otherwise the authority may be a
//! thief's, who could also retire the manufacturer. Errors: NotManufacturerAuthority, ManufacturerSuspended,
//! ManufacturerCompromised, ManufacturerRetired, WrongSponsorPool, WrongAccount.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::state::*;

#[derive(Accounts)]
pub struct CloseSponsorPool {
    #[account(unsafe(dup))] // the authority may be the treasury
    pub authority: Signer,
    pub manufacturer: Account<Manufacturer>,
    #[account(mut, close = manufacturer_treasury)]
    pub sponsor_pool: Account<SponsorPool>,
    #[account(unsafe(dup))]
    pub manufacturer_treasury: UncheckedAccount,
}

impl CloseSponsorPool {
    fn validate(&self) -> Result<()> {
        self.manufacturer.check_authority(self.authority.address())?;
        self.manufacturer.check_active()?;
        require!(self.sponsor_pool.manufacturer == *self.manufacturer.address(), PlingsError::WrongSponsorPool);
        require!(*self.manufacturer_treasury.address() == self.manufacturer.treasury, PlingsError::WrongAccount);
        Ok(())
    }
}

pub(crate) fn handler(ctx: &mut Context<CloseSponsorPool>) -> Result<()> {
    ctx.accounts.validate()?;
    let accounts = &ctx.accounts;
    emit!(SponsorPoolClosed {
        sponsor_pool: *accounts.sponsor_pool.address(),
        manufacturer: *accounts.manufacturer.address(),
        amount_lamports: accounts.sponsor_pool.account().lamports(),
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct SponsorPoolClosed {
    pub sponsor_pool: Address,
    pub manufacturer: Address,
    pub amount_lamports: u64,
    pub timestamp: i64,
}
