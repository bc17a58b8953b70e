//! `accept_authority`: takes the platform's authority over, signed by whom it was offered to.
//!
//! Errors: NotPendingAuthority.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::state::*;

#[derive(Accounts)]
pub struct AcceptAuthority {
    pub new_authority: Signer,
    #[account(mut, seeds = [b"config"], bump)]
    pub config: Account<Config>,
}

pub(crate) fn handler(ctx: &mut Context<AcceptAuthority>) -> Result<()> {
    let new_authority = *ctx.accounts.new_authority.address();
    let config = &mut ctx.accounts.config;
    // nobody can sign for all zeroes (the system program's address), so no offer is no match
    require!(config.pending_authority == new_authority, PlingsError::NotPendingAuthority);
    let previous_authority = config.authority;
    config.authority = new_authority;
    config.pending_authority = Address::default();
    emit!(AuthorityTransferred { previous_authority, authority: new_authority, timestamp: Clock::get()?.unix_timestamp });
    Ok(())
}

#[event]
pub struct AuthorityTransferred {
    pub previous_authority: Address,
    pub authority: Address,
    pub timestamp: i64,
}
