"""Whether the API lives, and how far what it tells of is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from plings.api.answers.base import Answer, Slot


class Health(Answer):
    """The process lives. Whether it can answer, `/ready` says."""

    status: Literal["ok"] = "ok"


class Ready(Answer):
    """The database answers, and this is how far the index is."""

    status: Literal["ready"] = "ready"
    slot: Slot | None = Field(description="the highest that a source has read; null where none ever did")
    final_slot: Slot | None = Field(description="up to here all that is final was told")
    lag_seconds: float | None = Field(description="since a source went on")
    leaves: int = Field(ge=0, description="of payment logs, that are known")
    gaps: int = Field(ge=0, description="in payment logs: what is missing is known, and looked for")
    missing_leaves: int = Field(ge=0, description="in those gaps")
    provisional: int = Field(ge=0, description="transactions that are confirmed and not final")
