//! Longer computations, where one wrong instruction anywhere changes every result: hashes, a generator, modular powers.

use crate::input::Input;
use crate::output::put;

const ROUND: [u32; 64] = round_constants();

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, computed rather than copied.
const fn round_constants() -> [u32; 64] {
    let mut constants = [0; 64];
    let (mut found, mut candidate) = (0, 2u64);
    while found < 64 {
        let mut divisor = 2;
        while divisor * divisor <= candidate && candidate % divisor != 0 {
            divisor += 1;
        }
        if divisor * divisor > candidate {
            // the largest r with r³ <= prime · 2⁹⁶: the cube root with 32 bits after the point
            let (mut root, mut bit) = (0u128, 1u128 << 35);
            while bit > 0 {
                let next = root | bit;
                if next * next * next <= (candidate as u128) << 96 {
                    root = next;
                }
                bit >>= 1;
            }
            constants[found] = root as u32;
            found += 1;
        }
        candidate += 1;
    }
    constants
}

#[inline(never)]
fn compress(state: &mut [u32; 8], block: &[u8]) {
    let mut w = [0u32; 64];
    for (word, bytes) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes(bytes.try_into().unwrap());
    }
    for at in 16..64 {
        let s0 = w[at - 15].rotate_right(7) ^ w[at - 15].rotate_right(18) ^ w[at - 15] >> 3;
        let s1 = w[at - 2].rotate_right(17) ^ w[at - 2].rotate_right(19) ^ w[at - 2] >> 10;
        w[at] = w[at - 16].wrapping_add(s0).wrapping_add(w[at - 7]).wrapping_add(s1);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for at in 0..64 {
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let t1 = h.wrapping_add(s1).wrapping_add(e & f ^ !e & g).wrapping_add(ROUND[at]).wrapping_add(w[at]);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let t2 = s0.wrapping_add(a & b ^ a & c ^ b & c);
        (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(t2));
    }
    for (word, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(new);
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut state = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    padded.chunks_exact(64).for_each(|block| compress(&mut state, block));
    let mut hash = [0; 32];
    for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    hash
}

/// The hash of the whole input and nothing else, for the suite to compare with Python's too.
pub fn sha256_in_rust(input: &mut Input, out: &mut Vec<u8>) {
    put!(out; sha256(input.rest(1000)));
}

pub fn sha256_by_syscall(input: &mut Input, out: &mut Vec<u8>) {
    put!(out; sha256_of_runtime(input.rest(1000)));
}

#[cfg(target_os = "solana")]
fn sha256_of_runtime(bytes: &[u8]) -> [u8; 32] {
    extern "C" {
        fn sol_sha256(pieces: *const u8, count: u64, hash: *mut u8) -> u64;
    }
    let pieces = [bytes];
    let mut hash = [0; 32];
    // SAFETY: one piece, which is laid out as the address and the length that the runtime reads.
    unsafe { sol_sha256(pieces.as_ptr().cast(), 1, hash.as_mut_ptr()) };
    hash
}

#[cfg(not(target_os = "solana"))]
fn sha256_of_runtime(bytes: &[u8]) -> [u8; 32] {
    sha256(bytes)
}

pub fn crc32(input: &mut Input, out: &mut Vec<u8>) {
    let mut crc = u32::MAX;
    for byte in input.rest(120) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
        put!(out; crc as u8 ^ (crc >> 16) as u8);
    }
    put!(out; !crc);
}

pub fn siphash(input: &mut Input, out: &mut Vec<u8>) {
    use core::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
    #[allow(deprecated)]
    let hasher = BuildHasherDefault::<core::hash::SipHasher>::default();
    #[derive(Hash)]
    struct Record<'a>(u8, Option<u32>, &'a str, [u64; 3]);
    let record = Record(input.u8(), (input.u8() > 99).then_some(input.u32()), "name", [input.u64(); 3]);
    let mut state = hasher.build_hasher();
    state.write(input.rest(40));
    record.hash(&mut state);
    put!(out; state.finish(), hasher.hash_one(record));
}

pub fn random_numbers(input: &mut Input, out: &mut Vec<u8>) {
    let (mut state, mut wide) = (input.u64() | 1, input.u128() | 1);
    for _ in 0..100 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        wide = wide.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(u128::from(state));
    }
    put!(out; state, wide, ((wide >> 64) as u64 ^ wide as u64).rotate_right((wide >> 122) as u32));
}

fn power(base: u64, mut exponent: u64, modulus: u64) -> u64 {
    let (mut result, mut base) = (1 % modulus, base % modulus);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = (u128::from(result) * u128::from(base) % u128::from(modulus)) as u64;
        }
        base = (u128::from(base) * u128::from(base) % u128::from(modulus)) as u64;
        exponent >>= 1;
    }
    result
}

pub fn modular_arithmetic(input: &mut Input, out: &mut Vec<u8>) {
    let (base, exponent, modulus) = (input.u64(), input.u16(), input.u64() | 1);
    put!(out; power(base, exponent.into(), modulus), power(base, 65_537, 18_446_744_073_709_551_557));
    let share = u128::from(base) * u128::from(exponent) / 10_000;
    put!(out; share as u64, u64::try_from(share), (u128::from(base) * u128::from(modulus)).isqrt());
}
