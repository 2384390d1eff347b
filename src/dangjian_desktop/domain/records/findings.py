"""A finding: what a rule says about a record today."""

from __future__ import annotations

from dataclasses import dataclass

INFO, WARNING, ERROR = "info", "warning", "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule has to say; `field` names the field it stands under, `article` what it rests on."""

    rule: str
    severity: str
    message: str
    field: str = ""
    due_on: str | None = None
    article: str = ""
