//! `prove_printed`: shows that the item of the payment that follows was printed, and claims it.
//!
//! Which item, it reads from the payment itself, which comes directly after this instruction, or after the check of a
//! signed tag; `index` is the item's place in its batch, `proof` the hashes from its leaf to the batch's root. Each item is
//! claimed once: the payment, of any tier, is the item's first. Anyone may, not by a call; nothing is claimed unless the
//! payment takes effect.
//! Errors: WrongAccount, NoPaymentFollows, WrongPrintedBatch, InvalidPathLength, InvalidSegment, InvalidWallet,
//! NotPrinted, ItemClaimed.

use alloc::string::String;
use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::event::Text;
use crate::introspection::{with_following_payment, FollowingPayment};
use crate::log_event;
use crate::rules::base58;
use crate::rules::item::item_leaf;
use crate::rules::path::Path;
use crate::rules::tree::includes;
use crate::state::*;

#[derive(Accounts)]
pub struct ProvePrinted {
    #[account(mut)]
    pub printed_batch: Account<PrintedBatch>,
    /// the instructions sysvar
    pub instructions: UncheckedAccount,
}

pub(crate) fn handler(ctx: &mut Context<ProvePrinted>, index: u32, proof: &[[u8; 32]]) -> Result<()> {
    let ProvePrinted { printed_batch, instructions } = &mut ctx.accounts;
    with_following_payment(instructions.account(), |payment| claim(printed_batch, payment, index, proof))
}

#[inline(always)]
fn claim(batch: &mut Account<PrintedBatch>, payment: &FollowingPayment, index: u32, proof: &[[u8; 32]]) -> Result<()> {
    check_place(batch, payment)?;
    let leaf = item_leaf(payment.path, payment.class_pointer, payment.address.as_array());
    let is_printed = includes(&batch.root, leaf, u64::from(index), u64::from(batch.item_count), proof);
    require!(is_printed, PlingsError::NotPrinted);
    PrintedBatch::claim(batch, index)?;
    log_event!(PrintedItemClaimed {
        printed_batch: *batch.address(),
        path: payment.path,
        class_pointer: Text(&base58::pointer_text(payment.class_pointer)),
        solana_address: *payment.address,
        index: index,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

/// That the item is of this batch: an item has one, so it is claimed once, whatever roots there are.
fn check_place(batch: &PrintedBatch, payment: &FollowingPayment) -> Result<()> {
    let is_its = batch.manufacturer == *payment.manufacturer && batch.class_pointer == *payment.class_pointer;
    require!(is_its && batch.batch == Path::parse(payment.path)?.batch()?, PlingsError::WrongPrintedBatch);
    Ok(())
}

#[event]
pub struct PrintedItemClaimed {
    pub printed_batch: Address,
    pub path: String,
    pub class_pointer: String,
    pub solana_address: Address,
    pub index: u32,
    pub timestamp: i64,
}
