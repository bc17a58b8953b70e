//! Every operation of every integer type, in its wrapping, checked, saturating and overflowing forms, and panicking.

use crate::input::Input;
use crate::output::put;

/// The two operands and a small number, for shifts and exponents.
macro_rules! operands {
    ($integer:ident, $input:ident) => {{
        let a = $integer::from_le_bytes($input.array());
        let b = $integer::from_le_bytes($input.array());
        (a, b, $input.u8() as u32)
    }};
}

macro_rules! common {
    ($integer:ident) => {
        use super::*;

        pub fn arithmetic(input: &mut Input, out: &mut Vec<u8>) {
            let (a, b, _) = operands!($integer, input);
            put!(out; a.wrapping_add(b), a.wrapping_sub(b), a.wrapping_mul(b), a.wrapping_neg());
            put!(out; a.checked_add(b), a.checked_sub(b), a.checked_mul(b), a.checked_neg());
            put!(out; a.saturating_add(b), a.saturating_sub(b), a.saturating_mul(b));
            put!(out; a.overflowing_add(b), a.overflowing_sub(b), a.overflowing_mul(b), a.overflowing_neg());
            put!(out; a.abs_diff(b), a.wrapping_mul(10), a.checked_mul(100), a.wrapping_mul(a).wrapping_add(b));
        }

        pub fn division(input: &mut Input, out: &mut Vec<u8>) {
            let (a, b, _) = operands!($integer, input);
            put!(out; a.checked_div(b), a.checked_rem(b), a.checked_div_euclid(b), a.checked_rem_euclid(b));
            put!(out; a / 2, a % 2, a / 3, a % 3, a / 7, a / 10, a % 10, a / 16, a % 16, a / 100, a % 100, a / $integer::MAX);
            if b != 0 {
                put!(out; a.wrapping_div(b), a.wrapping_rem(b), a.overflowing_div(b), a.overflowing_rem(b), a.saturating_div(b));
            }
        }

        pub fn bits(input: &mut Input, out: &mut Vec<u8>) {
            let (a, b, n) = operands!($integer, input);
            put!(out; a & b, a | b, a ^ b, !a, a << 1, a >> 1, a << 7, a >> 7, a << ($integer::BITS - 1), a >> ($integer::BITS - 1));
            put!(out; a.wrapping_shl(n), a.wrapping_shr(n), a.checked_shl(n), a.checked_shr(n));
            put!(out; a.overflowing_shl(n), a.overflowing_shr(n), a.rotate_left(n), a.rotate_right(n), a.rotate_left(3));
            put!(out; a.leading_zeros(), a.trailing_zeros(), a.leading_ones(), a.trailing_ones(), a.count_ones(), a.count_zeros());
            put!(out; a.swap_bytes(), a.reverse_bits(), (1 as $integer).wrapping_shl(n), $integer::MAX.wrapping_shr(n));
        }

        pub fn powers(input: &mut Input, out: &mut Vec<u8>) {
            let (a, b, n) = operands!($integer, input);
            let small = a % 12;
            put!(out; a.wrapping_pow(n), a.checked_pow(n % 5), a.saturating_pow(n % 4), a.overflowing_pow(n % 9));
            put!(out; small.checked_pow(n % 150), small.wrapping_pow(n), small.saturating_pow(n % 150));
            put!(out; a.checked_ilog2(), a.checked_ilog10(), a.checked_ilog(b));
            extra_powers(a, b, out);
        }

        pub fn compare(input: &mut Input, out: &mut Vec<u8>) {
            let (a, b, n) = operands!($integer, input);
            let c = n as $integer;
            put!(out; a < b, a <= b, a == b, a != b, a >= b, a > b, a.cmp(&b), a.min(b), a.max(b), a.min(c), a.max(c));
            put!(out; a.clamp(b.min(c), b.max(c)), (b.min(c)..=b.max(c)).contains(&a), (b..c).contains(&a));
            put!(out; a < 0x64, a <= 0x64, a == 0x64, a > $integer::MAX / 2, a > $integer::MIN, (a, b) < (b, a), [a, c] > [b, a]);
        }

        pub fn casts(input: &mut Input, out: &mut Vec<u8>) {
            let (a, b, _) = operands!($integer, input);
            put!(out; a as u8, a as u16, a as u32, a as u64, a as u128, a as usize);
            put!(out; a as i8, a as i16, a as i32, a as i64, a as i128, a as isize, a != 0);
            put!(out; u8::try_from(a), u16::try_from(a), u32::try_from(a), u64::try_from(a), u128::try_from(a), usize::try_from(a));
            put!(out; i8::try_from(a), i16::try_from(a), i32::try_from(a), i64::try_from(a), i128::try_from(a), isize::try_from(a));
            put!(out; (a as u64).wrapping_mul(b as u64), (a as i64).wrapping_sub(b as i64), (a as u128).wrapping_mul(b as u128));
            put!(out; ((a as u64 as u128 * (b as u64 as u128)) % 1_000_007) as $integer, (a as i32 as i64), (b as u16 as i32));
        }

        pub fn bytes(input: &mut Input, out: &mut Vec<u8>) {
            let (a, b, _) = operands!($integer, input);
            put!(out; a.to_le_bytes(), a.to_be_bytes(), a.to_ne_bytes(), a.to_be(), $integer::from_be(b));
            put!(out; $integer::from_le_bytes(a.to_be_bytes()), $integer::from_be_bytes(b.to_le_bytes()));
            let both = [a.to_be_bytes(), b.to_le_bytes()].concat();
            let middle = &both[size_of::<$integer>() / 2..][..size_of::<$integer>()];
            put!(out; $integer::from_be_bytes(middle.try_into().unwrap()), $integer::from_le_bytes(middle.try_into().unwrap()));
        }
    };
}

/// The operators themselves, which panic on overflow, chosen by the input.
macro_rules! panicking {
    ($integer:ident; $($extra:expr),*) => {
        pub fn panics(input: &mut Input, out: &mut Vec<u8>) {
            let choice = input.u8();
            let (a, b, n) = operands!($integer, input);
            let extra: &[fn($integer, &mut $integer)] = &[$($extra),*];
            let result = match choice % 12 {
                0 => a + b,
                1 => a - b,
                2 => a * b,
                3 => a / b,
                4 => a % b,
                5 => a << n,
                6 => a >> n,
                7 => a.pow(n % 6),
                8 => $integer::try_from(u128::from_le_bytes(input.array()) >> n.min(127)).unwrap(),
                9 => [a, b, a].iter().sum(),
                10 => [a % 100, b % 100].iter().product(),
                _ => {
                    let mut result = 0; // by reference: a pointed-to function can't return 128 bits (see the README)
                    extra[usize::from(choice) / 12 % extra.len()](a, &mut result);
                    result
                }
            };
            put!(out; result);
        }
    };
}

macro_rules! unsigned {
    ($($integer:ident)*) => {$(
        pub mod $integer {
            common!($integer);
            panicking!($integer; |a, r| *r = a.next_power_of_two(), |a, r| *r = a.next_multiple_of(a / 2), |a, r| *r = a.div_ceil(a), |a, r| *r = a - 1, |a, r| *r = $integer::from(a.ilog2() as u8));

            fn extra_powers(a: $integer, b: $integer, out: &mut Vec<u8>) {
                put!(out; a.is_power_of_two(), a.checked_next_power_of_two(), a.checked_next_multiple_of(b), a.isqrt(), a.midpoint(b));
                if b != 0 {
                    put!(out; a.div_ceil(b));
                }
            }
        }
    )*};
}

macro_rules! signed {
    ($($integer:ident)*) => {$(
        pub mod $integer {
            common!($integer);
            panicking!($integer; |a, r| *r = -a, |a, r| *r = a.abs(), |a, r| *r = a.isqrt(), |a, r| *r = a - 1, |a, r| *r = a / -1, |a, r| *r = a % -1);

            fn extra_powers(a: $integer, b: $integer, out: &mut Vec<u8>) {
                put!(out; a.checked_abs(), a.wrapping_abs(), a.saturating_abs(), a.unsigned_abs(), a.signum(), a.is_negative());
                put!(out; a.checked_isqrt(), a.saturating_neg(), a.overflowing_abs(), $integer::MIN.checked_div(b), a.checked_div(-1));
                put!(out; a.checked_add_unsigned(b.unsigned_abs()), a.checked_sub_unsigned(b.unsigned_abs()));
            }
        }
    )*};
}

unsigned!(u8 u16 u32 u64 u128 usize);
signed!(i8 i16 i32 i64 i128 isize);
