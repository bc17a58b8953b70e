//! `initialize_config`: makes the platform's Config, once.
//!
//! Signed by the program's upgrade authority, so that nobody else can be first. `platform_fee_bps` is the platform's
//! share of every payment in basis points, at most 2,500.
//! Errors: NotUpgradeAuthority, TreasuryNotFunded, ShareTooHigh, WrongAccount.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::payout::check_funded;
use crate::state::*;

/// `BPFLoaderUpgradeab1e11111111111111111111111`
const LOADER: Address = Address::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
/// a ProgramData account: tag 3, slot, option tag, authority
const PROGRAM_DATA_TAG: [u8; 4] = [3, 0, 0, 0];
const AUTHORITY_OFFSET: usize = 12;

#[derive(Accounts)]
pub struct InitializeConfig {
    #[account(unsafe(dup))] // the authority may be the treasury
    pub authority: Signer,
    #[account(init, payer = authority, seeds = [b"config"], bump)]
    pub config: Account<Config>,
    /// where the loader keeps the program's upgrade authority
    pub program_data: UncheckedAccount,
    pub platform_treasury: UncheckedAccount,
    pub system_program: Program<System>,
}

impl InitializeConfig {
    fn validate(&self) -> Result<()> {
        check_upgrade_authority(self.program_data.account(), self.authority.address())?;
        check_funded(self.platform_treasury.account())
    }
}

pub(crate) fn handler(ctx: &mut Context<InitializeConfig>, platform_fee_bps: u16) -> Result<()> {
    ctx.accounts.validate()?;
    let object_rent = anchor_lang::cpi::rent_exempt_lamports(ObjectInstance::space(USUAL_PATH_BYTES))?;
    let rents = |times: u64| object_rent.checked_mul(times).ok_or(PlingsError::Overflow);
    let bump = ctx.bumps.config;
    let config = &mut ctx.accounts.config;
    **config = Config {
        authority: *ctx.accounts.authority.address(),
        pending_authority: Address::default(),
        platform_treasury: *ctx.accounts.platform_treasury.address(),
        micro_below_lamports: rents(MICRO_BELOW_RENTS)?,
        batch_below_lamports: rents(BATCH_BELOW_RENTS)?,
        checkpoint_payments: CHECKPOINT_PAYMENTS,
        checkpoint_seconds: CHECKPOINT_SECONDS,
        challenge_seconds: CHALLENGE_SECONDS,
        platform_fee_bps,
        paused: 0,
        bump,
        reserved: [0; 64],
    };
    config.check_invariant()?;
    emit!(ConfigInitialized {
        authority: config.authority,
        platform_treasury: config.platform_treasury,
        platform_fee_bps,
        micro_below_lamports: config.micro_below_lamports,
        batch_below_lamports: config.batch_below_lamports,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

fn check_upgrade_authority(program_data: &AccountView, signer: &Address) -> Result<()> {
    let (expected, _) = find_program_address(&[crate::ID.as_ref()], &LOADER);
    require!(*program_data.address() == expected && program_data.owned_by(&LOADER), PlingsError::WrongAccount);
    let data = program_data.try_borrow()?;
    let authority = data.get(AUTHORITY_OFFSET..).and_then(|rest| rest.split_first_chunk::<33>());
    let is_signer = authority.is_some_and(|([is_some, key @ ..], _)| *is_some == 1 && *key == signer.to_bytes());
    require!(data.starts_with(&PROGRAM_DATA_TAG) && is_signer, PlingsError::NotUpgradeAuthority);
    Ok(())
}

#[event]
pub struct ConfigInitialized {
    pub authority: Address,
    pub platform_treasury: Address,
    pub platform_fee_bps: u16,
    pub micro_below_lamports: u64,
    pub batch_below_lamports: u64,
    pub timestamp: i64,
}
