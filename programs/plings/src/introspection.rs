//! What stands beside an instruction in its transaction: a signature's check before it, a payment after it.
//!
//! The instructions sysvar has a transaction's own instructions alone, none that a program called.

use anchor_lang::pinocchio::sysvars::instructions::{Instructions, IntrospectedInstruction, INSTRUCTIONS_ID};
use anchor_lang::prelude::*;
use anchor_lang::Discriminator;

use crate::errors::PlingsError;
use crate::instruction;
use crate::rules::tag::checked_by;

/// `Ed25519SigVerify111111111111111111111111111`
const ED25519: Address = Address::from_str_const("Ed25519SigVerify111111111111111111111111111");
/// Every payment's argument begins with the code, and has the manufacturer in this place of its accounts.
const PAYMENTS: [&[u8]; 5] = [
    instruction::HandleMicroPayment::DISCRIMINATOR,
    instruction::ProcessPayment::DISCRIMINATOR,
    instruction::HandleBatchPayment::DISCRIMINATOR,
    instruction::HandlePayment::DISCRIMINATOR,
    instruction::SponsoredPayment::DISCRIMINATOR,
];
const MANUFACTURER_PLACE: usize = 2;

/// That the instruction just before is the Ed25519 precompile's check of `key`'s signature of `message`, and of no other.
#[inline(never)]
pub fn check_signature_before(sysvar: &AccountView, key: &Address, message: &[u8], errors: &SignatureErrors) -> Result<()> {
    let instructions = read(sysvar)?;
    let before = instructions.get_instruction_relative(-1).map_err(|_| errors.missing)?;
    require!(*before.get_program_id() == ED25519, errors.missing);
    require!(checked_by(before.get_instruction_data(), key.as_array(), message), errors.mismatch);
    Ok(())
}

/// What is said of an instruction that is no such check, and of one of another key or message.
pub struct SignatureErrors {
    pub missing: PlingsError,
    pub mismatch: PlingsError,
}

/// That `prove_printed` is the instruction before this payment, or before the check of its signed tag.
///
/// It has looked for its payment by the same rule, so each serves the other alone; see `with_following_payment`.
#[cold]
#[inline(never)]
pub fn check_proof_before(sysvar: &Option<UncheckedAccount>, signed_tag: bool) -> Result<()> {
    let instructions = read(sysvar.as_ref().ok_or(PlingsError::PrintedProofMissing)?.account())?;
    let place = if signed_tag { -2 } else { -1 };
    let before = instructions.get_instruction_relative(place).map_err(|_| PlingsError::PrintedProofMissing)?;
    let is_proof =
        *before.get_program_id() == crate::ID && before.get_instruction_data().starts_with(instruction::ProvePrinted::DISCRIMINATOR);
    require!(is_proof, PlingsError::PrintedProofMissing);
    Ok(())
}

/// The payment that an instruction stands before.
pub struct FollowingPayment<'a> {
    pub manufacturer: &'a Address,
    pub path: &'a str,
    pub class_pointer: &'a [u8; 8],
    pub address: &'a Address,
}

/// Does `act` with the payment after this instruction; one check of a signature may stand between.
///
/// Both are the transaction's own: a payment that a program makes by a call has another instruction in its place, and
/// this one, called by a program, is not the current one.
#[inline(always)]
pub fn with_following_payment<T>(sysvar: &AccountView, act: impl FnOnce(&FollowingPayment) -> Result<T>) -> Result<T> {
    let instructions = read(sysvar)?;
    let current = instructions.get_instruction_relative(0)?;
    require!(*current.get_program_id() == crate::ID, PlingsError::NoPaymentFollows);
    let mut next = after(&instructions, 1)?;
    if *next.get_program_id() == ED25519 {
        next = after(&instructions, 2)?;
    }
    act(&FollowingPayment::read(&next).ok_or(PlingsError::NoPaymentFollows)?)
}

impl<'a> FollowingPayment<'a> {
    /// None for what is no payment of this program.
    #[inline(always)]
    fn read(instruction: &'a IntrospectedInstruction) -> Option<Self> {
        let (kind, rest) = instruction.get_instruction_data().split_first_chunk::<8>()?;
        if *instruction.get_program_id() != crate::ID || !PAYMENTS.contains(&kind.as_slice()) {
            return None;
        }
        let manufacturer = &instruction.get_instruction_account_at(MANUFACTURER_PLACE).ok()?.key;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (path, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        let (class_pointer, rest) = rest.split_first_chunk::<8>()?;
        let (address, _) = rest.split_first_chunk::<32>()?;
        let path = core::str::from_utf8(path).ok()?;
        Some(Self { manufacturer, path, class_pointer, address: bytemuck::cast_ref(address) })
    }
}

fn after<'a>(
    instructions: &'a Instructions<anchor_lang::pinocchio::account::Ref<'_, [u8]>>,
    place: i64,
) -> Result<IntrospectedInstruction<'a>> {
    instructions.get_instruction_relative(place).map_err(|_| PlingsError::NoPaymentFollows.into())
}

fn read(sysvar: &AccountView) -> Result<Instructions<anchor_lang::pinocchio::account::Ref<'_, [u8]>>> {
    require!(*sysvar.address() == INSTRUCTIONS_ID, PlingsError::WrongAccount);
    Instructions::try_from(sysvar)
}
