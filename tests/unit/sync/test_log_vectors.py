"""The fixed vectors of the log, read by somebody else: from `docs/日志格式.md` alone, with nothing of the program.

Only the last test asks the program, whether it still makes the very same.
"""

from __future__ import annotations

import hashlib
import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FOLDER = Path(__file__).parents[2] / "data" / "log"
GIVEN: dict[str, Any] = json.loads((FOLDER / "vectors.json").read_text(encoding="utf-8"))


def text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def salts(seed: bytes, count: int) -> list[bytes]:
    stream = hashlib.shake_256(b"dangjian-log-1 salts\0" + seed).digest(16 * count)
    return [stream[16 * at : 16 * at + 16] for at in range(count)]


def parts(seal: bytes, contents: list[bytes]) -> list[bytes]:
    """The commitments under a seal; a leaf that is gone needs no content."""
    if len(seal) == 16:
        return [
            sha256(b"\0", salt, content) for salt, content in zip(salts(seal, len(contents)), contents, strict=True)
        ]
    found = []
    for content in contents:
        size = 16 if seal[0] == 1 else 32
        body, tag, seal = seal[1 : 1 + size], seal[0], seal[1 + size :]
        found.append(sha256(b"\0", body, content) if tag == 1 else body)
    assert not seal
    return found


def root(count: int, known: dict[int, bytes], bare: dict[tuple[int, int], bytes], first: int = 0) -> bytes:
    """The root over `count` leaves from `first` on: the left branch holds the largest power of two below `count`."""
    if (first, count) in bare:
        return bare[(first, count)]
    if count == 1:
        return known[first]
    half = 1 << ((count - 1).bit_length() - 1)
    return sha256(b"\1", root(half, known, bare, first), root(count - half, known, bare, first + half))


def signed(public: str, message: bytes, signature: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(("value", "written"), GIVEN["texts"])
def test_texts(value: Any, written: str) -> None:
    assert text(value).decode() == written


def test_salts() -> None:
    given = GIVEN["salts"]
    assert [salt.hex() for salt in salts(bytes.fromhex(given["seed"]), len(given["salts"]))] == given["salts"]


def test_a_creation_and_the_same_without_a_cleared_leaf() -> None:
    given = GIVEN["creation"]
    told = [(name, json.loads(content)) for name, content in given["leaves"]]
    assert [name for name, _ in told] == ["stub", "contact", "memberships@乙", "rest"]
    assert all(content[0] == name for name, content in told)
    values = {path: value for _, (_, held) in told for path, value in held.items()}
    assert values.pop("@unit") == given["unit"]
    assert values == given["values"]
    assert {"phone", "address", "originals.phone"} == dict(told)["contact"][1].keys()
    contents = [content.encode() for _, content in given["leaves"]]
    head = b"\2" + len(contents).to_bytes(2, "big")
    tail = text([given["kind"], given["record"]])
    for seal, held in (
        (given["seed"], contents),
        (given["seal_without_phone"], [b"" if name == "contact" else c.encode() for name, c in given["leaves"]]),
    ):
        found = parts(bytes.fromhex(seal), held)
        assert [each.hex() for each in found] == given["commitments"]
        assert sha256(head, *found, tail).hex() == given["node"]


def test_a_change_and_the_same_without_its_values() -> None:
    given = GIVEN["change"]
    structure, values = given["structure"].encode(), given["values"].encode()
    for seal, held in ((given["seed"], values), (given["seal_without_values"], b"")):
        assert sha256(b"\3", *parts(bytes.fromhex(seal), [structure, held])).hex() == given["node"]


def test_a_remainder() -> None:
    given = GIVEN["remainder"]
    assert sha256(b"\0", bytes.fromhex(given["salt"]), given["content"].encode()).hex() == given["node"]


def test_trees_whole_and_in_part() -> None:
    given = GIVEN["trees"]
    nodes = {at: bytes.fromhex(node) for at, node in enumerate(given["nodes"])}
    for count, expected in given["roots"].items():
        assert root(int(count), nodes, {}).hex() == expected
    part = given["partial"]
    known = {int(at): bytes.fromhex(node) for at, node in part["known"].items()}
    bare = {(first, width): bytes.fromhex(node) for first, width, node in part["bare"]}
    assert root(part["leaves"], known, bare).hex() == given["roots"]["9"]


def test_a_whole_operation_with_its_keys() -> None:
    given = GIVEN["operation"]
    assert sha256(b"\5", bytes.fromhex(given["key_public"])).hex()[:32] == given["incarnation"]
    assert sha256(b"\6", bytes.fromhex(given["device_public"])).hex()[:32] == given["device"]
    birth = {"device": given["device_public"], "key": given["key_public"], "started_at": given["started_at"]}
    assert signed(given["device_public"], b"dangjian-log-1 incarnation\0" + text(birth), given["birth_signature"])
    first = [text(["label", given["label"]]), text(["account", given["account"]])]
    nodes = [bytes.fromhex(node) for node in given["nodes"]]
    assert nodes[:2] == parts(bytes.fromhex(given["seed"]), first)
    assert given["nodes"][2:] == [GIVEN[name]["node"] for name in ("creation", "change", "remainder")]
    header = json.loads(given["header"])
    assert text(header).decode() == given["header"]
    assert header["root"] == root(header["leaves"], dict(enumerate(nodes)), {}).hex()
    assert (header["format"], header["incarnation"], header["leaves"]) == (1, given["incarnation"], len(nodes))
    encoded = given["header"].encode()
    assert sha256(b"\4", encoded).hex() == given["header_hash"]
    assert signed(given["key_public"], b"dangjian-log-1 header\0" + encoded, given["header_signature"])
    assert not signed(given["key_public"], b"dangjian-log-1 header\0" + encoded[:-1], given["header_signature"])


def test_the_program_makes_the_same() -> None:
    spec = spec_from_file_location("make_vectors", FOLDER / "make_vectors.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert json.loads(json.dumps(module.vectors())) == GIVEN
