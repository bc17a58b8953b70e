"""Vaults: where the master seeds of the platform's wallets live.

A registry keeps no key material, only a reference to it, at most 100 characters of text:

    file:wallet-v1                         an encrypted file, for development
    pkcs11:token=plings;object=wallet-v1   sealed by a key that a PKCS#11 token never gives out, for production

`open_vault` gives the vault that a reference means. A new seed goes into a vault under a new reference, and nothing
is ever overwritten. A vault gives out keys of prefixes and signatures, and its seed to nobody: a seed that must be
backed up is made elsewhere and put in with `restore`.

A seed is in this process's memory for the moment of one operation. Python cannot wipe memory, so whoever can read
the memory of a process that signs can read the seed, in either kind of vault.
"""

from plings.vaults.opening import open_vault
from plings.vaults.reference import LONGEST_REFERENCE, FileReference, Reference, TokenReference, parse_reference
from plings.vaults.scrypt import Scrypt
from plings.vaults.secret import MODULE_VARIABLE, PASSPHRASE_VARIABLE, PIN_VARIABLE, VAULT_VARIABLE, Secret
from plings.vaults.vault import Vault

__all__ = [
    "LONGEST_REFERENCE",
    "MODULE_VARIABLE",
    "PASSPHRASE_VARIABLE",
    "PIN_VARIABLE",
    "VAULT_VARIABLE",
    "FileReference",
    "Reference",
    "Scrypt",
    "Secret",
    "TokenReference",
    "Vault",
    "open_vault",
    "parse_reference",
]
