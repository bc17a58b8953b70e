"""What every refusal and failure looks like (RFC 9457, application/problem+json)."""

from __future__ import annotations

from typing import Final

from pydantic import ConfigDict, Field

from plings.api.answers.base import Answer

MEDIA_TYPE: Final = "application/problem+json"


class Problem(Answer):
    """Why there is no answer. `rule` is stable, for programs; `detail` is for people."""

    model_config = ConfigDict(
        title="Problem",
        json_schema_extra={
            "example": {
                "type": "tag:plings.io,2026:problem:leading_one",
                "title": "Bad Request",
                "status": 400,
                "detail": "path '2.3.2.G.13': segment 5, '13': it has a leading 1 [leading_one]",
                "part": "p",
                "rule": "leading_one",
            }
        },
    )

    type: str = Field(description="the rule as a URI, which leads nowhere")
    title: str = Field(description="the status in words")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="one line for people")
    part: str | None = Field(description="the part of the request that is at fault, such as a parameter's name")
    rule: str = Field(description="what it breaks, a stable identifier")
