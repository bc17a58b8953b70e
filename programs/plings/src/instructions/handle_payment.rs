//! `handle_payment`: pays at a scanned object's address, and owns it.
//!
//! The first payment makes the ObjectInstance and mints the object's NFT to the buyer; `amount_lamports` is split
//! between platform and manufacturer, the buyer pays the rent on top. A later payment buys the object from its owner,
//! who must have listed it, at the asking price or more; platform fee and royalty are those that the owner agreed to
//! when listing. Signed by the buyer. A deposit on the payment address stays there.
//! Where a signed tag is demanded, the instruction before this one must be the Ed25519 precompile's check of it.
//! Errors: Paused, ManufacturerSuspended, ManufacturerCompromised, ManufacturerRetired, ZeroAmount, InvalidPathLength,
//! InvalidSegment, InvalidWallet, WrongPrefix, InvalidClassPointer, WrongPaymentAddress, WrongClassTerms, BelowFloor,
//! AboveTier and PrintedProofMissing (first payment), TagSignatureMissing, TagSignatureMismatch, WrongAccount, WrongMint,
//! WrongTokenAccount, NotForSale, AlreadyOwner, BelowAskingPrice, Provisional.

use anchor_lang::prelude::*;
use anchor_lang::programs::AssociatedToken;

use super::code::Code;
use crate::nft::NftAccounts;
use crate::payments::{admit, own::Own};
use crate::state::*;

#[derive(Accounts)]
pub struct HandlePayment {
    #[account(unsafe(dup))] // a treasury's owner may buy
    pub buyer: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub manufacturer: Account<Manufacturer>,
    /// the class's address for terms, whether an account is there or not
    pub class_terms: UncheckedAccount,
    /// the payment address
    #[account(mut)]
    pub object: UncheckedAccount,
    #[account(mut)]
    pub mint: UncheckedAccount,
    #[account(unsafe(dup))]
    pub buyer_token_account: UncheckedAccount,
    #[account(unsafe(dup))]
    pub manufacturer_treasury: UncheckedAccount,
    #[account(unsafe(dup))]
    pub platform_treasury: UncheckedAccount,
    /// the owner and the account of their NFT, on a purchase
    #[account(unsafe(dup))]
    pub seller: Option<UncheckedAccount>,
    #[account(unsafe(dup))]
    pub seller_token_account: Option<UncheckedAccount>,
    #[account(seeds = [b"nft_authority"], bump)]
    pub nft_authority: UncheckedAccount,
    /// the instructions sysvar, where a signed tag or a proof of printing is demanded
    pub instructions: Option<UncheckedAccount>,
    pub token_program: Program<Token2022>,
    pub associated_token_program: Program<AssociatedToken>,
    pub system_program: Program<System>,
}

impl HandlePayment {
    fn own(&self, authority_bump: u8) -> Own<'_> {
        Own {
            buyer: self.buyer.account(),
            config: &self.config,
            manufacturer: &self.manufacturer,
            object: self.object.account(),
            nft: NftAccounts {
                mint: self.mint.account(),
                authority: self.nft_authority.account(),
                authority_bump,
                token_program: self.token_program.account(),
                system_program: self.system_program.account(),
            },
            buyer_token_account: self.buyer_token_account.account(),
            manufacturer_treasury: self.manufacturer_treasury.account(),
            platform_treasury: self.platform_treasury.account(),
            seller: self.seller.as_ref().map(|seller| seller.account()),
            seller_token_account: self.seller_token_account.as_ref().map(|account| account.account()),
        }
    }
}

pub(crate) fn handler(ctx: &mut Context<HandlePayment>, code: &Code, amount_lamports: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let (checked, terms) =
        admit(&accounts.config, &accounts.manufacturer, &accounts.class_terms, &accounts.instructions, code, amount_lamports)?;
    let own = accounts.own(ctx.bumps.nft_authority);
    if own.object.owned_by(&crate::ID) {
        own.purchase(&checked, amount_lamports)
    } else {
        terms.check_first(amount_lamports, Tier::Own, &accounts.instructions)?;
        own.first_payment(&checked, amount_lamports, None)
    }
}
