//! Every refusal of the program. The numbers are public: append only, from 6000.

use anchor_lang::prelude::*;

#[error_code]
#[derive(Debug, PartialEq, Eq)]
pub enum PlingsError {
    #[msg("the signer is not the platform's authority")]
    NotPlatformAuthority,
    #[msg("the signer is not the authority that a hand-over was offered to")]
    NotPendingAuthority,
    #[msg("the signer is not the program's upgrade authority")]
    NotUpgradeAuthority,
    #[msg("the signer is not the manufacturer's authority")]
    NotManufacturerAuthority,
    #[msg("the program is paused")]
    Paused,
    #[msg("the program is not paused")]
    NotPaused,
    #[msg("the manufacturer is suspended")]
    ManufacturerSuspended,
    #[msg("the manufacturer's key is compromised: it takes no payments")]
    ManufacturerCompromised,
    #[msg("the manufacturer is retired")]
    ManufacturerRetired,
    #[msg("a manufacturer's authority can only lower its status: active, suspended, compromised, retired")]
    StatusNotLowered,
    #[msg("no such status")]
    InvalidStatus,
    #[msg("a share is more than its highest number of basis points")]
    ShareTooHigh,
    #[msg("the tier thresholds are not in rising order")]
    InvalidThresholds,
    #[msg("no such tier")]
    InvalidTier,
    #[msg("no such demand for signed tags")]
    InvalidTagDemand,
    #[msg("more shards than a manufacturer can have")]
    TooManyShards,
    #[msg("the account for payouts holds less than the rent of an empty account, so that small payments to it would fail")]
    TreasuryNotFunded,
    #[msg("the wallet is not written in digits alone, or not 1 to 255")]
    InvalidWallet,
    #[msg("the manufacturer's number is not 1 to 2^31 - 1")]
    InvalidManufacturerIndex,
    #[msg("the path has a wrong length, or a wrong number of segments")]
    InvalidPathLength,
    #[msg("a segment of the path is no canonical base58 number below 2^31")]
    InvalidSegment,
    #[msg("the path is not below the manufacturer's registered prefix")]
    WrongPrefix,
    #[msg("the class pointer is not that of the manufacturer's key and the path")]
    InvalidClassPointer,
    #[msg("the payment address is not the one of this path, class pointer and address")]
    WrongPaymentAddress,
    #[msg("the account for the class's terms is not the one of this class")]
    WrongClassTerms,
    #[msg("the amount is below the price floor")]
    BelowFloor,
    #[msg("the amount is below the asking price")]
    BelowAskingPrice,
    #[msg("the amount is zero")]
    ZeroAmount,
    #[msg("the object has an owner and is not for sale")]
    NotForSale,
    #[msg("the buyer owns the object already")]
    AlreadyOwner,
    #[msg("the signer does not hold the object's NFT")]
    NotOwner,
    #[msg("the token account does not hold the object's NFT")]
    WrongTokenAccount,
    #[msg("the mint is not the object's")]
    WrongMint,
    #[msg("an account is not the one that the terms name")]
    WrongAccount,
    #[msg("the signed tag is missing: an Ed25519 instruction just before this one must check the identity key's signature of this tag")]
    TagSignatureMissing,
    #[msg("the Ed25519 instruction did not check the identity key's signature of this tag")]
    TagSignatureMismatch,
    #[msg("the payment address holds no deposit of that amount")]
    DepositTooSmall,
    #[msg("a sum does not fit 64 bits")]
    Overflow,
    #[msg("the offer's end is not in the future")]
    OfferEnded,
    #[msg("the payment log is not the one that the object's address falls to")]
    WrongPaymentLog,
    #[msg("the manufacturer has no payment log of that number")]
    NoSuchShard,
    #[msg("the payment log is full")]
    LogFull,
    #[msg("the payment log owes nothing")]
    NothingOwed,
    #[msg("too few payments and too little time since the last checkpoint")]
    CheckpointTooEarly,
    #[msg("the account is not the log's next checkpoint")]
    WrongCheckpoint,
    #[msg("no such kind of leaf")]
    InvalidLeaf,
    #[msg("the proof does not lead from the leaf to the checkpoint's root")]
    ProofInvalid,
    #[msg("the class's first payments take no higher tier than the one that its terms name")]
    AboveTier,
    #[msg("the object has an account of its own already")]
    ObjectExists,
    #[msg("an account that the payment's tier needs is missing")]
    TierAccountMissing,
    #[msg("the batch account is not the one of this object")]
    WrongBatchAccount,
    #[msg("the object's slot is taken")]
    SlotTaken,
    #[msg("the signer does not own the object's slot")]
    NotSlotOwner,
    #[msg("the sponsor pool's terms cannot be met: no lamports for an item, or a minimum above the maximum")]
    InvalidSponsorTerms,
    #[msg("the sponsor pool is not the manufacturer's")]
    WrongSponsorPool,
    #[msg("the sponsor pool pays nothing for this payment")]
    NotSponsored,
    #[msg("the token account is not empty, or not one whose rent a sponsor paid")]
    NotReturnable,
    #[msg("neither a proved leaf of the object nor its slot was shown")]
    TitleMissing,
    #[msg("what was shown changes nothing about whose the object is")]
    TitleUnchanged,
    #[msg("the account is not the object's promotion")]
    WrongPromotion,
    #[msg("the promotion can still be challenged")]
    ChallengeOpen,
    #[msg("the time in which the promotion could be challenged is over")]
    ChallengeOver,
    #[msg("the signer is not whose the object is by what was shown")]
    NotTitleHolder,
    #[msg("the object's promotion is not final yet")]
    Provisional,
    #[msg("no such demand for printed codes")]
    InvalidPrintedDemand,
    #[msg("the class demands a proof that the code was printed: prove_printed must come just before the payment, or before the check of its signed tag")]
    PrintedProofMissing,
    #[msg("no payment follows: prove_printed must be a transaction's own instruction, and the next that of a payment, or of its signed tag's check")]
    NoPaymentFollows,
    #[msg("the account is not the printed batch of this item")]
    WrongPrintedBatch,
    #[msg("the proof does not lead from the item at this place to the printed batch's root")]
    NotPrinted,
    #[msg("the printed item was claimed by an earlier payment")]
    ItemClaimed,
    #[msg("the printed numbers are not 1 to 81,024 in ascending ranges with gaps between, or in more ranges than can be signed")]
    InvalidItems,
    #[msg("an Ed25519 instruction just before this one must check the identity key's signature of this very batch")]
    CommitmentUnsigned,
}
