//! How each kind of result is written to a feature's output.

use core::cmp::Ordering;

pub trait Put {
    fn put(self, out: &mut Vec<u8>);
}

/// One function for all writing, so that the program is mostly features.
#[inline(never)]
fn append(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
}

macro_rules! put_integers {
    ($($integer:ty)*) => {$(
        impl Put for $integer {
            fn put(self, out: &mut Vec<u8>) {
                append(out, &self.to_le_bytes());
            }
        }
    )*};
}
put_integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl Put for bool {
    fn put(self, out: &mut Vec<u8>) {
        append(out, &[u8::from(self)]);
    }
}

impl Put for char {
    fn put(self, out: &mut Vec<u8>) {
        u32::from(self).put(out);
    }
}

impl Put for Ordering {
    fn put(self, out: &mut Vec<u8>) {
        let number = match self {
            Ordering::Less => 1,
            Ordering::Equal => 2,
            Ordering::Greater => 3,
        };
        append(out, &[number]);
    }
}

impl Put for () {
    fn put(self, out: &mut Vec<u8>) {
        append(out, &[0xee]);
    }
}

impl Put for &[u8] {
    fn put(self, out: &mut Vec<u8>) {
        (self.len() as u16).put(out);
        append(out, self);
    }
}

impl<const N: usize> Put for [u8; N] {
    fn put(self, out: &mut Vec<u8>) {
        append(out, &self);
    }
}

impl Put for &str {
    fn put(self, out: &mut Vec<u8>) {
        self.as_bytes().put(out);
    }
}

impl<T: Put> Put for Option<T> {
    fn put(self, out: &mut Vec<u8>) {
        match self {
            Some(value) => {
                append(out, &[1]);
                value.put(out);
            }
            None => append(out, &[0]),
        }
    }
}

impl<T: Put, E> Put for Result<T, E> {
    fn put(self, out: &mut Vec<u8>) {
        self.ok().put(out);
    }
}

impl<A: Put, B: Put> Put for (A, B) {
    fn put(self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }
}

/// A short digest of `bytes` (FNV-1a), where all of them would not fit the output.
pub fn digest(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Writes each of the values.
macro_rules! put {
    ($out:expr; $($value:expr),* $(,)?) => {{ $(crate::output::Put::put($value, $out);)* }};
}
pub(crate) use put;
