//! Payments into a log, without an account of their own; with a slot of a shared account, or without.

use alloc::string::String;
use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::event::Text;
use crate::instructions::CheckedCode;
use crate::log_event;
use crate::payout::{pay_into_loaded, pay_out};
use crate::rules::leaf::{Kind, Leaf};
use crate::rules::shard::shard_of;
use crate::rules::split::{first_sale, FirstSale};
use crate::state::*;

/// The accounts of such a payment.
pub struct Micro<'a> {
    pub buyer: &'a AccountView,
    pub config: &'a Config,
    pub manufacturer: &'a Account<Manufacturer>,
    pub payment_log: &'a mut Account<PaymentLog>,
}

impl Micro<'_> {
    /// Takes the payment and writes its leaf.
    #[inline(always)]
    pub fn pay(&mut self, code: &CheckedCode, amount_lamports: u64) -> Result<()> {
        pay_into_loaded(self.buyer, self.payment_log.account(), amount_lamports)?;
        let recorded = self.record(code, amount_lamports, Kind::Payment)?;
        log_event!(MicroPaymentProcessed {
            path: code.path.text(),
            class_pointer: Text(&code.pointer_characters),
            solana_address: *code.address,
            buyer: *self.buyer.address(),
            payment_amount: amount_lamports,
            manufacturer: self.manufacturer.identity_key,
            timestamp: recorded.timestamp,
            transaction_type: Text(b"micro_payment"),
            payment_log: *self.payment_log.address(),
            number: recorded.number,
            platform_amount: recorded.split.platform,
            manufacturer_amount: recorded.split.manufacturer,
        });
        Ok(())
    }

    /// The same with a slot of `batch`, which must be free; its share of the rent comes on top.
    #[inline(always)]
    pub fn pay_for_slot(&mut self, code: &CheckedCode, amount_lamports: u64, batch: &mut Account<BatchAccount>) -> Result<()> {
        let place = batch.place(&code.path)?;
        batch.take(place, code.address, self.buyer.address(), self.payment_log.leaf_count)?;
        let slot_rent_lamports = batch.slot_rent_lamports;
        let total = amount_lamports.checked_add(slot_rent_lamports).ok_or(PlingsError::Overflow)?;
        pay_into_loaded(self.buyer, self.payment_log.account(), total)?;
        pay_out(self.payment_log.account(), batch.account(), slot_rent_lamports)?;
        let recorded = self.record(code, amount_lamports, Kind::SlotPayment)?;
        log_event!(BatchPaymentProcessed {
            path: code.path.text(),
            class_pointer: Text(&code.pointer_characters),
            solana_address: *code.address,
            buyer: *self.buyer.address(),
            payment_amount: amount_lamports,
            manufacturer: self.manufacturer.identity_key,
            timestamp: recorded.timestamp,
            transaction_type: Text(b"batch_payment"),
            payment_log: *self.payment_log.address(),
            number: recorded.number,
            platform_amount: recorded.split.platform,
            manufacturer_amount: recorded.split.manufacturer,
            slot_rent_lamports,
        });
        Ok(())
    }

    /// The split on the log's books, the payment in its tree.
    #[inline(always)]
    fn record(&mut self, code: &CheckedCode, amount_lamports: u64, kind: Kind) -> Result<Recorded> {
        let split = first_sale(amount_lamports, self.config.platform_fee_bps).ok_or(PlingsError::Overflow)?;
        let timestamp = Clock::get()?.unix_timestamp;
        let payment_log = *self.payment_log.address();
        let number = self.payment_log.leaf_count;
        self.payment_log.owe(&split)?;
        self.payment_log.append(&Leaf {
            kind,
            payment_log: payment_log.as_array(),
            number,
            timestamp,
            actor: self.buyer.address().as_array(),
            owner: self.buyer.address().as_array(),
            amount_lamports,
            class_pointer: code.class_pointer,
            address: code.address.as_array(),
            path: code.path.text(),
        })?;
        Ok(Recorded { number, timestamp, split })
    }
}

struct Recorded {
    number: u64,
    timestamp: i64,
    split: FirstSale,
}

/// That `log` is the manufacturer's, and the one that the address falls to.
pub fn check_log(log: &Account<PaymentLog>, manufacturer: &Account<Manufacturer>, address: &Address) -> Result<()> {
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

#[event]
pub struct BatchPaymentProcessed {
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
    pub slot_rent_lamports: u64,
}
