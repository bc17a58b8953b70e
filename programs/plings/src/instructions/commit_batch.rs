//! `commit_batch`: anchors the root of a printed batch's items, so that payments can demand that a code was printed.
//!
//! `batch` is the items' path without instance, `class_pointer` its class's; `instances` are the printed numbers. The
//! instruction before must be the Ed25519 precompile's check of the identity key's signature of just this commitment.
//! Signed by the manufacturer's authority, too, so that nobody anchors a root that was given up; `payer` pays the rent.
//! Once for a batch, and for ever: a root that could be replaced would forget what was claimed.
//! Errors: NotManufacturerAuthority, ManufacturerSuspended, ManufacturerCompromised, ManufacturerRetired,
//! InvalidPathLength, InvalidSegment, InvalidWallet, WrongPrefix, InvalidClassPointer, InvalidItems,
//! CommitmentUnsigned, WrongAccount, Overflow, WrongPrintedBatch; a batch that is there already fails as taken (System).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::introspection::{check_signature_before, SignatureErrors};
use crate::rules::base58;
use crate::rules::class_pointer::class_pointer as pointer_of;
use crate::rules::item::{count_of, Commitment, CommitmentMessage, InstanceRange};
use crate::rules::path::Path;
use crate::state::*;

/// A printed batch, as its manufacturer's identity key signed it.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct PrintedBatchArgument {
    /// the items' path without instance
    pub batch: String,
    pub class_pointer: [u8; 8],
    /// the printed numbers, ascending, with a gap between any two ranges
    pub instances: Vec<InstanceRange>,
    pub root: [u8; 32],
    pub created_at_unix: u64,
}

#[derive(Accounts)]
pub struct CommitBatch {
    #[account(unsafe(dup))] // the authority may pay
    pub payer: Signer,
    pub authority: Signer,
    pub manufacturer: Account<Manufacturer>,
    #[account(mut)]
    pub printed_batch: UncheckedAccount,
    /// the instructions sysvar
    pub instructions: UncheckedAccount,
    pub system_program: Program<System>,
}

impl CommitBatch {
    /// Returns the batch's number and how many items it has.
    fn validate(&self, commitment: &PrintedBatchArgument) -> Result<(u32, u32)> {
        self.manufacturer.check_authority(self.authority.address())?;
        self.manufacturer.check_active()?;
        let path = Path::parse_to_batch(&commitment.batch)?;
        require!(path.is_below(self.manufacturer.prefix()), PlingsError::WrongPrefix);
        let expected = pointer_of(self.manufacturer.identity_text(), path.to_pointer());
        require!(expected == commitment.class_pointer, PlingsError::InvalidClassPointer);
        let item_count = count_of(&commitment.instances).ok_or(PlingsError::InvalidItems)?;
        self.check_signature(commitment)?;
        Ok((path.batch()?, item_count))
    }

    #[inline(never)]
    fn check_signature(&self, commitment: &PrintedBatchArgument) -> Result<()> {
        let message = CommitmentMessage::new(&Commitment {
            batch: &commitment.batch,
            pointer_text: &base58::pointer_text(&commitment.class_pointer),
            instances: &commitment.instances,
            root: &commitment.root,
            created_at_unix: commitment.created_at_unix,
            identity_text: self.manufacturer.identity_text(),
        });
        let message = message.ok_or(PlingsError::InvalidItems)?;
        let unsigned = SignatureErrors { missing: PlingsError::CommitmentUnsigned, mismatch: PlingsError::CommitmentUnsigned };
        check_signature_before(self.instructions.account(), &self.manufacturer.identity_key, message.as_bytes(), &unsigned)
    }
}

pub(crate) fn handler(ctx: &mut Context<CommitBatch>, commitment: &PrintedBatchArgument) -> Result<()> {
    let accounts = &ctx.accounts;
    let (batch, item_count) = accounts.validate(commitment)?;
    let manufacturer = *accounts.manufacturer.address();
    let place = BatchPlace { manufacturer: &manufacturer, class_pointer: &commitment.class_pointer, batch };
    let created_at_unix = i64::try_from(commitment.created_at_unix).map_err(|_| PlingsError::Overflow)?;
    let items = PrintedItems { root: &commitment.root, item_count, created_at_unix };
    PrintedBatch::create(accounts.payer.account(), accounts.printed_batch.account(), &place, &items)?;
    emit!(BatchCommitted {
        printed_batch: *accounts.printed_batch.address(),
        manufacturer,
        path_to_batch: commitment.batch.to_string(),
        class_pointer: base58::text(&base58::pointer_text(&commitment.class_pointer)),
        root: commitment.root,
        item_count,
        created_at_unix,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct BatchCommitted {
    pub printed_batch: Address,
    pub manufacturer: Address,
    pub path_to_batch: String,
    pub class_pointer: String,
    pub root: [u8; 32],
    pub item_count: u32,
    pub created_at_unix: i64,
    pub timestamp: i64,
}
