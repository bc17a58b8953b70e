"""Running `plings registry …` on one database, as its people do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cli.command import answer, one_object, refused

ADA, BEA, IDA = "ada@plings.example", "bea@plings.example", "ida@ikea.example"

PASSPHRASE = "correct horse battery staple"


@dataclass(frozen=True)
class Office:
    """`environment` is what all of its commands have besides."""

    url: str
    environment: dict[str, str]

    def says(self, *arguments: object, by: str | None = None, stdin: str | None = None) -> str:
        """What a run that is done says to people."""
        return answer("registry", *arguments, *self._options(by), stdin=stdin, **self.environment)

    def tells(self, *arguments: object, by: str | None = None, stdin: str | None = None) -> dict[str, Any]:
        """What a run that is done says to programs."""
        return one_object(self.says(*arguments, "--json", by=by, stdin=stdin))

    def refuses(self, *arguments: object, by: str | None = None, code: int = 1) -> str:
        """The one line of a run that says nothing else."""
        return refused("registry", *arguments, *self._options(by), code=code, **self.environment)

    def agrees(self, action: str, *facts: str) -> None:
        """Ada asks, she and Bea approve."""
        request = self.tells("approval", "request", action, *facts, "--reason", "a test wants it", by=ADA)["id"]
        for email in (ADA, BEA):
            self.tells("approval", "approve", request, by=email)

    def _options(self, by: str | None) -> list[str]:
        return ["--database", self.url, *(["--as", by] if by else [])]


def rows(page: str) -> dict[str, str]:
    """What stands behind each label of a page, and in each table's first columns."""
    found = (re.split(r"  +", line, maxsplit=1) for line in page.splitlines())
    return {one[0]: one[1] for one in found if len(one) == 2}
