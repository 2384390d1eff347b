"""The rule book that comes with the program."""

from __future__ import annotations

from functools import lru_cache

from dangjian_desktop.base.resources import resource

from .rulebook import RuleBook, read_rules


@lru_cache(maxsize=1)
def rules() -> RuleBook:
    """The shipped rules, read once."""
    folder = resource("rules")
    return read_rules({path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))})
