"""Fields of a new record that follow from others while it is typed: seen and changeable, not worked out in silence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from ..widgets.form import RecordForm

Told = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Following:
    """Fills empty fields of a form with what `told` says of the others; what a person typed stays.

    `told(values)` is asked when one of `sources` changes, without what was filled in before, so that a corrected
    source corrects what followed from it.
    """

    def __init__(self, form: RecordForm, sources: Collection[str], told: Told) -> None:
        self._form, self._sources, self._told = form, sources, told
        self._filled: dict[str, Any] = {}
        form.changed.connect(self._changed)

    def start(self) -> None:
        """The form was loaded anew: forget what was filled in, and fill in what holds from the start."""
        self._filled = {}
        self._fill("")

    def _changed(self, name: str) -> None:
        if name in self._sources:
            self._fill(name)

    def _fill(self, typed: str) -> None:
        values = self._form.values()
        own = {name for name, value in self._filled.items() if name != typed and values.get(name) == value}
        given = {name: value for name, value in values.items() if value is not None and name not in own}
        told = self._told(given)
        for name in own | set(told):
            if name not in given and name != typed:
                self._form.fill(name, told.get(name))
                self._filled[name] = self._form.fields[name].editor.value()
