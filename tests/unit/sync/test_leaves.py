"""Leaves, branches, seals and layouts of the log: what commits to what, and what stays when something goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.sync import layout, leaves
from dangjian_desktop.sync.layout import Layout, Leaf
from dangjian_desktop.sync.leaves import Part

LAYOUT = Layout(("name", "kind"), (("contact", ("phone", "address")), ("note", ("note",))))
NODES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)
VALUE = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8)
PLAIN = st.text(max_size=6) | st.integers(0, 9) | st.booleans()
COLUMNS = st.dictionaries(st.sampled_from(["name", "kind", "phone", "address", "note", "a", "b"]), PLAIN)
KEYED = st.dictionaries(
    st.sampled_from(["stays.1", "stays.2", "originals.phone", "originals.a", "former.note@2026", "former.b@2026-01"]),
    PLAIN | st.dictionaries(st.sampled_from("xyz"), PLAIN),
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
        ('王\n"\\\u0001\x7f', b'"\xe7\x8e\x8b\\n\\"\\\\\\u0001\x7f"'),
        ({"𠮷": 1, "\uffee": 2}, '{"\uffee":2,"𠮷":1}'.encode()),
    ],
)
def test_the_canonical_text(value: object, text: bytes) -> None:
    assert leaves.canonical(value) == text


@pytest.mark.parametrize("value", [1.5, [0.1], {"a": {"b": 2.0}}, 2**53, -(2**53), b"x", {1}, float("nan")])
def test_what_has_no_canonical_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="canonical|beyond"):
        leaves.canonical(value)


@given(NODES, st.data())
def test_a_part_of_an_operation_has_the_root_of_the_whole(nodes: list[bytes], data: st.DataObject) -> None:
    wanted = data.draw(st.sets(st.integers(0, len(nodes) - 1)))
    whole = leaves.root(nodes)
    assert leaves.partial_root(len(nodes), dict(enumerate(nodes)), {}) == whole
    bare = {
        (first, width): leaves.root(nodes[first : first + width]) for first, width in leaves.spans(len(nodes), wanted)
    }
    assert not wanted & {first + at for first, width in bare for at in range(width)}
    known = {at: nodes[at] for at in wanted}
    assert leaves.partial_root(len(nodes), known, bare) == whole
    if known:
        at = data.draw(st.sampled_from(sorted(known)))
        assert leaves.partial_root(len(nodes), {**known, at: bytes(32)}, bare) != whole or nodes[at] == bytes(32)
        del known[at]
        with pytest.raises(ValueError, match="missing"):
            leaves.partial_root(len(nodes), known, bare)


def test_few_branches_stand_for_many_leaves_withheld() -> None:
    assert leaves.spans(100_000, {0, 1, 77}) and len(leaves.spans(100_000, {0, 1, 77})) < 40
    assert leaves.spans(5, set()) == [(0, 5)]
    assert leaves.spans(3, {0}) == [(1, 1), (2, 1)]


@given(st.binary(min_size=16, max_size=16), st.lists(st.binary(max_size=20), min_size=1, max_size=8), st.data())
def test_a_seal_loses_salts_one_by_one_and_its_nodes_stay(seed: bytes, held: list[bytes], data: st.DataObject) -> None:
    whole = leaves.parts_of(seed, len(held))
    nodes = [part.node(content) for part, content in zip(whole, held, strict=True)]
    gone = data.draw(st.sets(st.integers(0, len(held) - 1)))
    parts = [Part(None, nodes[at]) if at in gone else part for at, part in enumerate(whole)]
    seal = leaves.seal_of(parts)
    assert seed not in seal
    kept = leaves.parts_of(seal, len(held))
    assert [part.node(b"" if at in gone else held[at]) for at, part in enumerate(kept)] == nodes
    for at in gone:
        salt = whole[at].salt
        assert kept[at].salt is None and salt and salt not in seal


@pytest.mark.parametrize("seal", [b"", b"\x03" + bytes(16), b"\x01" + bytes(14), b"\x02" + bytes(31), bytes(15)])
def test_a_seal_that_cannot_be_read_is_refused(seal: bytes) -> None:
    with pytest.raises(ValueError, match="seal"):
        leaves.parts_of(seal, 1)


@given(COLUMNS, KEYED, st.none() | st.just("u1"), st.booleans())
def test_the_quick_way_commits_to_the_same_as_the_plain_one(
    columns: dict[str, object], keyed: dict[str, object], unit: str | None, abroad: bool
) -> None:
    foreign = {"stays.1": "u2"} if abroad else {}
    cut = LAYOUT.cut({**columns, **keyed}, unit, foreign)
    assert LAYOUT.contents(dict(columns), keyed, unit, foreign) == [layout.content(leaf) for leaf in cut]
    values = {path: value for leaf in cut for path, value in leaf.values.items() if path != layout.UNIT}
    assert values == {**columns, **keyed}, "every value lies in one leaf"
    seeds = [bytes(range(16)), bytes(16)]
    contents = [layout.content(leaf) for leaf in cut]
    assert leaves.creation_nodes("member", ["一", "2"], [contents, contents], seeds) == [
        leaves.creation_node("member", record, layout.commitments(contents, seed))
        for record, seed in zip(["一", "2"], seeds, strict=True)
    ]


@given(st.lists(st.tuples(COLUMNS, st.none() | st.just("u1") | st.just("u2")), min_size=1, max_size=30), st.booleans())
def test_many_records_by_column_commit_to_the_same_as_one_by_one(
    records: list[tuple[dict[str, object], str | None]], staying: bool
) -> None:
    names = {name for columns, _ in records for name in columns}
    columns = {name: [record.get(name) for record, _ in records] for name in names}
    stays = [(f"stays.{place}", {"to_on": "2026", "from_on": None}) for place, _ in enumerate(records)]
    units = [unit for _, unit in records]
    expected = [
        LAYOUT.contents(dict(record), dict([stay]) if staying else {}, unit, {})
        for (record, unit), stay in zip(records, stays, strict=True)
    ]
    assert LAYOUT.many_contents(columns, stays if staying else (), units) == expected


def test_what_tells_the_same_as_a_field_lies_in_its_leaf() -> None:
    cut = LAYOUT.cut(
        {
            "name": "王五",
            "address": "滨江路8号",
            "phone": "138",
            "originals.phone": "138-0",
            "former.note@2026-01-01": {"value": "旧"},
            "stays.1": {"organisation": "甲"},
            "stays.2": {"organisation": "乙"},
            "a": 1,
        },
        "甲",
        {"stays.2": "乙"},
    )
    assert cut == [
        Leaf("stub", {"name": "王五", "@unit": "甲"}),
        Leaf("contact", {"phone": "138", "address": "滨江路8号", "originals.phone": "138-0"}),
        Leaf("note", {"former.note@2026-01-01": {"value": "旧"}}),
        Leaf("stays@乙", {"stays.2": {"organisation": "乙"}}),
        Leaf("rest", {"a": 1, "stays.1": {"organisation": "甲"}}),
    ]
