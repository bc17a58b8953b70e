//! `transfer_ownership`: gives the object to somebody, with its NFT; an offer to sell it ends.
//!
//! Signed by who holds the NFT, who pays the rent of the new owner's token account if there is none. It works whatever
//! the manufacturer's status, and while the program is paused.
//! Errors: Provisional, AlreadyOwner, WrongMint, WrongTokenAccount, NotOwner.

use anchor_lang::prelude::*;
use anchor_lang::programs::AssociatedToken;

use crate::errors::PlingsError;
use crate::nft::{self, NftAccounts};
use crate::state::*;

#[derive(Accounts)]
pub struct TransferOwnership {
    #[account(unsafe(dup))] // a gift to oneself is refused by name
    pub owner: Signer,
    #[account(mut)]
    pub object: Account<ObjectInstance>,
    pub mint: UncheckedAccount,
    #[account(unsafe(dup))]
    pub token_account: UncheckedAccount,
    pub new_owner: UncheckedAccount,
    #[account(unsafe(dup))]
    pub new_token_account: UncheckedAccount,
    #[account(seeds = [b"nft_authority"], bump)]
    pub nft_authority: UncheckedAccount,
    pub token_program: Program<Token2022>,
    pub associated_token_program: Program<AssociatedToken>,
    pub system_program: Program<System>,
}

impl TransferOwnership {
    fn validate(&self) -> Result<()> {
        self.object.check_final()?;
        require!(*self.mint.address() == self.object.mint, PlingsError::WrongMint);
        let holder = nft::holder(self.token_account.account(), &self.object.mint)?;
        require!(holder == *self.owner.address(), PlingsError::NotOwner);
        require!(*self.new_owner.address() != holder, PlingsError::AlreadyOwner);
        Ok(())
    }
}

pub(crate) fn handler(ctx: &mut Context<TransferOwnership>) -> Result<()> {
    ctx.accounts.validate()?;
    let nft_authority_bump = ctx.bumps.nft_authority;
    let accounts = &mut ctx.accounts;
    let nft = NftAccounts {
        mint: accounts.mint.account(),
        authority: accounts.nft_authority.account(),
        authority_bump: nft_authority_bump,
        token_program: accounts.token_program.account(),
        system_program: accounts.system_program.account(),
    };
    let new_owner = accounts.new_owner.account();
    nft::deliver(&nft, accounts.owner.account(), accounts.token_account.account(), new_owner, accounts.new_token_account.account())?;
    let new_owner = *new_owner.address();
    accounts.object.unlist(new_owner);
    emit!(OwnershipTransferred {
        object: *accounts.object.address(),
        previous_owner: *accounts.owner.address(),
        owner: new_owner,
        mint: accounts.object.mint,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct OwnershipTransferred {
    pub object: Address,
    pub previous_owner: Address,
    pub owner: Address,
    pub mint: Address,
    pub timestamp: i64,
}
