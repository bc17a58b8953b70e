//! `transfer_batch_slot`: the owner of a slot gives its object to somebody.
//!
//! Signed by the owner. The transfer is a leaf of the object's payment log, too. Works whatever the manufacturer's
//! status, and while the program is paused.
//! Errors: AlreadyOwner, WrongPaymentLog, InvalidPathLength, InvalidSegment, InvalidWallet, WrongPrefix,
//! InvalidClassPointer, WrongPaymentAddress, ObjectExists, WrongBatchAccount, NotSlotOwner, WrongAccount, LogFull.

use alloc::string::String;
use anchor_lang::prelude::*;

use super::code::Code;
use crate::errors::PlingsError;
use crate::event::Text;
use crate::log_event;
use crate::payments::micro::check_log;
use crate::rules::leaf::{Kind, Leaf};
use crate::state::*;

#[derive(Accounts)]
pub struct TransferBatchSlot {
    pub owner: Signer,
    pub manufacturer: Account<Manufacturer>,
    /// the payment address, where no account of ours must be: it would outrank the leaf
    pub object: UncheckedAccount,
    #[account(mut)]
    pub payment_log: Account<PaymentLog>,
    #[account(mut)]
    pub batch_account: Account<BatchAccount>,
}

pub(crate) fn handler(ctx: &mut Context<TransferBatchSlot>, code: &Code, new_owner: Address) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let owner = *accounts.owner.address();
    require!(owner != new_owner, PlingsError::AlreadyOwner);
    check_log(&accounts.payment_log, &accounts.manufacturer, code.address)?;
    let checked = code.check(&accounts.manufacturer)?;
    checked.check_no_object(accounts.object.account())?;
    let place = accounts.batch_account.place(&checked.path)?;
    let slot = accounts.batch_account.slot(place, checked.address).ok_or(PlingsError::NotSlotOwner)?;
    require!(slot.owner == owner, PlingsError::NotSlotOwner);
    // nobody signs for these two: the object would be lost, and the second says that it was promoted
    require!(new_owner != Address::default() && new_owner != *accounts.object.address(), PlingsError::WrongAccount);
    accounts.batch_account.give(place, &new_owner)?;
    let timestamp = Clock::get()?.unix_timestamp;
    let payment_log = *accounts.payment_log.address();
    let number = accounts.payment_log.leaf_count;
    accounts.payment_log.append(&Leaf {
        kind: Kind::SlotTransfer,
        payment_log: payment_log.as_array(),
        number,
        timestamp,
        actor: owner.as_array(),
        owner: new_owner.as_array(),
        amount_lamports: 0,
        class_pointer: checked.class_pointer,
        address: checked.address.as_array(),
        path: checked.path.text(),
    })?;
    log_event!(BatchSlotTransferred {
        path: checked.path.text(),
        class_pointer: Text(&checked.pointer_characters),
        solana_address: *checked.address,
        batch_account: *accounts.batch_account.address(),
        previous_owner: owner,
        owner: new_owner,
        timestamp,
        payment_log,
        number,
    });
    Ok(())
}

#[event]
pub struct BatchSlotTransferred {
    pub path: String,
    pub class_pointer: String,
    pub solana_address: Address,
    pub batch_account: Address,
    pub previous_owner: Address,
    pub owner: Address,
    pub timestamp: i64,
    pub payment_log: Address,
    pub number: u64,
}
