"""What stands around every page of the roll-up: which period, what beside it, narrowed to what."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from reports.domain.calendar import local_day
from reports.domain.wording import due_words, short_moment, vn_weekday
from reports.models import ReportingPeriod

from .filing_card import filed_of
from .scope import Scope


class Step(NamedTuple):
    """A period one may go to, with what is to be known of it."""

    url: str
    title: str
    about: str
    is_current: bool


class Steps(NamedTuple):
    """``before``: the address of the period before those shown; ``latest``: of the last one that ended, where it is
    not shown.
    """

    before: str
    shown: list[Step]
    latest: str
    weekly: str
    monthly: str


def period_heading(period: ReportingPeriod, *, with_year: bool = False) -> str:
    """ "Tuần 18/11 – 24/11", "Tháng 11"; ``with_year``: "Tuần 18/11 – 24/11/2026"."""
    words = period.title_on(date.min if with_year else period.ends_on)
    return words[:1].upper() + words[1:]


def figures_as_of(scope: Scope, *, tells_filing: bool) -> str:
    """ "Số liệu đến hết thứ Ba 24/11/2026 · nộp tính đến nay"; of what still runs the moment, and when it is due."""
    if scope.period and not scope.is_present:
        since = " · nộp tính đến nay" if tells_filing else ""
        return f"Số liệu đến hết {vn_weekday(scope.day)}/{scope.day.year}{since}"
    due = f" · hạn nộp {due_words(scope.period.due_at)}" if scope.period else ""
    return f"Số liệu lúc {short_moment(scope.now)}{due}"


def steps_of(scope: Scope, view: str) -> Steps:
    """Where one may go from ``view``; one query where a period is running."""
    around = [*scope.periods[-2:], scope.after] if scope.after else scope.periods[-3:]
    before, shown = around[:-2], [one for one in around[-2:] if one]
    return Steps(
        before=scope.address(view, ky=before[-1].code, nhip="") if before and before[-1] else "",
        shown=[_step(scope, view, one) for one in shown],
        latest=scope.address(view, ky="") if scope.after and not is_running(scope, scope.after) else "",
        weekly=scope.address(view, ky="", nhip=""),
        monthly=scope.address(view, ky="", nhip="thang"),
    )


def is_running(scope: Scope, period: ReportingPeriod) -> bool:
    return period.ends_on >= local_day(scope.now)


def running_words(scope: Scope, period: ReportingPeriod) -> str:
    """ "0/41 đã nộp"; "" where nothing is owed. One query."""
    filed, owed = filed_of(period) or (0, 0)
    return f"{filed}/{owed} đã nộp" if owed else ""


def _step(scope: Scope, view: str, period: ReportingPeriod) -> Step:
    url = scope.address(view, ky=period.code, nhip="")
    return Step(url, period_heading(period), _about(scope, period), period == scope.period)


def _about(scope: Scope, period: ReportingPeriod) -> str:
    if period.is_special:
        return ""
    if is_running(scope, period):
        return " · ".join(part for part in ("đang mở", running_words(scope, period)) if part)
    is_latest = period.span.next.ends_on >= local_day(scope.now)
    return "kỳ mới kết thúc" if is_latest else "đã kết thúc"


def kept_hidden(kept: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a form of choices keeps of the address besides."""
    return [(name, value) for name, value in kept.items() if value]
