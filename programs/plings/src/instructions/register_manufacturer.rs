//! `register_manufacturer`: gives a path prefix to an identity key, for ever.
//!
//! Signed by the platform's authority, by the identity key, and by whoever pays the rent of both accounts.
//! `prefix` is `wallet.manufacturer` (`2.3`); the floor is in lamports, the royalty in basis points (at most 2,500),
//! `shard_bits` the number of payment logs as a power of two (at most 8).
//! Errors: NotPlatformAuthority, InvalidPathLength, InvalidSegment, InvalidWallet, InvalidManufacturerIndex,
//! TreasuryNotFunded, ShareTooHigh, TooManyShards; a prefix or key that is registered already fails as taken (System).

#![allow(unused_variables)] // Anchor binds an instruction's argument also where it has no use for it

use alloc::string::String;
use anchor_lang::prelude::*;

use crate::payout::check_funded;
use crate::rules::{base58, path};
use crate::state::*;

#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Registration {
    pub price_floor_lamports: u64,
    pub royalty_bps: u16,
    pub require_signed_tags: bool,
    pub shard_bits: u8,
}

#[derive(Accounts)]
#[instruction(prefix: String)]
pub struct RegisterManufacturer {
    #[account(unsafe(dup))] // the platform's authority may pay
    pub payer: Signer,
    pub platform_authority: Signer,
    pub identity: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    #[account(init, payer = payer, seeds = [b"manufacturer", identity.address().as_ref()], bump)]
    pub manufacturer: Account<Manufacturer>,
    #[account(init, payer = payer, seeds = [b"prefix", prefix.as_bytes()], bump)]
    pub path_prefix: Account<PathPrefix>,
    /// who may change the manufacturer's terms
    pub authority: UncheckedAccount,
    pub treasury: UncheckedAccount,
    pub system_program: Program<System>,
}

impl RegisterManufacturer {
    fn validate(&self) -> Result<()> {
        self.config.check_authority(self.platform_authority.address())?;
        check_funded(self.treasury.account())
    }
}

pub(crate) fn handler(ctx: &mut Context<RegisterManufacturer>, prefix: String, registration: Registration) -> Result<()> {
    ctx.accounts.validate()?;
    let (wallet, index) = path::parse_prefix(&prefix)?;
    let registered_at_unix = Clock::get()?.unix_timestamp;
    let identity_key = *ctx.accounts.identity.address();
    let mut identity_text = [0u8; base58::KEY_CHARACTERS];
    let identity_text_len = base58::write_key(identity_key.as_array(), &mut identity_text);
    let address = *ctx.accounts.manufacturer.address();
    let bump = ctx.bumps.manufacturer;
    let manufacturer = &mut ctx.accounts.manufacturer;
    **manufacturer = Manufacturer {
        identity_key,
        authority: *ctx.accounts.authority.address(),
        treasury: *ctx.accounts.treasury.address(),
        price_floor_lamports: registration.price_floor_lamports,
        registered_at_unix,
        index,
        class_terms_count: 0,
        royalty_bps: registration.royalty_bps,
        wallet,
        status: Status::Active as u8,
        require_signed_tags: u8::from(registration.require_signed_tags),
        shard_bits: registration.shard_bits,
        bump,
        identity_text_len: u8::try_from(identity_text_len).unwrap_or_default(),
        identity_text,
        prefix: padded(prefix.as_bytes()),
        prefix_len: u8::try_from(prefix.len()).unwrap_or_default(),
        reserved: [0; 34],
    };
    manufacturer.check_invariant()?;
    *ctx.accounts.path_prefix = PathPrefix { manufacturer: address, identity_key };
    emit!(ManufacturerRegistered {
        manufacturer: address,
        identity_key,
        prefix,
        authority: manufacturer.authority,
        treasury: manufacturer.treasury,
        price_floor_lamports: manufacturer.price_floor_lamports,
        royalty_bps: manufacturer.royalty_bps,
        require_signed_tags: registration.require_signed_tags,
        shard_bits: manufacturer.shard_bits,
        timestamp: registered_at_unix,
    });
    Ok(())
}

/// `parse_prefix` has seen that the text fits.
fn padded(prefix: &[u8]) -> [u8; PREFIX_BYTES] {
    let mut bytes = prefix.iter().copied();
    core::array::from_fn(|_| bytes.next().unwrap_or_default())
}

#[event]
pub struct ManufacturerRegistered {
    pub manufacturer: Address,
    pub identity_key: Address,
    pub prefix: String,
    pub authority: Address,
    pub treasury: Address,
    pub price_floor_lamports: u64,
    pub royalty_bps: u16,
    pub require_signed_tags: bool,
    pub shard_bits: u8,
    pub timestamp: i64,
}
