//! A program that calls another: the first account's, with the other accounts as they were given, and the same data.

use alloc::vec::Vec;
use anchor_lang::cpi::{InstructionAccount, InstructionView};
use anchor_lang::pinocchio::cpi::{invoke_unchecked, CpiAccount};
use anchor_lang::prelude::AccountView;

const FAILED: u64 = 3;

/// Calls; what the other program answers, the runtime sees to.
pub fn relay(accounts: &[AccountView], data: &[u8]) -> u64 {
    let Some((program, accounts)) = accounts.split_first() else { return FAILED };
    let metas: Vec<InstructionAccount> =
        accounts.iter().map(|each| InstructionAccount::new(each.address(), each.is_writable(), each.is_signer())).collect();
    let views: Vec<CpiAccount> = accounts.iter().map(CpiAccount::from).collect();
    let instruction = InstructionView { program_id: program.address(), accounts: &metas, data };
    // SAFETY: no account is borrowed here
    unsafe { invoke_unchecked(&instruction, &views) };
    0
}
