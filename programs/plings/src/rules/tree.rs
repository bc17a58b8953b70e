//! Merkle trees as in RFC 6962: a leaf hashes 0x00 and its data, a node 0x01 and its two children.
//!
//! A growing tree needs only its frontier: the roots of its full subtrees, one for each set bit of the count.

use super::bytes;
use super::hash::sha256;

pub type Hash = [u8; 32];
const LEAF: &[u8] = &[0];

pub fn leaf_hash(data: &[u8]) -> Hash {
    sha256(&[LEAF, data])
}

#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct Node {
    prefix: u8,
    left: Hash,
    right: Hash,
}

#[inline(always)]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[bytemuck::bytes_of(&Node { prefix: 1, left: *left, right: *right })])
}

/// Adds a leaf to a tree of `count` leaves; None if `frontier` has no level left for it.
pub fn append(frontier: &mut [Hash], count: u64, leaf: Hash) -> Option<()> {
    let mut subtree = leaf;
    let mut remaining = count;
    for level in frontier.iter_mut() {
        if remaining & 1 == 0 {
            *level = subtree;
            return Some(());
        }
        subtree = node_hash(level, &subtree);
        remaining >>= 1;
    }
    None
}

/// The root of a tree of `count` leaves; an empty tree's is the hash of nothing.
pub fn root(frontier: &[Hash], count: u64) -> Hash {
    let mut root = None;
    for (level, subtree) in frontier.iter().enumerate() {
        if count >> level & 1 == 1 {
            root = Some(match root {
                None => *subtree,
                Some(right) => node_hash(subtree, &right),
            });
        }
    }
    root.unwrap_or_else(|| sha256(&[]))
}

/// Whether `proof` leads from the leaf at `index` of `count` to `root` (RFC 9162, section 2.1.3.2).
pub fn includes(root: &Hash, leaf: Hash, index: u64, count: u64, proof: &[Hash]) -> bool {
    if index >= count {
        return false;
    }
    let (mut at, mut last) = (index, count.saturating_sub(1));
    let mut siblings = proof.iter();
    let mut hash = leaf;
    while at != last {
        let Some(sibling) = siblings.next() else { return false };
        hash = if at & 1 == 0 { node_hash(&hash, sibling) } else { node_hash(sibling, &hash) };
        at >>= 1;
        last >>= 1;
    }
    // the last node of its level: what is left are siblings on the left, one for each set bit
    while at != 0 {
        if at & 1 == 1 {
            let Some(sibling) = siblings.next() else { return false };
            hash = node_hash(sibling, &hash);
        }
        at >>= 1;
    }
    siblings.as_slice().is_empty() && bytes::equal(&hash, root)
}
