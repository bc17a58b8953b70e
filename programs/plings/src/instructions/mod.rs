//! One file an instruction: arguments, accounts, checks, handler, event.

pub mod accept_authority;
pub mod cancel_listing;
mod code;
pub mod create_checkpoint;
pub mod handle_micro_payment;
pub mod handle_payment;
pub mod initialize_config;
pub mod list_for_sale;
pub mod open_payment_log;
pub mod pause;
pub mod refund_deposit;
pub mod register_manufacturer;
pub mod replay_ownership_proof;
pub mod set_class_terms;
pub mod sweep_payment_log;
pub mod transfer_authority;
pub mod transfer_micro_ownership;
pub mod transfer_ownership;
pub mod unpause;
pub mod update_config;
pub mod update_manufacturer;

// Anchor's dispatch looks for the accounts, and what it generates beside them, at the crate's root
pub use accept_authority::*;
pub use cancel_listing::*;
pub use code::*;
pub use create_checkpoint::*;
pub use handle_micro_payment::*;
pub use handle_payment::*;
pub use initialize_config::*;
pub use list_for_sale::*;
pub use open_payment_log::*;
pub use pause::*;
pub use refund_deposit::*;
pub use register_manufacturer::*;
pub use replay_ownership_proof::*;
pub use set_class_terms::*;
pub use sweep_payment_log::*;
pub use transfer_authority::*;
pub use transfer_micro_ownership::*;
pub use transfer_ownership::*;
pub use unpause::*;
pub use update_config::*;
pub use update_manufacturer::*;
