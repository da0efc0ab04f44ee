"""How large made-up data can be; the figures are those of the measurements in tests/bench."""

from math import ceil
from typing import NamedTuple

# As measured on PostgreSQL with two processor cores, what else belongs to an entry included.
_BYTES_OF_ENTRY = 520
_ENTRIES_A_SECOND = 15_000


class Scale(NamedTuple):
    """Units shared out over plans; each unit owes every initiative of its plan, every week."""

    title: str
    plans: int
    units: int
    initiatives: int

    @property
    def units_of_plans(self) -> list[int]:
        return [(self.units + rank) // self.plans for rank in range(self.plans)]

    def entries(self, weeks: int) -> int:
        return self.units * self.initiatives * weeks

    def megabytes(self, weeks: int) -> int:
        return ceil(self.entries(weeks) * _BYTES_OF_ENTRY / 1e6)

    def minutes(self, weeks: int) -> int:
        return ceil(self.entries(weeks) / _ENTRIES_A_SECOND / 60)


SCALES = {
    "province": Scale("một tỉnh", plans=1, units=166, initiatives=44),
    "nation": Scale("cả nước", plans=34, units=3321, initiatives=44),
}
SCALE_WEEKS = 104
