//! The program's pure rules as a Solana program of their own: instruction data = a rule's number, then its input; the
//! answer is returned as data. `bin/native.rs` answers the same without a chain, so that the two can be compared.

#![no_std]
extern crate alloc;

mod class;
#[cfg(target_os = "solana")]
mod entrypoint;
mod input;
mod items;
mod keys;
mod money;
mod paths;
#[cfg(target_os = "solana")]
mod relay;
mod tags;
mod trees;

use alloc::vec::Vec;

use input::Input;

/// Solana's limit on what an instruction may return.
pub const MAX_ANSWER_BYTES: usize = 1024;

/// Appends its answer; None when the input is not of the rule's form, which no test may send.
type Rule = fn(&mut Input, &mut Vec<u8>) -> Option<()>;

macro_rules! rules {
    ($($name:literal => $function:path,)*) => {
        /// Name and function of every rule; a rule's number is its place here.
        pub static RULES: &[(&str, Rule)] = &[$(($name, $function),)*];
    };
}

// One line each: the tests read the names from here.
rules! {
    "path" => paths::whole,
    "path-unparsed" => paths::unparsed,
    "path-to-pointer" => paths::to_pointer,
    "prefix" => paths::prefix,
    "class-pointer" => class::pointer,
    "class-unchecked" => class::unchecked,
    "class-checked" => class::checked,
    "code-unchecked" => class::code_unchecked,
    "code-checked" => class::code_checked,
    "pointer-text" => keys::pointer_text,
    "key-text" => keys::key_text,
    "split" => money::split,
    "tag-message" => tags::message,
    "tag-checked-by" => tags::checked_by,
    "tree-grown" => trees::grown,
    "tree-append" => trees::append,
    "tree-root" => trees::root,
    "tree-includes" => trees::includes,
    "item-leaf" => items::leaf,
    "item-count" => items::count,
    "commitment-message" => items::message,
    "path-to-batch" => items::path_to_batch,
    "nothing" => nothing,
}

/// What a call costs before any rule.
fn nothing(_: &mut Input, _: &mut Vec<u8>) -> Option<()> {
    Some(())
}

/// The answer of rule number `rule`; None when there is no such rule, or the input is not of its form.
pub fn run(rule: u8, input: &[u8]) -> Option<Vec<u8>> {
    let (_, function) = RULES.get(usize::from(rule))?;
    let mut answer = Vec::with_capacity(MAX_ANSWER_BYTES);
    function(&mut Input::new(input), &mut answer)?;
    Some(answer)
}
