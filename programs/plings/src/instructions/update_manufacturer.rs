//! `update_manufacturer`: changes a manufacturer's terms and status; what is absent stays.
//!
//! Signed by the manufacturer's authority, who can lower the status but not raise it (active, suspended, compromised,
//! retired), or by the platform's, who can set the status and nothing else. A new authority signs too: none is handed
//! over to a mistyped key. The identity key never changes: a new key is a new registration.
//! Errors: NotManufacturerAuthority, StatusNotLowered, InvalidStatus, ShareTooHigh, TreasuryNotFunded.

use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::payout::check_funded;
use crate::state::*;

#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ManufacturerChanges {
    pub price_floor_lamports: Option<u64>,
    pub royalty_bps: Option<u16>,
    pub require_signed_tags: Option<bool>,
    /// 0 active, 1 suspended, 2 compromised, 3 retired
    pub status: Option<u8>,
}

impl ManufacturerChanges {
    fn are_of_status_alone(&self) -> bool {
        self.price_floor_lamports.is_none() && self.royalty_bps.is_none() && self.require_signed_tags.is_none()
    }
}

#[derive(Accounts)]
pub struct UpdateManufacturer {
    pub authority: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    #[account(mut)]
    pub manufacturer: Account<Manufacturer>,
    pub treasury: Option<UncheckedAccount>,
    pub new_authority: Option<Signer>,
}

impl UpdateManufacturer {
    fn validate(&self, changes: &ManufacturerChanges) -> Result<()> {
        let signer = self.authority.address();
        let of_status_alone = changes.are_of_status_alone() && self.treasury.is_none() && self.new_authority.is_none();
        if *signer != self.config.authority || !of_status_alone {
            self.manufacturer.check_authority(signer)?;
            let lowered = changes.status.is_none_or(|status| status >= self.manufacturer.status);
            require!(lowered, PlingsError::StatusNotLowered);
        }
        match &self.treasury {
            Some(treasury) => check_funded(treasury.account()),
            None => Ok(()),
        }
    }
}

pub(crate) fn handler(ctx: &mut Context<UpdateManufacturer>, changes: ManufacturerChanges) -> Result<()> {
    ctx.accounts.validate(&changes)?;
    let address = *ctx.accounts.manufacturer.address();
    let manufacturer = &mut ctx.accounts.manufacturer;
    manufacturer.treasury = ctx.accounts.treasury.as_ref().map_or(manufacturer.treasury, |treasury| *treasury.address());
    manufacturer.authority = ctx.accounts.new_authority.as_ref().map_or(manufacturer.authority, |authority| *authority.address());
    manufacturer.price_floor_lamports = changes.price_floor_lamports.unwrap_or(manufacturer.price_floor_lamports);
    manufacturer.royalty_bps = changes.royalty_bps.unwrap_or(manufacturer.royalty_bps);
    manufacturer.require_signed_tags = changes.require_signed_tags.map_or(manufacturer.require_signed_tags, u8::from);
    manufacturer.status = changes.status.unwrap_or(manufacturer.status);
    manufacturer.check_invariant()?;
    emit!(ManufacturerUpdated {
        manufacturer: address,
        authority: manufacturer.authority,
        treasury: manufacturer.treasury,
        price_floor_lamports: manufacturer.price_floor_lamports,
        royalty_bps: manufacturer.royalty_bps,
        require_signed_tags: manufacturer.require_signed_tags != 0,
        status: manufacturer.status,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct ManufacturerUpdated {
    pub manufacturer: Address,
    pub authority: Address,
    pub treasury: Address,
    pub price_floor_lamports: u64,
    pub royalty_bps: u16,
    pub require_signed_tags: bool,
    pub status: u8,
    pub timestamp: i64,
}
