//! Enums with payloads, `Option`, `Result`, and the layouts that the compiler chooses for them.

use crate::input::Input;
use crate::output::{digest, put};
use core::num::{NonZeroU64, NonZeroU8, TryFromIntError};

#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum Action {
    Nothing,
    Pay { amount: u64, to: [u8; 32] },
    Move(i32, i32),
    Name(String),
    Many(Vec<Action>),
    Wide(u128),
}

fn action(input: &mut Input, depth: u8) -> Action {
    match input.u8() % 7 {
        0 => Action::Nothing,
        1 => Action::Pay { amount: input.u64(), to: input.array() },
        2 => Action::Move(input.u32() as i32, input.u32() as i32),
        3 => Action::Name(format!("name {}", input.u16())),
        4 | 5 if depth < 3 => Action::Many((0..input.u8() % 4).map(|_| action(input, depth + 1)).collect()),
        _ => Action::Wide(input.u128()),
    }
}

fn weight(action: &Action) -> u64 {
    match action {
        Action::Nothing => 1,
        Action::Pay { amount: 0, .. } => 2,
        Action::Pay { amount, to } if *amount < 1 << 40 => amount.wrapping_add(digest(*to)),
        Action::Pay { to, .. } => to[31].into(),
        Action::Move(x @ 0..=1000, y) => (i64::from(*x) * i64::from(*y)) as u64,
        Action::Move(x, y) => (i64::from(*x) - i64::from(*y)) as u64,
        Action::Name(name) => digest(name.bytes()),
        Action::Many(actions) => actions.iter().fold(7, |sum: u64, each| sum.wrapping_mul(3).wrapping_add(weight(each))),
        Action::Wide(wide) => (wide >> 64) as u64 ^ *wide as u64,
    }
}

pub fn payloads(input: &mut Input, out: &mut Vec<u8>) {
    let (one, other) = (action(input, 0), action(input, 0));
    put!(out; weight(&one), weight(&other), one == other, one.partial_cmp(&other), matches!(one, Action::Pay { amount: 5.., .. }));
    let copy = one.clone();
    put!(out; copy == one, core::mem::discriminant(&one) == core::mem::discriminant(&other));
    let Action::Name(text) = other else { return };
    put!(out; &*text);
}

pub fn option(input: &mut Input, out: &mut Vec<u8>) {
    let (a, b) = (input.u64(), input.u64());
    let (some, other) = (Some(a).filter(|x| x % 2 == 0), a.checked_add(b));
    put!(out; some.map(|x| x / 2), some.or(other), some.and(other), some.xor(other), some.zip(other), some.unwrap_or(3), some.unwrap_or_default());
    put!(out; some.ok_or(5u8), some.is_some_and(|x| x > 100), other.and_then(|x| x.checked_mul(2)), some.map_or(0, |x| x ^ 1), some < other, some.cmp(&other));
    let mut slot = other;
    put!(out; slot.take(), slot, *slot.get_or_insert(b), slot.replace(a), slot, slot.as_ref().map(|x| x.count_ones()));
    if let (Some(x), None) | (None, Some(x)) = (some, other) {
        put!(out; x);
    }
    put!(out; Some(Some(a)).flatten(), Some(some).is_some(), Option::<u128>::Some(input.u128()).map(|x| x ^ 1), [some, other].into_iter().flatten().count());
}

#[derive(Debug, PartialEq)]
enum Refusal {
    TooLarge(u64),
    Conversion,
    Named(&'static str),
}

impl From<TryFromIntError> for Refusal {
    fn from(_: TryFromIntError) -> Self {
        Refusal::Conversion
    }
}

impl From<&'static str> for Refusal {
    fn from(name: &'static str) -> Self {
        Refusal::Named(name)
    }
}

impl Refusal {
    fn code(&self) -> u64 {
        match self {
            Refusal::TooLarge(by) => 6000 + by % 100,
            Refusal::Conversion => 6100,
            Refusal::Named(name) => 6200 + name.len() as u64,
        }
    }
}

#[inline(never)]
fn limited(value: u64, limit: u64) -> Result<u64, Refusal> {
    if value > limit {
        return Err(Refusal::TooLarge(value - limit));
    }
    Ok(limit - value)
}

#[inline(never)]
fn stepwise(input: &mut Input) -> Result<u32, Refusal> {
    let first = u16::try_from(input.u32() >> (input.u8() % 32))?;
    let rest = limited(u64::from(first), 40_000)?;
    let nothing: Option<u8> = input.u8().checked_sub(20);
    let byte = nothing.ok_or("below twenty")?;
    if byte == 77 {
        Err("seventy-seven")?;
    }
    Ok(u32::try_from(rest)? / u32::from(byte | 1))
}

pub fn question_mark(input: &mut Input, out: &mut Vec<u8>) {
    for _ in 0..12 {
        match stepwise(input) {
            Ok(value) => put!(out; 0u8, value),
            Err(refusal) => put!(out; 1u8, refusal.code()),
        }
    }
}

pub fn result(input: &mut Input, out: &mut Vec<u8>) {
    let (value, limit) = (input.u64(), input.u64());
    let result = limited(value, limit);
    put!(out; result.as_ref().map_or_else(Refusal::code, |x| *x), result.is_ok(), result.as_ref().err().map(Refusal::code), result == Ok(0));
    put!(out; limited(limit, value).map(|x| x / 2).unwrap_or_else(|e| e.code()), limited(value, 500).and_then(|x| limited(x, 300)).or_else(|_| limited(3, 5)));
    let unit: Result<(), Refusal> = if value % 2 == 0 { Ok(()) } else { Err(Refusal::Conversion) };
    let wide: Result<[u8; 40], u8> = if limit % 2 == 0 { Ok([value as u8; 40]) } else { Err(9) };
    let tiny: Result<u8, u8> = if limit % 3 == 0 { Ok(value as u8) } else { Err(value as u8) };
    let boxed: Result<Box<u64>, Box<dyn core::fmt::Debug>> = if value > limit { Ok(Box::new(value)) } else { Err(Box::new("no")) };
    put!(out; unit, wide, tiny.unwrap_or_else(|e| e ^ 1), tiny.is_ok(), boxed.is_err(), boxed.map(|b| *b), Some(tiny).transpose().map(|x| x.is_some()));
    put!(out; (0..20u64).map(|x| limited(x.wrapping_mul(value), limit)).collect::<Result<Vec<_>, _>>().map(|v| v.len()));
}

pub fn niches(input: &mut Input, out: &mut Vec<u8>) {
    let (a, b, c) = (input.u64(), input.u8(), input.u32());
    put!(out; NonZeroU64::new(a).map(NonZeroU64::get), NonZeroU8::new(b).map(NonZeroU8::get), char::from_u32(c), Some(b > 9));
    let text = (b > 99).then_some("static text");
    let slice = input.rest(20);
    let part = slice.get(usize::from(b) % 25..);
    let nested = Some((b % 3 != 0).then_some(b % 2 == 0));
    put!(out; text, part, nested.flatten(), nested == Some(None), size_of_val(&nested), NonZeroU8::new(b).map_or(1, |x| 100 / x.get()));
    let boxed: Option<Box<u32>> = (c % 2 == 0).then(|| Box::new(c));
    put!(out; boxed.as_deref().copied(), boxed.is_none(), Some(core::cmp::Ordering::Less).filter(|_| b > 3));
}

#[derive(Clone)]
#[allow(clippy::large_enum_variant)]
enum Large {
    Block([u8; 200], u64),
    Words([u64; 20]),
    Small(u8),
}

#[inline(never)]
fn large_value(kind: u8, seed: u64) -> Large {
    match kind % 3 {
        0 => Large::Block([seed as u8; 200], seed),
        1 => Large::Words(core::array::from_fn(|at| seed.rotate_left(at as u32))),
        _ => Large::Small(kind),
    }
}

pub fn large(input: &mut Input, out: &mut Vec<u8>) {
    let mut values: Vec<Large> = (0..6).map(|_| large_value(input.u8(), input.u64())).collect();
    values.swap(input.below(6), input.below(6));
    values[0] = values[input.below(6)].clone();
    for value in values {
        match value {
            Large::Block(bytes, seed) => put!(out; digest(bytes), seed),
            Large::Words(words) => put!(out; words[3], words[19], digest(words.into_iter().flat_map(u64::to_le_bytes))),
            Large::Small(kind) => put!(out; kind),
        }
    }
}
