"""The table of policies: what is done differently for one kind of record than for another is asked here."""

from __future__ import annotations

from dangjian_desktop.domain.records.kinds import KINDS

from .base import Policy
from .ledger_entry import LedgerEntryPolicy
from .meeting import MeetingPolicy
from .member import MemberPolicy
from .organisation import OrganisationPolicy
from .post import PostPolicy
from .shared_item import SharedItemPolicy

__all__ = ["POLICIES", "Policy", "policy_of"]

POLICIES: dict[str, Policy] = {
    made.kind: made
    for made in (
        OrganisationPolicy(),
        MemberPolicy(),
        PostPolicy(),
        MeetingPolicy(),
        LedgerEntryPolicy(),
        SharedItemPolicy(),
    )
}
"""Every kind's policy; a kind without one does not start."""

if missing := KINDS.keys() ^ POLICIES.keys():
    raise LookupError(f"kinds and policies do not match: {sorted(missing)}")


def policy_of(kind: str) -> Policy:
    """The policy of a kind; raises `KeyError` for an unknown one."""
    return POLICIES[kind]
