//! Plings: a printed code names an object, its payment address and its class; whoever pays there owns it.
//!
//! Every instruction has a file of its own in `instructions/`: what it does, who may, in which units, which errors.
//! Amounts are lamports, times are unix seconds, shares are basis points (1/10,000).

#![cfg_attr(not(test), no_std)] // the IDL is printed by tests
extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;
use anchor_lang::prelude::*;

#[cfg(not(feature = "library"))]
mod entrypoint;
pub mod errors;
pub mod instructions;
mod nft;
mod payout;
pub mod rules;
pub mod seeds;
pub mod state;

pub use instructions::*;

declare_id!("PLgDx73B29p7pHcHJc8Dbx8ozVCUcpdPWRzXdUfpD2W");

#[program]
pub mod plings {
    use super::*;

    /// Makes the platform's settings, once; signed by the program's upgrade authority.
    pub fn initialize_config(ctx: &mut Context<InitializeConfig>, platform_fee_bps: u16) -> Result<()> {
        initialize_config::handler(ctx, platform_fee_bps)
    }

    /// Changes the platform's settings.
    pub fn update_config(ctx: &mut Context<UpdateConfig>, changes: ConfigChanges) -> Result<()> {
        update_config::handler(ctx, changes)
    }

    /// Offers the platform's authority to somebody, who must accept it.
    pub fn transfer_authority(ctx: &mut Context<TransferAuthority>, new_authority: Address) -> Result<()> {
        transfer_authority::handler(ctx, new_authority)
    }

    /// Takes the platform's authority over.
    pub fn accept_authority(ctx: &mut Context<AcceptAuthority>) -> Result<()> {
        accept_authority::handler(ctx)
    }

    /// Takes no payment until `unpause`.
    pub fn pause(ctx: &mut Context<Pause>) -> Result<()> {
        pause::handler(ctx)
    }

    /// Takes payments again.
    pub fn unpause(ctx: &mut Context<Unpause>) -> Result<()> {
        unpause::handler(ctx)
    }

    /// Gives a path prefix to an identity key, for ever.
    pub fn register_manufacturer(ctx: &mut Context<RegisterManufacturer>, prefix: String, registration: Registration) -> Result<()> {
        register_manufacturer::handler(ctx, prefix, registration)
    }

    /// Changes a manufacturer's terms or status.
    pub fn update_manufacturer(ctx: &mut Context<UpdateManufacturer>, changes: ManufacturerChanges) -> Result<()> {
        update_manufacturer::handler(ctx, changes)
    }

    /// Gives one class a floor, a tier and a demand for signed tags of its own.
    pub fn set_class_terms(ctx: &mut Context<SetClassTerms>, class_pointer: [u8; 8], path_to_pointer: String, terms: Terms) -> Result<()> {
        set_class_terms::handler(ctx, class_pointer, path_to_pointer, terms)
    }

    /// Pays at a scanned object's address, and owns it.
    pub fn handle_payment(ctx: &mut Context<HandlePayment>, code: Code, amount_lamports: u64) -> Result<()> {
        handle_payment::handler(ctx, &code, amount_lamports)
    }

    /// Asks a price for an object, until a time.
    pub fn list_for_sale(ctx: &mut Context<ListForSale>, asking_price_lamports: u64, ends_at_unix: i64) -> Result<()> {
        list_for_sale::handler(ctx, asking_price_lamports, ends_at_unix)
    }

    /// Asks none any more.
    pub fn cancel_listing(ctx: &mut Context<CancelListing>) -> Result<()> {
        cancel_listing::handler(ctx)
    }

    /// Gives an object away.
    pub fn transfer_ownership(ctx: &mut Context<TransferOwnership>) -> Result<()> {
        transfer_ownership::handler(ctx)
    }

    /// Sends back what was sent to a payment address by a plain transfer.
    pub fn refund_deposit(ctx: &mut Context<RefundDeposit>, code: Code, amount_lamports: u64) -> Result<()> {
        refund_deposit::handler(ctx, &code, amount_lamports)
    }

    /// Makes one of a manufacturer's payment logs.
    pub fn open_payment_log(ctx: &mut Context<OpenPaymentLog>, shard: u8) -> Result<()> {
        open_payment_log::handler(ctx, shard)
    }

    /// Pays for an object without making an account.
    pub fn handle_micro_payment(ctx: &mut Context<HandleMicroPayment>, code: Code, amount_lamports: u64) -> Result<()> {
        handle_micro_payment::handler(ctx, &code, amount_lamports)
    }

    /// Gives an object that has no account away.
    pub fn transfer_micro_ownership(ctx: &mut Context<TransferMicroOwnership>, code: Code, new_owner: Address) -> Result<()> {
        transfer_micro_ownership::handler(ctx, &code, new_owner)
    }

    /// Pays the manufacturer and the platform what a payment log owes them.
    pub fn sweep_payment_log(ctx: &mut Context<SweepPaymentLog>) -> Result<()> {
        sweep_payment_log::handler(ctx)
    }

    /// Writes down a payment log's root and count.
    pub fn create_checkpoint(ctx: &mut Context<CreateCheckpoint>) -> Result<()> {
        create_checkpoint::handler(ctx)
    }

    /// Shows that a leaf is under a checkpoint, and tells it again.
    pub fn replay_ownership_proof(
        ctx: &mut Context<ReplayOwnershipProof>,
        leaf: LeafArgument,
        proof: Vec<[u8; 32]>,
        original_transaction: [u8; 64],
    ) -> Result<()> {
        replay_ownership_proof::handler(ctx, leaf, proof, original_transaction)
    }
}
