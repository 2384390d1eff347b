"""Headers and keys: what is signed, by whom, and what a reader refuses."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dangjian_desktop.domain.records.changes import OpId
from dangjian_desktop.sync import header, signing
from dangjian_desktop.sync.header import Header
from dangjian_desktop.sync.signing import DeviceKeys, SigningKey

ONE = Header(
    "a" * 32, 2, bytes(32), 7, {"b" * 32: 5}, "2026-09-30T08:00:00+00:00", 1, "edit", OpId("b" * 32, 5), 3, bytes(32)
)


def test_a_header_reads_back_as_it_was_written() -> None:
    for each in (ONE, replace(ONE, number=1, previous=b"", depends={}, undoes=None)):
        assert header.decode(each.encoded()) == each


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 0},
        {"number": 1},
        {"number": 2.0},
        {"lamport": 2**53},
        {"lamport": True},
        {"depends": {"a" * 32: 1}},
        {"depends": {"b" * 32: 0}},
        {"nature": "discipline"},
        {"leaves": 1},
        {"root": "00"},
        {"root": "0" * 63 + "G"},
        {"format": 2},
        {"undoes": ["x"]},
        {"name": "王五"},
        {"previous": "AA" * 32},
    ],
)
def test_a_header_out_of_bounds_is_refused(changed: dict[str, object]) -> None:
    told = json.loads(ONE.encoded()) | changed
    with pytest.raises(ValueError):  # noqa: PT011
        header.decode(json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000, ONE.encoded() + b" "])
def test_what_is_no_header_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        header.decode(text)


def test_only_the_incarnation_signs_and_only_its_device_vouches_for_it() -> None:
    device, key, other = DeviceKeys.new(), SigningKey.new(), SigningKey.new()
    birth = signing.bear(device, key, "2026-09-30T08:00:00+00:00")
    assert birth.holds()
    assert birth.incarnation == signing.incarnation_id(key.public) != signing.incarnation_id(other.public)
    assert not replace(birth, key=other.public).holds()
    assert not replace(birth, device_key=other.public).holds()
    assert not replace(birth, started_at="2020").holds()
    signature = signing.sign_header(key, ONE.encoded())
    assert signing.header_signed(key.public, ONE.encoded(), signature)
    assert not signing.header_signed(other.public, ONE.encoded(), signature)
    assert not signing.header_signed(key.public, replace(ONE, lamport=8).encoded(), signature)
    assert not signing.header_signed(b"", ONE.encoded(), signature)
