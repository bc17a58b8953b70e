use anchor_lang::prelude::*;

use crate::errors::PlingsError;

/// The highest royalty on a resale.
pub const MAX_ROYALTY_BPS: u16 = 2_500;
/// A manufacturer has at most 2^8 payment logs.
pub const MAX_SHARD_BITS: u8 = 8;
/// two wallet characters, a dot, six of the manufacturer's number
pub const PREFIX_BYTES: usize = 9;

/// In the order in which a manufacturer's own authority can lower it; only the platform's can raise it.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Active = 0,
    Suspended = 1,
    Compromised = 2,
    Retired = 3,
}

/// Who may print below one path prefix: one account per identity key, at `["manufacturer", identity key]`.
#[account]
pub struct Manufacturer {
    /// the key at wallet.manufacturer: class pointers hash its text, signed tags are its signatures; never changes
    pub identity_key: Address,
    pub authority: Address,
    pub treasury: Address,
    /// the least that a first payment can be, unless the class has terms of its own
    pub price_floor_lamports: u64,
    pub registered_at_unix: i64,
    /// the manufacturer's number within the wallet
    pub index: u32,
    /// how many classes have terms of their own: none, and payments need not look for them
    pub class_terms_count: u32,
    pub royalty_bps: u16,
    pub wallet: u8,
    /// see `Status`
    pub status: u8,
    pub require_signed_tags: u8,
    /// the number of payment logs, as a power of two
    pub shard_bits: u8,
    pub bump: u8,
    pub identity_text_len: u8,
    /// the identity key in base58, computed once
    pub identity_text: [u8; 44],
    pub prefix: [u8; PREFIX_BYTES],
    pub prefix_len: u8,
    pub reserved: [u8; 34],
}

impl Manufacturer {
    pub fn identity_text(&self) -> &[u8] {
        self.identity_text.get(..usize::from(self.identity_text_len)).unwrap_or_default()
    }

    pub fn prefix(&self) -> &[u8] {
        self.prefix.get(..usize::from(self.prefix_len)).unwrap_or_default()
    }

    /// Whether `path` is this manufacturer's: a prefix has one.
    pub fn is_above(&self, path: &[u8]) -> bool {
        path.strip_prefix(self.prefix()).is_some_and(|rest| rest.first() == Some(&b'.'))
    }

    pub fn check_authority(&self, signer: &Address) -> Result<()> {
        require!(*signer == self.authority, PlingsError::NotManufacturerAuthority);
        Ok(())
    }

    /// Payments are taken for active manufacturers alone.
    #[inline(always)]
    pub fn check_active(&self) -> Result<()> {
        match self.status {
            status if status == Status::Active as u8 => Ok(()),
            status if status == Status::Suspended as u8 => Err(PlingsError::ManufacturerSuspended.into()),
            status if status == Status::Compromised as u8 => Err(PlingsError::ManufacturerCompromised.into()),
            _ => Err(PlingsError::ManufacturerRetired.into()),
        }
    }

    /// Checked last by every instruction that writes here.
    pub fn check_invariant(&self) -> Result<()> {
        require!(self.royalty_bps <= MAX_ROYALTY_BPS, PlingsError::ShareTooHigh);
        require!(self.shard_bits <= MAX_SHARD_BITS, PlingsError::TooManyShards);
        require!(self.status <= Status::Retired as u8, PlingsError::InvalidStatus);
        require!(self.require_signed_tags <= 1, PlingsError::InvalidTagDemand);
        Ok(())
    }
}
