use plings::rules::split::{first_sale, resale, share, FirstSale, Resale};

use crate::support::Random;

fn exact(amount: u64, bps: u16) -> u64 {
    u64::try_from(u128::from(amount) * u128::from(bps) / 10_000).unwrap()
}

fn check(amount: u64, fee: u16, royalty: u16) {
    assert_eq!(share(amount, fee), (fee <= 10_000).then(|| exact(amount, fee)), "{amount} at {fee}");
    match first_sale(amount, fee) {
        None => assert!(fee > 10_000),
        Some(FirstSale { platform, manufacturer }) => {
            assert_eq!(platform, exact(amount, fee));
            assert_eq!(platform.checked_add(manufacturer), Some(amount));
        }
    }
    match resale(amount, fee, royalty) {
        // two shares of more than the whole may still fit once each is rounded down; then they are paid
        None => assert!(fee > 10_000 || royalty > 10_000 || u32::from(fee) + u32::from(royalty) > 10_000),
        Some(Resale { platform, manufacturer, seller }) => {
            assert_eq!((platform, manufacturer), (exact(amount, fee), exact(amount, royalty)));
            let total = u128::from(platform) + u128::from(manufacturer) + u128::from(seller);
            assert_eq!(total, u128::from(amount));
        }
    }
}

#[test]
fn extremes() {
    let amounts = [0, 1, 9_999, 10_000, 10_001, u64::MAX / 10_000, u64::MAX / 10_000 + 1, u64::MAX - 1, u64::MAX];
    let shares = [0, 1, 1_000, 2_500, 5_000, 9_999, 10_000, 10_001, u16::MAX];
    for amount in amounts {
        for fee in shares {
            for royalty in shares {
                check(amount, fee, royalty);
            }
        }
    }
}

#[test]
fn every_share_of_awkward_amounts() {
    for amount in [1, 3, 9_999, 12_345_678_901, u64::MAX - 7] {
        for bps in 0..=10_001 {
            check(amount, bps, 10_000u16.saturating_sub(bps));
        }
    }
}

#[test]
fn random_amounts() {
    let mut random = Random(5);
    for _ in 0..200_000 {
        let (fee, royalty) = (random.below(10_002) as u16, random.below(10_002) as u16);
        check(random.amount(), fee, royalty);
    }
}

#[test]
fn allowed_shares_never_fail() {
    use plings::state::{MAX_PLATFORM_FEE_BPS, MAX_ROYALTY_BPS};
    let mut random = Random(6);
    for amount in (0..1_000).map(|_| random.amount()).chain([0, u64::MAX]) {
        assert!(resale(amount, MAX_PLATFORM_FEE_BPS, MAX_ROYALTY_BPS).is_some());
    }
}

#[test]
fn the_seeds_example() {
    // ten per cent: 90 to the manufacturer, 10 to the platform
    assert_eq!(first_sale(100, 1_000), Some(FirstSale { platform: 10, manufacturer: 90 }));
    assert_eq!(first_sale(99, 1_000), Some(FirstSale { platform: 9, manufacturer: 90 }));
    assert_eq!(resale(1_000, 1_000, 500), Some(Resale { platform: 100, manufacturer: 50, seller: 850 }));
}
