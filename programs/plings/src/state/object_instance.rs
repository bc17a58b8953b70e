use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::instructions::CheckedCode;
use crate::payout::create_account;
use crate::rules::{base58, path::Path};
use crate::seeds;

const DISCRIMINATOR_BYTES: usize = 8;
/// discriminator and fixed part; the path's text follows, and nothing else
pub const OBJECT_BYTES_BEFORE_PATH: usize = DISCRIMINATOR_BYTES + core::mem::size_of::<ObjectInstance>();
/// A path of usual length, for the tiers' thresholds.
pub const USUAL_PATH_BYTES: usize = 16;

/// A paid object, at its payment address: `["plings_payment", path in pieces, pointer text, address]`.
///
/// The path's text follows these bytes, as long as it is: no object pays rent for a longer one.
#[account]
pub struct ObjectInstance {
    /// the instance's key, as printed
    pub address: Address,
    /// who held the NFT when the program last looked
    pub owner: Address,
    pub mint: Address,
    pub class_pointer: [u8; 8],
    /// what `owner` asks for it; 0 when it is not for sale
    pub asking_price_lamports: u64,
    pub created_at_unix: i64,
    /// when the offer ends: an NFT that comes back to its seller years later is not for sale at the old price
    pub offer_ends_at_unix: i64,
    /// the shares that the owner agreed to when listing: nobody can raise them afterwards
    pub listed_royalty_bps: u16,
    pub listed_platform_fee_bps: u16,
    pub path_len: u8,
    pub bump: u8,
    pub reserved: [u8; 2],
}

impl ObjectInstance {
    /// The account's size in bytes, for a path of `path_bytes`.
    pub const fn space(path_bytes: usize) -> usize {
        OBJECT_BYTES_BEFORE_PATH.saturating_add(path_bytes)
    }

    /// The fixed part and the path of an account's data.
    pub fn read(data: &[u8]) -> Result<(&Self, &[u8])> {
        let (head, path) = data.split_at_checked(OBJECT_BYTES_BEFORE_PATH).ok_or(ProgramError::AccountDataTooSmall)?;
        let body = head.strip_prefix(Self::DISCRIMINATOR).ok_or(ProgramError::InvalidAccountData)?;
        Ok((bytemuck::try_from_bytes(body).map_err(|_| ProgramError::InvalidAccountData)?, path))
    }

    /// The same, to be written.
    pub fn read_mut(data: &mut [u8]) -> Result<(&mut Self, &mut [u8])> {
        let (head, path) = data.split_at_mut_checked(OBJECT_BYTES_BEFORE_PATH).ok_or(ProgramError::AccountDataTooSmall)?;
        let (discriminator, body) = head.split_at_mut(DISCRIMINATOR_BYTES);
        require!(*discriminator == *Self::DISCRIMINATOR, ProgramError::InvalidAccountData);
        Ok((bytemuck::try_from_bytes_mut(body).map_err(|_| ProgramError::InvalidAccountData)?, path))
    }

    /// Makes the account at the payment address. `payer` pays its rent, and `payment_lamports` into it.
    ///
    /// What lies on the address before stays on top of the rent: it is a deposit that somebody can ask back.
    pub fn create(
        payer: &AccountView,
        account: &mut AccountView,
        code: &CheckedCode,
        owner: &Address,
        mint: &Address,
        payment_lamports: u64,
        created_at_unix: i64,
    ) -> Result<()> {
        let seeds = code.seeds();
        let bump = seeds.find(account.address())?;
        let path = code.path.text().as_bytes();
        let space = Self::space(path.len());
        let rent = anchor_lang::cpi::rent_exempt_lamports(space)?;
        let lamports = rent.checked_add(payment_lamports).ok_or(PlingsError::Overflow)?;
        create_account(payer, account, space, lamports, &crate::ID, &seeds.with_bump(&[bump]))?;
        let mut data = account.try_borrow_mut()?;
        for (place, &byte) in data.iter_mut().zip(Self::DISCRIMINATOR) {
            *place = byte;
        }
        let (object, tail) = Self::read_mut(&mut data)?;
        tail.copy_from_slice(path);
        object.address = *code.address;
        object.mint = *mint;
        object.class_pointer = *code.class_pointer;
        object.created_at_unix = created_at_unix;
        object.path_len = u8::try_from(path.len()).map_err(|_| PlingsError::Overflow)?;
        object.bump = bump;
        object.unlist(*owner);
        Ok(())
    }

    /// Without a mint, the object is one whose promotion is not final.
    pub fn check_final(&self) -> Result<()> {
        require!(self.mint != Address::default(), PlingsError::Provisional);
        Ok(())
    }

    /// Whether this, at `path`, is the code's object.
    pub fn is_of(&self, path: &[u8], code: &CheckedCode) -> bool {
        *path == *code.path.text().as_bytes() && self.class_pointer == *code.class_pointer && self.address == *code.address
    }

    pub fn is_listed(&self) -> bool {
        self.asking_price_lamports != 0
    }

    /// Whether `holder` of the NFT is who offered it, and the offer stands.
    pub fn is_offered_by(&self, holder: &Address, now_unix: i64) -> bool {
        self.is_listed() && self.owner == *holder && now_unix < self.offer_ends_at_unix
    }

    pub fn list(&mut self, owner: Address, offer: Offer) {
        self.owner = owner;
        self.asking_price_lamports = offer.asking_price_lamports;
        self.offer_ends_at_unix = offer.ends_at_unix;
        self.listed_royalty_bps = offer.royalty_bps;
        self.listed_platform_fee_bps = offer.platform_fee_bps;
    }

    /// A new owner, or none asked for: an offer ends with the ownership that it came from.
    pub fn unlist(&mut self, owner: Address) {
        self.list(owner, Offer::default());
    }
}

/// A price, until when, and the shares of others that come out of it.
#[derive(Clone, Copy, Default)]
pub struct Offer {
    pub asking_price_lamports: u64,
    pub ends_at_unix: i64,
    pub royalty_bps: u16,
    pub platform_fee_bps: u16,
}

/// The seeds of a payment address.
pub struct ObjectSeeds<'a> {
    path: [&'a [u8]; 3],
    pointer_text: &'a [u8; base58::POINTER_CHARACTERS],
    address: &'a [u8; 32],
}

impl<'a> ObjectSeeds<'a> {
    pub fn new(path: &Path<'a>, pointer_text: &'a [u8; base58::POINTER_CHARACTERS], address: &'a [u8; 32]) -> Self {
        Self { path: path.chunks(), pointer_text, address }
    }

    /// Seeds and bump; a path's empty pieces change nothing, since seeds are hashed one after the other.
    pub fn with_bump<'b>(&'b self, bump: &'b [u8; 1]) -> [&'b [u8]; 7] {
        let [first, second, third] = self.path;
        [seeds::OBJECT, first, second, third, self.pointer_text, self.address, bump]
    }

    /// The bump of the canonical address, which must be `expected`.
    pub fn find(&self, expected: &Address) -> Result<u8> {
        let [prefix, first, second, third, pointer, address, _] = self.with_bump(&[0]);
        let (found, bump) = find_program_address(&[prefix, first, second, third, pointer, address], &crate::ID);
        require!(found == *expected, PlingsError::WrongPaymentAddress);
        Ok(bump)
    }
}
