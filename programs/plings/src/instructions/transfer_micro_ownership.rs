//! `transfer_micro_ownership`: the owner of an object that has no account gives it to somebody.
//!
//! Signed by the owner. The chain keeps no owner for such an object, so the leaf counts if, in the order of the log, its
//! signer owned the object then; anyone else's changes nothing. Works whatever the manufacturer's status, and while the
//! program is paused.
//! Errors: AlreadyOwner, WrongPaymentLog, InvalidPathLength, InvalidSegment, InvalidWallet, WrongPrefix,
//! InvalidClassPointer, WrongPaymentAddress, ObjectExists, LogFull.

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
pub struct TransferMicroOwnership {
    pub owner: Signer,
    pub manufacturer: Account<Manufacturer>,
    /// the payment address, where no account of ours must be: it would outrank the leaf
    pub object: UncheckedAccount,
    #[account(mut)]
    pub payment_log: Account<PaymentLog>,
}

pub(crate) fn handler(ctx: &mut Context<TransferMicroOwnership>, code: &Code, new_owner: Address) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let owner = *accounts.owner.address();
    require!(owner != new_owner, PlingsError::AlreadyOwner);
    check_log(&accounts.payment_log, &accounts.manufacturer, code.address)?;
    let checked = code.check(&accounts.manufacturer)?;
    checked.check_no_object(accounts.object.account())?;
    let timestamp = Clock::get()?.unix_timestamp;
    let payment_log = *accounts.payment_log.address();
    let number = accounts.payment_log.leaf_count;
    accounts.payment_log.append(&Leaf {
        kind: Kind::Transfer,
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
    log_event!(MicroOwnershipTransferred {
        path: checked.path.text(),
        class_pointer: Text(&checked.pointer_characters),
        solana_address: *checked.address,
        previous_owner: owner,
        owner: new_owner,
        timestamp,
        payment_log,
        number,
    });
    Ok(())
}

#[event]
pub struct MicroOwnershipTransferred {
    pub path: String,
    pub class_pointer: String,
    pub solana_address: Address,
    pub previous_owner: Address,
    pub owner: Address,
    pub timestamp: i64,
    pub payment_log: Address,
    pub number: u64,
}
