"""What a member learned, works at and where to reach them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from random import Random

from . import words
from .names import phone
from .street import YEAR, Branch, Row

_NO_PHONE, _WITH_NOTE = 0.02, 0.02

Pool = tuple[list[str], list[int]]
"""Names with their summed weights."""


def pool(pairs: Sequence[tuple[str, int]]) -> Pool:
    """A pool to pick from by weight."""
    return [name for name, _ in pairs], list(accumulate(weight for _, weight in pairs))


class Careers:
    """Fills a member's row with education, work and contact as the organisation and age suggest."""

    def __init__(self, random: Random, places: Sequence[str]) -> None:
        self._random = random
        self._places = places or ("本街道",)
        self._pools = {age: pool(pairs) for age, pairs in words.EDUCATION_BY_AGE}
        self._work = {
            "office": pool(words.OFFICE_POSITIONS),
            "community": pool(words.COMMUNITY_POSITIONS),
            "village": pool(words.VILLAGE_POSITIONS),
        }

    def study(self, row: Row, branch: Branch, birth: int, age: int) -> None:
        """Education, school and degree; the younger, the better schooled."""
        random = self._random
        read_as = age - 10 * words.EDUCATION_LIFT[branch.profile]
        code = self.pick(self._pools[next(limit for limit in self._pools if read_as <= limit)])
        if code in words.GRADUATED_AT and age <= words.GRADUATED_AT[code]:
            # Too young to have finished that; everybody asked for is at least twenty.
            code = "31" if age > words.GRADUATED_AT["31"] else "61"
        row["education"] = code
        if code in words.SCHOOLS:
            school, major = random.choice(words.SCHOOLS[code]), random.choice(words.MAJORS[code])
            row["school"] = f"{school} {major}" if major else school
            year = date.fromordinal(birth).year + words.GRADUATED_AT[code]
            row["graduated_on"] = f"{year}-0{6 + (random.random() < 0.7)}"
        if code in ("14", "21") and random.random() < 0.7:
            row["degree"] = {"14": "3", "21": "4"}[code]

    def employment(self, row: Row, branch: Branch, birth: int, age: int, female: bool) -> bool:
        """Work, or that it is over; says whether the member is retired."""
        random = self._random
        started = date.fromordinal(birth + int((18 + random.random() * min(6, age - 18.5)) * YEAR)).isoformat()
        row["work_started_on"] = started if started > "1990" else started[:7]
        row["front_line"] = "00"
        if branch.profile != "village" and age >= (55 if female else 60):
            row["occupation"] = "离休干部" if age >= words.VETERAN_AGE else "退休人员"
            firm = branch.place if not branch.village else "原" + random.choice(words.OLD_FIRMS)
            row["employer"] = firm + ("离休" if age >= words.VETERAN_AGE else "退休")
            return True
        if branch.profile in self._work:
            self._public_work(row, branch)
        else:
            self._firm_work(row, branch)
        row["migrant_worker"] = (
            row["occupation"] in ("外出务工经商人员", "非公有企业工勤岗位") and random.random() < 0.5
        )
        return False

    def _public_work(self, row: Row, branch: Branch) -> None:
        random = self._random
        position = row["occupation"] = self.pick(self._work[branch.profile])
        if branch.profile == "office":
            row["employer"] = f"街道{random.choice(words.OFFICES)}{random.choice(words.OFFICE_JOBS)}"
            row["rank"], row["front_line"] = random.choice(words.RANKS), "05"
        elif position == "社区工作人员":
            row["employer"] = f"{branch.place}居民委员会专职工作人员"
        elif position == "农牧渔业生产人员":
            row["employer"], row["front_line"] = f"{branch.place}村民", "02"
        elif position == "自由职业人员":
            row["social_stratum"] = "05"

    def _firm_work(self, row: Row, branch: Branch) -> None:
        random = self._random
        firm = random.choice(branch.units) if branch.units else branch.place
        private = branch.profile == "two_new"
        jobs = words.UNIT_JOBS if not private else words.FIRM_JOBS if "公司" in firm else words.SOCIAL_JOBS
        position = row["occupation"] = random.choice(tuple(jobs))
        job = random.choice(jobs[position])
        row["employer"] = firm + job
        if job in words.TITLES and random.random() < 0.8:
            row["professional_title"], row["title"] = random.choice(words.TITLES[job])
        if private and random.random() < 0.5:
            row["social_stratum"] = "01" if "公司" in firm else "04"
        if jobs is words.FIRM_JOBS and "管理" not in position:
            row["front_line"] = "01"

    def contact(self, row: Row, branch: Branch, age: int) -> None:
        """Telephone, home and family."""
        random = self._random
        if random.random() >= _NO_PHONE:
            row["phone"] = phone(random)
        home = branch.place if branch.village else random.choice(self._places)
        if home.endswith("村"):
            row["address"] = f"{home}{random.randint(1, 9)}组{random.randint(1, 60)}号"
        else:
            building, floor = random.randint(1, 30), random.randint(1, 18)
            row["address"] = f"{home}{building}栋{random.randint(1, 4)}单元{floor}0{random.randint(1, 4)}室"
        row["registered_address"] = row["address"] if random.random() < 0.8 else random.choice(words.NATIVE_PLACES)
        row["marital"] = "未婚" if age < 28 else "丧偶" if age > 76 and random.random() < 0.4 else "已婚"
        row["archive_holder"] = "街道党工委" if branch.village else f"{branch.place}人事部门"
        if not branch.village and random.random() < 0.6:
            row["reported_to"] = random.choice(self._places)
        if random.random() < _WITH_NOTE:
            row["note"] = random.choice(
                ("党员档案缺入党志愿书复印件，已补", "与户口簿姓名用字核对一致", "手机号由家属代接")
            )

    def pick(self, names: Pool) -> str:
        """One of a pool by weight."""
        return self._random.choices(names[0], cum_weights=names[1])[0]
