//! The program's entrypoint.
//!
//! Anchor v2 expects the address of the instruction data in a second register (SIMD-0321), which not every cluster
//! fills. The data's place follows from the serialized accounts before it, so this entrypoint finds it itself and the
//! same binary runs everywhere.

use anchor_lang::pinocchio;

pinocchio::default_allocator!();
pinocchio::default_panic_handler!();

const NON_DUPLICATE: u8 = u8::MAX;
const DUPLICATE_BYTES: usize = 8;
/// flags, original data length, key, owner, lamports, data length
const HEADER_BYTES: usize = 88;
const DATA_LEN_OFFSET: usize = 80;
const GROWTH_BYTES: usize = 10_240;
const RENT_EPOCH_BYTES: usize = 8;

/// # Safety
/// Called by the loader alone, with the start of the serialized parameters (aligned ABI v1).
#[no_mangle]
#[allow(clippy::arithmetic_side_effects)] // addresses inside the loader's own buffer
pub unsafe extern "C" fn entrypoint(input: *mut u8) -> u64 {
    let mut cursor = input.add(8) as *const u8;
    for _ in 0..*(input as *const u64) {
        cursor = cursor.add(if *cursor == NON_DUPLICATE {
            let data_len = *(cursor.add(DATA_LEN_OFFSET) as *const usize);
            (data_len.wrapping_add(7) & !7).wrapping_add(HEADER_BYTES + GROWTH_BYTES + RENT_EPOCH_BYTES)
        } else {
            DUPLICATE_BYTES
        });
    }
    // the data's length comes first; Anchor reads it from there
    crate::__anchor_dispatch(input, cursor.add(8))
}
