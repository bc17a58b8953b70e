use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::payout::create_account;
use crate::rules::bytes;
use crate::rules::hash::sha256;
use crate::rules::path::Path;
use crate::seeds;
use crate::state::write_new;

/// Objects that share one account, and its rent.
pub const BATCH_SLOTS: u32 = 100;

const LEAF_NUMBER_BITS: u32 = 40;
const LEAF_NUMBER_MASK: u64 = (1 << LEAF_NUMBER_BITS) - 1;
/// The tag of a slot that nobody has paid for.
const FREE: [u64; 2] = [0; 2];

/// The owners of a hundred objects of one batch: `["batch", path to the batch in pieces, number]`.
///
/// An object's account and slot follow from its path: the instance divided by a hundred, and what is left over.
#[account]
pub struct BatchAccount {
    pub manufacturer: Address,
    /// who paid the account's rent, and gets each slot's share of it back
    pub rent_payer: Address,
    /// what each slot's buyer pays of the rent
    pub slot_rent_lamports: u64,
    /// what was paid of it and not yet handed on
    pub rent_owed_lamports: u64,
    /// the first instance divided by a hundred
    pub number: u32,
    pub path_len: u8,
    pub bump: u8,
    pub reserved: [u8; 2],
    /// the path of the batch: an object's without its instance
    pub path: [u8; 96],
    /// all zeroes where a slot is free; the ObjectInstance once the object has one
    pub owners: [[u8; 32]; 100],
    /// of each slot: its payment's leaf in the object's payment log (40 bits) and, above it and in the second word, 88 bits
    /// of the SHA-256 of the address that is printed on its object
    pub tags: [[u64; 2]; 100],
}

/// Where an object's owner stands: the path of its batch, its account's number, and its slot there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotPlace<'a> {
    pub path_to_batch: &'a str,
    pub number: u32,
    pub slot: usize,
}

impl<'a> SlotPlace<'a> {
    #[inline(always)]
    pub fn of(path: &Path<'a>) -> Self {
        let (path_to_batch, instance) = (path.to_batch(), path.instance());
        let slot = usize::try_from(instance % BATCH_SLOTS).unwrap_or_default();
        Self { path_to_batch, number: instance / BATCH_SLOTS, slot }
    }
}

/// An owned slot.
#[derive(Clone, Copy)]
pub struct Slot {
    pub owner: Address,
    pub leaf_number: u64,
}

impl BatchAccount {
    pub const SPACE: usize = Self::DISCRIMINATOR.len() + core::mem::size_of::<Self>();

    /// Makes the account of the objects around `place`, its rent paid by `payer`; returns each slot's share of it.
    pub fn create(payer: &AccountView, account: &AccountView, manufacturer: &Address, place: &SlotPlace) -> Result<u64> {
        let number = place.number.to_le_bytes();
        let [first, second, third] = pieces(place.path_to_batch.as_bytes());
        let (expected, bump) = find_program_address(&[seeds::BATCH, first, second, third, &number], &crate::ID);
        require!(*account.address() == expected, PlingsError::WrongBatchAccount);
        let rent = anchor_lang::cpi::rent_exempt_lamports(Self::SPACE)?;
        create_account(payer, account, Self::SPACE, rent, &crate::ID, &[seeds::BATCH, first, second, third, &number, &[bump]])?;
        let slot_rent_lamports = rent.div_ceil(u64::from(BATCH_SLOTS));
        write_new(account, |batch: &mut Self| {
            batch.manufacturer = *manufacturer;
            batch.rent_payer = *payer.address();
            batch.slot_rent_lamports = slot_rent_lamports;
            batch.number = place.number;
            batch.bump = bump;
            batch.path_len = u8::try_from(place.path_to_batch.len()).unwrap_or_default();
            for (character, &byte) in batch.path.iter_mut().zip(place.path_to_batch.as_bytes()) {
                *character = byte;
            }
        })?;
        Ok(slot_rent_lamports)
    }

    fn path(&self) -> &[u8] {
        self.path.get(..usize::from(self.path_len)).unwrap_or_default()
    }

    /// The slot of the object of `path`, which must belong here.
    #[inline(always)]
    pub fn place(&self, path: &Path) -> Result<usize> {
        let place = SlotPlace::of(path);
        let is_its = place.number == self.number && bytes::equal(self.path(), place.path_to_batch.as_bytes());
        require!(is_its, PlingsError::WrongBatchAccount);
        Ok(place.slot)
    }

    /// What is in a slot, if it is this object's: nobody's, and another address's, is None.
    pub fn slot(&self, place: usize, address: &Address) -> Option<Slot> {
        let (owner, tag) = (self.owners.get(place)?, self.tags.get(place)?);
        let number = tag[0] & LEAF_NUMBER_MASK;
        let is_its = *tag != FREE && *tag == tag_of(number, address);
        is_its.then_some(Slot { owner: Address::new_from_array(*owner), leaf_number: number })
    }

    /// Whether nobody has paid for this slot yet.
    #[inline(always)]
    pub fn is_free(&self, place: usize) -> bool {
        self.tags.get(place).is_some_and(|tag| *tag == FREE)
    }

    /// Gives a free slot to its first owner, who paid with leaf `leaf_number`.
    #[inline(always)]
    pub fn take(&mut self, place: usize, address: &Address, owner: &Address, leaf_number: u64) -> Result<()> {
        require!(self.is_free(place), PlingsError::SlotTaken);
        let tag = self.tags.get_mut(place).ok_or(PlingsError::WrongBatchAccount)?;
        *tag = tag_of(leaf_number, address);
        self.rent_owed_lamports = self.rent_owed_lamports.checked_add(self.slot_rent_lamports).ok_or(PlingsError::Overflow)?;
        self.give(place, owner)
    }

    /// Gives a slot to its next owner.
    #[inline(always)]
    pub fn give(&mut self, place: usize, owner: &Address) -> Result<()> {
        let entry = self.owners.get_mut(place).ok_or(PlingsError::WrongBatchAccount)?;
        *entry = *owner.as_array();
        Ok(())
    }
}

fn pieces(path: &[u8]) -> [&[u8]; 3] {
    let mut chunks = path.chunks(32);
    core::array::from_fn(|_| chunks.next().unwrap_or_default())
}

/// A slot's leaf, and enough of the hash of its object's address to tell it from every one that somebody makes up.
///
/// The address's own bytes would not do: anybody can make up one that begins with the same.
#[inline(always)]
fn tag_of(leaf_number: u64, address: &Address) -> [u64; 2] {
    let hash = sha256(&[address.as_ref()]);
    let mut words = hash.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word));
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    [first.wrapping_shl(LEAF_NUMBER_BITS) | leaf_number, second] // a log has less than 2^40 leaves
}
