"""Who owns what: decides what is an edit and what is a request once offices exchange packages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Whose edit counts at once; everybody else's is a request."""

    STREET = "street"
    BRANCH = "branch"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Ownership:
    """The owner of one kind of shared thing; `above` is the owner where it belongs to a unit above the branch."""

    owner: Owner
    above: Owner | None = None


OWNERS: dict[str, Ownership] = {
    "organisation": Ownership(Owner.STREET),
    "term": Ownership(Owner.STREET),
    "post": Ownership(Owner.BOTH, above=Owner.STREET),
    "member": Ownership(Owner.BOTH),
    "case": Ownership(Owner.BOTH),
    "ledger_entry": Ownership(Owner.BOTH),
    "meeting": Ownership(Owner.BRANCH),
    "contact": Ownership(Owner.BRANCH),
    "dues_receipt": Ownership(Owner.BRANCH),
    "dues_rate": Ownership(Owner.BOTH),
    "discipline": Ownership(Owner.STREET),
    "level_names": Ownership(Owner.STREET),
    "ledger_template": Ownership(Owner.STREET),
    "scheme": Ownership(Owner.STREET),
    "rule_pack": Ownership(Owner.STREET),
    "code_list": Ownership(Owner.STREET),
    "superior_form": Ownership(Owner.STREET),
    "report_words": Ownership(Owner.STREET),
    "setting": Ownership(Owner.STREET),
    "shared_item": Ownership(Owner.STREET),
}
"""Every kind of record and every shared thing, those still to come included; a kind that is not here cannot start."""


def owner_of(kind: str, *, above_branch: bool = False) -> Owner:
    """Whose edit of a kind counts at once; raises `KeyError` for a kind that has no owner."""
    found = OWNERS[kind]
    return found.above if above_branch and found.above is not None else found.owner
