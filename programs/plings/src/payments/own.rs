//! Payments at an object's own account: the first makes it, with its NFT; later ones buy the object from its owner.

use alloc::string::{String, ToString};
use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::instructions::CheckedCode;
use crate::nft::{self, NftAccounts, Printed};
use crate::payout::{advance, pay, pay_out};
use crate::rules::split::{first_sale, resale};
use crate::state::*;

/// The accounts of such a payment.
pub struct Own<'a> {
    pub buyer: &'a AccountView,
    pub config: &'a Config,
    pub manufacturer: &'a Manufacturer,
    /// the payment address
    pub object: &'a AccountView,
    pub nft: NftAccounts<'a>,
    pub buyer_token_account: &'a AccountView,
    pub manufacturer_treasury: &'a AccountView,
    pub platform_treasury: &'a AccountView,
    pub seller: Option<&'a AccountView>,
    pub seller_token_account: Option<&'a AccountView>,
}

impl Own<'_> {
    fn check_treasuries(&self) -> Result<()> {
        require!(*self.manufacturer_treasury.address() == self.manufacturer.treasury, PlingsError::WrongAccount);
        require!(*self.platform_treasury.address() == self.config.platform_treasury, PlingsError::WrongAccount);
        Ok(())
    }

    /// Makes object and NFT, the buyer's. Who pays the rent is the buyer, or `sponsor` before anything else.
    #[inline(never)]
    pub fn first_payment(&self, code: &CheckedCode, amount_lamports: u64, sponsor: Option<Sponsor>) -> Result<()> {
        self.check_treasuries()?;
        if let Some(sponsor) = &sponsor {
            advance(sponsor.pool, self.buyer, sponsor.lamports)?;
        }
        let mut object_view = *self.object;
        let timestamp = Clock::get()?.unix_timestamp;
        let mint = *self.nft.mint.address();
        ObjectInstance::create(self.buyer, &mut object_view, code, self.buyer.address(), &mint, amount_lamports, timestamp)?;
        let printed = printed(code);
        nft::mint_to_owner(&self.nft, self.buyer, object_view.address(), self.buyer, self.buyer_token_account, &printed)?;
        if sponsor.is_some() {
            nft::keep_rent_from_owner(&self.nft, self.buyer, self.buyer_token_account)?;
        }

        let split = first_sale(amount_lamports, self.config.platform_fee_bps).ok_or(PlingsError::Overflow)?;
        pay_out(&object_view, self.platform_treasury, split.platform)?;
        pay_out(&object_view, self.manufacturer_treasury, split.manufacturer)?;
        emit!(ObjectCreated {
            object: *object_view.address(),
            path: code.path_text(),
            class_pointer: code.pointer_text(),
            solana_address: *code.address,
            manufacturer: self.manufacturer.identity_key,
            buyer: *self.buyer.address(),
            mint,
            payment_amount: amount_lamports,
            platform_amount: split.platform,
            manufacturer_amount: split.manufacturer,
            timestamp,
            transaction_type: "first_payment".to_string(),
        });
        Ok(())
    }

    /// The rent of all that a first payment makes.
    pub fn rent_lamports(code: &CheckedCode) -> Result<u64> {
        let object = anchor_lang::cpi::rent_exempt_lamports(ObjectInstance::space(code.path.text().len()))?;
        object.checked_add(nft::rent_lamports(&printed(code))?).ok_or(PlingsError::Overflow.into())
    }

    /// Buys the object from its owner, on the terms of their offer.
    #[inline(never)]
    pub fn purchase(&self, code: &CheckedCode, amount_lamports: u64) -> Result<()> {
        self.check_treasuries()?;
        let seller = self.seller.ok_or(PlingsError::NotForSale)?;
        let seller_token_account = self.seller_token_account.ok_or(PlingsError::NotForSale)?;
        let mut object_view = *self.object;
        let timestamp = Clock::get()?.unix_timestamp;
        let split = {
            let mut data = object_view.try_borrow_mut()?;
            let (object, path) = ObjectInstance::read_mut(&mut data)?;
            require!(object.is_of(path, code), PlingsError::WrongPaymentAddress);
            object.check_final()?;
            require!(object.mint == *self.nft.mint.address(), PlingsError::WrongMint);
            let owner = nft::holder(seller_token_account, &object.mint)?;
            require!(owner == *seller.address(), PlingsError::WrongAccount);
            require!(owner != *self.buyer.address(), PlingsError::AlreadyOwner);
            // an offer is its owner's: who got the NFT by another way has made none
            require!(object.is_offered_by(&owner, timestamp), PlingsError::NotForSale);
            require!(amount_lamports >= object.asking_price_lamports, PlingsError::BelowAskingPrice);
            let split = resale(amount_lamports, object.listed_platform_fee_bps, object.listed_royalty_bps).ok_or(PlingsError::Overflow)?;
            object.unlist(*self.buyer.address());
            split
        };
        nft::deliver(&self.nft, self.buyer, seller_token_account, self.buyer, self.buyer_token_account)?;
        pay(self.buyer, &object_view, amount_lamports)?;
        pay_out(&object_view, self.platform_treasury, split.platform)?;
        pay_out(&object_view, self.manufacturer_treasury, split.manufacturer)?;
        pay_out(&object_view, seller, split.seller)?;
        emit!(ObjectPurchased {
            object: *object_view.address(),
            path: code.path_text(),
            class_pointer: code.pointer_text(),
            solana_address: *code.address,
            manufacturer: self.manufacturer.identity_key,
            buyer: *self.buyer.address(),
            seller: *seller.address(),
            mint: *self.nft.mint.address(),
            payment_amount: amount_lamports,
            platform_amount: split.platform,
            manufacturer_amount: split.manufacturer,
            seller_amount: split.seller,
            timestamp,
            transaction_type: "purchase".to_string(),
        });
        Ok(())
    }
}

/// Who pays the rent, or part of it, in the buyer's place.
pub struct Sponsor<'a> {
    pub pool: &'a AccountView,
    pub lamports: u64,
}

pub fn printed<'a>(code: &'a CheckedCode) -> Printed<'a> {
    Printed { path: code.path.text(), pointer_text: &code.pointer_characters, address: code.address.as_array() }
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
