"""Running the command in this process, and what every refusal looks like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from solders.keypair import Keypair
from typer.testing import CliRunner, Result

from plings.cli import app
from plings.identity import ClassPath, Identity, make_code
from plings.identity import Path as ObjectPath

SEED = bytes(range(32))
PATH = "2.3.4F.2aB.5.3j"
MAKER = Identity.from_seed(SEED, ClassPath("2.3"))
CODE = make_code(MAKER, ObjectPath(PATH))
SIGNED = make_code(MAKER, ObjectPath(PATH), signed=True)

KEY_FILE_KEY = Keypair.from_seed(bytes(range(1, 33)))

ENVIRONMENT = dict.fromkeys(
    [
        "PLINGS_SEED",
        "PLINGS_CLUSTER",
        "PLINGS_HOST",
        "PLINGS_DATABASE_URL",
        "PLINGS_DATA",
        "PLINGS_USER",
        "PLINGS_VAULT",
        "PLINGS_VAULT_PASSPHRASE",
        "PLINGS_PKCS11_MODULE",
        "PLINGS_PKCS11_PIN",
        "PLINGS_SHOP",
        "PLINGS_GRAPH_URL",
        "PLINGS_GRAPH_USER",
        "PLINGS_GRAPH_PASSWORD",
    ]
)


def run(*arguments: object, stdin: str | None = None, **environment: str) -> Result:
    """`plings …` in this process, with nothing of the user's environment."""
    texts = [str(argument) for argument in arguments]
    env = {**ENVIRONMENT, **environment}
    result = CliRunner(env=env).invoke(app, texts, input=stdin, prog_name="plings", catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


def answer(*arguments: object, **others: Any) -> str:
    """What a run that is done says, with nothing on stderr."""
    result = run(*arguments, **others)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def json_answer(*arguments: object, **others: Any) -> dict[str, Any]:
    return one_object(answer(*arguments, "--json", **others))


def one_object(stdout: str) -> dict[str, Any]:
    """stdout is one JSON object on one line."""
    (line,) = stdout.splitlines()
    facts = json.loads(line)
    assert isinstance(facts, dict)
    return facts


def refusal(result: Result, code: int = 1) -> str:
    """The one line of a refusal."""
    assert result.exit_code == code, result.output
    (line,) = result.stderr.splitlines()
    assert line.startswith("plings: ")
    assert line.isprintable()
    return line.removeprefix("plings: ")


def refused(*arguments: object, code: int = 1, **others: Any) -> str:
    """The one line of a run that says nothing else."""
    result = run(*arguments, **others)
    assert result.stdout == ""
    return refusal(result, code)


def write_key(file: Path, key: Keypair) -> Path:
    file.write_text(json.dumps(list(bytes(key))))
    return file


def write_keys(folder: Path, keys: dict[str, str] | None = None) -> Path:
    """A file of manufacturers' keys, MAKER's by default."""
    file = folder / "keys.json"
    file.write_text(json.dumps(keys if keys is not None else {"2.3": MAKER.node.address}))
    return file
