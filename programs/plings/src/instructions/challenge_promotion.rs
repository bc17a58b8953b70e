//! `challenge_promotion`: shows more of whose an object is while its promotion is not final.
//!
//! Anyone may, for anyone: what counts is what is proved. An earlier payment begins the title anew; a transfer by who
//! owned the object at its place in the log follows, and ends what came after it. Each changes who can make the
//! promotion final, and gives the others Config's time again. `payer` pays the rent of one more link.
//! Errors: WrongPaymentLog, InvalidPathLength, InvalidSegment, InvalidWallet, WrongPrefix, InvalidClassPointer,
//! TitleMissing, WrongCheckpoint, InvalidLeaf, ProofInvalid, WrongBatchAccount, WrongPaymentAddress, WrongPromotion,
//! ChallengeOver, TitleUnchanged.

use anchor_lang::prelude::*;

use super::code::{CheckedCode, Code};
use super::promote_to_object::edit_promotion;
use super::title::{Evidence, ProvedLeaf, Shown};
use crate::errors::PlingsError;
use crate::rules::title::{place_of_payment, place_of_transfer, Link};
use crate::state::*;

#[derive(Accounts)]
pub struct ChallengePromotion {
    #[account(mut)]
    pub payer: Signer,
    #[account(seeds = [b"config"], bump)]
    pub config: Account<Config>,
    pub manufacturer: Account<Manufacturer>,
    pub payment_log: Account<PaymentLog>,
    /// the payment address
    #[account(mut)]
    pub object: UncheckedAccount,
    #[account(mut)]
    pub promotion: UncheckedAccount,
    /// for a leaf: the checkpoint that its proof leads to
    pub checkpoint: Option<Account<OwnershipCheckpoint>>,
    /// for a slot: its account
    #[account(mut)]
    pub batch_account: Option<Account<BatchAccount>>,
    pub system_program: Program<System>,
}

impl ChallengePromotion {
    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            manufacturer: &self.manufacturer,
            payment_log: &self.payment_log,
            checkpoint: self.checkpoint.as_deref(),
            batch_account: self.batch_account.as_deref(),
        }
    }

    /// Where what was shown goes in the title, and as what.
    fn place(&self, shown: &Shown, now_unix: i64) -> Result<Placed> {
        let data = self.promotion.account().try_borrow()?;
        let (promotion, links) = Promotion::read(&data)?;
        require!(now_unix < promotion.final_at_unix, PlingsError::ChallengeOver);
        let placed = match shown {
            Shown::Payment { number, buyer, amount_lamports } => place_of_payment(links, *number).map(|place| Placed {
                place,
                final_at_unix: promotion.final_at_unix,
                link: Link { number: *number, owner: buyer.to_bytes() },
                amount_lamports: *amount_lamports,
                is_slot: false,
            }),
            Shown::Slot { slot, .. } => place_of_payment(links, slot.leaf_number).map(|place| Placed {
                place,
                final_at_unix: promotion.final_at_unix,
                link: Link { number: slot.leaf_number, owner: slot.owner.to_bytes() },
                amount_lamports: 0,
                is_slot: true,
            }),
            // a slot's owner changes in the slot alone
            Shown::Transfer { .. } if promotion.is_slot != 0 => None,
            Shown::Transfer { number, actor, owner } => place_of_transfer(links, *number, actor.as_array()).map(|place| Placed {
                place,
                final_at_unix: promotion.final_at_unix,
                link: Link { number: *number, owner: owner.to_bytes() },
                amount_lamports: promotion.amount_lamports,
                is_slot: false,
            }),
        };
        placed.ok_or(PlingsError::TitleUnchanged.into())
    }
}

struct Placed {
    place: usize,
    /// as it was: a challenge gives time and takes none
    final_at_unix: i64,
    link: Link,
    amount_lamports: u64,
    is_slot: bool,
}

pub(crate) fn handler(ctx: &mut Context<ChallengePromotion>, code: &Code, leaf: Option<ProvedLeaf>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let (checked, shown) = accounts.evidence().check(code, &leaf)?;
    let object = *accounts.object.address();
    Promotion::check(accounts.promotion.account(), &object)?;
    let timestamp = Clock::get()?.unix_timestamp;
    let placed = accounts.place(&shown, timestamp)?;
    if let Shown::Slot { place, .. } = shown {
        accounts.batch_account.as_mut().ok_or(PlingsError::TitleMissing)?.give(place, &object)?;
    }
    let final_at_unix = placed.final_at_unix.max(timestamp.saturating_add(i64::from(accounts.config.challenge_seconds)));
    Promotion::put(accounts.payer.account(), accounts.promotion.account(), placed.place, placed.link)?;
    edit_promotion(accounts.promotion.account(), |promotion| {
        promotion.amount_lamports = placed.amount_lamports;
        promotion.final_at_unix = final_at_unix;
        promotion.is_slot = u8::from(placed.is_slot);
    })?;
    let owner = Address::new_from_array(placed.link.owner);
    let previous_owner = pass_on(accounts.object.account(), &checked, owner)?;
    emit!(PromotionChallenged {
        object,
        promotion: *accounts.promotion.address(),
        challenger: *accounts.payer.address(),
        previous_owner,
        owner,
        number: placed.link.number,
        final_at_unix,
        timestamp,
    });
    Ok(())
}

/// Notes the object's new owner; returns the one before.
fn pass_on(object: &AccountView, code: &CheckedCode, owner: Address) -> Result<Address> {
    require!(object.owned_by(&crate::ID), ProgramError::IllegalOwner);
    let mut view = *object;
    let mut data = view.try_borrow_mut()?;
    let (object, path) = ObjectInstance::read_mut(&mut data)?;
    require!(object.is_of(path, code), PlingsError::WrongPaymentAddress);
    Ok(core::mem::replace(&mut object.owner, owner))
}

#[event]
pub struct PromotionChallenged {
    pub object: Address,
    pub promotion: Address,
    pub challenger: Address,
    pub previous_owner: Address,
    pub owner: Address,
    pub number: u64,
    pub final_at_unix: i64,
    pub timestamp: i64,
}
