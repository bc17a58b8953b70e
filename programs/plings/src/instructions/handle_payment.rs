//! `handle_payment`: pays at a scanned object's address, and owns it.
//!
//! The first payment makes the ObjectInstance and mints the object's NFT to the buyer; `amount_lamports` is split
//! between platform and manufacturer, the buyer pays the rent on top. A later payment buys the object from its owner,
//! who must have listed it, at the asking price or more; platform fee and royalty are those that the owner agreed to
//! when listing. Signed by the buyer. A deposit on the payment address stays there.
//! Where a signed tag is demanded, the instruction before this one must be the Ed25519 precompile's check of it.
//! Errors: Paused, ManufacturerSuspended, ManufacturerCompromised, ManufacturerRetired, ZeroAmount, InvalidPathLength,
//! InvalidSegment, InvalidWallet, WrongPrefix, InvalidClassPointer, WrongPaymentAddress, WrongClassTerms, BelowFloor
//! (first payment), TagSignatureMissing, TagSignatureMismatch, WrongAccount, WrongMint, WrongTokenAccount, NotForSale,
//! AlreadyOwner, BelowAskingPrice.

use alloc::string::{String, ToString};
use anchor_lang::prelude::*;
use anchor_lang::programs::AssociatedToken;

use super::code::{CheckedCode, Code};
use crate::errors::PlingsError;
use crate::nft::{self, NftAccounts, Printed};
use crate::payout::{pay, pay_out};
use crate::rules::split::{first_sale, resale};
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
    /// the instructions sysvar, where a signed tag is demanded
    pub instructions: Option<UncheckedAccount>,
    pub token_program: Program<Token2022>,
    pub associated_token_program: Program<AssociatedToken>,
    pub system_program: Program<System>,
}

impl HandlePayment {
    /// Everything that is refused whether it is a first payment or a purchase.
    fn validate<'a>(&self, code: &'a Code, amount_lamports: u64) -> Result<(CheckedCode<'a>, PaymentTerms)> {
        self.config.check_running()?;
        self.manufacturer.check_active()?;
        require!(amount_lamports != 0, PlingsError::ZeroAmount);
        require!(*self.manufacturer_treasury.address() == self.manufacturer.treasury, PlingsError::WrongAccount);
        require!(*self.platform_treasury.address() == self.config.platform_treasury, PlingsError::WrongAccount);
        let checked = code.check(&self.manufacturer)?;
        let terms = PaymentTerms::find(self.manufacturer.address(), &self.manufacturer, self.class_terms.account(), checked.class_pointer)?;
        if terms.signed_tag {
            checked.check_tag(&self.manufacturer.identity_key, self.instructions.as_ref().map(|sysvar| sysvar.account()))?;
        }
        Ok((checked, terms))
    }

    fn nft(&self, authority_bump: u8) -> NftAccounts<'_> {
        NftAccounts {
            mint: self.mint.account(),
            authority: self.nft_authority.account(),
            authority_bump,
            token_program: self.token_program.account(),
            system_program: self.system_program.account(),
        }
    }
}

pub(crate) fn handler(ctx: &mut Context<HandlePayment>, code: &Code, amount_lamports: u64) -> Result<()> {
    let (checked, terms) = ctx.accounts.validate(code, amount_lamports)?;
    let nft_bump = ctx.bumps.nft_authority;
    if ctx.accounts.object.account().owned_by(&crate::ID) {
        purchase(&ctx.accounts, &checked, amount_lamports, nft_bump)
    } else {
        require!(amount_lamports >= terms.price_floor_lamports, PlingsError::BelowFloor);
        first_payment(&ctx.accounts, &checked, amount_lamports, nft_bump)
    }
}

#[inline(never)]
fn first_payment(accounts: &HandlePayment, code: &CheckedCode, amount_lamports: u64, nft_bump: u8) -> Result<()> {
    let buyer = accounts.buyer.account();
    let mut object_view = *accounts.object.account();
    let timestamp = Clock::get()?.unix_timestamp;
    let bump = ObjectInstance::create(buyer, &mut object_view, &code.seeds, &code.path, amount_lamports)?;
    {
        let mut data = object_view.try_borrow_mut()?;
        let (object, path) = ObjectInstance::read_mut(&mut data)?;
        object.address = *code.address;
        object.mint = *accounts.mint.address();
        object.class_pointer = *code.class_pointer;
        object.created_at_unix = timestamp;
        object.path_len = u8::try_from(path.len()).map_err(|_| PlingsError::Overflow)?;
        object.bump = bump;
        object.unlist(*buyer.address());
    }
    let printed = Printed { path: code.path.text(), pointer_text: code.seeds.pointer_text(), address: code.address.as_array() };
    nft::mint_to_owner(&accounts.nft(nft_bump), buyer, object_view.address(), buyer, accounts.buyer_token_account.account(), &printed)?;

    let split = first_sale(amount_lamports, accounts.config.platform_fee_bps).ok_or(PlingsError::Overflow)?;
    pay_out(&object_view, accounts.platform_treasury.account(), split.platform)?;
    pay_out(&object_view, accounts.manufacturer_treasury.account(), split.manufacturer)?;
    emit!(ObjectCreated {
        object: *object_view.address(),
        path: code.path_text(),
        class_pointer: code.pointer_text(),
        solana_address: *code.address,
        manufacturer: accounts.manufacturer.identity_key,
        buyer: *buyer.address(),
        mint: *accounts.mint.address(),
        payment_amount: amount_lamports,
        platform_amount: split.platform,
        manufacturer_amount: split.manufacturer,
        timestamp,
        transaction_type: "first_payment".to_string(),
    });
    Ok(())
}

#[inline(never)]
fn purchase(accounts: &HandlePayment, code: &CheckedCode, amount_lamports: u64, nft_bump: u8) -> Result<()> {
    let buyer = accounts.buyer.account();
    let seller = accounts.seller.as_ref().ok_or(PlingsError::NotForSale)?.account();
    let seller_token_account = accounts.seller_token_account.as_ref().ok_or(PlingsError::NotForSale)?.account();
    let mut object_view = *accounts.object.account();
    let timestamp = Clock::get()?.unix_timestamp;
    let split = {
        let mut data = object_view.try_borrow_mut()?;
        let (object, path) = ObjectInstance::read_mut(&mut data)?;
        let is_of_code =
            *path == *code.path.text().as_bytes() && object.class_pointer == *code.class_pointer && object.address == *code.address;
        require!(is_of_code, PlingsError::WrongPaymentAddress);
        require!(object.mint == *accounts.mint.address(), PlingsError::WrongMint);
        let owner = nft::holder(seller_token_account, &object.mint)?;
        require!(owner == *seller.address(), PlingsError::WrongAccount);
        require!(owner != *buyer.address(), PlingsError::AlreadyOwner);
        // an offer is its owner's: who got the NFT by another way has made none
        require!(object.is_offered_by(&owner, timestamp), PlingsError::NotForSale);
        require!(amount_lamports >= object.asking_price_lamports, PlingsError::BelowAskingPrice);
        let split = resale(amount_lamports, object.listed_platform_fee_bps, object.listed_royalty_bps).ok_or(PlingsError::Overflow)?;
        object.unlist(*buyer.address());
        split
    };
    nft::deliver(&accounts.nft(nft_bump), buyer, seller_token_account, buyer, accounts.buyer_token_account.account())?;
    pay(buyer, &object_view, amount_lamports)?;
    pay_out(&object_view, accounts.platform_treasury.account(), split.platform)?;
    pay_out(&object_view, accounts.manufacturer_treasury.account(), split.manufacturer)?;
    pay_out(&object_view, seller, split.seller)?;
    emit!(ObjectPurchased {
        object: *object_view.address(),
        path: code.path_text(),
        class_pointer: code.pointer_text(),
        solana_address: *code.address,
        manufacturer: accounts.manufacturer.identity_key,
        buyer: *buyer.address(),
        seller: *seller.address(),
        mint: *accounts.mint.address(),
        payment_amount: amount_lamports,
        platform_amount: split.platform,
        manufacturer_amount: split.manufacturer,
        seller_amount: split.seller,
        timestamp,
        transaction_type: "purchase".to_string(),
    });
    Ok(())
}

#[event]
pub struct ObjectCreated {
    pub object: Address,
    pub path: String,
    pub class_pointer: String,
    pub solana_address: Address,
    pub manufacturer: Address,
    pub buyer: Address,
    pub mint: Address,
    pub payment_amount: u64,
    pub platform_amount: u64,
    pub manufacturer_amount: u64,
    pub timestamp: i64,
    pub transaction_type: String,
}

#[event]
pub struct ObjectPurchased {
    pub object: Address,
    pub path: String,
    pub class_pointer: String,
    pub solana_address: Address,
    pub manufacturer: Address,
    pub buyer: Address,
    pub seller: Address,
    pub mint: Address,
    pub payment_amount: u64,
    pub platform_amount: u64,
    pub manufacturer_amount: u64,
    pub seller_amount: u64,
    pub timestamp: i64,
    pub transaction_type: String,
}
