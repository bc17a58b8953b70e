//! `pause`: no payment is taken until `unpause`; owners can still give objects away and deposits can be refunded.
//!
//! Signed by the platform's authority. Errors: NotPlatformAuthority, Paused.

use anchor_lang::prelude::*;

use crate::state::*;

#[derive(Accounts)]
pub struct Pause {
    pub authority: Signer,
    #[account(mut, seeds = [b"config"], bump)]
    pub config: Account<Config>,
}

pub(crate) fn handler(ctx: &mut Context<Pause>) -> Result<()> {
    let config = &mut ctx.accounts.config;
    config.check_authority(ctx.accounts.authority.address())?;
    config.check_running()?;
    config.paused = 1;
    emit!(ProgramPaused { authority: config.authority, timestamp: Clock::get()?.unix_timestamp });
    Ok(())
}

#[event]
pub struct ProgramPaused {
    pub authority: Address,
    pub timestamp: i64,
}
