//! Paths: `wallet.manufacturer.<class levels…>.batch.instance`, each segment a canonical base58 number below 2^31.

use super::base58::digit;
use crate::errors::PlingsError;

pub const MAX_BYTES: usize = 96;
pub const MAX_SEGMENTS: usize = 16;
/// wallet, manufacturer, batch, instance
pub const MIN_SEGMENTS: usize = 4;
/// batch and instance, which a path to a class pointer has not
const INSTANCE_SEGMENTS: usize = 2;
const SHORTEST_INSTANCE: &str = ".1.1";
const PREFIX_SEGMENTS: usize = 2;
const SEGMENT_LIMIT: u64 = 1 << 31;

/// A checked path, or path to pointer, and where its parts end.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    text: &'a str,
    prefix_end: usize,
    pointer_end: usize,
}

impl<'a> Path<'a> {
    /// A whole path: 4 to 16 segments, at most 96 bytes.
    pub fn parse(text: &'a str) -> Result<Self, PlingsError> {
        let parsed = scan(text)?;
        if parsed.segments < MIN_SEGMENTS || parsed.segments > MAX_SEGMENTS {
            return Err(PlingsError::InvalidPathLength);
        }
        Ok(Self { text, prefix_end: parsed.prefix_end, pointer_end: parsed.pointer_end })
    }

    /// A path without batch and instance: 2 to 14 segments, and room for the shortest `.1.1` behind it.
    pub fn parse_to_pointer(text: &'a str) -> Result<Self, PlingsError> {
        let parsed = scan(text)?;
        let fits = text.len() <= MAX_BYTES - SHORTEST_INSTANCE.len() && parsed.segments <= MAX_SEGMENTS - INSTANCE_SEGMENTS;
        if parsed.segments < PREFIX_SEGMENTS || !fits {
            return Err(PlingsError::InvalidPathLength);
        }
        Ok(Self { text, prefix_end: parsed.prefix_end, pointer_end: text.len() })
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The first two segments, such as `2.3`.
    pub fn prefix(&self) -> &'a [u8] {
        part(self.text, self.prefix_end)
    }

    /// All segments but batch and instance: what the class pointer hashes.
    pub fn to_pointer(&self) -> &'a [u8] {
        part(self.text, self.pointer_end)
    }

    /// The path in three pieces of at most 32 bytes, for the seeds of an address; the last ones may be empty.
    pub fn chunks(&self) -> [&'a [u8]; 3] {
        let mut chunks = self.text.as_bytes().chunks(32);
        core::array::from_fn(|_| chunks.next().unwrap_or_default())
    }
}

fn part(text: &str, end: usize) -> &[u8] {
    text.as_bytes().get(..end).unwrap_or_default()
}

struct Scanned {
    segments: usize,
    /// where the second segment ends
    prefix_end: usize,
    /// where the last but two ends
    pointer_end: usize,
}

/// One pass over the text: every segment's rule, and where the parts end.
fn scan(text: &str) -> Result<Scanned, PlingsError> {
    if text.is_empty() || text.len() > MAX_BYTES {
        return Err(PlingsError::InvalidPathLength);
    }
    let mut ends = [0usize; 3]; // of the segments before this one, the newest first
    let mut segments = 0usize;
    let mut prefix_end = text.len();
    for segment in text.as_bytes().split(|&byte| byte == b'.') {
        let value = number(segment)?;
        if segments == 0 {
            check_wallet(segment, value)?;
        }
        let [newest, before, _] = ends;
        let start = if segments == 0 { 0 } else { newest.saturating_add(1) };
        ends = [start.saturating_add(segment.len()), newest, before];
        segments = segments.saturating_add(1);
        if segments == PREFIX_SEGMENTS {
            [prefix_end, ..] = ends;
        }
    }
    let [_, _, pointer_end] = ends;
    Ok(Scanned { segments, prefix_end, pointer_end })
}

/// The value of a segment, most significant digit first; `1` is 0 and leads nothing.
#[inline(always)]
fn number(segment: &[u8]) -> Result<u64, PlingsError> {
    match segment {
        [] => return Err(PlingsError::InvalidSegment),
        [b'1', _, ..] => return Err(PlingsError::InvalidSegment),
        _ => (),
    }
    let mut value = 0u64;
    for &byte in segment {
        let digit = digit(byte).ok_or(PlingsError::InvalidSegment)?;
        value = value.wrapping_mul(58).wrapping_add(u64::from(digit)); // value < 2^31 before: no overflow
        if value >= SEGMENT_LIMIT {
            return Err(PlingsError::InvalidSegment);
        }
    }
    Ok(value)
}

/// A wallet is written in digits alone, and is 1 to 255.
fn check_wallet(segment: &[u8], value: u64) -> Result<u8, PlingsError> {
    match u8::try_from(value) {
        Ok(wallet @ 1..) if segment.iter().all(u8::is_ascii_digit) => Ok(wallet),
        _ => Err(PlingsError::InvalidWallet),
    }
}

/// The wallet and the manufacturer's number (at least 1) of a prefix such as `2.3`.
pub fn parse_prefix(text: &str) -> Result<(u8, u32), PlingsError> {
    let (wallet, manufacturer) = text.split_once('.').ok_or(PlingsError::InvalidPathLength)?;
    let wallet = check_wallet(wallet.as_bytes(), number(wallet.as_bytes())?)?;
    let index = u32::try_from(number(manufacturer.as_bytes())?).map_err(|_| PlingsError::InvalidSegment)?;
    if index == 0 {
        return Err(PlingsError::InvalidManufacturerIndex);
    }
    Ok((wallet, index))
}
