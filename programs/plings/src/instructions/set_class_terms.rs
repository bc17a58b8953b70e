//! `set_class_terms`: gives one class a price floor, a tier and demands for signed tags and printed codes of its own.
//!
//! Signed by the manufacturer's authority; `payer` pays the rent the first time. `path_to_pointer` is the class's path
//! without batch and instance, `class_pointer` must be its pointer.
//! Errors: NotManufacturerAuthority, InvalidPathLength, InvalidSegment, InvalidWallet, WrongPrefix,
//! InvalidClassPointer, InvalidTier, InvalidTagDemand, InvalidPrintedDemand.

#![allow(unused_variables)] // Anchor binds an instruction's argument also where it has no use for it

use alloc::string::String;
use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::rules::{base58, class_pointer::class_pointer as pointer_of, path::Path};
use crate::state::*;

#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Terms {
    pub price_floor_lamports: u64,
    /// 0 by value, 1 micro-payment, 2 shared account, 3 account of its own
    pub tier: u8,
    /// 0 as the manufacturer says, 1 demanded, 2 waived
    pub tag_demand: u8,
    /// 0 none, 1 first payments prove that the code was printed (`prove_printed`)
    pub printed_demand: u8,
}

#[derive(Accounts)]
#[instruction(class_pointer: [u8; 8])]
pub struct SetClassTerms {
    #[account(unsafe(dup))] // the authority may pay
    pub payer: Signer,
    pub authority: Signer,
    #[account(mut)]
    pub manufacturer: Account<Manufacturer>,
    #[account(init_if_needed, payer = payer, seeds = [b"class", manufacturer.address().as_ref(), &class_pointer], bump)]
    pub class_terms: Account<ClassTerms>,
    pub system_program: Program<System>,
}

impl SetClassTerms {
    fn validate(&self, class_pointer: &[u8; 8], path_to_pointer: &str) -> Result<()> {
        self.manufacturer.check_authority(self.authority.address())?;
        let path = Path::parse_to_pointer(path_to_pointer)?;
        require!(path.is_below(self.manufacturer.prefix()), PlingsError::WrongPrefix);
        let expected = pointer_of(self.manufacturer.identity_text(), path.to_pointer());
        require!(expected == *class_pointer, PlingsError::InvalidClassPointer);
        Ok(())
    }
}

pub(crate) fn handler(ctx: &mut Context<SetClassTerms>, class_pointer: [u8; 8], path_to_pointer: String, terms: Terms) -> Result<()> {
    ctx.accounts.validate(&class_pointer, &path_to_pointer)?;
    let manufacturer = *ctx.accounts.manufacturer.address();
    let is_new = ctx.accounts.class_terms.manufacturer != manufacturer;
    let count = ctx.accounts.manufacturer.class_terms_count;
    ctx.accounts.manufacturer.class_terms_count = count.checked_add(u32::from(is_new)).ok_or(PlingsError::Overflow)?;
    let bump = ctx.bumps.class_terms;
    *ctx.accounts.class_terms = ClassTerms {
        manufacturer,
        price_floor_lamports: terms.price_floor_lamports,
        class_pointer,
        tier: terms.tier,
        tag_demand: terms.tag_demand,
        bump,
        printed_demand: terms.printed_demand,
        reserved: [0; 4],
    };
    ctx.accounts.class_terms.check_invariant()?;
    emit!(ClassTermsSet {
        manufacturer,
        class_pointer: base58::text(&base58::pointer_text(&class_pointer)),
        path_to_pointer,
        price_floor_lamports: terms.price_floor_lamports,
        tier: terms.tier,
        tag_demand: terms.tag_demand,
        timestamp: Clock::get()?.unix_timestamp,
        printed_demand: terms.printed_demand,
    });
    Ok(())
}

#[event]
pub struct ClassTermsSet {
    pub manufacturer: Address,
    pub class_pointer: String,
    pub path_to_pointer: String,
    pub price_floor_lamports: u64,
    pub tier: u8,
    pub tag_demand: u8,
    pub timestamp: i64,
    pub printed_demand: u8,
}
