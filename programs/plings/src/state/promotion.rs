use anchor_lang::pinocchio::Resize;
use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::payout::{create_account, pay};
use crate::rules::title::Link;
use crate::seeds;

const LINKS_AT: usize = Promotion::DISCRIMINATOR.len() + core::mem::size_of::<Promotion>();
const LINK_BYTES: usize = core::mem::size_of::<Link>();

/// A claim that can still be challenged, at `["promotion", object]`; gone when it is final.
///
/// The title's links follow these bytes: see `rules::title`. The object's account is there meanwhile, without an NFT.
#[account]
pub struct Promotion {
    pub object: Address,
    pub payment_log: Address,
    /// who made the claim
    pub claimant: Address,
    /// whose the object is by all that was shown: the title's last link…
    pub owner: Address,
    /// …and its leaf
    pub number: u64,
    /// of the payment that the title begins with; 0 for a slot, which does not say
    pub amount_lamports: u64,
    /// from then on nothing can be shown any more
    pub final_at_unix: i64,
    /// whether the title is a slot's, whose owner the program keeps itself
    pub is_slot: u8,
    pub bump: u8,
    pub reserved: [u8; 6],
}

impl Promotion {
    /// Makes the account, for a title of one link that is yet to be written.
    pub fn create(payer: &AccountView, account: &AccountView, object: &Address) -> Result<u8> {
        let (expected, bump) = find_program_address(&[seeds::PROMOTION, object.as_ref()], &crate::ID);
        require!(*account.address() == expected, PlingsError::WrongPromotion);
        let space = Self::space(1);
        let rent = anchor_lang::cpi::rent_exempt_lamports(space)?;
        create_account(payer, account, space, rent, &crate::ID, &[seeds::PROMOTION, object.as_ref(), &[bump]])?;
        let mut view = *account;
        let mut data = view.try_borrow_mut()?;
        for (place, &byte) in data.iter_mut().zip(Self::DISCRIMINATOR) {
            *place = byte;
        }
        Ok(bump)
    }

    fn space(links: usize) -> usize {
        LINKS_AT.saturating_add(links.saturating_mul(LINK_BYTES))
    }

    /// That `account` is the promotion of `object`.
    pub fn check(account: &AccountView, object: &Address) -> Result<()> {
        require!(account.owned_by(&crate::ID), PlingsError::WrongPromotion);
        let data = account.try_borrow()?;
        let (promotion, _) = Self::read(&data)?;
        require!(promotion.object == *object, PlingsError::WrongPromotion);
        Ok(())
    }

    /// The fixed part and the title.
    pub fn read(data: &[u8]) -> Result<(&Self, &[Link])> {
        let (head, links) = data.split_at_checked(LINKS_AT).ok_or(PlingsError::WrongPromotion)?;
        let body = head.strip_prefix(Self::DISCRIMINATOR).ok_or(PlingsError::WrongPromotion)?;
        let promotion = bytemuck::try_from_bytes(body).map_err(|_| ProgramError::InvalidAccountData)?;
        Ok((promotion, bytemuck::try_cast_slice(links).map_err(|_| ProgramError::InvalidAccountData)?))
    }

    /// The same, to be written.
    pub fn read_mut(data: &mut [u8]) -> Result<(&mut Self, &mut [Link])> {
        let (head, links) = data.split_at_mut_checked(LINKS_AT).ok_or(PlingsError::WrongPromotion)?;
        let (discriminator, body) = head.split_at_mut(Self::DISCRIMINATOR.len());
        require!(*discriminator == *Self::DISCRIMINATOR, PlingsError::WrongPromotion);
        let promotion = bytemuck::try_from_bytes_mut(body).map_err(|_| ProgramError::InvalidAccountData)?;
        Ok((promotion, bytemuck::try_cast_slice_mut(links).map_err(|_| ProgramError::InvalidAccountData)?))
    }

    /// Puts `link` behind the first `place` links, in place of what followed; `payer` pays what more rent it takes.
    pub fn put(payer: &AccountView, account: &AccountView, place: usize, link: Link) -> Result<()> {
        let space = Self::space(place.saturating_add(1));
        let missing = anchor_lang::cpi::rent_exempt_lamports(space)?.saturating_sub(account.lamports());
        pay(payer, account, missing)?;
        let mut view = *account;
        view.resize(space)?;
        let mut data = view.try_borrow_mut()?;
        let (promotion, links) = Self::read_mut(&mut data)?;
        *links.get_mut(place).ok_or(PlingsError::WrongPromotion)? = link;
        promotion.owner = Address::new_from_array(link.owner);
        promotion.number = link.number;
        Ok(())
    }
}
