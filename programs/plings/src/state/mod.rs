//! The program's accounts. Layouts are public: they never change, only `reserved` bytes get a meaning.

mod batch_account;
mod class_terms;
mod config;
mod manufacturer;
mod object_instance;
mod ownership_checkpoint;
mod path_prefix;
mod payment_log;
mod printed_batch;
mod promotion;
mod sponsor_pool;

pub use batch_account::*;
pub use class_terms::*;
pub use config::*;
pub use manufacturer::*;
pub use object_instance::*;
pub use ownership_checkpoint::*;
pub use path_prefix::*;
pub use payment_log::*;
pub use printed_batch::*;
pub use promotion::*;
pub use sponsor_pool::*;

use anchor_lang::prelude::*;

/// Gives an account that the program has just made its kind and its first content.
pub fn write_new<T: Discriminator + bytemuck::Pod>(account: &AccountView, write: impl FnOnce(&mut T)) -> Result<()> {
    {
        let mut view = *account;
        let mut data = view.try_borrow_mut()?;
        let head = data.get_mut(..T::DISCRIMINATOR.len()).ok_or(ProgramError::AccountDataTooSmall)?;
        head.copy_from_slice(T::DISCRIMINATOR);
    }
    edit(account, write)
}

/// Changes an account of the program, which must be of this kind.
pub fn edit<T: Discriminator + bytemuck::Pod>(account: &AccountView, change: impl FnOnce(&mut T)) -> Result<()> {
    require!(account.owned_by(&crate::ID), ProgramError::IllegalOwner);
    let mut view = *account;
    let mut data = view.try_borrow_mut()?;
    let (head, body) = data.split_at_mut_checked(T::DISCRIMINATOR.len()).ok_or(ProgramError::AccountDataTooSmall)?;
    require!(*head == *T::DISCRIMINATOR, ProgramError::InvalidAccountData);
    change(bytemuck::try_from_bytes_mut(body).map_err(|_| ProgramError::InvalidAccountData)?);
    Ok(())
}
