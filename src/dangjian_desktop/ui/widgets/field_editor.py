"""The editor that fits a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType

from .date_editor import DateEditor, MomentEditor
from .editors import ChoiceEditor, Editor, LineEditor, LongEditor, MaskedEditor, ReadEditor, SuggestEditor
from .job import JobRunner
from .lookups import Choice, Lookups
from .pick_editors import PICKED, PeopleEditor, PickEditor
from .several_editor import FilesEditor, SeveralEditor

_READ = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.ID_NUMBER, FieldType.PHONE)
_YES_NO = (Choice("1", "是", "s"), Choice("0", "否", "f"))


def make_editor(spec: FieldSpec, lookups: Lookups, runner: JobRunner) -> Editor:
    """The editor that fits a field."""
    if spec.sensitive:
        return MaskedEditor(spec, lookups)
    if spec.type in PICKED:
        return PickEditor(spec, lookups, runner)
    if spec.people or spec.type is FieldType.MEMBERS:
        return PeopleEditor(spec, lookups, runner)
    makers: dict[FieldType, Callable[[], Editor]] = {
        FieldType.LONG_TEXT: lambda: LongEditor(spec),
        FieldType.CODE: lambda: ChoiceEditor(spec, _among(spec, lookups)),
        FieldType.DATE: lambda: DateEditor(spec, lookups),
        FieldType.MOMENT: lambda: MomentEditor(spec, lookups),
        FieldType.CODES: lambda: SeveralEditor(spec, lookups.choices(spec.codes or "")),
        FieldType.ATTACHMENT: lambda: FilesEditor(spec),
        FieldType.BOOLEAN: lambda: ChoiceEditor(spec, _YES_NO),
    }
    if spec.type in makers:
        return makers[spec.type]()
    if spec.type is FieldType.TEXT and spec.codes:
        return SuggestEditor(spec, lookups.choices(spec.codes))
    return ReadEditor(spec, lookups) if spec.type in _READ else LineEditor(spec)


def _among(spec: FieldSpec, lookups: Lookups) -> Sequence[Choice]:
    """The entries of its list that a form may offer."""
    every = lookups.choices(spec.codes or "")
    return [choice for choice in every if choice.value in spec.among] if spec.among else every
