//! Strings, characters, formatting and parsing (but not of 128-bit integers, whose formatting does not link).

use crate::input::Input;
use crate::output::put;
use core::fmt::Write;

pub fn format_integers(input: &mut Input, out: &mut Vec<u8>) {
    let (a, b, c, d) = (input.u64(), input.u32(), input.u16(), input.u8());
    put!(out; &*format!("{a} {b} {c} {d}"), &*format!("{} {} {} {}", a as i64, b as i32, c as i16, d as i8));
    put!(out; &*format!("{a:x} {b:X} {c:o} {d:b}"), &*a.to_string(), &*(a as i64).to_string(), &*usize::from(c).to_string());
}

pub fn format_widths(input: &mut Input, out: &mut Vec<u8>) {
    let (a, b, width) = (input.u64(), input.u16(), input.below(24));
    put!(out; &*format!("{a:#x} {a:016x} {b:#06x} {b:>8} {b:<8}| {b:^8}| {b:*^9} {b:+}"));
    put!(out; &*format!("{b:width$}|{:<width$}|{:>1$}|{:.3}", "text", width, "cut this"), &*format!("{:08.2}{:+05}", "ab", b as i16));
    let mut text = String::from("start");
    write!(text, ":{b:04}").unwrap();
    writeln!(text, " {}", char::from(b as u8)).unwrap();
    put!(out; &*text);
}

#[derive(Debug, Clone, PartialEq)]
#[allow(dead_code)]
enum Shape {
    Point,
    Circle { radius: u32 },
    Line(i16, Option<bool>),
}

pub fn format_debug(input: &mut Input, out: &mut Vec<u8>) {
    let shapes = [Shape::Point, Shape::Circle { radius: input.u32() }, Shape::Line(input.u16() as i16, [None, Some(true)][input.below(2)])];
    put!(out; &*format!("{shapes:?}"), &*format!("{:#?}", shapes[input.below(3)]), &*format!("{:?}", input.rest(9)));
    put!(out; &*format!("{:?} {:?} {:?}", "a\"b\n", 'x', ("t", 1u8)), &*format!("{:02x?}", &input.array::<4>()[..]));
}

pub fn parse_integers(input: &mut Input, out: &mut Vec<u8>) {
    let (number, choice) = (input.u64(), input.u8());
    let text = match choice % 7 {
        0 => number.to_string(),
        1 => (number as i64).to_string(),
        2 => (number % 1000).to_string(),
        3 => format!("+{}", number >> 40),
        4 => format!("{number}0"),
        5 => format!("{number:x}"),
        _ => input.rest(8).iter().map(|b| char::from(b"0123456789-+ x"[usize::from(*b) % 14])).collect(),
    };
    put!(out; text.parse::<u8>(), text.parse::<u16>(), text.parse::<u32>(), text.parse::<u64>(), text.parse::<usize>());
    put!(out; text.parse::<i8>(), text.parse::<i16>(), text.parse::<i32>(), text.parse::<i64>(), text.parse::<bool>());
    put!(out; u64::from_str_radix(&text, 16), u32::from_str_radix(&text, 36), i64::from_str_radix(&text, 2), text.parse::<char>());
    put!(out; text.parse::<u128>(), text.parse::<i128>());
}

pub fn utf8(input: &mut Input, out: &mut Vec<u8>) {
    let bytes = input.rest(60);
    match core::str::from_utf8(bytes) {
        Ok(text) => put!(out; text.chars().count(), text.char_indices().last()),
        Err(error) => put!(out; error.valid_up_to(), error.error_len()),
    }
    let text = String::from_utf8_lossy(bytes);
    put!(out; text.chars().count(), text.chars().map(char::len_utf8).sum::<usize>(), &text.as_bytes()[..text.len().min(100)]);
    let fixed = "grüße, 世界 🦀!";
    put!(out; fixed.chars().nth(input.below(14)), fixed.char_indices().rev().nth(2), fixed.is_char_boundary(input.below(20)));
    put!(out; String::from_utf8(bytes.to_vec()).is_ok(), bytes.is_ascii(), bytes.eq_ignore_ascii_case(b"abc"));
}

pub fn chars(input: &mut Input, out: &mut Vec<u8>) {
    for _ in 0..8 {
        let (code, byte) = (input.u32(), input.u8());
        let letter = char::from(byte);
        put!(out; char::from_u32(code % 0x12_0000), char::from_digit(code % 40, 36), letter.to_digit(10), letter.to_digit(16), letter.to_digit(36));
        put!(out; letter.is_ascii_alphanumeric(), letter.is_ascii_punctuation(), letter.to_ascii_uppercase(), letter.is_alphabetic(), letter.is_numeric());
        put!(out; byte.is_ascii_digit(), byte.is_ascii_hexdigit(), byte.to_ascii_lowercase(), letter.is_whitespace(), letter.len_utf8());
        let mut buffer = [0; 4];
        put!(out; char::from_u32(code % 0x12_0000).map(|c| c.encode_utf8(&mut buffer).len()), buffer);
    }
}

pub fn strings(input: &mut Input, out: &mut Vec<u8>) {
    let text: String = input.rest(30).iter().map(|b| char::from(b"abcAB ,;/."[usize::from(*b) % 10])).collect();
    put!(out; text.find('a'), text.rfind("b"), text.find(", "), text.contains("ab"), text.starts_with("a"), text.ends_with(char::is_whitespace));
    put!(out; text.trim(), text.trim_start_matches('a'), &*text.replace("a", "xyz"), &*text.to_uppercase(), &*text.to_ascii_lowercase());
    put!(out; text.split(',').count(), text.split_once('/').map(|(a, b)| (a, b)), text.split_whitespace().last(), text.rsplitn(2, '.').next());
    put!(out; text.bytes().filter(u8::is_ascii_lowercase).count(), text.strip_prefix("a"), text.matches("b").count(), text.cmp(&text.to_uppercase()));
    let mut other = text.clone();
    other.push('é');
    other.push_str("end");
    other.insert(0, '>');
    put!(out; &*other, other.pop(), &*other.chars().rev().collect::<String>(), other.lines().count());
    other.truncate(1);
    put!(out; &*(other + &text), &*["x", &text].concat(), &*text.repeat(2), text.eq_ignore_ascii_case("ABC"));
}

/// Base58 text of a key, as Solana writes addresses.
pub fn base58(input: &mut Input, out: &mut Vec<u8>) {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let key: [u8; 32] = input.array();
    let mut digits = [0u8; 44];
    let mut used = 0;
    for byte in key {
        let mut carry = u32::from(byte);
        for digit in &mut digits[..used] {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            digits[used] = (carry % 58) as u8;
            used += 1;
            carry /= 58;
        }
    }
    let zeros = key.iter().take_while(|b| **b == 0).count();
    let text: String =
        core::iter::repeat_n(0, zeros).chain(digits[..used].iter().rev().copied()).map(|d| char::from(ALPHABET[usize::from(d)])).collect();
    put!(out; &*text);
}
