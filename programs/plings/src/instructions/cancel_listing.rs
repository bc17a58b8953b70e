//! `cancel_listing`: the object is not for sale any more.
//!
//! Signed by who holds the NFT. Errors: NotForSale, WrongTokenAccount, NotOwner.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::nft;
use crate::state::*;

#[derive(Accounts)]
pub struct CancelListing {
    pub owner: Signer,
    #[account(mut)]
    pub object: Account<ObjectInstance>,
    pub token_account: UncheckedAccount,
}

pub(crate) fn handler(ctx: &mut Context<CancelListing>) -> Result<()> {
    let owner = *ctx.accounts.owner.address();
    let address = *ctx.accounts.object.address();
    let object = &mut ctx.accounts.object;
    let holder = nft::holder(ctx.accounts.token_account.account(), &object.mint)?;
    require!(holder == owner, PlingsError::NotOwner);
    require!(object.is_listed(), PlingsError::NotForSale);
    object.unlist(owner);
    emit!(ListingCancelled { object: address, owner, timestamp: Clock::get()?.unix_timestamp });
    Ok(())
}

#[event]
pub struct ListingCancelled {
    pub object: Address,
    pub owner: Address,
    pub timestamp: i64,
}
