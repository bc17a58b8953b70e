//! The features as a Solana program: instruction data = feature number, then its input; the output is returned as data.

use core::alloc::{GlobalAlloc, Layout};

extern "C" {
    fn sol_set_return_data(data: *const u8, bytes: u64);
}

const NO_SUCH_FEATURE: u64 = 1;
const ACCOUNTS_GIVEN: u64 = 2;

/// # Safety
/// Called by the runtime, with the address of the serialized input.
#[no_mangle]
pub unsafe extern "C" fn entrypoint(input: *const u8) -> u64 {
    // with no accounts: their count (0), the length of the instruction data, the data
    let accounts = input.cast::<u64>().read();
    if accounts != 0 {
        return ACCOUNTS_GIVEN;
    }
    let bytes = input.add(8).cast::<u64>().read() as usize;
    let data = core::slice::from_raw_parts(input.add(16), bytes);
    let Some(output) = data.split_first().and_then(|(feature, input)| crate::run(*feature, input)) else {
        return NO_SUCH_FEATURE;
    };
    sol_set_return_data(output.as_ptr(), output.len() as u64);
    0
}

/// Hands out the heap region from its end downwards and takes nothing back, as Solana's SDK does.
struct Bump;

const HEAP_START: usize = 0x3_0000_0000;
const HEAP_BYTES: usize = 32 * 1024;

unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let position = HEAP_START as *mut usize; // the heap's first word; 0 at the start of a program
        let end = if *position == 0 { HEAP_START + HEAP_BYTES } else { *position };
        let start = end.saturating_sub(layout.size()) & !(layout.align() - 1);
        if start < HEAP_START + size_of::<usize>() {
            return core::ptr::null_mut();
        }
        *position = start;
        start as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Bump = Bump;
