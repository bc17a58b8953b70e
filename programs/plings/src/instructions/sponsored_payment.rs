//! `sponsored_payment`: a first payment whose rent the manufacturer's pool pays.
//!
//! The object and its NFT are made as by `handle_payment`; the pool pays the rent up to its sum for an item, the buyer
//! what is missing. Where the pool pays nothing (the value is out of its bounds, it has not enough, or the class's terms
//! name a lower tier), the payment is a micro-payment instead. Nobody but the program can close the token account that
//! the pool paid for: see `return_sponsored_rent`. Signed by the buyer.
//! Errors: those of `handle_payment` and `handle_micro_payment`, ObjectExists, WrongSponsorPool.

use anchor_lang::prelude::*;
use anchor_lang::programs::AssociatedToken;

use super::code::{CheckedCode, Code};
use crate::errors::PlingsError;
use crate::nft::NftAccounts;
use crate::payments::admit;
use crate::payments::micro::{check_log, Micro};
use crate::payments::own::{Own, Sponsor};
use crate::state::*;

#[derive(Accounts)]
pub struct SponsoredPayment {
    #[account(unsafe(dup))] // a treasury's owner may buy
    pub buyer: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub manufacturer: Account<Manufacturer>,
    /// the class's address for terms, whether an account is there or not
    pub class_terms: UncheckedAccount,
    #[account(mut)]
    pub sponsor_pool: Account<SponsorPool>,
    #[account(mut)]
    pub payment_log: Account<PaymentLog>,
    /// the payment address
    #[account(mut)]
    pub object: UncheckedAccount,
    #[account(mut)]
    pub mint: UncheckedAccount,
    #[account(unsafe(dup))]
    pub buyer_token_account: UncheckedAccount,
    #[account(unsafe(dup))]
    pub manufacturer_treasury: UncheckedAccount,
    #[account(unsafe(dup))]
    pub platform_treasury: UncheckedAccount,
    #[account(seeds = [b"nft_authority"], bump)]
    pub nft_authority: UncheckedAccount,
    /// the instructions sysvar, where a signed tag or a proof of printing is demanded
    pub instructions: Option<UncheckedAccount>,
    pub token_program: Program<Token2022>,
    pub associated_token_program: Program<AssociatedToken>,
    pub system_program: Program<System>,
}

impl SponsoredPayment {
    fn own(&self, authority_bump: u8) -> Own<'_> {
        Own {
            buyer: self.buyer.account(),
            config: &self.config,
            manufacturer: &self.manufacturer,
            object: self.object.account(),
            nft: NftAccounts {
                mint: self.mint.account(),
                authority: self.nft_authority.account(),
                authority_bump,
                token_program: self.token_program.account(),
                system_program: self.system_program.account(),
            },
            buyer_token_account: self.buyer_token_account.account(),
            manufacturer_treasury: self.manufacturer_treasury.account(),
            platform_treasury: self.platform_treasury.account(),
            seller: None,
            seller_token_account: None,
        }
    }
}

pub(crate) fn handler(ctx: &mut Context<SponsoredPayment>, code: &Code, amount_lamports: u64) -> Result<()> {
    let nft_bump = ctx.bumps.nft_authority;
    let accounts = &mut ctx.accounts;
    let (checked, terms) =
        admit(&accounts.config, &accounts.manufacturer, &accounts.class_terms, &accounts.instructions, code, amount_lamports)?;
    require!(accounts.sponsor_pool.manufacturer == *accounts.manufacturer.address(), PlingsError::WrongSponsorPool);
    check_log(&accounts.payment_log, &accounts.manufacturer, code.address)?;
    require!(!accounts.object.account().owned_by(&crate::ID), PlingsError::ObjectExists);
    match offer(&accounts.sponsor_pool, &terms, &checked, amount_lamports)? {
        Some(lamports) => {
            terms.check_first(amount_lamports, Tier::Own, &accounts.instructions)?;
            let sponsor = Sponsor { pool: accounts.sponsor_pool.account(), lamports };
            accounts.own(nft_bump).first_payment(&checked, amount_lamports, Some(sponsor))?;
            note(&mut accounts.sponsor_pool, accounts.object.address(), accounts.buyer.address(), amount_lamports, lamports)
        }
        None => {
            terms.check_first(amount_lamports, Tier::Micro, &accounts.instructions)?;
            Micro {
                buyer: accounts.buyer.account(),
                config: &accounts.config,
                manufacturer: &accounts.manufacturer,
                payment_log: &mut accounts.payment_log,
            }
            .pay(&checked, amount_lamports)
        }
    }
}

/// What the pool pays of this payment's rent, if it pays.
pub(crate) fn offer(pool: &Account<SponsorPool>, terms: &PaymentTerms, code: &CheckedCode, amount_lamports: u64) -> Result<Option<u64>> {
    if !terms.is_sponsored() {
        return Ok(None);
    }
    pool.offer(pool.account().lamports(), amount_lamports, Own::rent_lamports(code)?)
}

/// Writes down, and tells, what the pool paid.
pub(crate) fn note(
    pool: &mut Account<SponsorPool>,
    object: &Address,
    buyer: &Address,
    item_value: u64,
    sponsorship_amount: u64,
) -> Result<()> {
    pool.note(sponsorship_amount)?;
    emit!(PaymentSponsored {
        sponsor_pool: *pool.address(),
        manufacturer: pool.manufacturer,
        object: *object,
        buyer: *buyer,
        item_value,
        sponsorship_amount,
        timestamp: Clock::get()?.unix_timestamp,
    });
    Ok(())
}

#[event]
pub struct PaymentSponsored {
    pub sponsor_pool: Address,
    pub manufacturer: Address,
    pub object: Address,
    pub buyer: Address,
    pub item_value: u64,
    pub sponsorship_amount: u64,
    pub timestamp: i64,
}
