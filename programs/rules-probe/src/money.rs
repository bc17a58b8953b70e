use alloc::vec::Vec;
use plings::rules::split::{first_sale, resale, share, FirstSale, Resale};

use crate::input::Input;

/// Amount, platform's fee and royalty in basis points → the fee, a first sale's parts, a resale's parts.
pub fn split(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let (amount, fee_bps, royalty_bps) = (input.u64()?, input.u16()?, input.u16()?);
    put(share(amount, fee_bps).map(|fee| [fee]), answer);
    put(first_sale(amount, fee_bps).map(|FirstSale { platform, manufacturer }| [platform, manufacturer]), answer);
    let parts = resale(amount, fee_bps, royalty_bps);
    put(parts.map(|Resale { platform, manufacturer, seller }| [platform, manufacturer, seller]), answer);
    Some(())
}

fn put<const N: usize>(amounts: Option<[u64; N]>, answer: &mut Vec<u8>) {
    answer.push(u8::from(amounts.is_some()));
    for amount in amounts.iter().flatten() {
        answer.extend_from_slice(&amount.to_le_bytes());
    }
}
