//! `finalize_promotion`: the owner of a promoted object gets its NFT; nothing can be shown against it any more.
//!
//! Signed by the owner by all that was shown, once the time for challenges is over. `payer` pays the rent of the NFT, and
//! gets the promotion's back. With the manufacturer's sponsor pool, if that would pay for a payment of this value and
//! class, the pool pays the object's rent and the NFT's up to its sum for an item, to `payer`; it pays nothing while the
//! program is paused, and for active manufacturers alone.
//! Errors: WrongPrefix, WrongPromotion, ChallengeOpen, NotTitleHolder, WrongMint, and with a pool WrongSponsorPool,
//! Paused, ManufacturerSuspended, ManufacturerCompromised, ManufacturerRetired, WrongClassTerms, NotSponsored.

use alloc::string::{String, ToString};
use anchor_lang::prelude::*;
use anchor_lang::programs::AssociatedToken;

use super::sponsored_payment::note;
use crate::errors::PlingsError;
use crate::nft::{self, NftAccounts, Printed};
use crate::payout::advance;
use crate::rules::base58;
use crate::state::*;

#[derive(Accounts)]
pub struct FinalizePromotion {
    #[account(unsafe(dup))] // the owner may pay
    pub payer: Signer,
    pub owner: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub manufacturer: Account<Manufacturer>,
    /// the class's address for terms, whether an account is there or not
    pub class_terms: UncheckedAccount,
    #[account(mut)]
    pub object: UncheckedAccount,
    #[account(mut, close = payer)]
    pub promotion: Account<Promotion>,
    #[account(mut)]
    pub sponsor_pool: Option<Account<SponsorPool>>,
    #[account(mut)]
    pub mint: UncheckedAccount,
    #[account(mut)]
    pub owner_token_account: UncheckedAccount,
    #[account(seeds = [b"nft_authority"], bump)]
    pub nft_authority: UncheckedAccount,
    pub token_program: Program<Token2022>,
    pub associated_token_program: Program<AssociatedToken>,
    pub system_program: Program<System>,
}

/// What is left of a title that nothing can be shown against any more.
struct Final {
    path: String,
    class_pointer: [u8; 8],
    address: Address,
    amount_lamports: u64,
    number: u64,
}

impl FinalizePromotion {
    fn validate(&self, now_unix: i64) -> Result<Final> {
        let object_view = *self.object.account();
        require!(object_view.owned_by(&crate::ID), ProgramError::IllegalOwner);
        let object_data = object_view.try_borrow()?;
        let (object, path) = ObjectInstance::read(&object_data)?;
        require!(self.manufacturer.is_above(path), PlingsError::WrongPrefix);
        require!(self.promotion.object == *object_view.address(), PlingsError::WrongPromotion);
        require!(now_unix >= self.promotion.final_at_unix, PlingsError::ChallengeOpen);
        require!(self.promotion.owner == *self.owner.address(), PlingsError::NotTitleHolder);
        Ok(Final {
            path: core::str::from_utf8(path).map_err(|_| ProgramError::InvalidAccountData)?.to_string(),
            class_pointer: object.class_pointer,
            address: object.address,
            amount_lamports: self.promotion.amount_lamports,
            number: self.promotion.number,
        })
    }

    fn nft(&self, authority_bump: u8) -> NftAccounts<'_> {
        NftAccounts {
            mint: self.mint.account(),
            authority: self.nft_authority.account(),
            authority_bump,
            token_program: self.token_program.account(),
            system_program: self.system_program.account(),
        }
    }

    /// The pool's part of the rent, paid to the payer before anything is bought with it.
    fn sponsor(&self, title: &Final, printed: &Printed) -> Result<Option<u64>> {
        let Some(pool) = &self.sponsor_pool else {
            return Ok(None);
        };
        require!(pool.manufacturer == *self.manufacturer.address(), PlingsError::WrongSponsorPool);
        self.config.check_running()?;
        self.manufacturer.check_active()?;
        let terms = PaymentTerms::find(self.manufacturer.address(), &self.manufacturer, self.class_terms.account(), &title.class_pointer)?;
        require!(terms.is_sponsored(), PlingsError::NotSponsored);
        let object = anchor_lang::cpi::rent_exempt_lamports(ObjectInstance::space(title.path.len()))?;
        let rent = object.checked_add(nft::rent_lamports(printed)?).ok_or(PlingsError::Overflow)?;
        let offered = pool.offer(pool.account().lamports(), title.amount_lamports, rent)?.ok_or(PlingsError::NotSponsored)?;
        advance(pool.account(), self.payer.account(), offered)?;
        Ok(Some(offered))
    }
}

pub(crate) fn handler(ctx: &mut Context<FinalizePromotion>) -> Result<()> {
    let timestamp = Clock::get()?.unix_timestamp;
    let nft_bump = ctx.bumps.nft_authority;
    let accounts = &mut ctx.accounts;
    let title = accounts.validate(timestamp)?;
    let pointer_text = base58::pointer_text(&title.class_pointer);
    let printed = Printed { path: &title.path, pointer_text: &pointer_text, address: title.address.as_array() };
    let sponsored = accounts.sponsor(&title, &printed)?;
    mint(accounts, nft_bump, &printed, sponsored.is_some())?;
    if let (Some(pool), Some(lamports)) = (&mut accounts.sponsor_pool, sponsored) {
        note(pool, accounts.object.address(), accounts.owner.address(), title.amount_lamports, lamports)?;
    }
    emit!(ObjectPromoted {
        object: *accounts.object.address(),
        class_pointer: base58::text(&pointer_text),
        path: title.path,
        solana_address: title.address,
        manufacturer: accounts.manufacturer.identity_key,
        owner: *accounts.owner.address(),
        mint: *accounts.mint.address(),
        number: title.number,
        timestamp,
    });
    Ok(())
}

#[inline(never)]
fn mint(accounts: &FinalizePromotion, nft_bump: u8, printed: &Printed, is_sponsored: bool) -> Result<()> {
    let (nft, payer, owner) = (accounts.nft(nft_bump), accounts.payer.account(), accounts.owner.account());
    let mut object_view = *accounts.object.account();
    let token_account = accounts.owner_token_account.account();
    nft::mint_to_owner(&nft, payer, object_view.address(), owner, token_account, printed)?;
    if is_sponsored {
        nft::keep_rent_from_owner(&nft, owner, token_account)?;
    }
    let mut data = object_view.try_borrow_mut()?;
    let (object, _) = ObjectInstance::read_mut(&mut data)?;
    object.mint = *nft.mint.address();
    object.unlist(*owner.address());
    Ok(())
}

#[event]
pub struct ObjectPromoted {
    pub object: Address,
    pub path: String,
    pub class_pointer: String,
    pub solana_address: Address,
    pub manufacturer: Address,
    pub owner: Address,
    pub mint: Address,
    pub number: u64,
    pub timestamp: i64,
}
