"""One table names every role for every kind and act, and what it does not name is closed."""

from __future__ import annotations

import ast
from itertools import product
from pathlib import Path

import pytest

import dangjian_desktop
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import (
    ACTION_NAMES,
    CLEAR,
    GRANTS,
    MANAGE,
    READ,
    REVEAL,
    ROLE_NAMES,
    THINGS,
    WHOLE_FILE,
    Actor,
)

ALL = [*KINDS, *THINGS]


def test_the_table_names_every_role_for_every_kind_and_thing_and_nothing_else() -> None:
    assert set(GRANTS) == set(ALL)
    for kind, roles in GRANTS.items():
        assert set(roles) == set(ROLE_NAMES), kind
        for role, acts in roles.items():
            assert acts <= set(ACTION_NAMES), (kind, role)
            # Whoever may do anything to a kind may look at it; a thing may be acted on unseen.
            assert kind in THINGS or not acts or READ in acts, (kind, role)


@pytest.mark.parametrize("role", [*ROLE_NAMES, "king", ""])
@pytest.mark.parametrize("scope", [None, frozenset({"x"})])
def test_a_kind_that_nobody_named_is_closed_to_all(role: str, scope: frozenset[str] | None) -> None:
    actor = Actor("李四", role, scope)
    for kind, action in product(("dues_payment", "*", ""), ACTION_NAMES):
        assert not actor.may(action, kind)
        with pytest.raises(UserError) as caught:
            actor.require(action, kind)
        assert caught.value.code == "not_allowed"


@pytest.mark.parametrize("role", [r for r in ROLE_NAMES if r != "administrator"])
def test_nobody_below_administrator_manages_or_clears(role: str) -> None:
    for kind, action in product(ALL, (MANAGE, CLEAR)):
        assert not Actor("李四", role).may(action, kind)


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_an_account_with_a_unit_may_nothing_more_and_nothing_with_the_whole_file(role: str) -> None:
    whole, limited = Actor("李四", role), Actor("李四", role, frozenset({"x"}))
    for kind, action in product(ALL, ACTION_NAMES):
        assert limited.may(action, kind) == (whole.may(action, kind) and kind not in WHOLE_FILE)
        if whole.may(action, kind) and not limited.may(action, kind):
            with pytest.raises(UserError) as caught:
                limited.require(action, kind)
            assert caught.value.code == "out_of_scope"
        assert bool(limited.why_not(action, kind)) != limited.may(action, kind)


def test_who_only_looks_never_sees_a_number_in_full() -> None:
    for kind in KINDS:
        assert not Actor("李四", "reader").may(REVEAL, kind)
        assert not Actor("李四", "grid_worker").may(REVEAL, kind)


def test_no_literal_kind_is_asked_that_the_table_does_not_name() -> None:
    asked = set()
    for path in Path(dangjian_desktop.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("require", "may")
            ):
                asked |= {a.value for a in node.args[1:] if isinstance(a, ast.Constant)}
    assert asked <= set(ALL)
