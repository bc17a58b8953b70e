//! The first seed of every program-derived address.
//!
//! Where an accounts struct checks an address itself, Anchor wants the literal there; `tests/vectors/addresses.json`
//! holds both to one value.

/// `["config"]`
pub const CONFIG: &[u8] = b"config";
/// `["manufacturer", identity key]`
pub const MANUFACTURER: &[u8] = b"manufacturer";
/// `["prefix", text such as 2.3]`
pub const PREFIX: &[u8] = b"prefix";
/// `["class", Manufacturer account, class pointer's 8 bytes]`
pub const CLASS: &[u8] = b"class";
/// `["plings_payment", path in pieces of at most 32 bytes, pointer's 11 characters, address's 32 bytes]`
pub const OBJECT: &[u8] = b"plings_payment";
/// `["mint", ObjectInstance]`
pub const MINT: &[u8] = b"mint";
/// `["nft_authority"]`: mint authority while an NFT is made, permanent delegate and metadata authority ever after
pub const NFT_AUTHORITY: &[u8] = b"nft_authority";
/// `["payment_log", Manufacturer account, shard's byte]`
pub const PAYMENT_LOG: &[u8] = b"payment_log";
/// `["checkpoint", PaymentLog, number's 8 bytes, little-endian]`
pub const CHECKPOINT: &[u8] = b"checkpoint";
/// `["batch", path of the batch in pieces of at most 32 bytes, number's 4 bytes, little-endian]`
pub const BATCH: &[u8] = b"batch";
/// `["printed_batch", Manufacturer account, class pointer's 8 bytes, batch's number in 4 bytes, little-endian]`
pub const PRINTED_BATCH: &[u8] = b"printed_batch";
/// `["sponsor_pool", Manufacturer account]`
pub const SPONSOR_POOL: &[u8] = b"sponsor_pool";
/// `["promotion", ObjectInstance]`
pub const PROMOTION: &[u8] = b"promotion";
