use alloc::string::{String, ToString};
use anchor_lang::pinocchio::sysvars::instructions::{Instructions, INSTRUCTIONS_ID};
use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::rules::base58;
use crate::rules::class_pointer::class_pointer;
use crate::rules::path::Path;
use crate::rules::tag::{checked_by, TagMessage};
use crate::state::{Manufacturer, ObjectSeeds};

/// `Ed25519SigVerify111111111111111111111111111`
const ED25519: Address = Address::from_str_const("Ed25519SigVerify111111111111111111111111111");

/// What is printed on an object, as an instruction's argument.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Code {
    pub path: String,
    pub class_pointer: [u8; 8],
    /// the instance's key
    pub address: Address,
}

/// A code whose class the manufacturer's key confirms.
pub struct CheckedCode<'a> {
    pub path: Path<'a>,
    pub class_pointer: &'a [u8; 8],
    pub address: &'a Address,
    pub seeds: ObjectSeeds<'a>,
}

impl Code {
    /// Path, prefix and class pointer; that the payment address belongs to them is for the caller to check.
    #[inline(always)]
    pub fn check<'a>(&'a self, manufacturer: &Manufacturer) -> Result<CheckedCode<'a>> {
        let path = Path::parse(&self.path)?;
        require!(path.is_below(manufacturer.prefix()), PlingsError::WrongPrefix);
        let expected = class_pointer(manufacturer.identity_text(), path.to_pointer());
        require!(expected == self.class_pointer, PlingsError::InvalidClassPointer);
        let seeds = ObjectSeeds::new(&path, &self.class_pointer, self.address.as_array());
        Ok(CheckedCode { path, class_pointer: &self.class_pointer, address: &self.address, seeds })
    }
}

impl CheckedCode<'_> {
    /// That the instruction before this one is the Ed25519 precompile's check of this very tag.
    #[inline(never)]
    pub fn check_tag(&self, identity_key: &Address, instructions: Option<&AccountView>) -> Result<()> {
        let sysvar = instructions.ok_or(PlingsError::TagSignatureMissing)?;
        require!(*sysvar.address() == INSTRUCTIONS_ID, PlingsError::WrongAccount);
        let instructions = Instructions::try_from(sysvar)?;
        let before = instructions.get_instruction_relative(-1).map_err(|_| PlingsError::TagSignatureMissing)?;
        require!(*before.get_program_id() == ED25519, PlingsError::TagSignatureMissing);
        let message = TagMessage::new(self.path.text(), self.seeds.pointer_text(), self.address.as_array());
        let was_checked = checked_by(before.get_instruction_data(), identity_key.as_array(), message.as_bytes());
        require!(was_checked, PlingsError::TagSignatureMismatch);
        Ok(())
    }

    pub fn path_text(&self) -> String {
        self.path.text().to_string()
    }

    pub fn pointer_text(&self) -> String {
        base58::text(self.seeds.pointer_text())
    }
}
