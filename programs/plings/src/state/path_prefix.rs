use anchor_lang::prelude::*;

/// The one manufacturer that a path prefix belongs to, at `["prefix", text]`: made with the manufacturer, for ever.
///
/// So that no prefix is given twice, and that a scanned code alone leads to its manufacturer.
#[account]
pub struct PathPrefix {
    pub manufacturer: Address,
    pub identity_key: Address,
}
