use anchor_lang::prelude::*;

use crate::errors::PlingsError;
use crate::payout::create_account;
use crate::seeds;

/// What a program can make of an account within one instruction.
const MOST_NEW_BYTES: usize = 10_240;
const CLAIMS_AT: usize = PrintedBatch::DISCRIMINATOR.len() + core::mem::size_of::<PrintedBatch>();
/// The items of the largest batch: their claims, one bit each, fill the largest new account.
#[allow(clippy::cast_possible_truncation, clippy::arithmetic_side_effects)] // at compile time
pub const MOST_ITEMS: u32 = ((MOST_NEW_BYTES - CLAIMS_AT) * 8) as u32;

/// The root of a printed batch's items, at `["printed_batch", manufacturer, class pointer, batch's number]`, for ever.
///
/// A bit for each item follows these bytes, by the item's place in the tree: whether its first payment was made.
#[account]
pub struct PrintedBatch {
    pub manufacturer: Address,
    pub root: [u8; 32],
    pub class_pointer: [u8; 8],
    /// as the identity key signed it
    pub created_at_unix: i64,
    pub batch: u32,
    pub item_count: u32,
    pub claimed_count: u32,
    pub bump: u8,
    pub reserved: [u8; 11],
}

/// Where a batch stands: whose it is, and which of its class.
pub struct BatchPlace<'a> {
    pub manufacturer: &'a Address,
    pub class_pointer: &'a [u8; 8],
    pub batch: u32,
}

/// What a batch's account says of it.
pub struct PrintedItems<'a> {
    pub root: &'a [u8; 32],
    pub item_count: u32,
    pub created_at_unix: i64,
}

impl PrintedBatch {
    /// The account's size in bytes, for so many items.
    pub fn space(item_count: u32) -> usize {
        let claims = usize::try_from(item_count.div_ceil(8)).unwrap_or(usize::MAX);
        CLAIMS_AT.saturating_add(claims)
    }

    /// Makes the account, its rent paid by `payer`; where it is there already, that fails.
    pub fn create(payer: &AccountView, account: &AccountView, place: &BatchPlace, items: &PrintedItems) -> Result<()> {
        require!(items.item_count <= MOST_ITEMS, PlingsError::InvalidItems);
        let batch = place.batch.to_le_bytes();
        let seeds: [&[u8]; 4] = [seeds::PRINTED_BATCH, place.manufacturer.as_ref(), place.class_pointer, &batch];
        let (expected, bump) = find_program_address(&seeds, &crate::ID);
        require!(*account.address() == expected, PlingsError::WrongPrintedBatch);
        let space = Self::space(items.item_count);
        let rent = anchor_lang::cpi::rent_exempt_lamports(space)?;
        let [kind, manufacturer, pointer, number] = seeds;
        create_account(payer, account, space, rent, &crate::ID, &[kind, manufacturer, pointer, number, &[bump]])?;
        let mut view = *account;
        let mut data = view.try_borrow_mut()?;
        let head = data.get_mut(..Self::DISCRIMINATOR.len()).ok_or(ProgramError::AccountDataTooSmall)?;
        head.copy_from_slice(Self::DISCRIMINATOR);
        let (new, _) = Self::read_mut(&mut data)?;
        *new = Self {
            manufacturer: *place.manufacturer,
            root: *items.root,
            class_pointer: *place.class_pointer,
            created_at_unix: items.created_at_unix,
            batch: place.batch,
            item_count: items.item_count,
            claimed_count: 0,
            bump,
            reserved: [0; 11],
        };
        Ok(())
    }

    /// The fixed part and the claims, to be written.
    pub fn read_mut(data: &mut [u8]) -> Result<(&mut Self, &mut [u8])> {
        let (head, claims) = data.split_at_mut_checked(CLAIMS_AT).ok_or(PlingsError::WrongPrintedBatch)?;
        let (discriminator, body) = head.split_at_mut(Self::DISCRIMINATOR.len());
        require!(*discriminator == *Self::DISCRIMINATOR, PlingsError::WrongPrintedBatch);
        let batch = bytemuck::try_from_bytes_mut(body).map_err(|_| ProgramError::InvalidAccountData)?;
        Ok((batch, claims))
    }

    /// Notes that item number `index`, which must be one, is paid for: once.
    #[inline(always)]
    pub fn claim(batch: &mut Account<Self>, index: u32) -> Result<()> {
        let mut view = *batch.account();
        let length = view.data_len().saturating_sub(CLAIMS_AT);
        // SAFETY: `batch` was loaded, so its fixed part is there; it refers to that part alone, and nobody else to what follows
        let claims = unsafe { core::slice::from_raw_parts_mut(view.data_mut_ptr().add(CLAIMS_AT), length) };
        batch.note_claim(claims, index)
    }

    /// Sets the item's bit in `claims`, which must not be set.
    #[inline(always)]
    pub fn note_claim(&mut self, claims: &mut [u8], index: u32) -> Result<()> {
        let place = usize::try_from(index / 8).map_err(|_| PlingsError::Overflow)?;
        let byte = claims.get_mut(place).ok_or(PlingsError::NotPrinted)?;
        let bit = 1u8.wrapping_shl(index % 8);
        require!(*byte & bit == 0, PlingsError::ItemClaimed);
        *byte |= bit;
        self.claimed_count = self.claimed_count.checked_add(1).ok_or(PlingsError::Overflow)?;
        Ok(())
    }
}
