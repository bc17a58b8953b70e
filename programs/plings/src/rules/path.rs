//! Paths: `wallet.manufacturer.<class levels…>.batch.instance`, each segment a canonical base58 number below 2^31.

use core::slice::Iter;

use super::base58::digit;
use super::bytes;
use crate::errors::PlingsError;

pub const MAX_BYTES: usize = 96;
pub const MAX_SEGMENTS: usize = 16;
/// wallet, manufacturer, batch, instance
pub const MIN_SEGMENTS: usize = 4;
/// batch and instance, which a path to a class pointer has not
const INSTANCE_SEGMENTS: usize = 2;
const SHORTEST_INSTANCE: &str = ".1.1";
const MAX_POINTER_BYTES: usize = MAX_BYTES - SHORTEST_INSTANCE.len();
const MAX_POINTER_SEGMENTS: usize = MAX_SEGMENTS - INSTANCE_SEGMENTS;
const SHORTEST_NUMBER: &str = ".1";
const MAX_BATCH_BYTES: usize = MAX_BYTES - SHORTEST_NUMBER.len();
const MIN_BATCH_SEGMENTS: usize = MIN_SEGMENTS - 1;
const MAX_BATCH_SEGMENTS: usize = MAX_SEGMENTS - 1;
const PREFIX_SEGMENTS: usize = 2;
const SEGMENT_LIMIT: u64 = 1 << 31;

/// A checked path, or path to pointer, and where its parts end.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    text: &'a str,
    prefix_end: usize,
    pointer_end: usize,
    batch_end: usize,
    instance: u32,
}

impl<'a> Path<'a> {
    /// A whole path: 4 to 16 segments, at most 96 bytes.
    pub fn parse(text: &'a str) -> Result<Self, PlingsError> {
        let parsed = scan(text)?;
        if parsed.segments < MIN_SEGMENTS || parsed.segments > MAX_SEGMENTS {
            return Err(PlingsError::InvalidPathLength);
        }
        let Scanned { prefix_end, pointer_end, batch_end, instance, .. } = parsed;
        Ok(Self { text, prefix_end, pointer_end, batch_end, instance })
    }

    /// A path without batch and instance: 2 to 14 segments, and room for the shortest `.1.1` behind it.
    pub fn parse_to_pointer(text: &'a str) -> Result<Self, PlingsError> {
        let parsed = scan(text)?;
        let fits = text.len() <= MAX_POINTER_BYTES && parsed.segments <= MAX_POINTER_SEGMENTS;
        if parsed.segments < PREFIX_SEGMENTS || !fits {
            return Err(PlingsError::InvalidPathLength);
        }
        Ok(Self { text, prefix_end: parsed.prefix_end, pointer_end: text.len(), batch_end: text.len(), instance: 0 })
    }

    /// A batch's path, without instance: 3 to 15 segments, and room for the shortest `.1` behind it.
    pub fn parse_to_batch(text: &'a str) -> Result<Self, PlingsError> {
        let parsed = scan(text)?;
        let fits = text.len() <= MAX_BATCH_BYTES && parsed.segments <= MAX_BATCH_SEGMENTS;
        if parsed.segments < MIN_BATCH_SEGMENTS || !fits {
            return Err(PlingsError::InvalidPathLength);
        }
        let Scanned { prefix_end, batch_end: pointer_end, .. } = parsed;
        Ok(Self { text, prefix_end, pointer_end, batch_end: text.len(), instance: 0 })
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The first two segments, such as `2.3`.
    pub fn prefix(&self) -> &'a [u8] {
        part(self.text, self.prefix_end)
    }

    /// Whether the path's first two segments are `prefix`.
    #[inline(always)]
    pub fn is_below(&self, prefix: &[u8]) -> bool {
        bytes::equal(self.prefix(), prefix)
    }

    /// All segments but batch and instance: what the class pointer hashes.
    pub fn to_pointer(&self) -> &'a [u8] {
        part(self.text, self.pointer_end)
    }

    /// All segments but the instance.
    pub fn to_batch(&self) -> &'a str {
        self.text.get(..self.batch_end).unwrap_or_default()
    }

    /// The batch's number: the value of the segment behind the class. A path to a pointer has none.
    #[inline(always)]
    pub fn batch(&self) -> Result<u32, PlingsError> {
        let segment = self.text.get(self.pointer_end..self.batch_end).and_then(|text| text.strip_prefix('.'));
        let value = number(segment.ok_or(PlingsError::InvalidPathLength)?)?;
        u32::try_from(value).map_err(|_| PlingsError::InvalidSegment)
    }

    /// The last segment's value.
    pub fn instance(&self) -> u32 {
        self.instance
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
    /// where the last but one ends
    batch_end: usize,
    /// the last one's value
    instance: u32,
}

/// One pass over the text: every segment's rule, and where the parts end.
fn scan(text: &str) -> Result<Scanned, PlingsError> {
    if text.is_empty() || text.len() > MAX_BYTES {
        return Err(PlingsError::InvalidPathLength);
    }
    let mut rest = text.as_bytes().iter();
    let mut segment = take_segment(&mut rest)?;
    let mut end = segment.end(text, &rest);
    check_wallet(part(text, end), segment.value)?;
    let mut scanned = Scanned { segments: 1, prefix_end: text.len(), pointer_end: 0, batch_end: 0, instance: 0 };
    while segment.is_followed {
        segment = take_segment(&mut rest)?;
        (scanned.pointer_end, scanned.batch_end, end) = (scanned.batch_end, end, segment.end(text, &rest));
        scanned.segments = scanned.segments.wrapping_add(1); // no more than characters
        if scanned.segments == PREFIX_SEGMENTS {
            scanned.prefix_end = end;
        }
    }
    scanned.instance = u32::try_from(segment.value).map_err(|_| PlingsError::InvalidSegment)?;
    Ok(scanned)
}

struct Segment {
    value: u64,
    /// by a dot and another segment
    is_followed: bool,
}

impl Segment {
    /// Where in `text` it ends, when `rest` is left behind it and its dot.
    #[inline(always)]
    fn end(&self, text: &str, rest: &Iter<u8>) -> usize {
        text.len().wrapping_sub(rest.len()).wrapping_sub(usize::from(self.is_followed))
        // both were taken from `text`
    }
}

/// The segment that `rest` starts with, which is taken off with the dot behind it.
///
/// Most significant digit first; `1` is 0 and leads nothing.
#[inline(always)]
fn take_segment(rest: &mut Iter<u8>) -> Result<Segment, PlingsError> {
    let mut value = digit_of(rest.next())?;
    for &character in rest.by_ref() {
        if character == b'.' {
            return Ok(Segment { value, is_followed: true });
        }
        let leads = value;
        value = value.wrapping_mul(58).wrapping_add(digit_of(Some(&character))?); // value < 2^31 before: no overflow
        if leads == 0 || value >= SEGMENT_LIMIT {
            return Err(PlingsError::InvalidSegment);
        }
    }
    Ok(Segment { value, is_followed: false })
}

#[inline(always)]
fn digit_of(character: Option<&u8>) -> Result<u64, PlingsError> {
    character.and_then(|&character| digit(character)).map(u64::from).ok_or(PlingsError::InvalidSegment)
}

/// The value of a whole segment.
fn number(segment: &str) -> Result<u64, PlingsError> {
    let segment = take_segment(&mut segment.as_bytes().iter())?;
    if segment.is_followed {
        return Err(PlingsError::InvalidSegment);
    }
    Ok(segment.value)
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
    let wallet = check_wallet(wallet.as_bytes(), number(wallet)?)?;
    let index = u32::try_from(number(manufacturer)?).map_err(|_| PlingsError::InvalidSegment)?;
    if index == 0 {
        return Err(PlingsError::InvalidManufacturerIndex);
    }
    Ok((wallet, index))
}
