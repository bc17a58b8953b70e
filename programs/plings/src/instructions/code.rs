use alloc::string::ToString;
use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::introspection::{check_signature_before, SignatureErrors};
use crate::rules::base58;
use crate::rules::class_pointer::class_pointer;
use crate::rules::path::Path;
use crate::rules::tag::TagMessage;
use crate::state::{Manufacturer, ObjectSeeds};
use crate::text::String;

/// What is printed on an object, as an instruction's argument.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Code<'a> {
    pub path: String<'a>,
    pub class_pointer: &'a [u8; 8],
    /// the instance's key
    pub address: &'a Address,
}

/// A code whose class the manufacturer's key confirms.
pub struct CheckedCode<'a> {
    pub path: Path<'a>,
    pub class_pointer: &'a [u8; 8],
    pub address: &'a Address,
    /// the class pointer in base58, computed once
    pub pointer_characters: [u8; base58::POINTER_CHARACTERS],
}

impl<'a> Code<'a> {
    /// Path, prefix and class pointer; that the payment address belongs to them is for the caller to check.
    #[inline(always)]
    pub fn check(&self, manufacturer: &Manufacturer) -> Result<CheckedCode<'a>> {
        let path = Path::parse(self.path.0)?;
        require!(path.is_below(manufacturer.prefix()), PlingsError::WrongPrefix);
        let expected = class_pointer(manufacturer.identity_text(), path.to_pointer());
        require!(expected == *self.class_pointer, PlingsError::InvalidClassPointer);
        let pointer_characters = base58::pointer_text(self.class_pointer);
        Ok(CheckedCode { path, class_pointer: self.class_pointer, pointer_characters, address: self.address })
    }
}

impl CheckedCode<'_> {
    /// That the instruction before this one is the Ed25519 precompile's check of this very tag.
    #[inline(never)]
    pub fn check_tag(&self, identity_key: &Address, instructions: Option<&AccountView>) -> Result<()> {
        let sysvar = instructions.ok_or(PlingsError::TagSignatureMissing)?;
        let message = TagMessage::new(self.path.text(), &self.pointer_characters, self.address.as_array());
        let errors = SignatureErrors { missing: PlingsError::TagSignatureMissing, mismatch: PlingsError::TagSignatureMismatch };
        check_signature_before(sysvar, identity_key, message.as_bytes(), &errors)
    }

    /// That `object` is the payment address, and nothing of ours is there.
    #[inline(never)]
    pub fn check_no_object(&self, object: &AccountView) -> Result<()> {
        self.seeds().find(object.address())?;
        require!(!object.owned_by(&crate::ID), PlingsError::ObjectExists);
        Ok(())
    }

    /// The seeds of the payment address.
    pub fn seeds(&self) -> ObjectSeeds<'_> {
        ObjectSeeds::new(&self.path, &self.pointer_characters, self.address.as_array())
    }

    pub fn path_text(&self) -> alloc::string::String {
        self.path.text().to_string()
    }

    pub fn pointer_text(&self) -> alloc::string::String {
        base58::text(&self.pointer_characters)
    }
}
