//! A rule's arguments, read one after the other; lengths go before what has one. Integers are little-endian.

pub struct Input<'a> {
    left: &'a [u8],
}

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    pub fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (array, left) = self.left.split_first_chunk()?;
        self.left = left;
        Some(array)
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.array().map(|&[byte]| byte)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().copied().map(u16::from_le_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().copied().map(u64::from_le_bytes)
    }

    /// Bytes after their number, one byte.
    pub fn counted(&mut self) -> Option<&'a [u8]> {
        let number = usize::from(self.u8()?);
        let (bytes, left) = self.left.split_at_checked(number)?;
        self.left = left;
        Some(bytes)
    }

    pub fn rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.left)
    }
}
