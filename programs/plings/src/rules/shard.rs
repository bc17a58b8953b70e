//! Which of a manufacturer's payment logs an object belongs to: its address's first bits.

/// The shard of `address` among `2^shard_bits`, for at most 8 bits; all payments for one object have one order.
#[inline(always)]
pub fn shard_of(address: &[u8; 32], shard_bits: u8) -> u8 {
    let [first, ..] = *address;
    u8::try_from(u16::from(first) >> 8u8.saturating_sub(shard_bits)).unwrap_or_default()
}
