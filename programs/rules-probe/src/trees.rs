use alloc::vec::Vec;
use plings::rules::tree::{self, Hash};

use crate::input::Input;

const MAX_LEVELS: usize = 32;

/// Levels, the number of leaves, a seed: leaf n is the seed and n → how many leaves fitted, and their root.
pub fn grown(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let (levels, leaves) = (usize::from(input.u8()?), input.u16()?);
    let mut data = input.rest().to_vec();
    let seed_len = data.len();
    let mut frontier = [[0; 32]; MAX_LEVELS];
    let frontier = frontier.get_mut(..levels)?;
    let mut count = 0u16;
    while count < leaves {
        data.truncate(seed_len);
        data.extend_from_slice(&count.to_le_bytes());
        if tree::append(frontier, u64::from(count), tree::leaf_hash(&data)).is_none() {
            break;
        }
        count = count.checked_add(1)?;
    }
    answer.extend_from_slice(&count.to_le_bytes());
    answer.extend_from_slice(&tree::root(frontier, u64::from(count)));
    Some(())
}

/// Count, leaf, frontier → whether it fitted, and the frontier after.
pub fn append(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let (count, leaf) = (input.u64()?, *input.array()?);
    let mut frontier = hashes(input)?;
    answer.push(u8::from(tree::append(&mut frontier, count, leaf).is_some()));
    answer.extend(frontier.as_flattened());
    Some(())
}

/// Count, frontier → root.
pub fn root(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let count = input.u64()?;
    answer.extend_from_slice(&tree::root(&hashes(input)?, count));
    Some(())
}

/// Root, leaf, index, count, proof → whether the proof holds.
pub fn includes(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let (root, leaf, index, count) = (input.array()?, *input.array()?, input.u64()?, input.u64()?);
    answer.push(u8::from(tree::includes(root, leaf, index, count, &hashes(input)?)));
    Some(())
}

fn hashes(input: &mut Input) -> Option<Vec<Hash>> {
    let (hashes, rest) = input.rest().as_chunks();
    (rest.is_empty() && hashes.len() <= MAX_LEVELS).then(|| hashes.to_vec())
}
