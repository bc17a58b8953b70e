//! Static tables, and every form of `match`, several of which the compiler turns into tables.

use crate::input::Input;
use crate::output::put;

static BYTES: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = (at as u8).wrapping_mul(167).rotate_left(3) ^ 0x5c; // a permutation that occurs nowhere else
        at += 1;
    }
    table
};
static HALVES: [u16; 9] = [1, 0xfffe, 3, 40_000, 5, 60, 700, 8, 9];
static WORDS: [i32; 7] = [-1, i32::MIN, i32::MAX, 0, 5, -77, 1 << 20];
static LONGS: [u64; 5] = [u64::MAX, 1 << 63, 0x0123_4567_89ab_cdef, 3, 10_000_000_000];
const WIDE: [u128; 4] = [u128::MAX, 1 << 64, 0x0123_4567_89ab_cdef_0f1e_2d3c_4b5a_6978, 10_u128.pow(30)];
static GRID: [[u8; 5]; 4] = [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15], [16, 17, 18, 19, 20]];

pub fn integers(input: &mut Input, out: &mut Vec<u8>) {
    for _ in 0..8 {
        put!(out; BYTES[usize::from(input.u8())], HALVES[input.below(9)], WORDS[input.below(7)], LONGS[input.below(5)]);
        put!(out; WIDE[input.below(4)], GRID[input.below(4)][input.below(5)]);
    }
    put!(out; HALVES.iter().position(|x| *x == input.u16() % 10), LONGS.iter().fold(0u64, |x, y| x ^ y));
}

static NAMES: [&str; 6] = ["", "one", "a longer name, the second", "three", "ünïcode", "five"];
static KEYS: [(&str, &[u8], u32); 3] = [("alpha", b"\x00\x01\x02", 1), ("beta", b"", 70_000), ("gamma", &BYTES, 3)];

pub fn strings(input: &mut Input, out: &mut Vec<u8>) {
    for _ in 0..4 {
        let (name, bytes, number) = KEYS[input.below(3)];
        put!(out; NAMES[input.below(6)], name, bytes.len(), bytes.last().copied(), number);
    }
    let wanted = NAMES[input.below(6)];
    put!(out; NAMES.iter().position(|name| *name == wanted), NAMES.iter().map(|name| name.len()).sum::<usize>());
}

#[inline(never)]
fn plus(a: u64, b: u64) -> u64 {
    a.wrapping_add(b)
}
#[inline(never)]
fn times(a: u64, b: u64) -> u64 {
    a.wrapping_mul(b)
}
#[inline(never)]
fn turned(a: u64, b: u64) -> u64 {
    a.rotate_right((b % 64) as u32)
}

struct Operation {
    symbol: char,
    apply: fn(u64, u64) -> u64,
    identity: u64,
}

static OPERATIONS: [Operation; 3] = [
    Operation { symbol: '+', apply: plus, identity: 0 },
    Operation { symbol: '*', apply: times, identity: 1 },
    Operation { symbol: '~', apply: turned, identity: 64 },
];

pub fn functions(input: &mut Input, out: &mut Vec<u8>) {
    let mut value = input.u64();
    for _ in 0..10 {
        let operation = &OPERATIONS[input.below(3)];
        put!(out; operation.symbol, (operation.apply)(value, operation.identity) == value);
        value = (operation.apply)(value, input.u64());
        put!(out; value);
    }
}

struct Menu {
    title: &'static str,
    entries: &'static [&'static Menu],
    codes: &'static [u16],
}

static LEAF: Menu = Menu { title: "leaf", entries: &[], codes: &[7, 8, 9] };
static LEFT: Menu = Menu { title: "left", entries: &[&LEAF, &LEAF], codes: &HALVES };
static ROOT: Menu = Menu { title: "root", entries: &[&LEFT, &LEAF, &LEFT], codes: &[] };

pub fn nested(input: &mut Input, out: &mut Vec<u8>) {
    let mut menu = &ROOT;
    for _ in 0..6 {
        put!(out; menu.title, menu.codes.get(input.below(9)).copied());
        menu = menu.entries.get(input.below(4)).copied().unwrap_or(&ROOT);
    }
}

pub fn match_dense(input: &mut Input, out: &mut Vec<u8>) {
    for _ in 0..16 {
        let choice = input.u8() % 24;
        let value: u32 = match choice {
            0 => 17,
            1 => 3,
            2 => 99,
            3 => 1_000,
            4 => 5,
            5 => 123_456,
            6 => 7,
            7 => 0,
            8 => 42,
            9 => 9,
            10 => 1 << 31,
            11 => 77,
            12 => 12,
            13 => 31,
            14 => 14,
            15 => 4_000_000_000,
            16 => 6,
            17 => 71,
            18 => 18,
            19 => 91,
            _ => 555,
        };
        let text = match choice {
            0 => "zero",
            1 => "one",
            2 => "two",
            3 => "three",
            4 => "four",
            5 => "five",
            6 => "six",
            _ => "more",
        };
        let flag = matches!(choice, 1 | 3 | 4 | 9 | 15 | 16 | 22);
        put!(out; value, text.len() as u8, text.as_bytes()[0], flag);
    }
}

pub fn match_sparse(input: &mut Input, out: &mut Vec<u8>) {
    for _ in 0..16 {
        let choice = if input.u8() % 2 == 0 { input.u64() } else { input.u64() % 300 };
        put!(out; match choice {
            0 => 1u64,
            7 => 2,
            100..=199 => choice * 3,
            200 | 210 | 220 | 230 => 4,
            0x8000_0000_0000_0000.. => 5,
            1_000_000_000 => 6,
            x if x % 2 == 0 => x / 2,
            _ => 8,
        });
        put!(out; match choice as i32 { i32::MIN..=-1 => -1i8, 0 => 0, 1..=i32::MAX => 1 });
    }
}

/// Arms that do different things: jumps, not a table of values.
pub fn match_jumps(input: &mut Input, out: &mut Vec<u8>) {
    let (mut a, mut b) = (input.u64(), input.u64());
    let mut stack: Vec<u64> = Vec::new();
    for _ in 0..40 {
        match input.u8() % 20 {
            0 => a = a.wrapping_add(b),
            1 => a = a.wrapping_sub(b),
            2 => b = b.wrapping_mul(a),
            3 => a = a.checked_div(b).unwrap_or(1),
            4 => b = a.checked_rem(b).unwrap_or(2),
            5 => core::mem::swap(&mut a, &mut b),
            6 => stack.push(a),
            7 => a ^= stack.pop().unwrap_or(0x77),
            8 => put!(out; a),
            9 => put!(out; b as u8),
            10 => a = a.rotate_left(b as u32 % 64),
            11 => b = !b,
            12 => a = u64::from(a.leading_zeros()),
            13 => stack.clear(),
            14 => b = stack.len() as u64,
            15 => a = a.pow(2 * u32::from(a < 9)),
            16 => b = stack.iter().fold(b, |x, y| x ^ y),
            17 => a = a.min(b),
            18 => b = u64::from(a > b),
            _ => a = a.swap_bytes(),
        }
    }
    put!(out; a, b, stack.len());
}

pub fn match_bytes(input: &mut Input, out: &mut Vec<u8>) {
    let known: [&[u8]; 7] = [
        b"create",
        b"created",
        b"burn",
        b"",
        b"pay",
        b"\x01\x02\x03\x04\x05\x06\x07\x08",
        b"a name that is longer than sixty-four bytes, to have it compared in a loop",
    ];
    for _ in 0..8 {
        let mut bytes = known[input.below(7)].to_vec();
        if input.u8() % 4 == 0 {
            bytes.push(input.u8());
        }
        put!(out; match &bytes[..] {
            b"create" => 1u8,
            b"created" => 2,
            b"burn" => 3,
            b"" => 4,
            b"pay" => 5,
            b"\x01\x02\x03\x04\x05\x06\x07\x08" => 6,
            b"a name that is longer than sixty-four bytes, to have it compared in a loop" => 7,
            [b'p', ..] => 8,
            _ => 9,
        });
        put!(out; match core::str::from_utf8(&bytes) { Ok("burn") => 1u8, Ok("pay" | "create") => 2, Ok(text) if text.len() > 9 => 3, Ok(_) => 4, Err(_) => 5 });
        put!(out; match bytes.first_chunk::<8>() { Some([1, 2, .., 8]) => 1u8, Some(b"a name t") => 2, Some(_) => 3, None => 4 });
    }
}

pub fn match_slices(input: &mut Input, out: &mut Vec<u8>) {
    for _ in 0..8 {
        let length = usize::from(input.u8()) % 7;
        let bytes = input.rest(length);
        put!(out; match bytes {
            [] => 0u64,
            [one] => u64::from(*one),
            [first, .., last] if first == last => 1_000,
            [a, b] => u64::from(*a) * u64::from(*b),
            [a, middle @ .., b] => u64::from(a ^ b) + middle.len() as u64,
        });
    }
}

pub fn match_tuples(input: &mut Input, out: &mut Vec<u8>) {
    for _ in 0..12 {
        let (a, b, c) = (input.u8(), input.u8() % 4, input.u8() % 2 == 0);
        put!(out; match (a, b, c) {
            (0, _, _) => 0u16,
            (_, 0, true) => 1,
            (x, 1 | 2, false) if x > 100 => u16::from(x) * 2,
            (x @ 10..=20, y, _) => u16::from(x) + u16::from(y),
            (.., true) => 4,
            (x, y, false) => u16::from(x) ^ u16::from(y) << 8,
        });
    }
}
