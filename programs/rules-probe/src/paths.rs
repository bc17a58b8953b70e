use alloc::vec::Vec;
use anchor_lang::prelude::Error;
use plings::errors::PlingsError;
use plings::rules::path::{self, Path};

use crate::input::Input;

const ACCEPTED: u8 = 0;
const REFUSED: u8 = 1;
const NOT_UTF8: u8 = 2;

/// Text → lengths of prefix, path to pointer and the pieces for seeds; or the error's code.
pub fn whole(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    with_text(input, answer, |text, answer| put_path(Path::parse(text), answer))
}

/// What reading and answering cost `whole`, without its rule.
pub fn unparsed(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    with_text(input, answer, |text, answer| put_ends(core::hint::black_box(text).len(), text.len(), answer))
}

pub fn to_pointer(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    with_text(input, answer, |text, answer| put_path(Path::parse_to_pointer(text), answer))
}

/// Text → wallet and number, or the error's code.
pub fn prefix(input: &mut Input, answer: &mut Vec<u8>) -> Option<()> {
    with_text(input, answer, |text, answer| match path::parse_prefix(text) {
        Ok((wallet, index)) => {
            answer.extend_from_slice(&[ACCEPTED, wallet]);
            answer.extend_from_slice(&index.to_le_bytes());
            Some(())
        }
        Err(error) => put_refusal(error, answer),
    })
}

pub fn put_path(parsed: Result<Path, PlingsError>, answer: &mut Vec<u8>) -> Option<()> {
    match parsed {
        Ok(path) => put_ends(path.prefix().len(), path.to_pointer().len(), answer),
        Err(error) => put_refusal(error, answer),
    }
}

fn put_ends(prefix_len: usize, pointer_len: usize, answer: &mut Vec<u8>) -> Option<()> {
    answer.extend_from_slice(&[ACCEPTED, u8::try_from(prefix_len).ok()?, u8::try_from(pointer_len).ok()?]);
    Some(())
}

pub fn put_refusal(error: impl Into<Error>, answer: &mut Vec<u8>) -> Option<()> {
    let Error::Custom(code) = error.into() else { return None };
    answer.push(REFUSED);
    answer.extend_from_slice(&code.to_le_bytes());
    Some(())
}

fn with_text(input: &mut Input, answer: &mut Vec<u8>, rule: impl FnOnce(&str, &mut Vec<u8>) -> Option<()>) -> Option<()> {
    match core::str::from_utf8(input.rest()) {
        Ok(text) => rule(text, answer),
        Err(_) => {
            answer.push(NOT_UTF8);
            Some(())
        }
    }
}
