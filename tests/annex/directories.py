"""Units to read a cell against."""

import csv

from django.conf import settings

from assignments.annex.cells.units import UnitDirectory

FIXTURES = settings.BASE_DIR / "fixtures"
SMALL = UnitDirectory((name, name, []) for name in ("Công an huyện", "Phòng Nội vụ", "UBND cấp xã", "Phòng Tư pháp"))


def plan_directory():
    """The units of the plan: every unit with its ways of writing."""
    with (FIXTURES / "don-vi.csv").open(encoding="utf-8-sig", newline="") as lines:
        aliases = {row["Tên"]: [row["Tên ngắn"]] for row in csv.DictReader(lines)}
    with (FIXTURES / "cach-viet.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            aliases[row["Đơn vị"]].append(row["Cách viết"])
    return UnitDirectory((unit, unit, written) for unit, written in aliases.items())
