//! Events of hot paths, written field by field into one buffer: `emit!` makes a String of every text first.
//!
//! The bytes are those of `emit!`: the event's discriminator, then its fields as borsh writes them.

use anchor_lang::{Address, Discriminator};

use crate::errors::PlingsError;

/// More than any event written here takes, with a path of 96 bytes.
pub const MOST_BYTES: usize = 448;

/// Writes an event into a buffer, from its start.
pub struct EventWriter<'a> {
    free: &'a mut [u8],
}

impl<'a> EventWriter<'a> {
    #[inline(always)]
    pub fn of<E: Discriminator>(buffer: &'a mut [u8]) -> Result<Self, PlingsError> {
        let mut event = Self { free: buffer };
        event.put_slice(E::DISCRIMINATOR)?;
        Ok(event)
    }

    /// How many bytes of the buffer are left.
    #[inline(always)]
    pub fn left(&self) -> usize {
        self.free.len()
    }

    #[inline(always)]
    fn put<const N: usize>(&mut self, field: &[u8; N]) -> Result<(), PlingsError> {
        let (place, free) = core::mem::take(&mut self.free).split_first_chunk_mut().ok_or(PlingsError::Overflow)?;
        *place = *field;
        self.free = free;
        Ok(())
    }

    #[inline(always)]
    fn put_slice(&mut self, field: &[u8]) -> Result<(), PlingsError> {
        let (place, free) = core::mem::take(&mut self.free).split_at_mut_checked(field.len()).ok_or(PlingsError::Overflow)?;
        place.copy_from_slice(field);
        self.free = free;
        Ok(())
    }
}

/// What borsh writes for one field.
pub trait Field {
    fn write(&self, event: &mut EventWriter) -> Result<(), PlingsError>;
}

impl Field for u8 {
    #[inline(always)]
    fn write(&self, event: &mut EventWriter) -> Result<(), PlingsError> {
        event.put(&[*self])
    }
}

impl Field for u32 {
    #[inline(always)]
    fn write(&self, event: &mut EventWriter) -> Result<(), PlingsError> {
        event.put(&self.to_le_bytes())
    }
}

impl Field for u64 {
    #[inline(always)]
    fn write(&self, event: &mut EventWriter) -> Result<(), PlingsError> {
        event.put(&self.to_le_bytes())
    }
}

impl Field for i64 {
    #[inline(always)]
    fn write(&self, event: &mut EventWriter) -> Result<(), PlingsError> {
        event.put(&self.to_le_bytes())
    }
}

impl Field for Address {
    #[inline(always)]
    fn write(&self, event: &mut EventWriter) -> Result<(), PlingsError> {
        event.put(self.as_array())
    }
}

impl<const N: usize> Field for [u8; N] {
    #[inline(always)]
    fn write(&self, event: &mut EventWriter) -> Result<(), PlingsError> {
        event.put(self)
    }
}

/// A text of any length.
impl Field for &str {
    #[inline(always)]
    fn write(&self, event: &mut EventWriter) -> Result<(), PlingsError> {
        event.put(&u32::try_from(self.len()).map_err(|_| PlingsError::Overflow)?.to_le_bytes())?;
        event.put_slice(self.as_bytes())
    }
}

/// ASCII characters of which the number is known.
pub struct Text<'a, const N: usize>(pub &'a [u8; N]);

impl<const N: usize> Field for Text<'_, N> {
    #[inline(always)]
    fn write(&self, event: &mut EventWriter) -> Result<(), PlingsError> {
        event.put(&u32::try_from(N).map_err(|_| PlingsError::Overflow)?.to_le_bytes())?;
        event.put(self.0)
    }
}

/// `event_bytes!(buffer, Name { field: value, … })`: the bytes of an event, texts as `&str` or `Text`.
///
/// The fields are written as they stand here, so they must stand as in the struct: the compiler does not see to that,
/// the tests that decode every event by the IDL do.
#[macro_export]
macro_rules! event_bytes {
    (@ $field:ident) => { $field };
    (@ $field:ident $value:expr) => { $value };
    ($buffer:expr, $event:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {{
        let _ = |$event { $($field: _),* }: $event| {}; // every field is there, and no other
        let buffer: &mut [u8] = $buffer;
        let size = buffer.len();
        let mut event = $crate::event::EventWriter::of::<$event>(buffer)?;
        $($crate::event::Field::write(&$crate::event_bytes!(@ $field $($value)?), &mut event)?;)*
        let written = size.saturating_sub(event.left());
        buffer.get(..written).unwrap_or_default()
    }};
}

/// `log_event!(Name { … })`: `emit!` for hot paths.
#[macro_export]
macro_rules! log_event {
    ($($event:tt)*) => {{
        let mut buffer = [0; $crate::event::MOST_BYTES];
        anchor_lang::event::sol_log_data(&[$crate::event_bytes!(&mut buffer, $($event)*)]);
    }};
}
