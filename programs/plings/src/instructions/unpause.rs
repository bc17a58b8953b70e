//! `unpause`: payments are taken again.
//!
//! Signed by the platform's authority. Errors: NotPlatformAuthority, NotPaused.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::state::*;

#[derive(Accounts)]
pub struct Unpause {
    pub authority: Signer,
    #[account(mut, seeds = [b"config"], bump)]
    pub config: Account<Config>,
}

pub(crate) fn handler(ctx: &mut Context<Unpause>) -> Result<()> {
    let config = &mut ctx.accounts.config;
    config.check_authority(ctx.accounts.authority.address())?;
    require!(config.paused != 0, PlingsError::NotPaused);
    config.paused = 0;
    emit!(ProgramUnpaused { authority: config.authority, timestamp: Clock::get()?.unix_timestamp });
    Ok(())
}

#[event]
pub struct ProgramUnpaused {
    pub authority: Address,
    pub timestamp: i64,
}
