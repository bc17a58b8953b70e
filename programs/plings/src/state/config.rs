use anchor_lang::prelude::*;

use crate::errors::PlingsError;

/// The highest platform fee: an authority's mistake, or a thief, cannot take more.
pub const MAX_PLATFORM_FEE_BPS: u16 = 2_500;
/// Below five times an object's rent a payment makes no account, below twenty-six times it shares one.
pub const MICRO_BELOW_RENTS: u64 = 5;
pub const BATCH_BELOW_RENTS: u64 = 26;
pub const CHECKPOINT_PAYMENTS: u32 = 1_000;
pub const CHECKPOINT_SECONDS: u32 = 24 * 60 * 60;
pub const CHALLENGE_SECONDS: u32 = 7 * 24 * 60 * 60;

/// The platform's settings: one account, at `["config"]`.
#[account]
pub struct Config {
    pub authority: Address,
    /// who was offered the authority; all zeroes when nobody is
    pub pending_authority: Address,
    pub platform_treasury: Address,
    /// payments below this go to a payment log, without an account of their own
    pub micro_below_lamports: u64,
    /// payments below this, and not micro, go to a slot of a shared account
    pub batch_below_lamports: u64,
    /// a payment log can be checkpointed after this many payments…
    pub checkpoint_payments: u32,
    /// …or this many seconds
    pub checkpoint_seconds: u32,
    /// how long a promotion from a micro-payment can be challenged
    pub challenge_seconds: u32,
    pub platform_fee_bps: u16,
    pub paused: u8,
    pub bump: u8,
    pub reserved: [u8; 64],
}

impl Config {
    pub fn check_authority(&self, signer: &Address) -> Result<()> {
        require!(*signer == self.authority, PlingsError::NotPlatformAuthority);
        Ok(())
    }

    #[inline(always)]
    pub fn check_running(&self) -> Result<()> {
        require!(self.paused == 0, PlingsError::Paused);
        Ok(())
    }

    /// Checked last by every instruction that writes here.
    pub fn check_invariant(&self) -> Result<()> {
        require!(self.platform_fee_bps <= MAX_PLATFORM_FEE_BPS, PlingsError::ShareTooHigh);
        require!(self.micro_below_lamports <= self.batch_below_lamports, PlingsError::InvalidThresholds);
        Ok(())
    }
}
