//! What is shown of whose an object is: a proved leaf of its payment log, or its slot of a shared account.

use anchor_lang::prelude::*;

use super::code::{CheckedCode, Code};
use crate::errors::PlingsError;
use crate::payments::micro::check_log;
use crate::rules::leaf::{Kind, Leaf};
use crate::rules::tree::includes;
use crate::state::*;

/// A leaf of the object's payment log, and the proof that it is under a checkpoint.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ProvedLeaf<'a> {
    /// 1 payment, 2 transfer
    pub kind: u8,
    pub number: u64,
    pub timestamp: i64,
    pub actor: &'a Address,
    pub owner: &'a Address,
    pub amount_lamports: u64,
    pub proof: &'a [[u8; 32]],
}

/// A leaf or slot that was shown to be true.
pub enum Shown {
    Payment { number: u64, buyer: Address, amount_lamports: u64 },
    Transfer { number: u64, actor: Address, owner: Address },
    Slot { place: usize, slot: Slot },
}

/// The accounts among which it is.
pub struct Evidence<'a> {
    pub manufacturer: &'a Account<Manufacturer>,
    pub payment_log: &'a Account<PaymentLog>,
    pub checkpoint: Option<&'a OwnershipCheckpoint>,
    pub batch_account: Option<&'a BatchAccount>,
}

impl Evidence<'_> {
    /// Checks the code, and `leaf` against the checkpoint; without a leaf, looks the slot up.
    pub fn check<'c>(&self, code: &Code<'c>, leaf: &Option<ProvedLeaf>) -> Result<(CheckedCode<'c>, Shown)> {
        check_log(self.payment_log, self.manufacturer, code.address)?;
        let checked = code.check(self.manufacturer)?;
        let shown = match leaf {
            Some(leaf) => self.check_leaf(&checked, leaf)?,
            None => self.find_slot(&checked)?,
        };
        Ok((checked, shown))
    }

    #[inline(never)]
    fn check_leaf(&self, code: &CheckedCode, leaf: &ProvedLeaf) -> Result<Shown> {
        let checkpoint = self.checkpoint.ok_or(PlingsError::TitleMissing)?;
        require!(checkpoint.payment_log == *self.payment_log.address(), PlingsError::WrongCheckpoint);
        let kind = Kind::from_byte(leaf.kind).ok_or(PlingsError::InvalidLeaf)?;
        let hash = Leaf {
            kind,
            payment_log: checkpoint.payment_log.as_array(),
            number: leaf.number,
            timestamp: leaf.timestamp,
            actor: leaf.actor.as_array(),
            owner: leaf.owner.as_array(),
            amount_lamports: leaf.amount_lamports,
            class_pointer: code.class_pointer,
            address: code.address.as_array(),
            path: code.path.text(),
        }
        .hash();
        let proved = includes(&checkpoint.payments_merkle_root, hash, leaf.number, checkpoint.total_payments_count, leaf.proof);
        require!(proved, PlingsError::ProofInvalid);
        match kind {
            Kind::Payment => Ok(Shown::Payment { number: leaf.number, buyer: *leaf.owner, amount_lamports: leaf.amount_lamports }),
            Kind::Transfer => Ok(Shown::Transfer { number: leaf.number, actor: *leaf.actor, owner: *leaf.owner }),
            // the slot itself says who owns it now
            Kind::SlotPayment | Kind::SlotTransfer => Err(PlingsError::InvalidLeaf.into()),
        }
    }

    fn find_slot(&self, code: &CheckedCode) -> Result<Shown> {
        let batch = self.batch_account.ok_or(PlingsError::TitleMissing)?;
        let place = batch.place(&code.path)?;
        let slot = batch.slot(place, code.address).ok_or(PlingsError::TitleMissing)?;
        Ok(Shown::Slot { place, slot })
    }
}
