//! `list_for_sale`: the owner asks a price until `ends_at_unix`; whoever pays it, or more, gets the object.
//!
//! Signed by who holds the NFT. The platform's fee and the manufacturer's royalty are fixed at what they are now, so
//! that nobody can raise them while the offer stands. Listing again changes the price.
//! Errors: ZeroAmount, OfferEnded, WrongPrefix, Provisional, WrongTokenAccount, NotOwner.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::nft;
use crate::state::*;

#[derive(Accounts)]
pub struct ListForSale {
    pub owner: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub manufacturer: Account<Manufacturer>,
    #[account(mut)]
    pub object: UncheckedAccount,
    pub token_account: UncheckedAccount,
}

pub(crate) fn handler(ctx: &mut Context<ListForSale>, asking_price_lamports: u64, ends_at_unix: i64) -> Result<()> {
    require!(asking_price_lamports != 0, PlingsError::ZeroAmount);
    let timestamp = Clock::get()?.unix_timestamp;
    require!(ends_at_unix > timestamp, PlingsError::OfferEnded);
    let (config, manufacturer) = (&ctx.accounts.config, &ctx.accounts.manufacturer);
    let owner = *ctx.accounts.owner.address();
    let mut view = *ctx.accounts.object.account();
    require!(view.owned_by(&crate::ID), ProgramError::IllegalOwner);
    let mut data = view.try_borrow_mut()?;
    let (object, path) = ObjectInstance::read_mut(&mut data)?;
    require!(manufacturer.is_above(path), PlingsError::WrongPrefix);
    object.check_final()?;
    let holder = nft::holder(ctx.accounts.token_account.account(), &object.mint)?;
    require!(holder == owner, PlingsError::NotOwner);
    let (royalty_bps, platform_fee_bps) = (manufacturer.royalty_bps, config.platform_fee_bps);
    object.list(owner, Offer { asking_price_lamports, ends_at_unix, royalty_bps, platform_fee_bps });
    emit!(ListedForSale {
        object: *ctx.accounts.object.address(),
        owner,
        asking_price_lamports,
        ends_at_unix,
        royalty_bps,
        platform_fee_bps,
        timestamp,
    });
    Ok(())
}

#[event]
pub struct ListedForSale {
    pub object: Address,
    pub owner: Address,
    pub asking_price_lamports: u64,
    pub ends_at_unix: i64,
    pub royalty_bps: u16,
    pub platform_fee_bps: u16,
    pub timestamp: i64,
}
