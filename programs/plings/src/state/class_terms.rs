use anchor_lang::prelude::*;

use super::Manufacturer;
use crate::errors::PlingsError;
use crate::seeds;

/// Whether a class demands signed tags.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TagDemand {
    AsManufacturer = 0,
    Demanded = 1,
    Waived = 2,
}

/// The highest tier: 0 by value, 1 micro-payment, 2 shared account, 3 account of its own.
pub const MAX_TIER: u8 = 3;

/// A class's own terms, at `["class", manufacturer, class pointer]`.
#[account]
pub struct ClassTerms {
    pub manufacturer: Address,
    pub price_floor_lamports: u64,
    pub class_pointer: [u8; 8],
    /// the tier that payments of this class take whatever their value; 0 by value
    pub tier: u8,
    /// see `TagDemand`
    pub tag_demand: u8,
    pub bump: u8,
    pub reserved: [u8; 5],
}

impl ClassTerms {
    /// Checked last by every instruction that writes here.
    pub fn check_invariant(&self) -> Result<()> {
        require!(self.tier <= MAX_TIER, PlingsError::InvalidTier);
        require!(self.tag_demand <= TagDemand::Waived as u8, PlingsError::InvalidTagDemand);
        Ok(())
    }
}

/// What holds for a payment of one class.
#[derive(Clone, Copy)]
pub struct PaymentTerms {
    pub price_floor_lamports: u64,
    pub signed_tag: bool,
}

impl PaymentTerms {
    /// The manufacturer's terms, or the class's where it has its own.
    ///
    /// `class_terms` must be the class's address even where no account is there: otherwise a payer could leave a
    /// higher floor out. Where the manufacturer has no class with terms, none can be left out and none is looked for.
    #[inline(always)]
    pub fn find(manufacturer: &Address, terms: &Manufacturer, class_terms: &AccountView, class_pointer: &[u8; 8]) -> Result<Self> {
        let general = Self { price_floor_lamports: terms.price_floor_lamports, signed_tag: terms.require_signed_tags != 0 };
        if terms.class_terms_count == 0 {
            return Ok(general);
        }
        general.with_class(manufacturer, class_terms, class_pointer)
    }

    #[inline(never)]
    fn with_class(self, manufacturer: &Address, class_terms: &AccountView, class_pointer: &[u8; 8]) -> Result<Self> {
        let (expected, _) = find_program_address(&[seeds::CLASS, manufacturer.as_ref(), class_pointer], &crate::ID);
        require!(*class_terms.address() == expected, PlingsError::WrongClassTerms);
        if !class_terms.owned_by(&crate::ID) {
            return Ok(self);
        }
        let class = Account::<ClassTerms>::load(*class_terms)?;
        let signed_tag = match class.tag_demand {
            demand if demand == TagDemand::Demanded as u8 => true,
            demand if demand == TagDemand::Waived as u8 => false,
            _ => self.signed_tag,
        };
        Ok(Self { price_floor_lamports: class.price_floor_lamports, signed_tag })
    }
}
