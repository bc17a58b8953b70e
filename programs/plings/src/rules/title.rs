//! Who owns an object by what was shown of its payment log.
//!
//! A title is the first payment shown and the transfers that follow from it, in the log's order. Whoever knows a leaf that
//! was left out can show it: an earlier payment begins the title anew, an earlier transfer ends what came after it. Leaves
//! cannot be invented, so once all that matter were shown, the title is the log's own answer and nothing changes it.

use bytemuck::{Pod, Zeroable};

/// Links of a title, and so gifts of an object without an account, that count: without a bound a seller could give an
/// object to and fro until the buyer cannot afford to show how it came to them.
pub const MOST_LINKS: usize = 100;

/// From leaf `number` on, the object is `owner`'s.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Link {
    pub number: u64,
    pub owner: [u8; 32],
}

/// How many links stay before one of a payment with this number; None if it changes nothing.
pub fn place_of_payment(links: &[Link], number: u64) -> Option<usize> {
    match links.first() {
        Some(root) if root.number <= number => None,
        _ => Some(0),
    }
}

/// How many links stay before one of a transfer by `actor`; None if it changes nothing.
pub fn place_of_transfer(links: &[Link], number: u64, actor: &[u8; 32]) -> Option<usize> {
    let place = links.partition_point(|link| link.number < number);
    let before = links.get(place.checked_sub(1)?)?;
    let is_shown = links.get(place).is_some_and(|link| link.number == number);
    (before.owner == *actor && !is_shown && place < MOST_LINKS).then_some(place)
}
