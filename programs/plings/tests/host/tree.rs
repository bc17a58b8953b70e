use std::sync::LazyLock;

use plings::rules::hash::sha256;
use plings::rules::tree::{append, includes, leaf_hash, node_hash, root, Hash};

const LEVELS: usize = 16;

fn leaf(number: usize) -> Hash {
    leaf_hash(&number.to_le_bytes())
}

fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(leaf).collect()
}

/// The largest power of two below `count`, at which RFC 6962 divides a list.
fn split_of(count: usize) -> usize {
    count.next_power_of_two() / 2
}

/// MTH of RFC 6962, section 2.1, of hashed leaves.
fn reference_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(split_of(leaves.len()));
            sha256(&[&[1], &reference_root(left), &reference_root(right)])
        }
    }
}

/// PATH of RFC 6962, section 2.1.1.
fn reference_proof(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let at = split_of(leaves.len());
    let (left, right) = leaves.split_at(at);
    let (mut proof, sibling) = if index < at {
        (reference_proof(index, left), reference_root(right))
    } else {
        (reference_proof(index - at, right), reference_root(left))
    };
    proof.push(sibling);
    proof
}

#[test]
fn domains_of_leaf_and_node_differ() {
    assert_eq!(leaf_hash(b"data"), sha256(&[b"\0data"]));
    let (left, right) = ([1; 32], [2; 32]);
    assert_eq!(node_hash(&left, &right), sha256(&[&[1], &left, &right]));
}

#[test]
fn roots_of_the_certificate_transparency_tests() {
    // certificate-transparency's merkle_tree_test: the trees of 0, 1, 2, 3 and 8 of these leaves
    let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let known = [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ];
    let mut frontier = [[0; 32]; LEVELS];
    let mut roots = vec![root(&frontier, 0)];
    for (count, input) in (0..).zip(inputs) {
        append(&mut frontier, count, leaf_hash(&crate::support::hex(input))).unwrap();
        roots.push(root(&frontier, count + 1));
    }
    for (count, expected) in known {
        assert_eq!(roots[count].to_vec(), crate::support::hex(expected), "{count} leaves");
    }
}

#[test]
fn frontier_has_the_reference_root_at_every_size() {
    let leaves = leaves(300);
    let mut frontier = [[0xee; 32]; LEVELS]; // what lies in unused levels does not matter
    for count in 0..=300 {
        assert_eq!(root(&frontier, count as u64), reference_root(&leaves[..count]), "{count} leaves");
        if let Some(next) = leaves.get(count) {
            append(&mut frontier, count as u64, *next).unwrap();
        }
    }
}

#[test]
fn a_full_frontier_takes_no_more() {
    for levels in 0..=4 {
        let mut frontier = vec![[0; 32]; levels];
        let most = (1usize << levels) - 1;
        for count in 0..most {
            append(&mut frontier, count as u64, leaf(count)).unwrap();
        }
        let before = frontier.clone();
        assert_eq!(append(&mut frontier, most as u64, leaf(most)), None);
        assert_eq!(frontier, before, "a refused leaf changes nothing");
        assert_eq!(root(&frontier, most as u64), reference_root(&leaves(most)));
    }
}

/// Root, index, size, proof.
type Proof = (Hash, usize, usize, Vec<Hash>);

/// Of every leaf of every tree of up to 65.
static PROOFS: LazyLock<Vec<Proof>> = LazyLock::new(|| {
    let leaves = leaves(65);
    let of_size = |count: usize| {
        let (root, leaves) = (reference_root(&leaves[..count]), &leaves[..count]);
        (0..count).map(move |index| (root, index, count, reference_proof(index, leaves))).collect::<Vec<_>>()
    };
    (1..=65).flat_map(of_size).collect()
});

fn each_proof(check: impl Fn(&Hash, usize, usize, &[Hash])) {
    for (root, index, count, proof) in PROOFS.iter() {
        check(root, *index, *count, proof);
    }
}

fn holds(root: &Hash, number: usize, index: usize, count: usize, proof: &[Hash]) -> bool {
    includes(root, leaf(number), index as u64, count as u64, proof)
}

#[test]
fn every_proof_holds() {
    each_proof(|root, index, count, proof| assert!(holds(root, index, index, count, proof), "{index} of {count}"));
}

#[test]
fn proofs_of_another_index_are_refused() {
    each_proof(|root, index, count, proof| {
        for other in (0..count + 3).chain([usize::MAX]).filter(|&other| other != index) {
            assert!(!holds(root, index, other, count, proof), "{index} of {count} as {other}");
        }
    });
}

#[test]
fn proofs_of_another_leaf_or_root_are_refused() {
    each_proof(|root, index, count, proof| {
        assert!(!holds(root, index + 1, index, count, proof));
        let mut other = *root;
        other[index % 32] ^= 1;
        assert!(!holds(&other, index, index, count, proof));
    });
}

/// A root does not tell its size: a proof says as much for every size with the same way up from that leaf. So callers
/// take root and size from one place.
#[test]
fn proofs_of_another_size_are_refused() {
    each_proof(|root, index, count, proof| {
        for other in 0..=65 {
            let same_way = other > index && ways(index, other) == ways(index, count);
            assert_eq!(holds(root, index, index, other, proof), same_way, "{index} of {count} as of {other}");
        }
        assert!(!holds(root, index, index, usize::MAX, proof));
    });
}

/// Which side each sibling is on, from the leaf up.
fn ways(index: usize, count: usize) -> Vec<bool> {
    if count <= 1 {
        return Vec::new();
    }
    let at = split_of(count);
    let (mut way, left) = if index < at { (ways(index, at), false) } else { (ways(index - at, count - at), true) };
    way.push(left);
    way
}

#[test]
fn damaged_proofs_are_refused() {
    each_proof(|root, index, count, proof| {
        for at in 0..proof.len() {
            let mut flipped = proof.to_vec();
            flipped[at][(index + at) % 32] ^= 1 << (count % 8);
            assert!(!holds(root, index, index, count, &flipped), "{index} of {count}, sibling {at} flipped");
            assert!(!holds(root, index, index, count, &proof[..at]), "{index} of {count}, cut to {at}");
            assert!(!holds(root, index, index, count, &proof[at + 1..]), "{index} of {count}, from {at}");
            if at > 0 && proof[at - 1] != proof[at] {
                let mut swapped = proof.to_vec();
                swapped.swap(at - 1, at);
                assert!(!holds(root, index, index, count, &swapped));
            }
        }
        for extra in [[0; 32], *root, leaf(index)] {
            let extended = [proof, &[extra]].concat();
            assert!(!holds(root, index, index, count, &extended), "{index} of {count}, extended");
            let extended = [&[extra], proof].concat();
            assert!(!holds(root, index, index, count, &extended), "{index} of {count}, extended below");
        }
    });
}

#[test]
fn a_node_is_no_leaf() {
    // the root of two leaves, claimed to be a leaf of a tree half as high
    let leaves = leaves(4);
    let root = reference_root(&leaves);
    let data = [&[1][..], &leaves[0], &leaves[1]].concat();
    let sibling = node_hash(&leaves[2], &leaves[3]);
    assert!(!includes(&root, leaf_hash(&data), 0, 2, &[sibling]));
    assert!(includes(&root, node_hash(&leaves[0], &leaves[1]), 0, 2, &[sibling]), "so callers hash the leaf themselves");
}

#[test]
fn a_proof_does_not_go_on_above_the_root() {
    let (left, right) = (leaf(0), leaf(1));
    let root = node_hash(&left, &right);
    for index in 0..2 {
        assert!(!includes(&root, right, index, 1, &[left]), "a tree of one leaf has no siblings");
        assert!(!includes(&root, left, index, 1, &[right]));
    }
    assert!(includes(&root, right, 1, 2, &[left]));
}

#[test]
fn extreme_numbers_end() {
    let proof = vec![[3; 32]; 64];
    for count in [1, 2, 1 << 63, (1 << 63) + 1, u64::MAX] {
        for index in [0, 1, count - 1, count, u64::MAX] {
            assert!(!includes(&[0; 32], [5; 32], index, count, &proof));
        }
    }
}
