//! `transfer_authority`: offers the platform's authority to `new_authority`, who must accept it.
//!
//! Signed by the authority, who keeps it until then; all zeroes withdraw the offer.
//! Errors: NotPlatformAuthority.

use anchor_lang::prelude::*;

use crate::state::*;

#[derive(Accounts)]
pub struct TransferAuthority {
    pub authority: Signer,
    #[account(mut, seeds = [b"config"], bump)]
    pub config: Account<Config>,
}

pub(crate) fn handler(ctx: &mut Context<TransferAuthority>, new_authority: Address) -> Result<()> {
    let config = &mut ctx.accounts.config;
    config.check_authority(ctx.accounts.authority.address())?;
    config.pending_authority = new_authority;
    emit!(AuthorityOffered { authority: config.authority, new_authority, timestamp: Clock::get()?.unix_timestamp });
    Ok(())
}

#[event]
pub struct AuthorityOffered {
    pub authority: Address,
    pub new_authority: Address,
    pub timestamp: i64,
}
