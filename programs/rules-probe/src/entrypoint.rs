//! The rules as a Solana program, which takes no accounts; given some, it relays to another program.

use core::mem::MaybeUninit;

use anchor_lang::pinocchio;
use anchor_lang::pinocchio::entrypoint::deserialize;
use anchor_lang::prelude::AccountView;

pinocchio::default_allocator!();
pinocchio::default_panic_handler!();

const NO_ANSWER: u64 = 1;
const MOST_ACCOUNTS: usize = 32;

/// # Safety
/// Called by the loader alone, with the start of the serialized parameters (aligned ABI v1).
#[no_mangle]
#[allow(clippy::cast_possible_truncation)] // 64-bit
pub unsafe extern "C" fn entrypoint(input: *mut u8) -> u64 {
    // with no accounts: their count (0), the length of the instruction data, the data
    if *(input as *const u64) != 0 {
        let mut accounts = [const { MaybeUninit::<AccountView>::uninit() }; MOST_ACCOUNTS];
        let (_, count, data) = deserialize(input, &mut accounts);
        let given = accounts.get(..count).unwrap_or_default();
        return crate::relay::relay(core::slice::from_raw_parts(given.as_ptr().cast(), given.len()), data);
    }
    let data_len = *(input.add(8) as *const u64);
    let data = core::slice::from_raw_parts(input.add(16), data_len as usize);
    let Some(answer) = data.split_first().and_then(|(rule, input)| crate::run(*rule, input)) else {
        return NO_ANSWER;
    };
    pinocchio::cpi::set_return_data(&answer);
    0
}
