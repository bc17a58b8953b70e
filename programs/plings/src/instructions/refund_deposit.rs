//! `refund_deposit`: sends back what somebody sent to a payment address by a plain transfer.
//!
//! Such a transfer buys nothing. Signed by the manufacturer's authority, who names the recipient; works before the
//! object's first payment and after it, whatever the manufacturer's status, and while the program is paused. What an
//! object's account needs for its rent is no deposit.
//! Errors: NotManufacturerAuthority, ZeroAmount, InvalidPathLength, InvalidSegment, InvalidWallet, WrongPrefix,
//! InvalidClassPointer, WrongPaymentAddress, DepositTooSmall.

use alloc::string::String;
use anchor_lang::prelude::*;

use super::code::{CheckedCode, Code};
use crate::errors::PlingsError;
use crate::payout::{pay_from_address, pay_out};
use crate::state::*;

#[derive(Accounts)]
pub struct RefundDeposit {
    pub authority: Signer,
    pub manufacturer: Account<Manufacturer>,
    /// the payment address
    #[account(mut)]
    pub object: UncheckedAccount,
    #[account(unsafe(dup))] // the authority may name itself
    pub recipient: UncheckedAccount,
    pub system_program: Program<System>,
}

pub(crate) fn handler(ctx: &mut Context<RefundDeposit>, code: &Code, amount_lamports: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    accounts.manufacturer.check_authority(accounts.authority.address())?;
    require!(amount_lamports != 0, PlingsError::ZeroAmount);
    let checked = code.check(&accounts.manufacturer)?;
    refund(accounts.object.account(), accounts.recipient.account(), &checked, amount_lamports)?;
    emit!(DepositRefunded {
        object: *accounts.object.address(),
        path: checked.path_text(),
        class_pointer: checked.pointer_text(),
        solana_address: *checked.address,
        recipient: *accounts.recipient.address(),
        amount_lamports,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[inline(never)]
fn refund(object: &AccountView, recipient: &AccountView, code: &CheckedCode, amount_lamports: u64) -> Result<()> {
    let seeds = code.seeds();
    let bump = seeds.find(object.address())?;
    if !object.owned_by(&crate::ID) {
        require!(object.lamports() >= amount_lamports, PlingsError::DepositTooSmall);
        return pay_from_address(object, recipient, amount_lamports, &seeds.with_bump(&[bump]));
    }
    let rent = anchor_lang::cpi::rent_exempt_lamports(object.data_len())?;
    let deposit = object.lamports().saturating_sub(rent);
    require!(deposit >= amount_lamports, PlingsError::DepositTooSmall);
    pay_out(object, recipient, amount_lamports)
}

#[event]
pub struct DepositRefunded {
    pub object: Address,
    pub path: String,
    pub class_pointer: String,
    pub solana_address: Address,
    pub recipient: Address,
    pub amount_lamports: u64,
    pub timestamp: i64,
}
