//! `return_sponsored_rent`: closes a token account that a sponsor paid for and that is empty now; its rent goes back.
//!
//! Anyone may. To the manufacturer's pool or, if that was closed, to its treasury: so whoever buys on a sponsor's rent
//! and moves or burns the NFT gets none of it.
//! Errors: WrongPrefix, WrongMint, WrongTokenAccount, NotReturnable, WrongSponsorPool, WrongAccount.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::nft::{self, NftAccounts};
use crate::seeds;
use crate::state::*;

#[derive(Accounts)]
pub struct ReturnSponsoredRent {
    pub manufacturer: Account<Manufacturer>,
    /// the pool's address, whether it is there or not
    #[account(mut)]
    pub sponsor_pool: UncheckedAccount,
    #[account(mut)]
    pub manufacturer_treasury: UncheckedAccount,
    pub object: UncheckedAccount,
    pub mint: UncheckedAccount,
    #[account(mut)]
    pub token_account: UncheckedAccount,
    #[account(seeds = [b"nft_authority"], bump)]
    pub nft_authority: UncheckedAccount,
    pub token_program: Program<Token2022>,
    pub system_program: Program<System>,
}

impl ReturnSponsoredRent {
    /// That the token account is for the NFT of an object of this manufacturer.
    fn validate(&self) -> Result<()> {
        let (pool, _) = find_program_address(&[seeds::SPONSOR_POOL, self.manufacturer.address().as_ref()], &crate::ID);
        require!(*self.sponsor_pool.address() == pool, PlingsError::WrongSponsorPool);
        require!(*self.manufacturer_treasury.address() == self.manufacturer.treasury, PlingsError::WrongAccount);
        let view = *self.object.account();
        require!(view.owned_by(&crate::ID), ProgramError::IllegalOwner);
        let data = view.try_borrow()?;
        let (object, path) = ObjectInstance::read(&data)?;
        require!(self.manufacturer.is_above(path), PlingsError::WrongPrefix);
        require!(*self.mint.address() == object.mint, PlingsError::WrongMint);
        nft::check_empty(self.token_account.account(), &object.mint, self.nft_authority.address())
    }
}

pub(crate) fn handler(ctx: &mut Context<ReturnSponsoredRent>) -> Result<()> {
    ctx.accounts.validate()?;
    let authority_bump = ctx.bumps.nft_authority;
    let accounts = &ctx.accounts;
    let nft = NftAccounts {
        mint: accounts.mint.account(),
        authority: accounts.nft_authority.account(),
        authority_bump,
        token_program: accounts.token_program.account(),
        system_program: accounts.system_program.account(),
    };
    let amount_lamports = accounts.token_account.account().lamports();
    let has_pool = accounts.sponsor_pool.account().owned_by(&crate::ID);
    let destination = if has_pool { accounts.sponsor_pool.account() } else { accounts.manufacturer_treasury.account() };
    nft::close(&nft, accounts.token_account.account(), destination)?;
    if has_pool {
        edit(destination, |pool: &mut SponsorPool| pool.returned_lamports = pool.returned_lamports.saturating_add(amount_lamports))?;
    }
    emit!(SponsoredRentReturned {
        manufacturer: *accounts.manufacturer.address(),
        object: *accounts.object.address(),
        token_account: *accounts.token_account.address(),
        destination: *destination.address(),
        amount_lamports,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct SponsoredRentReturned {
    pub manufacturer: Address,
    pub object: Address,
    pub token_account: Address,
    pub destination: Address,
    pub amount_lamports: u64,
    pub timestamp: i64,
}
