use alloc::vec::Vec;
use plings::rules::item::{count_of, item_leaf, Commitment, CommitmentMessage, InstanceRange};
use plings::rules::path::Path;

use crate::input::Input;
use crate::paths::put_refusal;

/// Pointer, address, path → the item's leaf.
pub fn leaf(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let (class_pointer, address) = (input.array()?, input.array()?);
    let path = core::str::from_utf8(input.rest()).ok()?;
    answer.extend_from_slice(&item_leaf(path, class_pointer, address));
    Some(())
}

/// First and last numbers of ranges → how many instances these are, 0 for no ranges that can be.
pub fn count(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let count = count_of(&ranges(input.rest())?).unwrap_or_default();
    answer.extend_from_slice(&count.to_le_bytes());
    Some(())
}

/// Batch, key's text, pointer's text, root, time, ranges → what a commitment's signature signs; nothing if it is too long.
pub fn message(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let batch = core::str::from_utf8(input.counted()?).ok()?;
    let (identity_text, pointer_text, root) = (input.counted()?, input.array()?, input.array()?);
    let created_at_unix = input.u64()?;
    let instances = &ranges(input.rest())?;
    let commitment = Commitment { batch, pointer_text, instances, root, created_at_unix, identity_text };
    if let Some(message) = CommitmentMessage::new(&commitment) {
        answer.extend_from_slice(message.as_bytes());
    }
    Some(())
}

/// A text → the refusal, or the batch's number and where the path to the pointer ends.
pub fn path_to_batch(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    let text = core::str::from_utf8(input.rest()).ok()?;
    let read = Path::parse_to_batch(text).and_then(|path| Ok((path.batch()?, path.to_pointer().len())));
    let (batch, pointer_end) = match read {
        Ok(read) => read,
        Err(error) => return put_refusal(error, answer),
    };
    answer.push(0);
    answer.extend_from_slice(&batch.to_le_bytes());
    answer.push(u8::try_from(pointer_end).ok()?);
    Some(())
}

fn ranges(bytes: &[u8]) -> Option<Vec<InstanceRange>> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    let (pairs, odd) = numbers.as_chunks::<2>();
    let read = |&[first, last]: &[[u8; 4]; 2]| InstanceRange { first: u32::from_le_bytes(first), last: u32::from_le_bytes(last) };
    (rest.is_empty() && odd.is_empty()).then(|| pairs.iter().map(read).collect())
}
