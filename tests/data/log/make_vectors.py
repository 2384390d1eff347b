"""Writes `vectors.json`: fixed inputs and what the program makes of them. Run only for a new format of the log.

PYTHONPATH=src python tests/data/log/make_vectors.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dangjian_desktop.domain.records.changes import OpId
from dangjian_desktop.storage.log_writer import change_node, first_nodes, remainder_content, structure_content
from dangjian_desktop.sync import layout, leaves, signing
from dangjian_desktop.sync.header import Header, header_hash
from dangjian_desktop.sync.layout import Layout, Leaf
from dangjian_desktop.sync.leaves import Part
from dangjian_desktop.sync.signing import DeviceKeys, SigningKey

TEXTS: list[Any] = [
    None,
    [True, False, 0, -1, 9007199254740991],
    '王小明\n\t"\\\u0001\u007f𠮷',
    {"b": 1, "a": {"d": [], "c": {}}, "一": "二", "\uffee": 2, "𠮷": 1},
]
SEED = bytes(range(16))
CUT = Layout(("name",), (("id_number", ("id_number",)), ("contact", ("phone", "address")), ("clearable", ("note",))))
VALUES = {
    "name": "王小明",
    "phone": "13900001234",
    "address": "滨江路8号",
    "originals.phone": "139-0000-1234",
    "joined_on": "1995-07",
    "migrant_worker": False,
    "memberships.s1": {"organisation": "甲", "from_on": "2020-01-01", "in_kind": "I1"},
    "memberships.s2": {"organisation": "乙", "from_on": "2001", "to_on": "2019-12-31"},
}
MOMENT = "2026-09-30T08:00:00+00:00"


def creation() -> dict[str, Any]:
    cut = CUT.cut(VALUES, "甲", {"memberships.s2": "乙"})
    contents = [layout.content(leaf) for leaf in cut]
    commitments = layout.commitments(contents, SEED)
    node = leaves.creation_node("member", "r1", commitments)
    # The phone is cleared: the leaf that holds it loses the salt, the seed gives way to what remains.
    parts = leaves.parts_of(SEED, len(cut))
    parts = [Part(None, commitments[at]) if leaf.name == "contact" else parts[at] for at, leaf in enumerate(cut)]
    return {
        "kind": "member",
        "record": "r1",
        "stub": list(CUT.stub),
        "apart": CUT.as_list()[1],
        "unit": "甲",
        "foreign": {"memberships.s2": "乙"},
        "values": VALUES,
        "seed": SEED.hex(),
        "leaves": [[leaf.name, content.decode()] for leaf, content in zip(cut, contents, strict=True)],
        "commitments": [each.hex() for each in commitments],
        "node": node.hex(),
        "seal_without_phone": leaves.seal_of(parts).hex(),
    }


def change() -> dict[str, Any]:
    structure = structure_content("member", "r1", "phone", [["0" * 32, 1], ["a" * 32, 7]])
    values = leaves.canonical(["13900001234", None])
    parts = leaves.parts_of(SEED, 2)
    cleared = leaves.seal_of([parts[0], Part(None, parts[1].node(values))])
    node = change_node(SEED, structure, values)
    assert change_node(cleared, structure, b"") == node
    return {
        "structure": structure.decode(),
        "values": values.decode(),
        "seed": SEED.hex(),
        "node": node.hex(),
        "seal_without_values": cleared.hex(),
    }


def remainder() -> dict[str, Any]:
    content = remainder_content("member", "r1", OpId("0" * 32, 1), Leaf("rest", {"joined_on": "1995-07"}))
    salt = SEED[::-1]
    return {"content": content.decode(), "salt": salt.hex(), "node": leaves.commit(salt, content).hex()}


def trees() -> dict[str, Any]:
    nodes = [bytes([number]) * 32 for number in range(9)]
    known = {0, 1, 6}
    return {
        "nodes": [node.hex() for node in nodes],
        "roots": {str(count): leaves.root(nodes[:count]).hex() for count in range(1, 10)},
        "partial": {
            "leaves": 9,
            "known": {str(at): nodes[at].hex() for at in sorted(known)},
            "bare": [
                [first, width, leaves.root(nodes[first : first + width]).hex()]
                for first, width in leaves.spans(9, known)
            ],
        },
    }


def operation(created: dict[str, Any], changed: dict[str, Any], left: dict[str, Any]) -> dict[str, Any]:
    device, key = DeviceKeys(SigningKey(bytes([1]) * 32), bytes([2]) * 32), SigningKey(bytes([3]) * 32)
    birth = signing.bear(device, key, MOMENT)
    nodes = first_nodes(SEED, "新建党员“王小明”", "张三")
    nodes += [bytes.fromhex(each["node"]) for each in (created, changed, left)]
    header = Header(
        birth.incarnation,
        2,
        bytes([9]) * 32,
        41,
        {"a" * 32: 7, "0" * 32: 1},
        MOMENT,
        1,
        "clear",
        None,
        len(nodes),
        leaves.root(nodes),
    )
    encoded = header.encoded()
    return {
        "device_secret": device.signing.secret.hex(),
        "device_public": device.signing.public.hex(),
        "device": device.id,
        "key_secret": key.secret.hex(),
        "key_public": key.public.hex(),
        "incarnation": birth.incarnation,
        "started_at": MOMENT,
        "birth_signature": birth.signature.hex(),
        "label": "新建党员“王小明”",
        "account": "张三",
        "seed": SEED.hex(),
        "nodes": [node.hex() for node in nodes],
        "header": encoded.decode(),
        "header_hash": header_hash(encoded).hex(),
        "header_signature": signing.sign_header(key, encoded).hex(),
    }


def vectors() -> dict[str, Any]:
    """Everything that `vectors.json` holds."""
    created, changed, left = creation(), change(), remainder()
    return {
        "format": 1,
        "texts": [[value, leaves.canonical(value).decode()] for value in TEXTS],
        "salts": {"seed": SEED.hex(), "salts": [salt.hex() for salt in leaves.salts_of(SEED, 9)]},
        "creation": created,
        "change": changed,
        "remainder": left,
        "trees": trees(),
        "operation": operation(created, changed, left),
    }


if __name__ == "__main__":
    target = Path(__file__).with_name("vectors.json")
    target.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
