//! Who gets what of a payment. Shares are rounded down, and the rest goes to whoever is last: nothing is lost.

/// A whole, in basis points.
pub const WHOLE_BPS: u16 = 10_000;
const WHOLE: u64 = WHOLE_BPS as u64;

/// `amount * bps / 10,000`, rounded down, exact for every amount; None if `bps` is more than the whole.
#[inline(always)]
pub fn share(amount: u64, bps: u16) -> Option<u64> {
    if bps > WHOLE_BPS {
        return None;
    }
    let bps = u64::from(bps);
    // (q·10,000 + r)·bps / 10,000 = q·bps + r·bps/10,000: no step is more than `amount`
    let of_quotient = (amount / WHOLE).checked_mul(bps)?;
    let of_rest = (amount % WHOLE).checked_mul(bps)? / WHOLE;
    of_quotient.checked_add(of_rest)
}

/// A first payment, between the platform and the manufacturer, who gets the remainder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstSale {
    pub platform: u64,
    pub manufacturer: u64,
}

pub fn first_sale(amount: u64, platform_fee_bps: u16) -> Option<FirstSale> {
    let platform = share(amount, platform_fee_bps)?;
    Some(FirstSale { platform, manufacturer: amount.checked_sub(platform)? })
}

/// A resale, between the platform, the manufacturer (royalty) and the seller, who gets the remainder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resale {
    pub platform: u64,
    pub manufacturer: u64,
    pub seller: u64,
}

pub fn resale(amount: u64, platform_fee_bps: u16, royalty_bps: u16) -> Option<Resale> {
    let platform = share(amount, platform_fee_bps)?;
    let manufacturer = share(amount, royalty_bps)?;
    let seller = amount.checked_sub(platform)?.checked_sub(manufacturer)?;
    Some(Resale { platform, manufacturer, seller })
}
