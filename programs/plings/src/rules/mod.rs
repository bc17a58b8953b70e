//! The rules of identity and money: pure, without accounts, the same on a chain and off it.

pub mod base58;
pub mod bytes;
pub mod class_pointer;
pub mod hash;
pub mod item;
pub mod leaf;
pub mod path;
pub mod shard;
pub mod split;
pub mod tag;
pub mod title;
pub mod tree;
