//! `handle_batch_payment`: pays for an object, whose owner a slot of a shared account keeps.
//!
//! A micro-payment in everything else: the amount goes into the object's payment log, the payment is a leaf of it. The
//! slot's share of the account's rent comes on top. The first payment for a path takes the slot; a second one is
//! refused. Signed by the buyer.
//! Errors: those of `handle_micro_payment`, AboveTier, WrongBatchAccount, SlotTaken.

use anchor_lang::prelude::*;

use super::code::Code;
use crate::payments::{admit, micro::check_log, micro::Micro};
use crate::state::*;

#[derive(Accounts)]
pub struct HandleBatchPayment {
    #[account(mut)]
    pub buyer: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub manufacturer: Account<Manufacturer>,
    /// the class's address for terms, whether an account is there or not
    pub class_terms: UncheckedAccount,
    #[account(mut)]
    pub payment_log: Account<PaymentLog>,
    #[account(mut)]
    pub batch_account: Account<BatchAccount>,
    /// the instructions sysvar, where a signed tag or a proof of printing is demanded
    pub instructions: Option<UncheckedAccount>,
    pub system_program: Program<System>,
}

pub(crate) fn handler(ctx: &mut Context<HandleBatchPayment>, code: &Code, amount_lamports: u64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let (checked, terms) =
        admit(&accounts.config, &accounts.manufacturer, &accounts.class_terms, &accounts.instructions, code, amount_lamports)?;
    check_log(&accounts.payment_log, &accounts.manufacturer, code.address)?;
    terms.check_first(amount_lamports, Tier::Batch, &accounts.instructions)?;
    Micro {
        buyer: accounts.buyer.account(),
        config: &accounts.config,
        manufacturer: &accounts.manufacturer,
        payment_log: &mut accounts.payment_log,
    }
    .pay_for_slot(&checked, amount_lamports, &mut accounts.batch_account)
}
