//! `process_payment`: pays for an object, whatever it costs: the value decides where its owner is kept.
//!
//! An object with an account of its own is bought from its owner. For a first payment the class's terms name the tier, or
//! else the amount does: below Config's first threshold a micro-payment; below the second a slot of the batch account,
//! or a micro-payment if that account is not given or the slot is taken; above it an account of its own, whose rent the
//! sponsor pool pays if one is given and it does. Accounts that the payment does not need may be left out, so who gives
//! no NFT accounts never pays for any. Signed by the buyer.
//! Errors: those of `handle_payment`, `handle_micro_payment` and `handle_batch_payment`, TierAccountMissing,
//! WrongSponsorPool.

use anchor_lang::prelude::*;
use anchor_lang::programs::AssociatedToken;

use super::code::{CheckedCode, Code};
use super::sponsored_payment::{note, offer};
use crate::errors::PlingsError;
use crate::nft::NftAccounts;
use crate::payments::admit;
use crate::payments::micro::{check_log, Micro};
use crate::payments::own::{Own, Sponsor};
use crate::state::*;

#[derive(Accounts)]
pub struct ProcessPayment {
    #[account(unsafe(dup))] // a treasury's owner may buy
    pub buyer: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub manufacturer: Account<Manufacturer>,
    /// the class's address for terms, whether an account is there or not
    pub class_terms: UncheckedAccount,
    /// the payment address
    #[account(mut)]
    pub object: UncheckedAccount,
    #[account(mut)]
    pub payment_log: Option<Account<PaymentLog>>,
    #[account(mut)]
    pub batch_account: Option<Account<BatchAccount>>,
    #[account(mut)]
    pub sponsor_pool: Option<Account<SponsorPool>>,
    #[account(unsafe(dup))]
    pub mint: Option<UncheckedAccount>,
    #[account(unsafe(dup))]
    pub buyer_token_account: Option<UncheckedAccount>,
    #[account(unsafe(dup))]
    pub manufacturer_treasury: Option<UncheckedAccount>,
    #[account(unsafe(dup))]
    pub platform_treasury: Option<UncheckedAccount>,
    /// the owner and the account of their NFT, on a purchase
    #[account(unsafe(dup))]
    pub seller: Option<UncheckedAccount>,
    #[account(unsafe(dup))]
    pub seller_token_account: Option<UncheckedAccount>,
    #[account(seeds = [b"nft_authority"], bump)]
    pub nft_authority: Option<UncheckedAccount>,
    /// the instructions sysvar, where a signed tag or a proof of printing is demanded
    pub instructions: Option<UncheckedAccount>,
    pub token_program: Option<Program<Token2022>>,
    pub associated_token_program: Option<Program<AssociatedToken>>,
    pub system_program: Program<System>,
}

impl ProcessPayment {
    /// What a payment at the object's own account needs.
    fn own(&self, authority_bump: Option<u8>) -> Option<Own<'_>> {
        self.associated_token_program.as_ref()?;
        Some(Own {
            buyer: self.buyer.account(),
            config: &self.config,
            manufacturer: &self.manufacturer,
            object: self.object.account(),
            nft: NftAccounts {
                mint: self.mint.as_ref()?.account(),
                authority: self.nft_authority.as_ref()?.account(),
                authority_bump: authority_bump?,
                token_program: self.token_program.as_ref()?.account(),
                system_program: self.system_program.account(),
            },
            buyer_token_account: self.buyer_token_account.as_ref()?.account(),
            manufacturer_treasury: self.manufacturer_treasury.as_ref()?.account(),
            platform_treasury: self.platform_treasury.as_ref()?.account(),
            seller: self.seller.as_ref().map(|seller| seller.account()),
            seller_token_account: self.seller_token_account.as_ref().map(|account| account.account()),
        })
    }
}

pub(crate) fn handler(ctx: &mut Context<ProcessPayment>, code: &Code, amount_lamports: u64) -> Result<()> {
    let nft_bump = ctx.bumps.nft_authority;
    let accounts = &mut ctx.accounts;
    let (checked, terms) =
        admit(&accounts.config, &accounts.manufacturer, &accounts.class_terms, &accounts.instructions, code, amount_lamports)?;
    if accounts.object.account().owned_by(&crate::ID) {
        return accounts.own(nft_bump).ok_or(PlingsError::TierAccountMissing)?.purchase(&checked, amount_lamports);
    }
    let tier = terms.tier_of(&accounts.config, amount_lamports);
    terms.check_first(amount_lamports, tier, &accounts.instructions)?;
    match tier {
        Tier::Own => first_own_payment(accounts, &terms, &checked, amount_lamports, nft_bump),
        Tier::Batch | Tier::Micro => into_log(accounts, tier, &checked, amount_lamports),
    }
}

#[inline(never)]
fn first_own_payment(
    accounts: &mut ProcessPayment,
    terms: &PaymentTerms,
    code: &CheckedCode,
    amount_lamports: u64,
    nft_bump: Option<u8>,
) -> Result<()> {
    let offered = match &accounts.sponsor_pool {
        Some(pool) => {
            require!(pool.manufacturer == *accounts.manufacturer.address(), PlingsError::WrongSponsorPool);
            offer(pool, terms, code, amount_lamports)?
        }
        None => None,
    };
    let own = accounts.own(nft_bump).ok_or(PlingsError::TierAccountMissing)?;
    let sponsor = match (&accounts.sponsor_pool, offered) {
        (Some(pool), Some(lamports)) => Some(Sponsor { pool: pool.account(), lamports }),
        _ => None,
    };
    own.first_payment(code, amount_lamports, sponsor)?;
    match (&mut accounts.sponsor_pool, offered) {
        (Some(pool), Some(lamports)) => note(pool, accounts.object.address(), accounts.buyer.address(), amount_lamports, lamports),
        _ => Ok(()),
    }
}

#[inline(never)]
fn into_log(accounts: &mut ProcessPayment, tier: Tier, code: &CheckedCode, amount_lamports: u64) -> Result<()> {
    let payment_log = accounts.payment_log.as_mut().ok_or(PlingsError::TierAccountMissing)?;
    check_log(payment_log, &accounts.manufacturer, code.address)?;
    let mut micro = Micro { buyer: accounts.buyer.account(), config: &accounts.config, manufacturer: &accounts.manufacturer, payment_log };
    match &mut accounts.batch_account {
        Some(batch) if tier == Tier::Batch && batch.is_free(batch.place(&code.path)?) => micro.pay_for_slot(code, amount_lamports, batch),
        _ => micro.pay(code, amount_lamports),
    }
}
