"""The reminders a new portal begins with (KH III.6: every Tuesday, and before the 15th); changed in the admin later.

Plain rows, so that the migration that writes them needs nothing else of the portal.
"""

from datetime import time
from typing import Any

_MORNING, _AFTERNOON, _EVENING = time(8), time(15), time(18)
CHASERS_BEFORE_LEADERS = 3


def _rule(rhythm: str, kind: str, days: int, at_time: time, name: str, **more: Any) -> dict[str, Any]:
    day_off = "earlier" if kind in ("before", "on_day") else "keep"
    return {
        "rhythm": rhythm, "kind": kind, "days": days, "at_time": at_time, "name": name, "day_off": day_off, **more,
    }  # fmt: skip


def _rules_for_leaders(rhythm: str, name: str) -> dict[str, Any]:
    return _rule(rhythm, "escalation", 2, _MORNING, name, after_chasers=CHASERS_BEFORE_LEADERS)


DEFAULT_RULES = (
    _rule("weekly", "before", -1, _MORNING, "Báo cáo tuần: sáng thứ Hai"),
    _rule("weekly", "on_day", 0, _MORNING, "Báo cáo tuần: sáng thứ Ba"),
    _rule("weekly", "on_day", 0, _AFTERNOON, "Báo cáo tuần: chiều thứ Ba"),
    _rule("weekly", "digest", 0, _EVENING, "Báo cáo tuần: tình hình nộp tối thứ Ba"),
    _rule("weekly", "chaser", 1, _MORNING, "Báo cáo tuần: đôn đốc sáng thứ Tư"),
    _rules_for_leaders("weekly", "Báo cáo tuần: báo lãnh đạo sáng thứ Năm"),
    _rule("monthly", "before", -4, _MORNING, "Báo cáo tháng: sáng ngày 10"),
    _rule("monthly", "before", -1, _MORNING, "Báo cáo tháng: sáng ngày 13"),
    _rule("monthly", "on_day", 0, _MORNING, "Báo cáo tháng: sáng ngày 14"),
    _rule("monthly", "digest", 0, _EVENING, "Báo cáo tháng: tình hình nộp tối ngày 14"),
    _rule("monthly", "chaser", 1, _MORNING, "Báo cáo tháng: đôn đốc sáng ngày 15"),
    _rules_for_leaders("monthly", "Báo cáo tháng: báo lãnh đạo sáng ngày 16"),
    _rule("special", "before", -1, _MORNING, "Báo cáo đột xuất: sáng hôm trước hạn"),
    _rule("special", "on_day", 0, _MORNING, "Báo cáo đột xuất: sáng ngày đến hạn"),
    _rule("special", "chaser", 1, _MORNING, "Báo cáo đột xuất: đôn đốc sáng hôm sau"),
)
