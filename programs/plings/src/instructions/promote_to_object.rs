//! `promote_to_object`: begins to give an object that was paid for in a log, or in a slot, an account and NFT of its own.
//!
//! What is shown is a payment leaf with its proof, or the object's slot. It proves that somebody paid, not that they were
//! the first: so for Config's time anyone can show more (`challenge_promotion`), and only then whoever is the owner by
//! all that was shown makes it final (`finalize_promotion`) and gets the NFT. Meanwhile the object's account is there,
//! takes no payment and cannot be sold. Signed by the claimant, who may be somebody that the buyer gave the object to;
//! of a slot, by its owner. `payer` pays the rent; the promotion's comes back at the end.
//! Works whatever the manufacturer's status, and while the program is paused. Once only.
//! Errors: WrongPaymentLog, InvalidPathLength, InvalidSegment, InvalidWallet, WrongPrefix, InvalidClassPointer,
//! TitleMissing, WrongCheckpoint, InvalidLeaf, ProofInvalid, WrongBatchAccount, NotSlotOwner, ObjectExists,
//! NotTitleHolder (without a time for challenges), WrongPaymentAddress, WrongPromotion.

use alloc::string::String;
use anchor_lang::prelude::*;

use super::code::{CheckedCode, Code};
use super::title::{Evidence, ProvedLeaf, Shown};
use crate::errors::PlingsError;
use crate::rules::title::Link;
use crate::state::*;

#[derive(Accounts)]
pub struct PromoteToObject {
    #[account(unsafe(dup))] // the claimant may pay
    pub payer: Signer,
    pub claimant: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub manufacturer: Account<Manufacturer>,
    pub payment_log: Account<PaymentLog>,
    /// the payment address
    #[account(mut)]
    pub object: UncheckedAccount,
    #[account(mut)]
    pub promotion: UncheckedAccount,
    /// for a leaf: the checkpoint that its proof leads to
    pub checkpoint: Option<Account<OwnershipCheckpoint>>,
    /// for a slot: its account
    #[account(mut)]
    pub batch_account: Option<Account<BatchAccount>>,
    pub system_program: Program<System>,
}

impl PromoteToObject {
    fn show<'c>(&self, code: &Code<'c>, leaf: &Option<ProvedLeaf>) -> Result<(CheckedCode<'c>, Shown)> {
        let evidence = Evidence {
            manufacturer: &self.manufacturer,
            payment_log: &self.payment_log,
            checkpoint: self.checkpoint.as_deref(),
            batch_account: self.batch_account.as_deref(),
        };
        evidence.check(code, leaf)
    }
}

pub(crate) fn handler(ctx: &mut Context<PromoteToObject>, code: &Code, leaf: Option<ProvedLeaf>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let (checked, shown) = accounts.show(code, &leaf)?;
    let object = *accounts.object.address();
    let claimant = *accounts.claimant.address();
    require!(!accounts.object.account().owned_by(&crate::ID), PlingsError::ObjectExists);
    let (link, amount_lamports) = match shown {
        Shown::Payment { number, buyer, amount_lamports } => (Link { number, owner: buyer.to_bytes() }, amount_lamports),
        Shown::Transfer { .. } => return Err(PlingsError::TitleMissing.into()), // a title begins with a payment
        Shown::Slot { place, slot } => {
            require!(slot.owner == claimant, PlingsError::NotSlotOwner);
            let batch = accounts.batch_account.as_mut().ok_or(PlingsError::TitleMissing)?;
            batch.give(place, &object)?;
            (Link { number: slot.leaf_number, owner: slot.owner.to_bytes() }, 0)
        }
    };
    // without a time for challenges nothing more can be shown: only who owns it by this alone may claim
    let is_whole = accounts.config.challenge_seconds != 0 || link.owner == claimant.to_bytes();
    require!(is_whole, PlingsError::NotTitleHolder);
    let timestamp = Clock::get()?.unix_timestamp;
    let final_at_unix = timestamp.saturating_add(i64::from(accounts.config.challenge_seconds));
    create(accounts, &checked, link, timestamp)?;
    edit_promotion(accounts.promotion.account(), |promotion| {
        promotion.object = object;
        promotion.payment_log = *accounts.payment_log.address();
        promotion.claimant = claimant;
        promotion.amount_lamports = amount_lamports;
        promotion.final_at_unix = final_at_unix;
        promotion.is_slot = u8::from(leaf.is_none());
    })?;
    emit!(PromotionClaimed {
        object,
        promotion: *accounts.promotion.address(),
        path: checked.path_text(),
        class_pointer: checked.pointer_text(),
        solana_address: *checked.address,
        claimant,
        owner: Address::new_from_array(link.owner),
        payment_log: *accounts.payment_log.address(),
        number: link.number,
        final_at_unix,
        timestamp,
    });
    Ok(())
}

#[inline(never)]
fn create(accounts: &PromoteToObject, code: &CheckedCode, link: Link, timestamp: i64) -> Result<()> {
    let payer = accounts.payer.account();
    let mut object = *accounts.object.account();
    let owner = Address::new_from_array(link.owner);
    ObjectInstance::create(payer, &mut object, code, &owner, &Address::default(), 0, timestamp)?;
    let bump = Promotion::create(payer, accounts.promotion.account(), object.address())?;
    edit_promotion(accounts.promotion.account(), |promotion| promotion.bump = bump)?;
    Promotion::put(payer, accounts.promotion.account(), 0, link)
}

/// Changes the fixed part of a promotion.
pub(crate) fn edit_promotion(account: &AccountView, change: impl FnOnce(&mut Promotion)) -> Result<()> {
    let mut view = *account;
    let mut data = view.try_borrow_mut()?;
    let (promotion, _) = Promotion::read_mut(&mut data)?;
    change(promotion);
    Ok(())
}

#[event]
pub struct PromotionClaimed {
    pub object: Address,
    pub promotion: Address,
    pub path: String,
    pub class_pointer: String,
    pub solana_address: Address,
    pub claimant: Address,
    pub owner: Address,
    pub payment_log: Address,
    pub number: u64,
    pub final_at_unix: i64,
    pub timestamp: i64,
}
