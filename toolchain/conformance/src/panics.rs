//! What must end the program: a panic natively, an abort on SBF, for the same inputs.

use crate::input::Input;
use crate::output::put;
use core::cell::RefCell;

pub fn indexing(input: &mut Input, out: &mut Vec<u8>) {
    let (choice, at, to) = (input.u8(), input.below(40), input.below(40));
    let list: Vec<u8> = (0..30).collect();
    let array = [3u64; 30];
    let text = "thirty bytes of text, é inside";
    match choice % 9 {
        0 => put!(out; list[at]),
        1 => put!(out; array[at]),
        2 => put!(out; &list[at..to]),
        3 => put!(out; &list[at..]),
        4 => put!(out; &text[..at]),
        5 => put!(out; list.split_at(at).1),
        6 => put!(out; list.chunks(to).count()),
        7 => put!(out; { let mut copy = [0u8; 20]; copy[..at.min(20)].copy_from_slice(&list[..to.min(30)]); copy }),
        _ => put!(out; { let mut other = list.clone(); other.remove(at); other.insert(to, 1); other.swap_remove(to); other.len() }),
    }
}

pub fn unwraps(input: &mut Input, out: &mut Vec<u8>) {
    let (choice, a, b) = (input.u8(), input.u8(), input.u8());
    match choice % 6 {
        0 => put!(out; a.checked_sub(b).unwrap()),
        1 => put!(out; a.checked_add(b).expect("a sum below 256")),
        2 => put!(out; (a > b).then_some(a).ok_or("no").unwrap()),
        3 => put!(out; if a > b { Ok::<u8, u64>(a) } else { Err(7) }.expect("an answer")),
        4 => put!(out; (a % 2 == 0).then_some(a).ok_or(b).unwrap_err()),
        _ => {
            let cell = RefCell::new(a);
            let held = (a > b).then(|| cell.borrow_mut());
            put!(out; *cell.borrow());
            drop(held);
        }
    }
}

pub fn conversions(input: &mut Input, out: &mut Vec<u8>) {
    let (choice, length, number) = (input.u8(), input.below(12), input.u64());
    match choice % 6 {
        0 => put!(out; u64::from_le_bytes(input.rest(length).try_into().unwrap())),
        1 => put!(out; u32::try_from(number >> (length * 5)).unwrap()),
        2 => put!(out; core::str::from_utf8(input.rest(length)).unwrap()),
        3 => put!(out; char::from_digit(length as u32, 10).unwrap()),
        4 => put!(out; format!("{}", number >> (length * 5)).parse::<u16>().unwrap()),
        _ => put!(out; i8::try_from(number as i64 >> 50).unwrap()),
    }
}

pub fn explicit(input: &mut Input, out: &mut Vec<u8>) {
    let (choice, a) = (input.u8(), input.u32());
    match choice % 6 {
        0 if a % 2 == 0 => panic!("with a message {a}"),
        1 => assert!(a > 1 << 31, "a large number"),
        2 => assert_eq!(a % 3, 1),
        3 if a % 3 == 0 => unreachable!(),
        4 if a % 5 < 2 => todo!(),
        _ => put!(out; a / (a >> 24).min(1)),
    }
    put!(out; a);
}
