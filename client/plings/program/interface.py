"""The program's IDL, and what anchorpy's coders make of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from anchorpy.coder.coder import Coder
from anchorpy.idl_adapter import Idl
from anchorpy.program.common import NamedInstruction
from construct import ConstructError
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey


def _resource(name: str) -> bytes:
    return (files("plings.program") / name).read_bytes()


IDL: dict[str, Any] = json.loads(_resource("idl.json"))
PROGRAM_ID = Pubkey.from_string(IDL["address"])
TOKEN_PROGRAM_ID = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED_TOKEN_PROGRAM_ID = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
ED25519_PROGRAM_ID = Pubkey.from_string("Ed25519SigVerify111111111111111111111111111")
INSTRUCTIONS_SYSVAR_ID = Pubkey.from_string("Sysvar1nstructions1111111111111111111111111")
LOADER_ID = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")

_ACCOUNTS = {instruction["name"]: instruction["accounts"] for instruction in IDL["instructions"]}


def program_binary() -> bytes:
    """The program as it runs on every cluster (an SBF ELF), built from `programs/plings`."""
    return _resource("plings.so")


@cache
def coder() -> Coder:
    """anchorpy's encoders and decoders for the program."""
    return Coder(Idl.from_json(json.dumps(IDL)))


def build(name: str, accounts: Mapping[str, Pubkey | None], arguments: Mapping[str, Any]) -> Instruction:
    """The instruction `name` with the accounts and arguments that the IDL asks for, by their names there.

    Accounts at fixed addresses (programs) may be left out; an optional one may be None, which the program's own
    address stands for. Raises KeyError or construct's errors when the mirror disagrees with the IDL: a fault of ours.
    """
    wanted = _ACCOUNTS[name]
    if unknown := accounts.keys() - {account["name"] for account in wanted}:
        raise KeyError(f"{name} has no accounts {sorted(unknown)}")
    data = coder().instruction.build(NamedInstruction(name=name, data=dict(arguments)))
    return Instruction(PROGRAM_ID, data, [_meta(account, accounts) for account in wanted])


def parse(data: bytes, accounts: Sequence[Pubkey]) -> tuple[str, dict[str, Pubkey], Any] | None:
    """What `build` made: an instruction's name, its accounts by their names in the IDL, and its arguments.

    None when it is none of the program's, or was given too little: then the program refused it.
    """
    name = coder().instruction.sighash_to_name.get(data[:8])
    if name is None or len(accounts) < len(_ACCOUNTS[name]):
        return None
    try:
        arguments = coder().instruction.parse(data).data
    except (ConstructError, ValueError):
        return None
    return name, {account["name"]: key for account, key in zip(_ACCOUNTS[name], accounts, strict=False)}, arguments


def _meta(account: Mapping[str, Any], given: Mapping[str, Pubkey | None]) -> AccountMeta:
    if "address" in account:
        return AccountMeta(Pubkey.from_string(account["address"]), is_signer=False, is_writable=False)
    address = given[account["name"]]
    if address is None:
        if not account.get("optional"):
            raise KeyError(f"{account['name']} is not optional")
        return AccountMeta(PROGRAM_ID, is_signer=False, is_writable=False)
    return AccountMeta(address, is_signer=account.get("signer", False), is_writable=account.get("writable", False))
