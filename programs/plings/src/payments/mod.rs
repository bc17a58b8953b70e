//! What payments do, by tier: instructions name the accounts, and call these.

pub mod micro;
pub mod own;

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::instructions::{CheckedCode, Code};
use crate::state::*;

/// What every payment must keep to, whatever its tier; where a signed tag is demanded, the one before it checks it.
#[inline(always)]
pub fn admit<'a>(
    config: &Config,
    manufacturer: &Account<Manufacturer>,
    class_terms: &UncheckedAccount,
    instructions: &Option<UncheckedAccount>,
    code: &Code<'a>,
    amount_lamports: u64,
) -> Result<(CheckedCode<'a>, PaymentTerms)> {
    config.check_running()?;
    manufacturer.check_active()?;
    require!(amount_lamports != 0, PlingsError::ZeroAmount);
    let checked = code.check(manufacturer)?;
    let terms = PaymentTerms::find(manufacturer.address(), manufacturer, class_terms.account(), checked.class_pointer)?;
    if terms.signed_tag() {
        checked.check_tag(&manufacturer.identity_key, instructions.as_ref().map(|sysvar| sysvar.account()))?;
    }
    Ok((checked, terms))
}
