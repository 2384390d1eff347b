"""Searches by number: each is in the register of acts, and who may not reveal guesses ever more slowly."""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Callable, Iterable, Sized
from datetime import timedelta
from typing import TypeVar

from dangjian_desktop.domain.records.permissions import REVEAL
from dangjian_desktop.domain.values.masking import digits_of, mask_digits
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage import audit, settings
from dangjian_desktop.storage.queries.listing import FEWEST_DIGITS

S = TypeVar("S", bound=Sized)

ACTION = "search"
_KEY_SETTING = "search.key"
_FREE_MISSES = 10
_WINDOW = timedelta(minutes=1)
_LONGEST_WAIT = 10.0
_DIGITS = re.compile(r"\d{3}")


def hidden(office: Office, kind: str) -> bool:
    """Whether this account sees numbers of a kind in part only."""
    return not office.actor.may(REVEAL, kind)


def is_number(text: str) -> bool:
    """Whether what was typed is searched for among numbers."""
    return len(digits_of(text)) >= FEWEST_DIGITS


def has_digits(text: object) -> bool:
    """Whether a text might find a number that stands inside other texts."""
    return _DIGITS.search(str(text)) is not None


def searched(office: Office, kind: str, typed: Iterable[str], run: Callable[[], S]) -> S:
    """Run a search; where it is one by number, wait for who has guessed in vain too often, and write it down.

    Names are never slowed. The register keeps the number as a list would show it and a keyed hash of the whole, so
    that the same number is known again and nobody reads it there.
    """
    numbers = [text for text in typed if is_number(text)]
    if not numbers:
        return run()
    if hidden(office, kind):
        _wait(office)
    found = run()
    for text in numbers:
        detail = {"kind": kind, "number": mask_digits(digits_of(text)), "hash": _hash(office, text)}
        office.audit(ACTION, detail | {"found": len(found)})
    return found


def _wait(office: Office) -> None:
    since = (office.clock.now() - _WINDOW).isoformat()
    with office.database.read() as connection:
        acts = audit.listing(connection, None, account=office.actor.name, actions=[ACTION], since=since)
    misses = sum(not act["detail"]["found"] for act in acts)
    if misses >= _FREE_MISSES:
        time.sleep(min(1.0 + (misses - _FREE_MISSES), _LONGEST_WAIT))


def _hash(office: Office, text: str) -> str:
    return hmac.digest(_key(office), digits_of(text).encode(), "sha256").hex()


def _key(office: Office) -> bytes:
    """The file's own key of these hashes; it stays when the data key is changed."""
    kept = office.setting(_KEY_SETTING)
    if kept is None:
        with office.database.write() as connection:
            kept = settings.get(connection, _KEY_SETTING)
            if kept is None:
                kept = secrets.token_hex(32)
                settings.put(connection, _KEY_SETTING, kept)
    return bytes.fromhex(kept)
