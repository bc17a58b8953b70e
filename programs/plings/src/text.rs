//! Texts in instructions' arguments, left where they lie.

use anchor_lang::wincode::config::Config;
use anchor_lang::wincode::error::invalid_utf8_encoding;
use anchor_lang::wincode::io::{Reader, Writer};
use anchor_lang::wincode::{ReadResult, SchemaRead, SchemaWrite, WriteResult};
use core::mem::MaybeUninit;
use core::ops::Deref;

/// Borsh's string, borrowed: no copy, and ASCII is checked in words. Anchor's IDL knows a string by this name alone.
#[derive(Clone, Copy)]
pub struct String<'a>(pub &'a str);

impl Deref for String<'_> {
    type Target = str;

    #[inline(always)]
    fn deref(&self) -> &str {
        self.0
    }
}

// SAFETY: `dst` is written whenever the result is Ok
unsafe impl<'de, C: Config> SchemaRead<'de, C> for String<'de> {
    type Dst = Self;

    #[inline(always)]
    fn read(reader: impl Reader<'de>, dst: &mut MaybeUninit<Self>) -> ReadResult<()> {
        let bytes = <&'de [u8] as SchemaRead<'de, C>>::get(reader)?;
        dst.write(Self(text(bytes)?));
        Ok(())
    }
}

// SAFETY: as `str`, whose bytes and size these are
unsafe impl<C: Config> SchemaWrite<C> for String<'_> {
    type Src = Self;

    fn size_of(src: &Self) -> WriteResult<usize> {
        <str as SchemaWrite<C>>::size_of(src)
    }

    fn write(writer: impl Writer, src: &Self) -> WriteResult<()> {
        <str as SchemaWrite<C>>::write(writer, src)
    }
}

#[cfg(feature = "idl-build")]
impl anchor_lang::IdlAccountType for String<'_> {}

#[inline(always)]
fn text(bytes: &[u8]) -> ReadResult<&str> {
    if is_ascii(bytes) {
        // SAFETY: ASCII is UTF-8
        return Ok(unsafe { core::str::from_utf8_unchecked(bytes) });
    }
    core::str::from_utf8(bytes).map_err(invalid_utf8_encoding)
}

/// As `is_ascii`, which looks at short texts byte by byte.
#[inline(always)]
fn is_ascii(bytes: &[u8]) -> bool {
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().all(|word| u64::from_le_bytes(*word) & HIGH_BITS == 0) && rest.iter().all(u8::is_ascii)
}
