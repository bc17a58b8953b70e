//! Plings: a printed code names an object, its payment address and its class; whoever pays there owns it.
//!
//! Every instruction has a file of its own in `instructions/`: what it does, who may, in which units, which errors.
//! Amounts are lamports, times are unix seconds, shares are basis points (1/10,000).

#![cfg_attr(not(test), no_std)] // the IDL is printed by tests
extern crate alloc;

use alloc::string::String;
use anchor_lang::prelude::*;

#[cfg(not(feature = "library"))]
mod entrypoint;
pub mod errors;
pub mod event;
pub mod instructions;
mod introspection;
mod nft;
pub mod payments;
mod payout;
pub mod rules;
pub mod seeds;
pub mod state;
pub mod text;

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
    pub fn handle_payment(ctx: &mut Context<HandlePayment>, code: Code<'_>, amount_lamports: u64) -> Result<()> {
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
    pub fn refund_deposit(ctx: &mut Context<RefundDeposit>, code: Code<'_>, amount_lamports: u64) -> Result<()> {
        refund_deposit::handler(ctx, &code, amount_lamports)
    }

    /// Makes one of a manufacturer's payment logs.
    pub fn open_payment_log(ctx: &mut Context<OpenPaymentLog>, shard: u8) -> Result<()> {
        open_payment_log::handler(ctx, shard)
    }

    /// Pays for an object without making an account.
    pub fn handle_micro_payment(ctx: &mut Context<HandleMicroPayment>, code: Code<'_>, amount_lamports: u64) -> Result<()> {
        handle_micro_payment::handler(ctx, &code, amount_lamports)
    }

    /// Gives an object that has no account away.
    pub fn transfer_micro_ownership(ctx: &mut Context<TransferMicroOwnership>, code: Code<'_>, new_owner: Address) -> Result<()> {
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
        leaf: LeafArgument<'_>,
        proof: &[[u8; 32]],
        original_transaction: &[u8; 64],
    ) -> Result<()> {
        replay_ownership_proof::handler(ctx, &leaf, proof, original_transaction)
    }

    /// Makes the account in which a hundred objects keep their owners.
    pub fn create_shared_batch_account(ctx: &mut Context<CreateSharedBatchAccount>, path: String) -> Result<()> {
        create_shared_batch_account::handler(ctx, &path)
    }

    /// Pays for an object whose owner a slot of a shared account keeps.
    pub fn handle_batch_payment(ctx: &mut Context<HandleBatchPayment>, code: Code<'_>, amount_lamports: u64) -> Result<()> {
        handle_batch_payment::handler(ctx, &code, amount_lamports)
    }

    /// Gives an object away whose owner a slot keeps.
    pub fn transfer_batch_slot(ctx: &mut Context<TransferBatchSlot>, code: Code<'_>, new_owner: Address) -> Result<()> {
        transfer_batch_slot::handler(ctx, &code, new_owner)
    }

    /// Hands the slots' shares of the rent to who paid the rent.
    pub fn sweep_batch_account(ctx: &mut Context<SweepBatchAccount>) -> Result<()> {
        sweep_batch_account::handler(ctx)
    }

    /// Offers to pay customers' rent.
    pub fn initialize_sponsor_pool(ctx: &mut Context<InitializeSponsorPool>, terms: SponsorTerms) -> Result<()> {
        initialize_sponsor_pool::handler(ctx, terms)
    }

    /// Puts lamports into a sponsor pool.
    pub fn fund_sponsor_pool(ctx: &mut Context<FundSponsorPool>, amount_lamports: u64) -> Result<()> {
        fund_sponsor_pool::handler(ctx, amount_lamports)
    }

    /// Changes what a sponsor pool pays for.
    pub fn update_sponsor_pool(ctx: &mut Context<UpdateSponsorPool>, terms: SponsorTerms) -> Result<()> {
        update_sponsor_pool::handler(ctx, terms)
    }

    /// Ends a sponsor pool.
    pub fn close_sponsor_pool(ctx: &mut Context<CloseSponsorPool>) -> Result<()> {
        close_sponsor_pool::handler(ctx)
    }

    /// Pays for an object with the rent from the manufacturer's pool.
    pub fn sponsored_payment(ctx: &mut Context<SponsoredPayment>, code: Code<'_>, amount_lamports: u64) -> Result<()> {
        sponsored_payment::handler(ctx, &code, amount_lamports)
    }

    /// Sends the rent of an empty token account back to the pool that paid it.
    pub fn return_sponsored_rent(ctx: &mut Context<ReturnSponsoredRent>) -> Result<()> {
        return_sponsored_rent::handler(ctx)
    }

    /// Pays for an object, in the tier that its value asks for.
    pub fn process_payment(ctx: &mut Context<ProcessPayment>, code: Code<'_>, amount_lamports: u64) -> Result<()> {
        process_payment::handler(ctx, &code, amount_lamports)
    }

    /// Anchors the root of a printed batch's items.
    pub fn commit_batch(ctx: &mut Context<CommitBatch>, commitment: PrintedBatchArgument) -> Result<()> {
        commit_batch::handler(ctx, &commitment)
    }

    /// Shows that the item of the payment that follows was printed, and claims it.
    pub fn prove_printed(ctx: &mut Context<ProvePrinted>, index: u32, proof: &[[u8; 32]]) -> Result<()> {
        prove_printed::handler(ctx, index, proof)
    }

    /// Begins to give an object that was paid for in a log or slot an account of its own.
    pub fn promote_to_object(ctx: &mut Context<PromoteToObject>, code: Code<'_>, leaf: Option<ProvedLeaf<'_>>) -> Result<()> {
        promote_to_object::handler(ctx, &code, leaf)
    }

    /// Shows more of whose a promoted object is.
    pub fn challenge_promotion(ctx: &mut Context<ChallengePromotion>, code: Code<'_>, leaf: Option<ProvedLeaf<'_>>) -> Result<()> {
        challenge_promotion::handler(ctx, &code, leaf)
    }

    /// Makes a promotion final, with the object's NFT.
    pub fn finalize_promotion(ctx: &mut Context<FinalizePromotion>) -> Result<()> {
        finalize_promotion::handler(ctx)
    }
}
