"""Whatever is left empty, the parts of a whole add up to it, and 核对 names who was left out."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.domain.figures.figure_lists import with_lists
from dangjian_desktop.domain.figures.figures import FigureValue, figures_of
from dangjian_desktop.domain.figures.unit_fields import PARTS, wholes
from unit.figures.small_street import CODES, person, stay, street_survey, unit

_FIELDS = [code for code, _ in CODES.choices("org_field")]
_ANY_FIELD = st.sampled_from([None, "自编的", *_FIELDS])
_ANY_PERSON = st.fixed_dictionaries(
    {
        "member_class": st.sampled_from(["1", "2", None, "3"]),
        "birth_on": st.sampled_from([None, "1950", "1990-05", "2027-01-01"]),
        "education": st.sampled_from([None, "11", "61", "不详"]),
        "joined_on": st.sampled_from([None, "1999", "2020-07-01"]),
    }
)


def _sum(figures: Mapping[str, FigureValue], *keys: str) -> int:
    return sum(len(figures[key].records) for key in keys)


@given(st.lists(_ANY_FIELD, min_size=1, max_size=6), st.lists(_ANY_PERSON, max_size=8))
def test_every_partition_sums_up(fields: list[str | None], people: list[dict[str, str | None]]) -> None:
    units = [unit("street", "工委", None)]
    units += [unit(f"u{number}", "631", field=field) for number, field in enumerate(fields)]
    members = [person(f"m{number}", **facts) for number, facts in enumerate(people)]
    stays = [stay(f"m{number}", f"u{number % len(fields)}") for number in range(len(people))]
    survey = street_survey(organisations=units, members=members, stays=stays, meetings=[], entries=[], categories=[])
    figures = figures_of(survey)
    assert _sum(figures, "members_full", "members_probationary", "members_class_unknown") == len(people)
    for prefix in ("age_", "education_", "joining_"):
        assert _sum(figures, *(key for key in figures if key.startswith(prefix))) == len(people)
    tops = [*wholes(_FIELDS), "unknown"]
    assert _sum(figures, *(f"members_field_{field}" for field in tops)) == len(people)
    assert _sum(figures, *(f"organisations_field_{field}" for field in tops)) == len(fields)
    told = str(with_lists(figures)["organisations_by_field"].value)
    numbers = [int("".join(c for c in part if c.isdigit())) for part in told.split("、")]
    assert sum(numbers) == len(fields)


def test_the_street_counts_villages_and_communities_as_one_and_both_kinds_of_new_organisations() -> None:
    units = [unit("street", "工委", None)]
    units += [unit(field, "631", field=field) for field in ("village", "rural", "community", "two_new", "social")]
    figures = figures_of(street_survey(organisations=units, members=[], stays=[], meetings=[], entries=[]))
    counted = {
        field: figures[f"organisations_field_{field}"].value for field in ("village", "two_new", "rural", "social")
    }
    assert counted == {"village": 3, "two_new": 2, "rural": 1, "social": 1}
    assert set(PARTS) == {"village", "two_new"}
    assert with_lists(figures)["organisations_by_field"].value == "村居3个、两新2个"


def test_the_report_names_who_has_no_class_and_what_has_no_field() -> None:
    from unit.figures.test_documents import quarter, words

    units = [unit("street", "工委", None), unit("first", "631", field="office"), unit("second", "631")]
    members = [person("甲"), person("乙", member_class=None), person("丙", member_class="2")]
    stays = [stay("甲", "first"), stay("乙", "first"), stay("丙", "second")]
    text = words(quarter(organisations=units, members=members, stays=stays, meetings=[], entries=[], categories=[]))
    assert "其中正式党员1名、预备党员1名、没有填人员类别的1名" in text
    assert "正式、预备之和2，比党员总数少1，是人员类别没有填写的：乙。" in text
    assert "各领域党组织之和1，比街道口径党组织数少1个，是领域没有填写的：second。" in text
    assert "其中机关1个、未填领域1个" in text


def test_who_was_left_out_at_the_start_is_opening_and_not_transferred_in() -> None:
    late = [person("补录")]
    stays = [stay("补录", "first", from_on="2026-01-01", in_kind="opening")]
    for period, opening in (("2026Q1", 1), ("2026Q3", 1), ("2026", 1)):
        figures = figures_of(street_survey(period, members=late, stays=stays))
        assert (figures["opening"].value, figures["joined"].value, figures["imbalance"].value) == (opening, 0, 0)
