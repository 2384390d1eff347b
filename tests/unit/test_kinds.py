"""Kinds of record: each declares its owner, its unit and its private fields, and has a policy."""

from __future__ import annotations

import pytest

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, RecordKind, Reference
from dangjian_desktop.domain.records.kinds import KINDS, ORGANISATION
from dangjian_desktop.domain.records.ownership import OWNERS, Owner, owner_of
from dangjian_desktop.services.records.policies import POLICIES


def test_every_kind_has_an_owner_a_unit_and_a_policy() -> None:
    assert set(POLICIES) == set(KINDS)
    for kind in KINDS.values():
        assert kind.owner is OWNERS[kind.name]
        assert kind.unit == "id" or kind.unit in kind.names() or kind.unit in {each.name for each in kind.sets}
        assert {*kind.clearable, *kind.restricted} <= set(kind.names())
        assert {spec.name for spec in kind.fields if spec.sensitive} <= {*kind.restricted}


def test_a_kind_without_an_owner_does_not_start() -> None:
    with pytest.raises(TypeError, match="owner"):
        RecordKind("visit", "走访", (), measure="次", unit="organisation")  # type: ignore[call-arg]
    with pytest.raises(KeyError):
        owner_of("visit")


@pytest.mark.parametrize("coming", ["term", "dues_receipt", "discipline", "case", "ledger_template"])
def test_what_is_still_to_come_has_its_place(coming: str) -> None:
    assert isinstance(owner_of(coming), Owner)


def test_a_post_above_the_branch_belongs_to_the_street() -> None:
    assert owner_of("post") is Owner.BOTH
    assert owner_of("post", above_branch=True) is Owner.STREET


def test_references_follow_from_the_types_of_fields() -> None:
    assert list(ORGANISATION.references()) == [
        Reference("organisation", None, "parent", "organisation"),
        Reference("organisation", "former", "parent", "organisation"),
    ]
    made = RecordKind(
        "visit",
        "走访",
        (FieldSpec("host", "接待人", FieldType.MEMBER), FieldSpec("note", "备注")),
        measure="次",
        owner=OWNERS["meeting"],
        unit="host",
    )
    assert list(made.references()) == [Reference("visit", None, "host", "member")]
