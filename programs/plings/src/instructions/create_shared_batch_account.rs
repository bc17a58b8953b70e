//! `create_shared_batch_account`: makes the account in which a hundred objects of a batch keep their owners.
//!
//! Anyone may, and pays its rent; each slot's buyer pays a hundredth of it back (`sweep_batch_account`). `path` is that
//! of any of the hundred objects.
//! Errors: InvalidPathLength, InvalidSegment, InvalidWallet, WrongPrefix, WrongBatchAccount; one that is there already
//! fails as taken (System).

use alloc::string::{String, ToString};
use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::rules::path::Path;
use crate::state::*;

#[derive(Accounts)]
pub struct CreateSharedBatchAccount {
    #[account(mut)]
    pub payer: Signer,
    pub manufacturer: Account<Manufacturer>,
    #[account(mut)]
    pub batch_account: UncheckedAccount,
    pub system_program: Program<System>,
}

pub(crate) fn handler(ctx: &mut Context<CreateSharedBatchAccount>, path: &str) -> Result<()> {
    let accounts = &ctx.accounts;
    let path = Path::parse(path)?;
    require!(path.is_below(accounts.manufacturer.prefix()), PlingsError::WrongPrefix);
    let place = SlotPlace::of(&path);
    let slot_rent_lamports =
        BatchAccount::create(accounts.payer.account(), accounts.batch_account.account(), accounts.manufacturer.address(), &place)?;
    emit!(BatchAccountCreated {
        batch_account: *accounts.batch_account.address(),
        manufacturer: *accounts.manufacturer.address(),
        path_to_batch: place.path_to_batch.to_string(),
        number: place.number,
        rent_payer: *accounts.payer.address(),
        slot_rent_lamports,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct BatchAccountCreated {
    pub batch_account: Address,
    pub manufacturer: Address,
    pub path_to_batch: String,
    pub number: u32,
    pub rent_payer: Address,
    pub slot_rent_lamports: u64,
    pub timestamp: i64,
}
