"""What somebody must look at: for anybody in numbers, for the operator in full."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from plings.api.answers.base import Answer, Cursor
from plings.api.answers.products import Instant


class AlertCounts(Answer):
    """How many alerts nobody resolved yet. What they are about may be what an attacker wants to know."""

    low: int = Field(ge=0)
    medium: int = Field(ge=0)
    high: int = Field(ge=0)
    critical: int = Field(ge=0)


class AlertAnswer(Answer):
    """An alert. `details` depends on its type."""

    model_config = ConfigDict(title="Alert")

    id: str = Field(examples=["01890a5d-ac96-774b-bcce-b302099a8057"])
    alert_type: str = Field(examples=["INDEXER_DISAGREEMENT"])
    severity: Literal["LOW", "MEDIUM", "HIGH", "CRITICAL"]
    message: str
    details: dict[str, Any]
    created_at: Instant


class Alerts(Answer):
    """A page of the open alerts, the newest first."""

    alerts: list[AlertAnswer]
    next: Cursor
