use plings::rules::bytes::equal;

use crate::support::Random;

#[test]
fn equal_is_the_equality_of_slices() {
    let mut random = Random(9);
    for length in 0..=70 {
        let data: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        assert!(equal(&data, &data.clone()));
        for at in 0..length {
            let mut other = data.clone();
            other[at] ^= 1 << random.below(8);
            assert!(!equal(&data, &other), "byte {at} of {length}");
            assert!(!equal(&data, &data[..at]) && !equal(&data[..at], &data), "{at} bytes of {length}");
        }
    }
}
