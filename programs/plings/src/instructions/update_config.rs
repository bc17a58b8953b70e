//! `update_config`: changes the platform's settings; what is absent stays.
//!
//! Signed by the platform's authority. A new treasury is given as an account.
//! Errors: NotPlatformAuthority, TreasuryNotFunded, ShareTooHigh, InvalidThresholds.

use anchor_lang::prelude::*;

use crate::payout::check_funded;
use crate::state::*;

#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ConfigChanges {
    pub platform_fee_bps: Option<u16>,
    pub micro_below_lamports: Option<u64>,
    pub batch_below_lamports: Option<u64>,
    pub checkpoint_payments: Option<u32>,
    pub checkpoint_seconds: Option<u32>,
    pub challenge_seconds: Option<u32>,
}

#[derive(Accounts)]
pub struct UpdateConfig {
    pub authority: Signer,
    #[account(mut, seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub platform_treasury: Option<UncheckedAccount>,
}

impl UpdateConfig {
    fn validate(&self) -> Result<()> {
        self.config.check_authority(self.authority.address())?;
        match &self.platform_treasury {
            Some(treasury) => check_funded(treasury.account()),
            None => Ok(()),
        }
    }
}

pub(crate) fn handler(ctx: &mut Context<UpdateConfig>, changes: ConfigChanges) -> Result<()> {
    ctx.accounts.validate()?;
    let config = &mut ctx.accounts.config;
    config.platform_treasury = ctx.accounts.platform_treasury.as_ref().map_or(config.platform_treasury, |treasury| *treasury.address());
    config.platform_fee_bps = changes.platform_fee_bps.unwrap_or(config.platform_fee_bps);
    config.micro_below_lamports = changes.micro_below_lamports.unwrap_or(config.micro_below_lamports);
    config.batch_below_lamports = changes.batch_below_lamports.unwrap_or(config.batch_below_lamports);
    config.checkpoint_payments = changes.checkpoint_payments.unwrap_or(config.checkpoint_payments);
    config.checkpoint_seconds = changes.checkpoint_seconds.unwrap_or(config.checkpoint_seconds);
    config.challenge_seconds = changes.challenge_seconds.unwrap_or(config.challenge_seconds);
    config.check_invariant()?;
    emit!(ConfigUpdated {
        platform_treasury: config.platform_treasury,
        platform_fee_bps: config.platform_fee_bps,
        micro_below_lamports: config.micro_below_lamports,
        batch_below_lamports: config.batch_below_lamports,
        checkpoint_payments: config.checkpoint_payments,
        checkpoint_seconds: config.checkpoint_seconds,
        challenge_seconds: config.challenge_seconds,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct ConfigUpdated {
    pub platform_treasury: Address,
    pub platform_fee_bps: u16,
    pub micro_below_lamports: u64,
    pub batch_below_lamports: u64,
    pub checkpoint_payments: u32,
    pub checkpoint_seconds: u32,
    pub challenge_seconds: u32,
    pub timestamp: i64,
}
