//! One file an instruction: arguments, accounts, checks, handler, event.

pub mod accept_authority;
pub mod cancel_listing;
mod code;
pub mod handle_payment;
pub mod initialize_config;
pub mod list_for_sale;
pub mod pause;
pub mod refund_deposit;
pub mod register_manufacturer;
pub mod set_class_terms;
pub mod transfer_authority;
pub mod transfer_ownership;
pub mod unpause;
pub mod update_config;
pub mod update_manufacturer;

// Anchor's dispatch looks for the accounts, and what it generates beside them, at the crate's root
pub use accept_authority::*;
pub use cancel_listing::*;
pub use code::*;
pub use handle_payment::*;
pub use initialize_config::*;
pub use list_for_sale::*;
pub use pause::*;
pub use refund_deposit::*;
pub use register_manufacturer::*;
pub use set_class_terms::*;
pub use transfer_authority::*;
pub use transfer_ownership::*;
pub use unpause::*;
pub use update_config::*;
pub use update_manufacturer::*;
