//! The arguments of a feature, read from its input bytes; zeros once they run out.

pub struct Input<'a> {
    bytes: &'a [u8],
}

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The next `N` bytes, zeros in place of those that are not there.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let there = N.min(self.bytes.len());
        let (head, tail) = self.bytes.split_at(there);
        array[..there].copy_from_slice(head);
        self.bytes = tail;
        array
    }

    pub fn u8(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    pub fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    pub fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    pub fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    pub fn u128(&mut self) -> u128 {
        u128::from_le_bytes(self.array())
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::from(self.u16()) % bound
    }

    /// What is left, at most `limit` bytes of it.
    pub fn rest(&mut self, limit: usize) -> &'a [u8] {
        let (head, tail) = self.bytes.split_at(limit.min(self.bytes.len()));
        self.bytes = tail;
        head
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}
