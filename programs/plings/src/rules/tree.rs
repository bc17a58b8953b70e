//! Merkle trees as in RFC 6962: a leaf hashes 0x00 and its data, a node 0x01 and its two children.
//!
//! A growing tree needs only its frontier: the roots of its full subtrees, one for each set bit of the count.

use super::hash::sha256;

pub type Hash = [u8; 32];
const LEAF: &[u8] = &[0];
const NODE: &[u8] = &[1];

pub fn leaf_hash(data: &[u8]) -> Hash {
    sha256(&[LEAF, data])
}

pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[NODE, left, right])
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
    let mut at = index;
    let mut last = count.saturating_sub(1);
    let mut hash = leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}
