use anchor_lang::prelude::Error;
use plings::errors::PlingsError;

use crate::support::vectors;

macro_rules! every_error {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        fn code(name: &str) -> u32 {
            let error = match name {
                $(stringify!($name) => PlingsError::$name,)*
                _ => panic!("{name} is frozen and not in the program"),
            };
            let Error::Custom(code) = error.into() else { panic!("{name} has no code") };
            code
        }

        /// Does not compile before a new error is named below, and so frozen in `errors.json`.
        #[allow(dead_code)]
        fn all_are_named(error: PlingsError) {
            match error {
                $(PlingsError::$name)|* => (),
            }
        }
    };
}

every_error! {
    NotPlatformAuthority
    NotPendingAuthority
    NotUpgradeAuthority
    NotManufacturerAuthority
    Paused
    NotPaused
    ManufacturerSuspended
    ManufacturerCompromised
    ManufacturerRetired
    StatusNotLowered
    InvalidStatus
    ShareTooHigh
    InvalidThresholds
    InvalidTier
    InvalidTagDemand
    TooManyShards
    TreasuryNotFunded
    InvalidWallet
    InvalidManufacturerIndex
    InvalidPathLength
    InvalidSegment
    WrongPrefix
    InvalidClassPointer
    WrongPaymentAddress
    WrongClassTerms
    BelowFloor
    BelowAskingPrice
    ZeroAmount
    NotForSale
    AlreadyOwner
    NotOwner
    WrongTokenAccount
    WrongMint
    WrongAccount
    TagSignatureMissing
    TagSignatureMismatch
    DepositTooSmall
    Overflow
    OfferEnded
    WrongPaymentLog
    NoSuchShard
    LogFull
    NothingOwed
    CheckpointTooEarly
    WrongCheckpoint
    InvalidLeaf
    ProofInvalid
    AboveTier
    ObjectExists
    TierAccountMissing
    WrongBatchAccount
    SlotTaken
    NotSlotOwner
    InvalidSponsorTerms
    WrongSponsorPool
    NotSponsored
    NotReturnable
    TitleMissing
    TitleUnchanged
    WrongPromotion
    ChallengeOpen
    ChallengeOver
    NotTitleHolder
    Provisional
    InvalidPrintedDemand
    PrintedProofMissing
    NoPaymentFollows
    WrongPrintedBatch
    NotPrinted
    ItemClaimed
    InvalidItems
    CommitmentUnsigned
}

#[test]
fn names_and_codes_are_frozen() {
    let frozen = vectors("errors");
    let frozen = frozen.as_object().unwrap();
    for (name, expected) in frozen {
        assert_eq!(u64::from(code(name)), expected.as_u64().unwrap(), "{name}");
    }
    assert!(NAMES.iter().all(|name| frozen.contains_key(*name)), "freeze new errors in tests/vectors/errors.json");
    assert_eq!(NAMES.len(), frozen.len());
}

#[test]
fn codes_follow_one_another_from_6000() {
    for (expected, name) in (6000..).zip(NAMES) {
        assert_eq!(code(name), expected, "{name}");
    }
}
