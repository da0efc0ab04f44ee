"""What of a plan is shown: a period, as things stood then or stand now, and what it is narrowed to."""

import functools
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from assignments.models import Unit
from models_registry.models import Plan
from reports.domain.calendar import Rhythm, local_day, span_from_code
from reports.domain.states import WorkState
from reports.models import ReportingPeriod

PERIODS_SHOWN = 12
NO_REPORT = "chua-bao-cao"  # how an address says "never reported", which is no work state
_MONTHLY = "thang"


class UnknownPeriod(LookupError):
    """The address names a period the plan does not have."""


class Scope(NamedTuple):
    """``periods``: the last twelve of one rhythm, the one looked at last; ``after``: the one that follows it.

    ``asked`` is the part of the address that every link of the page keeps.
    """

    plan: Plan
    now: datetime
    periods: list[ReportingPeriod]
    after: ReportingPeriod | None
    asked: dict[str, str]

    @property
    def period(self) -> ReportingPeriod | None:
        return self.periods[-1] if self.periods else None

    @property
    def previous(self) -> ReportingPeriod | None:
        """The period before, where it is known how everything stood at its end."""
        before = self.periods[-2] if len(self.periods) > 1 else None
        return before if before and before.summed_at else None

    def of(self, period: ReportingPeriod) -> "Scope":
        """The same plan and choices, looking at one of ``periods``."""
        until = self.periods[: self.periods.index(period) + 1]
        asked = {name: value for name, value in self.asked.items() if name != "nhip"}
        return self._replace(periods=until, asked={**asked, "ky": period.code})

    @property
    def is_present(self) -> bool:
        """Whether things are shown as they stand now: until the period has ended and was summed."""
        return self.period is None or self.period.summed_at is None

    @property
    def at(self) -> datetime:
        """The moment from which deadlines and ages are seen."""
        return self.now if self.period is None or self.is_present else self.period.due_at

    @property
    def day(self) -> date:
        return local_day(self.now) if self.period is None or self.is_present else self.period.ends_on

    @property
    def rhythm(self) -> str:
        return self.period.rhythm if self.period else Rhythm.WEEKLY

    @property
    def ended(self) -> list[ReportingPeriod]:
        """The periods past their due time at the moment looked at, the one looked at included once it has ended."""
        return [period for period in self.periods if period.due_at <= self.at]

    @property
    def is_fileable(self) -> bool:
        """Whether what is missing of the period can still be filed, and so pressed for."""
        return self.period is not None and self.period.locks_at >= self.now

    @property
    def is_past_due(self) -> bool:
        return self.period is not None and self.period.due_at <= self.at

    @property
    def group(self) -> int | None:
        return _number(self.asked.get("nhom"))

    @property
    def unit(self) -> int | None:
        return _number(self.asked.get("don_vi"))

    @property
    def kind(self) -> str:
        return self.asked.get("loai", "")

    @property
    def state(self) -> str | None:
        """A work state, "" for what was never reported, None for all of them."""
        asked = self.asked.get("trang_thai")
        return "" if asked == NO_REPORT else asked

    @property
    def is_narrowed(self) -> bool:
        return bool(self.asked.keys() & {"nhom", "don_vi", "loai", "trang_thai"})

    def address(self, view: str, **changes: object) -> str:
        """The address of ``view`` with what was asked here; a change to "" takes a choice away."""
        kept = {**self.asked, **changes}
        query = urlencode([(name, value) for name, value in kept.items() if value])
        path = _path(view, self.plan.pk)
        return f"{path}?{query}" if query else path


@functools.lru_cache(maxsize=10_000)
def initiative_path(plan: int, code: str) -> str:
    """``get_absolute_url`` of an initiative, remembered likewise."""
    return reverse("initiative", args=[plan, code])


@functools.cache
def _path(view: str, plan: int) -> str:
    """``reverse``, remembered: a page has hundreds of these addresses."""
    return reverse(view, args=[plan])


def scope_of(plan: Plan, asked: Mapping[str, str], now: datetime) -> Scope:
    """Read an address (``ky``, ``nhip``, ``nhom``, ``don_vi``, ``loai``, ``trang_thai``); one query.

    Where it names no period, the last one that has ended is meant, and the first one until one has. What it does not
    understand is left out, except for a period there is none of: raises UnknownPeriod.
    """
    code = asked.get("ky", "")
    periods = _periods(plan, code, asked.get("nhip", ""))
    after = periods.pop(0) if periods and _is_after(periods, code, local_day(now)) else None
    if code and (not periods or periods[0].code != code):
        raise UnknownPeriod(code)
    return Scope(plan, now, periods[:PERIODS_SHOWN][::-1], after, _understood(asked))


def _is_after(periods: list[ReportingPeriod], code: str, today: date) -> bool:
    """Whether the latest of ``periods`` only follows the one that is meant."""
    if code:
        return periods[0].code != code
    return periods[0].ends_on >= today and len(periods) > 1


def state_code(state: str) -> str:
    """A work state as an address says it."""
    return state or NO_REPORT


def _periods(plan: Plan, code: str, rhythm: str) -> list[ReportingPeriod]:
    """The latest first, beginning with the one after the period ``code``."""
    of_plan = ReportingPeriod.objects.filter(plan=plan).order_by("-ends_on")
    if not code:
        regular = of_plan.filter(rhythm=Rhythm.MONTHLY if rhythm == _MONTHLY else Rhythm.WEEKLY)
        return list(regular[: PERIODS_SHOWN + 1])
    try:
        span = span_from_code(code)
    except ValueError:
        return list(of_plan.filter(rhythm=Rhythm.SPECIAL, code=code[:10]))
    until = of_plan.filter(rhythm=span.rhythm, ends_on__lte=span.next.ends_on)
    return list(until[: PERIODS_SHOWN + 1])


def _understood(asked: Mapping[str, str]) -> dict[str, str]:
    state = asked.get("trang_thai", "")
    understood = {
        "ky": asked.get("ky", ""),
        "nhip": _MONTHLY if asked.get("nhip") == _MONTHLY and not asked.get("ky") else "",
        "nhom": asked.get("nhom", "") if _number(asked.get("nhom")) else "",
        "don_vi": asked.get("don_vi", "") if _number(asked.get("don_vi")) else "",
        "loai": asked.get("loai", "") if asked.get("loai") in Unit.Kind.values else "",
        "trang_thai": state if state in (*WorkState.values, NO_REPORT) else "",
    }
    return {name: value for name, value in understood.items() if value}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
