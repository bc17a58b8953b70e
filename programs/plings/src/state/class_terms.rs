use anchor_lang::prelude::*;

use super::{Config, Manufacturer};
use crate::errors::PlingsError;
use crate::introspection::check_proof_before;
use crate::seeds;

/// Whether a class demands signed tags.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TagDemand {
    AsManufacturer = 0,
    Demanded = 1,
    Waived = 2,
}

/// Whether first payments of a class must prove that the code was printed.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PrintedDemand {
    None = 0,
    Demanded = 1,
}

/// Where a payment's ownership is kept.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub enum Tier {
    /// in a payment log alone
    Micro = 1,
    /// in a slot of a shared account, too
    Batch = 2,
    /// in an account of its own, with an NFT
    Own = 3,
}

/// The highest tier that terms can name; 0 names none.
pub const MAX_TIER: u8 = Tier::Own as u8;

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
    /// see `PrintedDemand`
    pub printed_demand: u8,
    pub reserved: [u8; 4],
}

impl ClassTerms {
    /// Checked last by every instruction that writes here.
    pub fn check_invariant(&self) -> Result<()> {
        require!(self.tier <= MAX_TIER, PlingsError::InvalidTier);
        require!(self.tag_demand <= TagDemand::Waived as u8, PlingsError::InvalidTagDemand);
        require!(self.printed_demand <= PrintedDemand::Demanded as u8, PlingsError::InvalidPrintedDemand);
        Ok(())
    }
}

const SIGNED_TAG: u8 = 1;
const PRINTED: u8 = 2;

/// What holds for a payment of one class.
#[derive(Clone, Copy)]
pub struct PaymentTerms {
    pub price_floor_lamports: u64,
    /// `SIGNED_TAG` of all payments, `PRINTED` of first ones: in one byte, which costs payments without either least
    demands: u8,
    /// the tier that the class's terms name, if they name one
    pub tier: Option<Tier>,
    /// false for a class without terms where others have some: anybody can make one up
    pub is_known: bool,
}

impl PaymentTerms {
    /// The manufacturer's terms, or the class's where it has its own.
    ///
    /// `class_terms` must be the class's address even where no account is there: otherwise a payer could leave a
    /// higher floor out. Where the manufacturer has no class with terms, none can be left out and none is looked for.
    #[inline(always)]
    pub fn find(manufacturer: &Address, terms: &Manufacturer, class_terms: &AccountView, class_pointer: &[u8; 8]) -> Result<Self> {
        let general = Self {
            price_floor_lamports: terms.price_floor_lamports,
            demands: if terms.require_signed_tags != 0 { SIGNED_TAG } else { 0 },
            tier: None,
            is_known: true,
        };
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
            return Ok(Self { is_known: false, ..self });
        }
        let class = Account::<ClassTerms>::load(*class_terms)?;
        let signed_tag = match class.tag_demand {
            demand if demand == TagDemand::Demanded as u8 => SIGNED_TAG,
            demand if demand == TagDemand::Waived as u8 => 0,
            _ => self.demands,
        };
        let printed = if class.printed_demand == PrintedDemand::Demanded as u8 { PRINTED } else { 0 };
        let tier = match class.tier {
            1 => Some(Tier::Micro),
            2 => Some(Tier::Batch),
            3 => Some(Tier::Own),
            _ => None,
        };
        Ok(Self { price_floor_lamports: class.price_floor_lamports, demands: signed_tag | printed, tier, is_known: true })
    }

    /// Whether payments show a signed tag.
    #[inline(always)]
    pub fn signed_tag(&self) -> bool {
        self.demands & SIGNED_TAG != 0
    }

    /// What a first payment must keep to: the floor, a tier no higher than the class's, and a proof of printing before it.
    ///
    /// A higher tier outranks a lower one's owners: where the class names none, paying its price keeps thieves away.
    #[inline(always)]
    pub fn check_first(&self, amount_lamports: u64, tier: Tier, instructions: &Option<UncheckedAccount>) -> Result<()> {
        require!(amount_lamports >= self.price_floor_lamports, PlingsError::BelowFloor);
        require!(self.tier.is_none_or(|most| tier <= most), PlingsError::AboveTier);
        if self.demands & PRINTED != 0 {
            check_proof_before(instructions, self.signed_tag())?;
        }
        Ok(())
    }

    /// Whether a pool pays for accounts of this class; where classes have terms, for none that has not.
    pub fn is_sponsored(&self) -> bool {
        self.is_known && self.tier.is_none_or(|most| most == Tier::Own)
    }

    /// The tier of a first payment of `amount_lamports`.
    pub fn tier_of(&self, config: &Config, amount_lamports: u64) -> Tier {
        self.tier.unwrap_or(match amount_lamports {
            small if small < config.micro_below_lamports => Tier::Micro,
            middling if middling < config.batch_below_lamports => Tier::Batch,
            _ => Tier::Own,
        })
    }
}
