//! `handle_micro_payment`: pays for an object without making an account.
//!
//! `amount_lamports` goes into the payment log that the object's address falls to, split on its books as a first
//! payment is; the payment becomes a leaf of the log's tree. The buyer of an object's first leaf owns it. Signed by the
//! buyer, who pays no rent. Where a signed tag is demanded, the instruction before this one must be its check.
//! Errors: Paused, ManufacturerSuspended, ManufacturerCompromised, ManufacturerRetired, ZeroAmount, WrongPaymentLog,
//! InvalidPathLength, InvalidSegment, InvalidWallet, WrongPrefix, InvalidClassPointer, WrongClassTerms, BelowFloor,
//! TagSignatureMissing, TagSignatureMismatch, PrintedProofMissing, WrongAccount, LogFull, Overflow.

use anchor_lang::prelude::*;

use super::code::Code;
use crate::payments::{admit, micro::check_log, micro::Micro};
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
    /// the instructions sysvar, where a signed tag or a proof of printing is demanded
    pub instructions: Option<UncheckedAccount>,
    pub system_program: Program<System>,
}

pub(crate) fn handler(ctx: &mut Context<HandleMicroPayment>, code: &Code, amount_lamports: u64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let (checked, terms) =
        admit(&accounts.config, &accounts.manufacturer, &accounts.class_terms, &accounts.instructions, code, amount_lamports)?;
    check_log(&accounts.payment_log, &accounts.manufacturer, code.address)?;
    terms.check_first(amount_lamports, Tier::Micro, &accounts.instructions)?;
    Micro {
        buyer: accounts.buyer.account(),
        config: &accounts.config,
        manufacturer: &accounts.manufacturer,
        payment_log: &mut accounts.payment_log,
    }
    .pay(&checked, amount_lamports)
}
