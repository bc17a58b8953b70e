use alloc::string::{String, ToString};
use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::rules::class_pointer::class_pointer;
use crate::rules::path::Path;
use crate::state::{Manufacturer, ObjectSeeds};

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
    pub fn path_text(&self) -> String {
        self.path.text().to_string()
    }

    pub fn pointer_text(&self) -> String {
        self.seeds.pointer_text().iter().copied().map(char::from).collect()
    }
}
