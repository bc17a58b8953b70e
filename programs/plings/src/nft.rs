//! An object's NFT: a Token-2022 mint of supply 1 with its metadata inside, whose holder is the object's owner.
//!
//! The program's NFT authority is its permanent delegate: it moves the NFT when somebody buys the object.

use alloc::vec::Vec;
use anchor_lang::cpi::{rent_exempt_lamports, CpiSeed, CpiSigner, InstructionAccount, InstructionView};
use anchor_lang::pinocchio::cpi::invoke_signed;
use anchor_lang::prelude::*;
use pinocchio_associated_token_account::instructions::Create;
use pinocchio_token_2022::instructions::{
    metadata_pointer, permanent_delegate::InitializePermanentDelegate, AuthorityType, CloseAccount, InitializeMint2, MintTo, SetAuthority,
    TransferChecked,
};

use crate::errors::PlingsError;
use crate::payout::create_account;
use crate::rules::base58;
use crate::seeds;

const DECIMALS: u8 = 0;
/// base account, account type, permanent delegate, metadata pointer
const MINT_BYTES: usize = 270;
/// base account, account type, immutable owner
const TOKEN_ACCOUNT_BYTES: usize = 170;
/// entry header, update authority, mint, the number of further fields; the three strings come on top
const METADATA_FIXED_BYTES: usize = 4 + 32 + 32 + 4;
/// `sha256("spl_token_metadata_interface:initialize_account")[..8]`
const INITIALIZE_METADATA: [u8; 8] = [210, 225, 30, 162, 88, 184, 77, 141];
/// with the longest path and address
const MOST_METADATA_BYTES: usize = 320;
const SYMBOL: &[u8] = b"PLINGS";
const URI: &[u8] = b"https://s.plings.io/nft?p=";

/// The accounts that a token movement needs besides the two token accounts.
pub struct NftAccounts<'a> {
    pub mint: &'a AccountView,
    pub authority: &'a AccountView,
    pub authority_bump: u8,
    pub token_program: &'a AccountView,
    pub system_program: &'a AccountView,
}

/// What is printed on the object, for its metadata.
pub struct Printed<'a> {
    pub path: &'a str,
    pub pointer_text: &'a [u8],
    pub address: &'a [u8; 32],
}

/// Makes the mint at `["mint", object]`, paid by `payer`, and mints the one NFT to `owner`'s associated account.
#[inline(never)]
pub fn mint_to_owner(
    nft: &NftAccounts,
    payer: &AccountView,
    object: &Address,
    owner: &AccountView,
    token_account: &AccountView,
    printed: &Printed,
) -> Result<()> {
    let metadata = metadata_instruction(printed)?;
    create_mint(nft, payer, object, metadata.len().saturating_sub(INITIALIZE_METADATA.len()))?;
    initialize_metadata(nft, &metadata)?;
    create_token_account(nft, payer, owner, token_account)?;
    with_authority(nft, |signer| {
        MintTo::new(nft.mint, token_account, nft.authority, 1).invoke_signed(core::slice::from_ref(&signer))?;
        SetAuthority::new(nft.mint, nft.authority, AuthorityType::MintTokens, None).invoke_signed(&[signer])
    })
}

/// Lets nobody but the program close `owner`'s token account, whose rent somebody else paid. Signed by `owner`.
#[inline(never)]
pub fn keep_rent_from_owner(nft: &NftAccounts, owner: &AccountView, token_account: &AccountView) -> Result<()> {
    SetAuthority::new(token_account, owner, AuthorityType::CloseAccount, Some(nft.authority.address())).invoke()
}

/// Closes an empty token account that the program may close; its rent goes to `destination`.
#[inline(never)]
pub fn close(nft: &NftAccounts, token_account: &AccountView, destination: &AccountView) -> Result<()> {
    with_authority(nft, |signer| CloseAccount::new(token_account, destination, nft.authority).invoke_signed(&[signer]))
}

/// The rent of the mint and of the owner's token account.
pub fn rent_lamports(printed: &Printed) -> Result<u64> {
    let strings_bytes = metadata_instruction(printed)?.len().saturating_sub(INITIALIZE_METADATA.len());
    let mint = rent_exempt_lamports(mint_space(strings_bytes))?;
    mint.checked_add(rent_exempt_lamports(TOKEN_ACCOUNT_BYTES)?).ok_or(PlingsError::Overflow.into())
}

/// Moves the NFT to `to`, a token account of `new_owner`, which is made (paid by `payer`) if it is not there.
#[inline(never)]
pub fn deliver(nft: &NftAccounts, payer: &AccountView, from: &AccountView, new_owner: &AccountView, to: &AccountView) -> Result<()> {
    if to.is_data_empty() {
        create_token_account(nft, payer, new_owner, to)?;
    } else {
        let account = TokenAccount::read(to, nft.mint.address())?;
        require!(account.owner == *new_owner.address(), PlingsError::WrongTokenAccount);
    }
    with_authority(nft, |signer| TransferChecked::new(from, nft.mint, to, nft.authority, 1, DECIMALS).invoke_signed(&[signer]))
}

/// Who holds the NFT of `mint` in `token_account`.
pub fn holder(token_account: &AccountView, mint: &Address) -> Result<Address> {
    let account = TokenAccount::read(token_account, mint)?;
    require!(account.amount == 1, PlingsError::WrongTokenAccount);
    Ok(account.owner)
}

/// A mint's size once its metadata is there, which grows it.
fn mint_space(strings_bytes: usize) -> usize {
    MINT_BYTES.saturating_add(METADATA_FIXED_BYTES).saturating_add(strings_bytes)
}

#[inline(never)]
fn create_mint(nft: &NftAccounts, payer: &AccountView, object: &Address, strings_bytes: usize) -> Result<()> {
    let (mint, bump) = find_program_address(&[seeds::MINT, object.as_ref()], &crate::ID);
    require!(*nft.mint.address() == mint, PlingsError::WrongMint);
    let lamports = rent_exempt_lamports(mint_space(strings_bytes))?;
    create_account(payer, nft.mint, MINT_BYTES, lamports, nft.token_program.address(), &[seeds::MINT, object.as_ref(), &[bump]])?;
    let token_program = nft.token_program.address();
    let delegate = nft.authority.address();
    InitializePermanentDelegate { mint: nft.mint, delegate, token_program }.invoke()?;
    metadata_pointer::Initialize { mint: nft.mint, authority: None, metadata_address: Some(&mint), token_program }.invoke()?;
    InitializeMint2::new(nft.mint, DECIMALS, nft.authority.address(), None).invoke()
}

#[inline(never)]
fn initialize_metadata(nft: &NftAccounts, data: &[u8]) -> Result<()> {
    let (mint, authority) = (nft.mint.address(), nft.authority.address());
    let accounts = [
        InstructionAccount::writable(mint),
        InstructionAccount::readonly(authority),
        InstructionAccount::readonly(mint),
        InstructionAccount::readonly_signer(authority),
    ];
    let instruction = InstructionView { program_id: nft.token_program.address(), accounts: &accounts, data };
    with_authority(nft, |signer| invoke_signed(&instruction, &[nft.mint, nft.authority, nft.mint, nft.authority], &[signer]))
}

/// name (the path), symbol, URI, each as a borsh string
fn metadata_instruction(printed: &Printed) -> Result<Vec<u8>> {
    let mut data = Vec::with_capacity(MOST_METADATA_BYTES);
    let mut address = [0u8; base58::KEY_CHARACTERS];
    let address_len = base58::write_key(printed.address, &mut address);
    let uri = [URI, printed.path.as_bytes(), b"&cp=", printed.pointer_text, b"&i=", address.get(..address_len).unwrap_or_default()];
    data.extend_from_slice(&INITIALIZE_METADATA);
    append_string(&mut data, &[printed.path.as_bytes()])?;
    append_string(&mut data, &[SYMBOL])?;
    append_string(&mut data, &uri)?;
    Ok(data)
}

fn append_string(data: &mut Vec<u8>, pieces: &[&[u8]]) -> Result<()> {
    let length: usize = pieces.iter().fold(0, |sum, piece| sum.saturating_add(piece.len()));
    data.extend_from_slice(&u32::try_from(length).map_err(|_| PlingsError::Overflow)?.to_le_bytes());
    for piece in pieces {
        data.extend_from_slice(piece);
    }
    Ok(())
}

#[inline(never)]
fn create_token_account(nft: &NftAccounts, payer: &AccountView, wallet: &AccountView, account: &AccountView) -> Result<()> {
    Create { funding_account: payer, account, wallet, mint: nft.mint, system_program: nft.system_program, token_program: nft.token_program }
        .invoke()
}

fn with_authority(nft: &NftAccounts, call: impl FnOnce(CpiSigner) -> Result<()>) -> Result<()> {
    let bump = [nft.authority_bump];
    let seeds = [CpiSeed::from(seeds::NFT_AUTHORITY), CpiSeed::from(&bump)];
    call(CpiSigner::from(&seeds))
}

/// That `token_account` is for `mint`, holds nothing, and is for the program alone to close.
pub fn check_empty(token_account: &AccountView, mint: &Address, authority: &Address) -> Result<()> {
    let account = TokenAccount::read(token_account, mint)?;
    require!(account.amount == 0 && account.close_authority == Some(*authority), PlingsError::NotReturnable);
    Ok(())
}

struct TokenAccount {
    owner: Address,
    amount: u64,
    close_authority: Option<Address>,
}

impl TokenAccount {
    const BASE_BYTES: usize = 165;
    /// mint, owner, amount, delegate, state, native, delegated amount come before it
    const CLOSE_AUTHORITY_AT: usize = 129;
    const MULTISIG_BYTES: usize = 355;
    const ACCOUNT_TYPE: u8 = 2;

    /// A Token-2022 account for `mint`; not a mint or multisig whose bytes look like one.
    fn read(view: &AccountView, mint: &Address) -> Result<Self> {
        require!(view.owned_by(&pinocchio_token_2022::ID), PlingsError::WrongTokenAccount);
        let data = view.try_borrow()?;
        let is_account =
            data.len() == Self::BASE_BYTES || data.len() != Self::MULTISIG_BYTES && data.get(Self::BASE_BYTES) == Some(&Self::ACCOUNT_TYPE);
        require!(is_account, PlingsError::WrongTokenAccount);
        let (of_mint, rest) = data.split_first_chunk::<32>().ok_or(PlingsError::WrongTokenAccount)?;
        let (owner, rest) = rest.split_first_chunk::<32>().ok_or(PlingsError::WrongTokenAccount)?;
        let (amount, _) = rest.split_first_chunk::<8>().ok_or(PlingsError::WrongTokenAccount)?;
        require!(*of_mint == mint.to_bytes(), PlingsError::WrongTokenAccount);
        let close_authority = match data.get(Self::CLOSE_AUTHORITY_AT..).and_then(|tail| tail.split_first_chunk::<4>()) {
            Some(([1, 0, 0, 0], key)) => key.first_chunk::<32>().copied().map(Address::new_from_array),
            _ => None,
        };
        Ok(Self { owner: Address::new_from_array(*owner), amount: u64::from_le_bytes(*amount), close_authority })
    }
}
