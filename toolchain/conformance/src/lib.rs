//! One function per language feature that an on-chain program may use. Each reads its arguments from `Input` and writes
//! every result it computes to the output, so that the same source, run on SBF and natively, can be compared byte by byte.
//!
//! A feature that panics natively must abort on SBF, and the other way round: refusals are compared too.

mod calls;
mod collections;
mod control;
#[cfg(target_os = "solana")]
mod entrypoint;
mod enums;
mod hashing;
mod input;
mod integers;
mod memory;
mod output;
mod panics;
mod sequences;
mod tables;
mod text;

use input::Input;

/// Solana's limit on what an instruction may return.
pub const MAX_OUTPUT_BYTES: usize = 1024;

type Feature = fn(&mut Input, &mut Vec<u8>);

macro_rules! features {
    ($($name:literal => $function:path,)*) => {
        /// Name and function of every feature; a feature's number is its place here.
        pub static FEATURES: &[(&str, Feature)] = &[$(($name, $function),)*];
    };
}

// One line each: the test suite reads the names from here.
features! {
    "u8-arithmetic" => integers::u8::arithmetic,
    "u8-division" => integers::u8::division,
    "u8-bits" => integers::u8::bits,
    "u8-powers" => integers::u8::powers,
    "u8-compare" => integers::u8::compare,
    "u8-casts" => integers::u8::casts,
    "u8-bytes" => integers::u8::bytes,
    "u8-panics" => integers::u8::panics,
    "u16-arithmetic" => integers::u16::arithmetic,
    "u16-division" => integers::u16::division,
    "u16-bits" => integers::u16::bits,
    "u16-powers" => integers::u16::powers,
    "u16-compare" => integers::u16::compare,
    "u16-casts" => integers::u16::casts,
    "u16-bytes" => integers::u16::bytes,
    "u16-panics" => integers::u16::panics,
    "u32-arithmetic" => integers::u32::arithmetic,
    "u32-division" => integers::u32::division,
    "u32-bits" => integers::u32::bits,
    "u32-powers" => integers::u32::powers,
    "u32-compare" => integers::u32::compare,
    "u32-casts" => integers::u32::casts,
    "u32-bytes" => integers::u32::bytes,
    "u32-panics" => integers::u32::panics,
    "u64-arithmetic" => integers::u64::arithmetic,
    "u64-division" => integers::u64::division,
    "u64-bits" => integers::u64::bits,
    "u64-powers" => integers::u64::powers,
    "u64-compare" => integers::u64::compare,
    "u64-casts" => integers::u64::casts,
    "u64-bytes" => integers::u64::bytes,
    "u64-panics" => integers::u64::panics,
    "u128-arithmetic" => integers::u128::arithmetic,
    "u128-division" => integers::u128::division,
    "u128-bits" => integers::u128::bits,
    "u128-powers" => integers::u128::powers,
    "u128-compare" => integers::u128::compare,
    "u128-casts" => integers::u128::casts,
    "u128-bytes" => integers::u128::bytes,
    "u128-panics" => integers::u128::panics,
    "usize-arithmetic" => integers::usize::arithmetic,
    "usize-division" => integers::usize::division,
    "usize-bits" => integers::usize::bits,
    "usize-powers" => integers::usize::powers,
    "usize-compare" => integers::usize::compare,
    "usize-casts" => integers::usize::casts,
    "usize-bytes" => integers::usize::bytes,
    "usize-panics" => integers::usize::panics,
    "i8-arithmetic" => integers::i8::arithmetic,
    "i8-division" => integers::i8::division,
    "i8-bits" => integers::i8::bits,
    "i8-powers" => integers::i8::powers,
    "i8-compare" => integers::i8::compare,
    "i8-casts" => integers::i8::casts,
    "i8-bytes" => integers::i8::bytes,
    "i8-panics" => integers::i8::panics,
    "i16-arithmetic" => integers::i16::arithmetic,
    "i16-division" => integers::i16::division,
    "i16-bits" => integers::i16::bits,
    "i16-powers" => integers::i16::powers,
    "i16-compare" => integers::i16::compare,
    "i16-casts" => integers::i16::casts,
    "i16-bytes" => integers::i16::bytes,
    "i16-panics" => integers::i16::panics,
    "i32-arithmetic" => integers::i32::arithmetic,
    "i32-division" => integers::i32::division,
    "i32-bits" => integers::i32::bits,
    "i32-powers" => integers::i32::powers,
    "i32-compare" => integers::i32::compare,
    "i32-casts" => integers::i32::casts,
    "i32-bytes" => integers::i32::bytes,
    "i32-panics" => integers::i32::panics,
    "i64-arithmetic" => integers::i64::arithmetic,
    "i64-division" => integers::i64::division,
    "i64-bits" => integers::i64::bits,
    "i64-powers" => integers::i64::powers,
    "i64-compare" => integers::i64::compare,
    "i64-casts" => integers::i64::casts,
    "i64-bytes" => integers::i64::bytes,
    "i64-panics" => integers::i64::panics,
    "i128-arithmetic" => integers::i128::arithmetic,
    "i128-division" => integers::i128::division,
    "i128-bits" => integers::i128::bits,
    "i128-powers" => integers::i128::powers,
    "i128-compare" => integers::i128::compare,
    "i128-casts" => integers::i128::casts,
    "i128-bytes" => integers::i128::bytes,
    "i128-panics" => integers::i128::panics,
    "isize-arithmetic" => integers::isize::arithmetic,
    "isize-division" => integers::isize::division,
    "isize-bits" => integers::isize::bits,
    "isize-powers" => integers::isize::powers,
    "isize-compare" => integers::isize::compare,
    "isize-casts" => integers::isize::casts,
    "isize-bytes" => integers::isize::bytes,
    "isize-panics" => integers::isize::panics,
    "memory-copy-lengths" => memory::copy_lengths,
    "memory-copy-constant-sizes" => memory::copy_constant_sizes,
    "memory-overlapping-moves" => memory::overlapping_moves,
    "memory-fill-lengths" => memory::fill_lengths,
    "memory-fill-constant-sizes" => memory::fill_constant_sizes,
    "memory-compare-lengths" => memory::compare_lengths,
    "memory-compare-constant-sizes" => memory::compare_constant_sizes,
    "memory-large-elements" => memory::large_elements,
    "memory-unaligned-reads" => memory::unaligned_reads,
    "memory-unaligned-structs" => memory::unaligned_structs,
    "memory-swap-replace-take" => memory::swap_replace_take,
    "sequences-windows-chunks" => sequences::windows_and_chunks,
    "sequences-adaptors" => sequences::adaptors,
    "sequences-folds" => sequences::folds,
    "sequences-search" => sequences::search,
    "sequences-rearrange" => sequences::rearrange,
    "sequences-split" => sequences::split,
    "sequences-unstable-sorts" => sequences::unstable_sorts,
    "sequences-own-iterator" => sequences::own_iterator,
    "collections-vec" => collections::vec,
    "collections-vec-odd-elements" => collections::vec_of_odd_elements,
    "collections-vec-nested" => collections::vec_nested,
    "collections-vecdeque" => collections::deque,
    "collections-btreemap" => collections::btree_map,
    "collections-btreemap-values" => collections::btree_map_of_vectors,
    "collections-btreeset" => collections::btree_set,
    "collections-heap" => collections::binary_heap,
    "collections-box-rc-cell" => collections::box_rc_cell,
    "collections-drop-order" => collections::drop_order,
    "text-format-integers" => text::format_integers,
    "text-format-widths" => text::format_widths,
    "text-format-debug" => text::format_debug,
    "text-parse-integers" => text::parse_integers,
    "text-utf8" => text::utf8,
    "text-chars" => text::chars,
    "text-strings" => text::strings,
    "text-base58" => text::base58,
    "enums-payloads" => enums::payloads,
    "enums-option" => enums::option,
    "enums-result" => enums::result,
    "enums-niches" => enums::niches,
    "enums-large" => enums::large,
    "enums-question-mark" => enums::question_mark,
    "calls-many-arguments" => calls::many_arguments,
    "calls-wide-arguments" => calls::wide_arguments,
    "calls-pair-results" => calls::pair_results,
    "calls-large-structs" => calls::large_structs,
    "calls-dyn-trait" => calls::dyn_trait,
    "calls-function-pointers" => calls::function_pointers,
    "calls-closures" => calls::closures,
    "calls-generics" => calls::generics,
    "calls-const-generics" => calls::const_generics,
    "calls-recursion" => calls::recursion,
    "calls-recursion-of-pairs" => calls::recursion_of_pairs,
    "calls-operators" => calls::operators,
    "tables-integers" => tables::integers,
    "tables-strings" => tables::strings,
    "tables-functions" => tables::functions,
    "tables-nested" => tables::nested,
    "tables-match-dense" => tables::match_dense,
    "tables-match-sparse" => tables::match_sparse,
    "tables-match-jumps" => tables::match_jumps,
    "tables-match-bytes" => tables::match_bytes,
    "tables-match-slices" => tables::match_slices,
    "tables-match-tuples" => tables::match_tuples,
    "control-labels" => control::labels,
    "control-early-returns" => control::early_returns,
    "control-loops" => control::loops,
    "control-state-machine" => control::state_machine,
    "control-guarded-divisions" => control::guarded_divisions,
    "control-short-circuit" => control::short_circuit,
    "hashing-sha256" => hashing::sha256_in_rust,
    "hashing-sha256-syscall" => hashing::sha256_by_syscall,
    "hashing-crc32" => hashing::crc32,
    "hashing-siphash" => hashing::siphash,
    "hashing-random-numbers" => hashing::random_numbers,
    "hashing-modular-arithmetic" => hashing::modular_arithmetic,
    "panics-indexing" => panics::indexing,
    "panics-unwraps" => panics::unwraps,
    "panics-conversions" => panics::conversions,
    "panics-explicit" => panics::explicit,
}

/// The bytes that feature number `feature` makes of `input`; none when there is no such feature.
pub fn run(feature: u8, input: &[u8]) -> Option<Vec<u8>> {
    let (_, function) = FEATURES.get(usize::from(feature))?;
    let mut output = Vec::with_capacity(MAX_OUTPUT_BYTES);
    function(&mut Input::new(input), &mut output);
    Some(output)
}
