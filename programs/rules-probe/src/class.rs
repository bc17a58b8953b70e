use alloc::vec::Vec;
use anchor_lang::prelude::Address;
use core::hint::black_box;
use plings::errors::PlingsError;
use plings::rules::class_pointer::class_pointer;
use plings::rules::path::Path;
use plings::state::Manufacturer;
use plings::text::String as Text;
use plings::Code;

use crate::input::Input;
use crate::paths::{put_path, put_refusal};

/// Key's text, path to pointer (unchecked) → pointer.
pub fn pointer(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    answer.extend_from_slice(&class_pointer(input.counted()?, input.rest()));
    Some(())
}

/// What is registered of a manufacturer, and what a code claims.
struct Claim<'a> {
    prefix: &'a [u8],
    identity_text: &'a [u8],
    class_pointer: &'a [u8; 8],
    path: &'a str,
}

impl<'a> Claim<'a> {
    #[inline(always)]
    fn read(input: &mut Input<'a>) -> Option<Self> {
        let (prefix, identity_text, class_pointer) = (input.counted()?, input.counted()?, input.array()?);
        Some(Self { prefix, identity_text, class_pointer, path: core::str::from_utf8(input.rest()).ok()? })
    }
}

/// The path alone, the rest of the claim believed: what `checked` would cost without its check.
pub fn unchecked(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let claim = black_box(Claim::read(input)?);
    put_path(Path::parse(claim.path), answer)
}

/// The class check: the path is below the registered prefix, and the pointer is that of key and path.
pub fn checked(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let claim = black_box(Claim::read(input)?);
    match Path::parse(claim.path) {
        // a reference, so that moving the path is no part of the check
        Ok(ref path) => match check_class(path, &claim) {
            Ok(()) => put_path(Ok(*path), answer),
            Err(error) => put_refusal(error, answer),
        },
        Err(error) => put_refusal(error, answer),
    }
}

#[inline(always)]
fn check_class(path: &Path, claim: &Claim) -> Result<(), PlingsError> {
    if !path.is_below(claim.prefix) {
        return Err(PlingsError::WrongPrefix);
    }
    if class_pointer(claim.identity_text, path.to_pointer()) != *claim.class_pointer {
        return Err(PlingsError::InvalidClassPointer);
    }
    Ok(())
}

const INSTANCE: Address = Address::new_from_array([7; 32]);

/// The same claim as the program gets it: an instruction's argument, and an account.
#[inline(always)]
fn read_code<'a>(input: &mut Input<'a>) -> Option<(Code<'a>, Manufacturer)> {
    let claim = Claim::read(input)?;
    let mut manufacturer: Manufacturer = bytemuck::Zeroable::zeroed();
    manufacturer.prefix.get_mut(..claim.prefix.len())?.copy_from_slice(claim.prefix);
    manufacturer.prefix_len = u8::try_from(claim.prefix.len()).ok()?;
    manufacturer.identity_text.get_mut(..claim.identity_text.len())?.copy_from_slice(claim.identity_text);
    manufacturer.identity_text_len = u8::try_from(claim.identity_text.len()).ok()?;
    let code = Code { path: Text(claim.path), class_pointer: claim.class_pointer, address: &INSTANCE };
    Some((code, manufacturer))
}

/// As `unchecked`, for `code_checked`.
pub fn code_unchecked(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let (code, _) = &black_box(read_code(input)?);
    put_path(Path::parse(code.path.0), answer)
}

/// The program's own check, which also makes the pointer's text, a seed of the payment address.
pub fn code_checked(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let (code, manufacturer) = &black_box(read_code(input)?);
    match code.check(manufacturer) {
        Ok(checked) => {
            black_box(checked.pointer_characters);
            put_path(Ok(checked.path), answer)
        }
        Err(error) => put_refusal(error, answer),
    }
}
