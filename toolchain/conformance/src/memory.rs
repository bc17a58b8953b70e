//! Copies, moves, fills and comparisons of every size: inline, by loop and by memory syscall; and unaligned access.

use crate::input::Input;
use crate::output::{digest, put};

/// Bytes enough for every length used here, made of the input.
fn filled<const N: usize>(input: &mut Input) -> [u8; N] {
    let seed = input.u64();
    core::array::from_fn(|at| (seed.rotate_left(at as u32) >> (at % 7)) as u8 ^ at as u8)
}

/// For each constant size among those where a different expansion may start.
macro_rules! for_each_size {
    ($function:ident($($argument:expr),*)) => {
        for_each_size!(@ $function($($argument),*); 0 1 2 3 4 5 7 8 9 12 15 16 17 23 24 31 32 33 44 48 63 64 65 71 96 127 128 129 200 255 256 300)
    };
    (@ $function:ident $arguments:tt; $($size:literal)*) => { $( for_each_size!(@@ $function $arguments $size); )* };
    (@@ $function:ident($($argument:expr),*) $size:literal) => { $function::<$size>($($argument),*) };
}

pub fn copy_lengths(input: &mut Input, out: &mut Vec<u8>) {
    let (from, to) = (input.below(40), input.below(40));
    let source: [u8; 360] = filled(input);
    for length in [0, 1, 7, 8, 9, 63, 64, 65, 100, 255, 256, 257, input.below(300)] {
        let mut target = [0x55; 360];
        target[to..to + length].copy_from_slice(&source[from..from + length]);
        put!(out; digest(target), digest(source[..length].to_vec()));
    }
}

#[inline(never)]
fn copy<const N: usize>(source: &[u8], at: usize, out: &mut Vec<u8>) {
    let mut target = [0u8; 320];
    let piece: [u8; N] = source[at..at + N].try_into().unwrap();
    target[at..at + N].copy_from_slice(&piece);
    put!(out; digest(target), digest(core::hint::black_box(piece)));
}

pub fn copy_constant_sizes(input: &mut Input, out: &mut Vec<u8>) {
    let at = input.below(17);
    let source: [u8; 320] = filled(input);
    for_each_size!(copy(&source, at, out));
}

pub fn overlapping_moves(input: &mut Input, out: &mut Vec<u8>) {
    let mut bytes: [u8; 320] = filled(input);
    for length in [0, 1, 5, 16, 64, 65, 67, 129, 200, input.below(250)] {
        for (from, to) in [(0, 1), (1, 0), (0, 0), (3, 40), (40, 3), (input.below(60), input.below(60))] {
            bytes.copy_within(from..from + length, to);
        }
        put!(out; digest(bytes));
    }
    bytes.rotate_left(input.below(320));
    put!(out; digest(bytes));
    bytes.rotate_right(77);
    bytes[3..260].reverse();
    put!(out; digest(bytes));
    let mut words = [input.u64(), input.u64(), input.u64(), input.u64(), input.u64()];
    words.copy_within(0..4, 1);
    words.copy_within(2.., 0);
    put!(out; words[0], words[1], words[2], words[3], words[4]);
}

pub fn fill_lengths(input: &mut Input, out: &mut Vec<u8>) {
    let (at, value) = (input.below(40), input.u8());
    for length in [0, 1, 7, 8, 9, 63, 64, 65, 100, 255, 256, 257, input.below(300)] {
        let mut bytes = [0x33; 360];
        bytes[at..at + length].fill(value);
        put!(out; digest(bytes), digest(vec![value; length]), digest(vec![0u8; length]));
    }
    let mut words = [0u32; 50];
    words[at / 2..].fill(input.u32());
    put!(out; digest(words.into_iter().flat_map(u32::to_le_bytes)));
}

#[inline(never)]
fn fill<const N: usize>(value: u8, out: &mut Vec<u8>) {
    let mut bytes = [0u8; N];
    put!(out; digest(core::hint::black_box(bytes)));
    bytes = [value; N];
    put!(out; digest(core::hint::black_box(bytes)), digest(core::hint::black_box([0xa5u8; N])));
}

pub fn fill_constant_sizes(input: &mut Input, out: &mut Vec<u8>) {
    let value = input.u8();
    for_each_size!(fill(value, out));
}

pub fn compare_lengths(input: &mut Input, out: &mut Vec<u8>) {
    let (from, different) = (input.below(30), input.below(330));
    let one: [u8; 360] = filled(input);
    let mut other = one;
    other[different] ^= 1 << input.below(8);
    for length in [0, 1, 3, 8, 15, 31, 32, 33, 64, 65, 127, 200, 256, 300, input.below(320)] {
        let (a, b) = (&one[from..from + length], &other[from..from + length]);
        put!(out; a == b, a < b, a.cmp(b), a.starts_with(&b[..length / 2]), a.ends_with(&b[length / 2..]), a <= &other[..]);
    }
    put!(out; one.contains(&input.u8()), one.to_vec() == other.to_vec(), one[5..9].cmp(&one[5..8]));
}

#[inline(never)]
fn compare<const N: usize>(one: &[u8], other: &[u8], out: &mut Vec<u8>) {
    let (a, b): (&[u8; N], &[u8; N]) = (one[1..=N].try_into().unwrap(), other[1..=N].try_into().unwrap());
    put!(out; a == b, a.cmp(b), *a < *b, *a != [0; N]);
}

pub fn compare_constant_sizes(input: &mut Input, out: &mut Vec<u8>) {
    let one: [u8; 320] = filled(input);
    let mut other = one;
    other[input.below(320)] ^= input.u8();
    for_each_size!(compare(&one, &other, out));
}

/// Assignments between elements that may be one and the same.
pub fn large_elements(input: &mut Input, out: &mut Vec<u8>) {
    let mut blocks: [[u8; 129]; 6] = core::array::from_fn(|_| filled(input));
    for _ in 0..8 {
        let (i, j) = (input.below(6), input.below(6));
        blocks[i] = blocks[j];
        put!(out; digest(blocks.concat()));
        let (i, j) = (input.below(6), input.below(6));
        blocks.swap(i, j);
        blocks.swap(i, i);
        let same = blocks[j];
        blocks[j] = same;
        put!(out; digest(blocks.concat()));
    }
    let cell = core::cell::Cell::new(blocks[0]);
    cell.set(cell.get());
    put!(out; digest(cell.into_inner()));
}

pub fn unaligned_reads(input: &mut Input, out: &mut Vec<u8>) {
    let bytes: [u8; 40] = filled(input);
    for at in 0..16 {
        let from = &bytes[at..];
        put!(out; u16::from_le_bytes([from[0], from[1]]), u16::from_be_bytes(from[..2].try_into().unwrap()));
        put!(out; u32::from_le_bytes(from[..4].try_into().unwrap()), u32::from_be_bytes(*from.first_chunk().unwrap()));
        put!(out; u64::from_le_bytes(from[..8].try_into().unwrap()), u64::from_be_bytes(*from.first_chunk().unwrap()));
        put!(out; u128::from_le_bytes(from[..16].try_into().unwrap()), i16::from_be_bytes(*from.first_chunk().unwrap()));
    }
}

#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Packed {
    kind: u8,
    amount: u64,
    flags: u16,
    wide: u128,
    rest: [u8; 3],
    small: i32,
}

pub fn unaligned_structs(input: &mut Input, out: &mut Vec<u8>) {
    let bytes: [u8; 64] = filled(input);
    for at in 0..8 {
        let source = &bytes[at..at + size_of::<Packed>()];
        // SAFETY: `source` holds as many bytes as the struct, any of which are valid in it.
        let mut packed: Packed = unsafe { source.as_ptr().cast::<Packed>().read_unaligned() };
        packed.amount = { packed.amount }.wrapping_add(u64::from(packed.kind));
        packed.flags ^= 0x0ff0;
        packed.wide = { packed.wide }.rotate_left(9);
        let copied = packed;
        let Packed { kind, amount, flags, wide, rest, small } = copied;
        put!(out; kind, amount, flags, wide, rest, small);
    }
}

pub fn swap_replace_take(input: &mut Input, out: &mut Vec<u8>) {
    let (mut a, mut b): ([u8; 100], [u8; 100]) = (filled(input), filled(input));
    core::mem::swap(&mut a, &mut b);
    put!(out; digest(a), digest(b));
    let old = core::mem::replace(&mut a, [7; 100]);
    put!(out; digest(old), digest(a));
    let mut list = input.rest(40).to_vec();
    let taken = core::mem::take(&mut list);
    put!(out; &taken[..], &list[..]);
    let (mut x, mut y) = (input.u128(), input.u64());
    x = core::mem::replace(&mut y, x as u64).into();
    put!(out; x, y);
}
