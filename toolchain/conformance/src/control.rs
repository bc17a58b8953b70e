//! Loops, labels, early returns.

use crate::input::Input;
use crate::output::{digest, put};

pub fn labels(input: &mut Input, out: &mut Vec<u8>) {
    let limit = input.u16() % 2000;
    let mut steps = 0u32;
    let found = 'outer: loop {
        'rows: for a in 1..40u32 {
            'middle: for b in a..40 {
                steps += 1;
                if (a * b) % 7 == 3 {
                    continue 'middle;
                }
                if b > 30 && a % 2 == 0 {
                    continue 'rows;
                }
                if a * b > u32::from(limit) {
                    break 'outer Some((a, b));
                }
            }
        }
        break None;
    };
    let block = 'block: {
        if steps % 2 == 0 {
            break 'block 1u8;
        }
        if steps % 3 == 0 {
            break 'block 2;
        }
        3
    };
    put!(out; found, steps, block);
}

fn parsed(bytes: &[u8]) -> Option<(u8, u16, &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let length = rest.get(..2).map(|b| u16::from_le_bytes([b[0], b[1]]))? % 20;
    let Some(body) = rest[2..].get(..usize::from(length)) else { return None };
    if body.iter().any(|b| *b == 0xff) {
        return None;
    }
    Some((*kind, length, body))
}

fn checked_total(bytes: &[u8]) -> Result<u32, &'static str> {
    let mut total = 0u32;
    for (at, byte) in bytes.iter().enumerate() {
        if at == 9 && *byte > 9 {
            return Err("ninth");
        }
        total = total.checked_add(u32::from(*byte) << (byte % 28)).ok_or("overflow")?;
    }
    if total % 5 == 0 {
        Err("fives")
    } else {
        Ok(total)
    }
}

pub fn early_returns(input: &mut Input, out: &mut Vec<u8>) {
    let bytes = input.rest(60);
    match parsed(bytes) {
        Some((kind, length, body)) => put!(out; kind, length, body),
        None => put!(out; 0xddu8),
    }
    match checked_total(bytes) {
        Ok(total) => put!(out; total),
        Err(name) => put!(out; name),
    }
}

pub fn loops(input: &mut Input, out: &mut Vec<u8>) {
    let (a, b) = (input.u8(), input.u8());
    let mut sum = 0u64;
    for x in a..=b {
        sum += u64::from(x) * 3;
    }
    for x in (a..b).rev().step_by(3) {
        sum ^= u64::from(x) << (x % 50);
    }
    let mut n = u64::from(a) + 1;
    while n < 1_000_000 {
        n = n * 2 + u64::from(b % 2);
    }
    let mut list = input.rest(20).to_vec();
    while let Some(top) = list.pop() {
        if top % 16 == 3 {
            break;
        }
        if top % 2 == 0 {
            continue;
        }
        sum = sum.wrapping_add(top.into());
    }
    let value = loop {
        n -= 7;
        if n % 5 == 0 {
            break n;
        }
    };
    let mut matrix = [[0u16; 8]; 8];
    for (r, row) in matrix.iter_mut().enumerate() {
        for (c, cell) in row.iter_mut().enumerate() {
            *cell = (r as u16 * 31) ^ (c as u16 * u16::from(a));
        }
    }
    let transposed: [[u16; 8]; 8] = core::array::from_fn(|r| core::array::from_fn(|c| matrix[c][r]));
    put!(out; sum, n, list.len(), value, digest(transposed.concat().into_iter().flat_map(u16::to_le_bytes)), matrix == transposed);
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum State {
    Start,
    Word(u8),
    Number(u32),
    Done,
}

pub fn state_machine(input: &mut Input, out: &mut Vec<u8>) {
    let mut state = State::Start;
    let mut changes = 0u16;
    for byte in input.rest(80) {
        let next = match (state, byte % 64) {
            (State::Start | State::Done, 0..=20) => State::Word(1),
            (State::Start, 21..=50) => State::Number(u32::from(*byte)),
            (State::Word(length), 0..=40) if length < 5 => State::Word(length + 1),
            (State::Word(_), _) => State::Done,
            (State::Number(value), 30..) => State::Number(value.wrapping_mul(10).wrapping_add(7)),
            (State::Number(value), _) if value > 500 => State::Start,
            (same, _) => same,
        };
        changes += u16::from(next != state);
        state = next;
    }
    put!(out; changes);
    match state {
        State::Start => put!(out; 0u8),
        State::Word(length) => put!(out; 1u8, length),
        State::Number(value) => put!(out; 2u8, value),
        State::Done => put!(out; 3u8),
    }
}

pub fn short_circuit(input: &mut Input, out: &mut Vec<u8>) {
    let mut calls = 0u32;
    let mut seen = |value: bool, weight: u32| {
        calls = calls * 3 + weight;
        value
    };
    let (a, b, c) = (input.u8() % 2 == 0, input.u8() % 2 == 0, input.u8() % 2 == 0);
    let first = seen(a, 1) && seen(b, 2) || seen(c, 1);
    let second = (seen(a, 1) || seen(b, 2)) && !seen(c, 1);
    let third = seen(a, 1) & seen(b, 2) | seen(c, 1) ^ seen(a, 2);
    let fourth = if seen(a, 2) { seen(b, 1) } else { !seen(c, 2) };
    put!(out; first, second, third, fourth, calls);
}

/// Divisions that must not be made before the check of their divisor: in both branches, in loops, behind a match.
macro_rules! guarded {
    ($integer:ident, $input:ident, $out:ident) => {{
        let a = $integer::from_le_bytes($input.array());
        let b = $integer::from_le_bytes($input.array());
        let flag = $input.u8() % 2 == 0;
        let mut sum = if flag && b != 0 { a.wrapping_div(b) } else if b != 0 { a.wrapping_div(b).wrapping_add(1) } else { a };
        for step in 0..$input.u8() % 6 {
            if b != 0 {
                sum = sum.wrapping_mul(3).wrapping_add(a.wrapping_div(b)) ^ step as $integer;
            }
            if let Some(rest) = a.checked_rem(b) {
                sum = sum.wrapping_add(rest);
            }
        }
        let last = match (b, flag) {
            (0, true) => 1,
            (0, false) => sum,
            (_, true) => sum.wrapping_rem(b),
            (_, false) => a.wrapping_rem(b) & sum.wrapping_div(b),
        };
        put!($out; sum, last, b != 0 && a.wrapping_rem(b) == 0, a.checked_div(b).is_some_and(|q| q > 2));
    }};
}

pub fn guarded_divisions(input: &mut Input, out: &mut Vec<u8>) {
    guarded!(u64, input, out);
    guarded!(i64, input, out);
    guarded!(u32, input, out);
    guarded!(i32, input, out);
    guarded!(u16, input, out);
    guarded!(u8, input, out);
    guarded!(i8, input, out);
    guarded!(u128, input, out);
    guarded!(i128, input, out);
}
