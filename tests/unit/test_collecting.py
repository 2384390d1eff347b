"""Who looks for circles of unused objects, and when."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from dangjian_desktop.base.collecting import collect_what_is_due, uncollected


class Circle:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def by_hand() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def a_lost_circle() -> weakref.ref[Circle]:
    return weakref.ref(Circle())


def many_objects() -> list[list[int]]:
    return [[] for _ in range(gc.get_threshold()[0] + 100)]


def test_what_is_due_is_collected_in_the_thread_that_asks() -> None:
    lost, kept, ended = a_lost_circle(), many_objects(), []
    weakref.finalize(lost(), lambda: ended.append(threading.current_thread()))
    collect_what_is_due()
    assert kept and lost() is None
    assert ended == [threading.current_thread()]


def test_nothing_is_collected_before_it_is_due() -> None:
    gc.collect()
    lost = a_lost_circle()
    collect_what_is_due()
    assert lost() is not None


def test_a_mass_of_rows_is_not_walked_through() -> None:
    with uncollected():
        lost, kept = a_lost_circle(), many_objects()
        collect_what_is_due()
        assert kept and lost() is not None


def test_blocks_of_several_threads_may_overlap() -> None:
    gc.enable()
    first, second = uncollected(), uncollected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()
