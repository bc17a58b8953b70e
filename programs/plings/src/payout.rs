//! Moving lamports out of a payer's account.

use anchor_lang::cpi::{rent_exempt_lamports, CpiSeed, CpiSigner, InstructionAccount, InstructionView};
use anchor_lang::pinocchio::cpi::{invoke_unchecked, CpiAccount};
use anchor_lang::prelude::*;
use pinocchio_system::instructions::{Allocate, Assign, CreateAccount, Transfer};

use crate::errors::PlingsError;

const MOST_SEEDS: usize = 7;
const SYSTEM_TRANSFER: u8 = 2;

/// `lamports` from `from`, who signed, to `to`; nothing is called for nothing.
#[inline(never)]
pub fn pay(from: &AccountView, to: &AccountView, lamports: u64) -> Result<()> {
    if lamports == 0 {
        return Ok(());
    }
    Transfer { from, to, lamports }.invoke()
}

/// The same into an account of ours whose data is loaded, which `pay` would refuse as borrowed.
#[inline(never)]
pub fn pay_into_loaded(from: &AccountView, to: &AccountView, lamports: u64) -> Result<()> {
    let [a, b, c, d, e, f, g, h] = lamports.to_le_bytes();
    let data = [SYSTEM_TRANSFER, 0, 0, 0, a, b, c, d, e, f, g, h];
    let accounts = [InstructionAccount::writable_signer(from.address()), InstructionAccount::writable(to.address())];
    let instruction = InstructionView { program_id: &pinocchio_system::ID, accounts: &accounts, data: &data };
    // SAFETY: a System transfer changes the two balances and no data, and no reference of ours points to a balance
    unsafe { invoke_unchecked(&instruction, &[CpiAccount::from(from), CpiAccount::from(to)]) };
    Ok(())
}

/// Makes the account whose address has these seeds (bump included), with `lamports` more than lie there already.
///
/// A plain CreateAccount refuses an address that holds something, so anyone could block one for a lamport.
#[inline(never)]
pub fn create_account(
    payer: &AccountView,
    account: &AccountView,
    space: usize,
    lamports: u64,
    owner: &Address,
    seeds: &[&[u8]],
) -> Result<()> {
    let space = u64::try_from(space).map_err(|_| PlingsError::Overflow)?;
    with_signer(seeds, |signer| {
        if account.lamports() == 0 {
            return CreateAccount { from: payer, to: account, lamports, space, owner }.invoke_signed(&[signer]);
        }
        pay(payer, account, lamports)?;
        Allocate { account, space }.invoke_signed(core::slice::from_ref(&signer))?;
        Assign { account, owner }.invoke_signed(&[signer])
    })
}

/// `lamports` from the address with these seeds (bump included), which has no account yet, to `to`.
pub fn pay_from_address(from: &AccountView, to: &AccountView, lamports: u64, seeds: &[&[u8]]) -> Result<()> {
    with_signer(seeds, |signer| Transfer { from, to, lamports }.invoke_signed(&[signer]))
}

fn with_signer(seeds: &[&[u8]], call: impl FnOnce(CpiSigner) -> Result<()>) -> Result<()> {
    let mut pieces = seeds.iter().map(|seed| CpiSeed::from(*seed));
    let all: [CpiSeed; MOST_SEEDS] = core::array::from_fn(|_| pieces.next().unwrap_or_else(|| CpiSeed::from(&[])));
    call(CpiSigner::from(all.get(..seeds.len()).ok_or(ProgramError::MaxSeedLengthExceeded)?))
}

/// `lamports` from an account of this program's own to `to`, by the books: cheaper than any call.
///
/// Only after the last call of an instruction: a call with one of the two accounts would find the sum changed.
#[inline(always)]
pub fn pay_out(from: &AccountView, to: &AccountView, lamports: u64) -> Result<()> {
    let (mut from, mut to) = (*from, *to);
    let left = from.lamports().checked_sub(lamports).ok_or(PlingsError::Overflow)?;
    from.set_lamports(left);
    to.set_lamports(to.lamports().checked_add(lamports).ok_or(PlingsError::Overflow)?);
    Ok(())
}

/// `lamports` from an account of this program's own to `to`, who signed, for calls that `to` then pays for.
///
/// The books are not balanced for a call that has only one of the two accounts: a transfer of nothing has both.
#[inline(never)]
pub fn advance(from: &AccountView, to: &AccountView, lamports: u64) -> Result<()> {
    pay_out(from, to, lamports)?;
    pay_into_loaded(to, from, 0)
}

/// An account that holds less than an empty account's rent refuses small payments: better told at registration.
pub fn check_funded(treasury: &AccountView) -> Result<()> {
    require!(treasury.lamports() >= rent_exempt_lamports(0)?, PlingsError::TreasuryNotFunded);
    Ok(())
}
