"""A SoftHSM of one's own: a token on disk that keeps the rules of PKCS#11, for tests.

Its library is found by SOFTHSM2_MODULE or where distributions put it. Without it the tests are skipped, and fail
under CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HOW_TO_GET_IT = "install softhsm2 (`apt-get install softhsm2`) and `pip install python-pkcs11`, or set SOFTHSM2_MODULE"
PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN = "7391-tested-pin"
TOKEN = "plings"
OTHER_TOKEN = "plings other"
TWIN = "twin"
"""The label of two tokens."""


@dataclass(frozen=True)
class SoftHsm:
    """One with the tokens above, all with the same PIN. `environment` is what other processes need to see them."""

    module: Path
    folder: Path
    environment: dict[str, str]

    @contextmanager
    def logged_in(self, token: str = TOKEN) -> Iterator[Any]:
        """A session beside the vaults', to look and to tamper. No vault can be used before it is closed."""
        import pkcs11

        with pkcs11.lib(str(self.module)).get_token(token_label=token).open(rw=True, user_pin=PIN) as opened:
            yield opened


@contextmanager
def running_softhsm(folder: Path) -> Iterator[SoftHsm]:
    """A SoftHSM with its tokens in `folder`. Skips the test without one, or fails it under CI."""
    module = softhsm_module()
    tokens = folder / "tokens"
    tokens.mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    environment = {"SOFTHSM2_CONF": str(settings)}
    for label in (TOKEN, OTHER_TOKEN, TWIN, TWIN):
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "an officer"]
        subprocess.run(command, env=os.environ | environment, check=True, capture_output=True, timeout=60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(settings))  # read when the library starts
        yield SoftHsm(module, tokens, environment)
        import pkcs11

        pkcs11.unload(str(module))


def softhsm_module() -> Path:
    """Where the library is. Skips the test without it, or fails it under CI."""
    places = [os.environ["SOFTHSM2_MODULE"]] if "SOFTHSM2_MODULE" in os.environ else PLACES
    found = [Path(place) for place in places if Path(place).is_file()]
    try:
        import pkcs11
    except ImportError:
        found, pkcs11 = [], None
    if found and pkcs11 and shutil.which("softhsm2-util"):
        return found[0]
    if os.environ.get("CI"):
        pytest.fail(f"no SoftHSM: {HOW_TO_GET_IT}")
    pytest.skip(f"no SoftHSM: {HOW_TO_GET_IT}")
