//! `handle_micro_payment`: pays for an object without making an account.
//!
//! `amount_lamports` goes into the payment log that the object's address falls to, split on its books as a first
//! payment is; the payment becomes a leaf of the log's tree. The buyer of an object's first leaf owns it. Signed by the
//! buyer, who pays no rent. Where a signed tag is demanded, the instruction before this one must be its check.
//! Errors: Paused, ManufacturerSuspended, ManufacturerCompromised, ManufacturerRetired, ZeroAmount, WrongPaymentLog,
//! InvalidPathLength, InvalidSegment, InvalidWallet, WrongPrefix, InvalidClassPointer, WrongClassTerms, BelowFloor,
//! TagSignatureMissing, TagSignatureMismatch, WrongAccount, LogFull, Overflow.

use alloc::string::{String, ToString};
use anchor_lang::prelude::*;

use super::code::Code;
use crate::errors::PlingsError;
use crate::payout::pay_into_loaded;
use crate::rules::leaf::{Kind, Leaf};
use crate::rules::shard::shard_of;
use crate::rules::split::first_sale;
use crate::state::*;

#[derive(Accounts)]
pub struct HandleMicroPayment {
    #[account(mut)]
    pub buyer: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub manufacturer: Account<Manufacturer>,
    /// the class's address for terms, whether an account is there or not
    pub class_terms: UncheckedAccount,
    #[account(mut)]
    pub payment_log: Account<PaymentLog>,
    /// the instructions sysvar, where a signed tag is demanded
    pub instructions: Option<UncheckedAccount>,
    pub system_program: Program<System>,
}

pub(crate) fn handler(ctx: &mut Context<HandleMicroPayment>, code: &Code, amount_lamports: u64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    accounts.config.check_running()?;
    accounts.manufacturer.check_active()?;
    require!(amount_lamports != 0, PlingsError::ZeroAmount);
    check_log(&accounts.payment_log, &accounts.manufacturer, &code.address)?;
    let checked = code.check(&accounts.manufacturer)?;
    let terms =
        PaymentTerms::find(accounts.manufacturer.address(), &accounts.manufacturer, accounts.class_terms.account(), checked.class_pointer)?;
    require!(amount_lamports >= terms.price_floor_lamports, PlingsError::BelowFloor);
    if terms.signed_tag {
        checked.check_tag(&accounts.manufacturer.identity_key, accounts.instructions.as_ref().map(|sysvar| sysvar.account()))?;
    }
    pay_into_loaded(accounts.buyer.account(), accounts.payment_log.account(), amount_lamports)?;

    let split = first_sale(amount_lamports, accounts.config.platform_fee_bps).ok_or(PlingsError::Overflow)?;
    let timestamp = Clock::get()?.unix_timestamp;
    let payment_log = *accounts.payment_log.address();
    let buyer = *accounts.buyer.address();
    let number = accounts.payment_log.leaf_count;
    accounts.payment_log.owe(&split)?;
    accounts.payment_log.append(&Leaf {
        kind: Kind::Payment,
        payment_log: payment_log.as_array(),
        number,
        timestamp,
        actor: buyer.as_array(),
        owner: buyer.as_array(),
        amount_lamports,
        class_pointer: checked.class_pointer,
        address: checked.address.as_array(),
        path: checked.path.text(),
    })?;
    emit!(MicroPaymentProcessed {
        path: checked.path_text(),
        class_pointer: checked.pointer_text(),
        solana_address: *checked.address,
        buyer,
        payment_amount: amount_lamports,
        manufacturer: accounts.manufacturer.identity_key,
        timestamp,
        transaction_type: "micro_payment".to_string(),
        payment_log,
        number,
        platform_amount: split.platform,
        manufacturer_amount: split.manufacturer,
    });
    Ok(())
}

/// That `log` is the manufacturer's, and the one that the address falls to.
pub(crate) fn check_log(log: &Account<PaymentLog>, manufacturer: &Account<Manufacturer>, address: &Address) -> Result<()> {
    let is_its = log.manufacturer == *manufacturer.address() && log.shard == shard_of(address.as_array(), manufacturer.shard_bits);
    require!(is_its, PlingsError::WrongPaymentLog);
    Ok(())
}

#[event]
pub struct MicroPaymentProcessed {
    pub path: String,
    pub class_pointer: String,
    pub solana_address: Address,
    pub buyer: Address,
    pub payment_amount: u64,
    pub manufacturer: Address,
    pub timestamp: i64,
    pub transaction_type: String,
    pub payment_log: Address,
    pub number: u64,
    pub platform_amount: u64,
    pub manufacturer_amount: u64,
}
