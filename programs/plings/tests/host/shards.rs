use plings::rules::shard::shard_of;

fn address(first: u8) -> [u8; 32] {
    let mut address = [0xff; 32];
    address[0] = first;
    address
}

#[test]
fn a_shard_is_the_first_bits_of_the_address() {
    for first in 0..=u8::MAX {
        assert_eq!(shard_of(&address(first), 0), 0);
        assert_eq!(shard_of(&address(first), 1), first / 128);
        assert_eq!(shard_of(&address(first), 8), first);
        for bits in 0..=8u32 {
            let expected = u32::from(first) * (1 << bits) / 256;
            assert_eq!(u32::from(shard_of(&address(first), bits as u8)), expected, "{first} of 2^{bits}");
        }
    }
}
