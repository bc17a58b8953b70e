//! Slices and iterators.

use crate::input::Input;
use crate::output::{digest, put};

pub fn windows_and_chunks(input: &mut Input, out: &mut Vec<u8>) {
    let bytes = input.rest(60);
    put!(out; digest(bytes.windows(3).map(|w| w[0].wrapping_mul(w[2]).wrapping_sub(w[1]))));
    put!(out; bytes.windows(2).filter(|w| w[0] < w[1]).count(), bytes.windows(70).count());
    put!(out; digest(bytes.chunks(7).map(|c| c.len() as u8 ^ c[0])), digest(bytes.rchunks(5).map(|c| c[c.len() - 1])));
    let exact = bytes.chunks_exact(8);
    put!(out; exact.remainder());
    put!(out; exact.map(|c| u64::from_le_bytes(c.try_into().unwrap())).fold(0u64, u64::wrapping_add));
    put!(out; bytes.chunk_by(|a, b| a <= b).count());
    let mut copy = bytes.to_vec();
    copy.chunks_mut(4).for_each(|c| c.reverse());
    copy.chunks_exact_mut(3).for_each(|c| c[1] = c[1].wrapping_add(c[0]));
    put!(out; &copy[..]);
}

pub fn adaptors(input: &mut Input, out: &mut Vec<u8>) {
    let bytes = input.rest(40);
    put!(out; digest(bytes.iter().zip(bytes.iter().rev()).map(|(a, b)| a.wrapping_sub(*b))));
    put!(out; digest(bytes.iter().enumerate().map(|(at, byte)| byte.rotate_left(at as u32))));
    put!(out; digest(bytes.iter().copied().step_by(3)), digest(bytes.iter().copied().skip(2).take(9)));
    put!(out; digest(bytes.iter().copied().take_while(|b| *b < 200)), digest(bytes.iter().copied().skip_while(|b| *b > 50)));
    put!(out; digest(bytes.iter().copied().filter(|b| b % 3 == 0)), digest(bytes.iter().filter_map(|b| b.checked_sub(100))));
    put!(out; digest(bytes.iter().flat_map(|b| [*b, b ^ 255])), digest(bytes.iter().copied().chain([1, 2, 3])));
    put!(out; digest(bytes.iter().scan(0u8, |sum, b| { *sum = sum.wrapping_add(*b); Some(*sum) })));
    put!(out; digest(bytes.iter().map_while(|b| b.checked_add(20))), digest(bytes.iter().copied().cycle().take(50)));
    let mut peekable = bytes.iter().peekable();
    let mut runs = 0u32;
    while let Some(byte) = peekable.next() {
        if peekable.next_if(|next| **next > *byte).is_some() || peekable.peek().is_none() {
            runs += 1;
        }
    }
    put!(out; runs, core::iter::successors(Some(1u64), |x| x.checked_mul(3)).count(), (0..bytes.len()).rev().step_by(2).sum::<usize>());
    let (even, odd): (Vec<u8>, Vec<u8>) = bytes.iter().partition(|b| *b % 2 == 0);
    put!(out; &even[..], &odd[..]);
    let (firsts, seconds): (Vec<u8>, Vec<u16>) = bytes.iter().map(|b| (b / 2, u16::from(*b) * 2)).unzip();
    put!(out; digest(firsts), digest(seconds.into_iter().flat_map(u16::to_be_bytes)));
}

pub fn folds(input: &mut Input, out: &mut Vec<u8>) {
    let bytes = input.rest(60);
    put!(out; bytes.iter().map(|b| u64::from(*b)).sum::<u64>(), bytes.iter().fold(1u64, |p, b| p.wrapping_mul(u64::from(*b) | 1)));
    put!(out; bytes.iter().copied().min(), bytes.iter().copied().max(), bytes.iter().copied().min_by_key(|b| b ^ 0x5a));
    put!(out; bytes.iter().copied().max_by(|a, b| (a & 15).cmp(&(b & 15))), bytes.iter().copied().reduce(|a, b| a.rotate_left(1) ^ b));
    put!(out; bytes.iter().all(|b| *b < 250), bytes.iter().any(|b| *b == 0), bytes.iter().copied().last(), bytes.iter().count());
    put!(out; bytes.iter().try_fold(0u8, |sum, b| sum.checked_add(*b)), bytes.iter().map(|b| b.checked_sub(1)).collect::<Option<Vec<u8>>>().is_some());
    put!(out; bytes.iter().map(|b| u8::try_from(u16::from(*b) + 3)).collect::<Result<Vec<u8>, _>>().map(digest));
    put!(out; bytes.iter().rev().cmp(bytes.iter()), bytes.iter().eq(bytes.iter().rev()), bytes.is_sorted(), bytes.iter().nth(3).copied());
    put!(out; bytes.iter().rposition(|b| *b > 128), bytes.iter().copied().find(|b| b % 7 == 1), bytes.iter().find_map(|b| b.checked_add(55)));
}

/// Insertion sort, which is stable: the standard library's stable sort does not link (see the README).
fn sort<T: Ord + Copy>(items: &mut [T]) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && items[at - 1] > items[at] {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}

pub fn search(input: &mut Input, out: &mut Vec<u8>) {
    let wanted = input.u16();
    let mut values: Vec<u16> = input.rest(60).chunks_exact(2).map(|c| u16::from_be_bytes([c[0], c[1]])).collect();
    put!(out; values.iter().position(|v| *v == wanted), values.contains(&wanted));
    sort(&mut values);
    put!(out; digest(values.iter().flat_map(|v| v.to_le_bytes())), values.is_sorted());
    for key in [wanted, 0, u16::MAX, 0x7fff, values.get(3).copied().unwrap_or(9)] {
        match values.binary_search(&key) {
            Ok(at) => put!(out; true, values[at]), // of equal ones any may be found
            Err(at) => put!(out; false, at),
        }
        put!(out; values.partition_point(|v| *v < key), values.binary_search_by_key(&(key / 2), |v| v / 2).is_ok());
    }
}

pub fn rearrange(input: &mut Input, out: &mut Vec<u8>) {
    let at = input.u8();
    let mut bytes = input.rest(50).to_vec();
    bytes.reverse();
    put!(out; &bytes[..]);
    if !bytes.is_empty() {
        let at = usize::from(at) % bytes.len();
        bytes.rotate_left(at);
        let last = bytes.len() - 1;
        bytes.swap(at, last);
        put!(out; &bytes[..], bytes[at], bytes.first().copied(), bytes.last().copied());
    }
    bytes.dedup();
    bytes.retain(|b| b % 5 != 0);
    bytes.dedup_by_key(|b| *b / 16);
    put!(out; &bytes[..], bytes.repeat(3).len(), &[&bytes[..], &[1, 2]].concat()[..], &[&bytes[..], &bytes[..]].join(&0)[..]);
    for byte in bytes.iter_mut().rev().skip(1) {
        *byte = byte.wrapping_mul(7);
    }
    put!(out; &bytes[..]);
}

pub fn split(input: &mut Input, out: &mut Vec<u8>) {
    let separator = input.u8();
    let bytes = input.rest(60);
    let (left, right) = bytes.split_at(bytes.len() / 3);
    put!(out; left, right, bytes.split(|b| *b == separator).count(), bytes.split_first().map(|(a, b)| (*a, b)));
    put!(out; bytes.split_last().map(|(a, b)| (*a, b)), bytes.splitn(3, |b| *b % 4 == 0).map(|p| p.len()).max());
    put!(out; bytes.get(2..9), bytes.get(50..), bytes.get(..=4), bytes.strip_prefix(&[separator]), bytes.first_chunk::<4>().copied());
    put!(out; bytes.iter().as_slice().len(), bytes.rsplit(|b| *b < 64).next(), bytes.last_chunk::<5>().copied());
}

struct Collatz(u64);

impl Iterator for Collatz {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.0 <= 1 {
            return None;
        }
        self.0 = if self.0 % 2 == 0 { self.0 / 2 } else { self.0.checked_mul(3)?.checked_add(1)? };
        Some(self.0)
    }
}

pub fn own_iterator(input: &mut Input, out: &mut Vec<u8>) {
    let start = input.u32();
    put!(out; Collatz(start.into()).take(300).count(), Collatz(start.into()).take(100).max(), Collatz(start.into()).nth(5));
    let boxed: Box<dyn Iterator<Item = u64>> =
        if start % 2 == 0 { Box::new(Collatz(start.into()).take(40)) } else { Box::new((0..40u64).filter(|x| x % 3 == 1)) };
    put!(out; boxed.fold(0u64, |sum, x| sum.wrapping_mul(31).wrapping_add(x)));
}

/// The standard library's unstable sorts: short slices, long ones, already sorted ones, many equal elements.
pub fn unstable_sorts(input: &mut Input, out: &mut Vec<u8>) {
    let (seed, length) = (input.u64(), input.below(90));
    let number = |at: usize| seed.rotate_left(at as u32 * 7).wrapping_mul(at as u64 | 1);
    let mut bytes: Vec<u8> = (0..length).map(|at| number(at) as u8 % 50).collect();
    bytes.sort_unstable();
    put!(out; digest(bytes.iter().copied()), bytes.is_sorted());
    bytes.sort_unstable_by(|a, b| b.cmp(a));
    put!(out; digest(bytes));
    let mut words: Vec<u64> = (0..length).map(number).collect();
    let middle = length / 2;
    put!(out; (length > 0).then(|| *words.select_nth_unstable(middle).1));
    words.sort_unstable_by_key(|word| word.rotate_left(9));
    put!(out; digest(words.iter().flat_map(|word| word.to_le_bytes())));
    let mut keys: Vec<[u8; 32]> = (0..length.min(40)).map(|at| [number(at) as u8; 32]).collect();
    keys.sort_unstable();
    put!(out; digest(keys.concat()));
    let mut pairs: Vec<(i16, u128)> = (0..length).map(|at| (number(at) as i16 % 5, u128::from(number(at)) << 20)).collect();
    pairs.sort_unstable();
    put!(out; digest(pairs.iter().flat_map(|pair| pair.1.to_le_bytes())));
    let mut names: Vec<String> = (0..length.min(30)).map(|at| (number(at) % 1000).to_string()).collect();
    names.sort_unstable();
    put!(out; digest(names.concat().into_bytes()));
}
