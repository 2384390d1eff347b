"""Circles that two moves close are opened at the same place on every machine, and nowhere else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.sync.tree import effective_parents

NODES = "abcdefgh"
PARENTS = st.dictionaries(st.sampled_from(NODES), st.none() | st.sampled_from(NODES), min_size=1)


def ancestors(parents: dict[str, str | None], node: str) -> list[str]:
    """Everything above `node`, ending with the first one met twice."""
    above: list[str] = []
    parent = parents.get(node)
    while parent is not None:
        above.append(parent)
        if above.count(parent) > 1:
            break
        parent = parents.get(parent)
    return above


@given(PARENTS, st.permutations(NODES), st.randoms(use_true_random=False))
def test_each_circle_loses_its_latest_edge_and_no_other_edge_goes(
    parents: dict[str, str | None], order: list[str], shuffler: object
) -> None:
    stamps = {node: (order.index(node) // 2, order[order.index(node)]) for node in NODES}
    effective = effective_parents(parents, stamps)
    circles = {frozenset(ancestors(parents, node)) for node in parents if node in ancestors(parents, node)}
    latest = {max(circle, key=lambda node: stamps[node]) for circle in circles}
    assert effective == {child: None if child in latest else parent for child, parent in parents.items()}
    assert not any(node in ancestors(effective, node) for node in effective)
    shuffled = list(parents.items())
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert effective_parents(dict(shuffled), stamps) == effective


def test_two_branches_put_below_each_other_apart() -> None:
    parents = {"street": None, "east": "west", "west": "east", "grid": "east"}
    stamps = {"street": (1, "x"), "east": (7, "x"), "west": (7, "y"), "grid": (3, "x")}
    assert effective_parents(parents, stamps) == {"street": None, "east": "west", "west": None, "grid": "east"}


def test_one_operation_that_closes_a_circle_by_itself_is_opened_by_child() -> None:
    stamps = {"a": (5, "x"), "b": (5, "x")}
    assert effective_parents({"a": "b", "b": "a"}, stamps) == {"a": "b", "b": None}


def test_a_unit_below_itself_and_one_below_an_unknown_unit() -> None:
    stamps = {"a": (1, "x"), "b": (1, "x")}
    assert effective_parents({"a": "a", "b": "elsewhere"}, stamps) == {"a": None, "b": "elsewhere"}
