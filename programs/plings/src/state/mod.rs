//! The program's accounts. Layouts are public: they never change, only `reserved` bytes get a meaning.

mod class_terms;
mod config;
mod manufacturer;
mod object_instance;
mod ownership_checkpoint;
mod path_prefix;
mod payment_log;

pub use class_terms::*;
pub use config::*;
pub use manufacturer::*;
pub use object_instance::*;
pub use ownership_checkpoint::*;
pub use path_prefix::*;
pub use payment_log::*;
