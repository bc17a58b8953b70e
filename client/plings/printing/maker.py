"""Codes of one batch, one after the other: what `identity.make_code` makes, with all that they share made once."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plings.commitments.item import LEAF_PREFIX
from plings.errors import PrintingError
from plings.identity import Identity, Path, encode_signature, format_address, format_segment, make_code
from plings.identity.keys import HARDENED
from plings.identity.url import DEFAULT_HOST
from plings.printing.code import PrintedCode
from plings.printing.ndef import ndef_message


class CodeMaker:
    """Makes the codes of a batch's instances. Holds the batch's private node: it never leaves the process.

    Raises PathError with rule `foreign` for another manufacturer's batch, and SettingsError for a host that is none.
    """

    def __init__(
        self, identity: Identity, batch: str, *, signed: bool = False, nfc: bool = False, host: str = DEFAULT_HOST
    ) -> None:
        first = Path(f"{batch}.1")
        code = make_code(identity, first, host=host)  # with every check that there is
        node = identity.node.descendant(first.numbers[2:-1])
        self._identity, self._batch, self._signed, self._nfc, self._host = identity, batch, signed, nfc, host
        self._chain_code = hmac.new(node.chain_code, b"\0" + node.key, "sha512")
        self._signer = Ed25519PrivateKey.from_private_bytes(identity.node.key)
        self._pointer = code.class_pointer

    def make(self, instances: Iterable[int]) -> Iterator[tuple[PrintedCode, bytes]]:
        """Each code and its 32-byte leaf (see `commitments.item_leaf`). The numbers are below 2^31."""
        pointer, chain_code = self._pointer.text, self._chain_code
        before, between, after = f"https://{self._host}?t=q&p=", f"&cp={pointer}&i=", f":{pointer}:"
        leaf_end = b":" + self._pointer.value
        signature = nfc_url = ndef = None
        for instance in instances:
            child = chain_code.copy()  # `Node.child`, with what all children share hashed once
            child.update((HARDENED + instance).to_bytes(4, "big"))
            private_key = Ed25519PrivateKey.from_private_bytes(child.digest()[:32])
            public_key = private_key.public_key().public_bytes_raw()
            path, address = f"{self._batch}.{format_segment(instance)}", format_address(public_key)
            url = f"{before}{path}{between}{address}"
            if self._signed:
                message = f"plings:1:{path}{after}{address}".encode("ascii")
                signature = encode_signature(self._signer.sign(message))
                url = f"{url}&s={signature}"
            if self._nfc:
                nfc_url = url.replace("?t=q", "?t=n", 1)
                ndef = ndef_message(nfc_url).hex()
            leaf = sha256(LEAF_PREFIX + path.encode("ascii") + leaf_end + public_key).digest()
            yield PrintedCode(path, instance, pointer, address, url, signature, nfc_url, ndef), leaf

    def check(self, code: PrintedCode) -> None:
        """Compare one code with the one that is made step by step. Raises PrintingError when they differ.

        A line makes millions of codes that nobody looks at: a machine whose memory or processor is bad is to stop.
        """
        careful = make_code(self._identity, Path(code.path), signed=self._signed, host=self._host)
        if careful.text != code.url:
            raise PrintingError(f"code {code.path} was made wrongly: this machine cannot be relied on", "self_check")
