//! Rules and layouts on the host, against the frozen vectors in `tests/vectors`, which Python answers too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

mod addresses;
mod base58;
mod batches;
mod bytes;
mod class_pointers;
mod errors;
mod events;
mod items;
mod layouts;
mod leaves;
mod paths;
mod shards;
mod split;
mod support;
mod tags;
mod texts;
mod titles;
mod tree;
