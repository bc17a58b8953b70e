use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::instructions::SponsorTerms;

/// A manufacturer's money for its customers' rent: `["sponsor_pool", manufacturer]`.
///
/// What the pool has is what lies on it beyond its own rent, wherever it came from.
#[account]
pub struct SponsorPool {
    pub manufacturer: Address,
    pub per_item_lamports: u64,
    pub minimum_value_lamports: u64,
    pub maximum_value_lamports: u64,
    /// paid out so far
    pub sponsored_lamports: u64,
    /// objects that it was paid for
    pub sponsored_count: u64,
    /// rent that came back
    pub returned_lamports: u64,
    pub bump: u8,
    pub reserved: [u8; 39],
}

impl SponsorPool {
    pub const SPACE: usize = Self::DISCRIMINATOR.len() + core::mem::size_of::<Self>();

    pub fn set_terms(&mut self, terms: &SponsorTerms) -> Result<()> {
        self.per_item_lamports = terms.per_item_lamports;
        self.minimum_value_lamports = terms.minimum_value_lamports;
        self.maximum_value_lamports = terms.maximum_value_lamports;
        let in_order = self.minimum_value_lamports <= self.maximum_value_lamports;
        require!(self.per_item_lamports != 0 && in_order, PlingsError::InvalidSponsorTerms);
        Ok(())
    }

    /// What the pool can spend of the `lamports` that lie on it.
    pub fn available(lamports: u64) -> Result<u64> {
        Ok(lamports.saturating_sub(anchor_lang::cpi::rent_exempt_lamports(Self::SPACE)?))
    }

    /// What the pool, with `lamports` on it, pays of `rent_lamports` for a payment of `amount_lamports`; None if it is
    /// not for such payments, or has not enough.
    pub fn offer(&self, lamports: u64, amount_lamports: u64, rent_lamports: u64) -> Result<Option<u64>> {
        let in_bounds = amount_lamports >= self.minimum_value_lamports && amount_lamports <= self.maximum_value_lamports;
        let offered = rent_lamports.min(self.per_item_lamports);
        Ok((in_bounds && offered <= Self::available(lamports)?).then_some(offered))
    }

    /// Writes down that `lamports` were paid for one object.
    pub fn note(&mut self, lamports: u64) -> Result<()> {
        self.sponsored_lamports = self.sponsored_lamports.checked_add(lamports).ok_or(PlingsError::Overflow)?;
        self.sponsored_count = self.sponsored_count.checked_add(1).ok_or(PlingsError::Overflow)?;
        Ok(())
    }
}
