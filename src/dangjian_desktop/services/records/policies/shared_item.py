"""Shared things beside the records: how their changes are told; they are kept by `services.office.shared`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dangjian_desktop.services.office import shared
from dangjian_desktop.services.office.office import Office

from .base import Policy, Row

_SHOWN = 60


class SharedItemPolicy(Policy):
    """A template, a form, the office's own words."""

    kind = "shared_item"

    def called(self, office: Office, row: Row) -> str:  # noqa: ARG002
        """By what it is."""
        return shared.called(row["topic"], row["item"])

    def titles(self, office: Office, connection: Any, ids: Sequence[str]) -> dict[str, str]:  # noqa: ARG002
        """By what they are."""
        return shared.titles(connection, ids)

    def told(self, path: str, value: object) -> str | None:
        """Its content in short; a whole form is no text for a line."""
        if path != "content" or not isinstance(value, str):
            return None
        text = shared.plain(value)
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…（共{len(text)}字）"
