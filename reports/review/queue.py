"""The standing agency's queue: what waits for a review or a unit's correction, what was never filed, and how long."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from models_registry.models import Plan
from reports.domain.calendar import LONG_WAIT_DAYS, local_day, waits_long_since
from reports.domain.states import ReportState, ReportStatus
from reports.models import DUE_AT, UnitReport


class QueuePart(NamedTuple):
    """One part of the queue: how it is called, what is said where it is empty, and by what it is ordered."""

    slug: str
    label: str
    empty: str
    order: tuple[str, ...]


WAITING = QueuePart("cho-duyet", "Chờ tiếp nhận", "Không có báo cáo nào chờ tiếp nhận.", ("submitted_at", "pk"))
PARTS = (
    WAITING,
    QueuePart("nop-muon", "Nộp muộn, chờ tiếp nhận", "Không có báo cáo nộp muộn nào đang chờ.", ("submitted_at", "pk")),
    QueuePart("tra-lai", "Trả lại, chờ sửa", "Không có báo cáo nào đang chờ đơn vị sửa.", ("returned_at", "pk")),
    QueuePart("mo-lai", "Mở lại", "Không có báo cáo nào được mở lại mà chưa nộp.", ("reopened_until", "pk")),
    QueuePart(
        "qua-han", "Quá hạn, chưa nộp", "Không đơn vị nào quá hạn mà chưa nộp.", ("period__due_at", "unit__sort_key")
    ),
    QueuePart(
        "khong-nop", "Không nộp", "Không có báo cáo nào bị ghi là không nộp.", ("-period__due_at", "unit__sort_key")
    ),
    QueuePart("da-nhan", "Đã tiếp nhận", "Chưa tiếp nhận báo cáo nào.", ("-accepted_at", "pk")),
    QueuePart("da-dong", "Đã đóng", "Chưa đóng báo cáo trả lại nào.", ("-closed_at", "pk")),
    QueuePart("khong-phai-nop", "Không phải nộp", "Chưa ghi báo cáo nào là không phải nộp.", ("-excused_at", "pk")),
)
SUMMED = PARTS[:5]  # what the home page counts: where something is still to happen
_BY_SLUG = {part.slug: part for part in PARTS}


class QueueRow(NamedTuple):
    """One report of the queue; ``wait`` says for how long it has waited, ``notes`` what it holds."""

    report: UnitReport
    status: ReportStatus
    wait: str
    is_long: bool
    notes: list[str]


class ReviewSummary(NamedTuple):
    """What the standing agency's home says of the queue."""

    counts: list[tuple[QueuePart, int]]
    long_waiting: int

    @property
    def is_clear(self) -> bool:
        return not any(count for _, count in self.counts)


def queue_part(slug: str) -> QueuePart:
    """The part of the address, the reports that wait where it names none."""
    return _BY_SLUG.get(slug, WAITING)


def condition_of(part: QueuePart, at: datetime) -> Q:
    """Which reports belong to ``part`` at that moment."""
    waiting = Q(state=ReportState.SUBMITTED)
    rules = {
        "cho-duyet": waiting,
        "nop-muon": waiting & Q(first_submitted_at__gt=DUE_AT),
        "tra-lai": Q(state=ReportState.RETURNED),
        "mo-lai": Q(state=ReportState.OPEN, reopened_until__isnull=False),
        "qua-han": _was_due(at) & Q(state=ReportState.OPEN, reopened_until=None),
        "khong-nop": Q(state=ReportState.MISSED),
        "da-nhan": Q(state=ReportState.ACCEPTED),
        "da-dong": Q(state=ReportState.CLOSED),
        "khong-phai-nop": Q(state=ReportState.EXCUSED),
    }
    return rules[part.slug]


def waiting_long(at: datetime) -> Q:
    """Which reports have waited long: past their due moment, for a review, for a correction."""
    long = waits_long_since(at)
    return (
        Q(state=ReportState.OPEN, period__due_at__lt=long)
        | Q(state=ReportState.SUBMITTED, submitted_at__lt=long)
        | Q(state=ReportState.RETURNED, returned_at__lt=long)
    )


def counts_of(
    reports: QuerySet[UnitReport], at: datetime, parts: Sequence[QueuePart] = PARTS
) -> list[tuple[QueuePart, int]]:
    """How many of ``reports`` belong to each part; one query."""
    return _by_part(reports.order_by().aggregate(**_counted(parts, at)), parts)


def summaries_of(plans: Collection[Plan], at: datetime) -> dict[Plan, ReviewSummary]:
    """The queue of each of ``plans`` in figures; one query."""
    long_waiting = Count("pk", filter=condition_of(WAITING, at) & waiting_long(at))
    reports = UnitReport.objects.filter(period__plan__in=plans).order_by().values("period__plan")
    found = {row["period__plan"]: row for row in reports.annotate(**_counted(SUMMED, at), long_waiting=long_waiting)}
    return {plan: _summary(found.get(plan.pk, {})) for plan in plans}


def _summary(row: Mapping[str, Any]) -> ReviewSummary:
    """``row`` is empty where the plan has no report."""
    return ReviewSummary(_by_part(row, SUMMED), row.get("long_waiting", 0))


def _counted(parts: Sequence[QueuePart], at: datetime) -> dict[str, Count]:
    return {f"part_{number}": Count("pk", filter=condition_of(part, at)) for number, part in enumerate(parts)}


def _by_part(row: Mapping[str, Any], parts: Sequence[QueuePart]) -> list[tuple[QueuePart, int]]:
    return [(part, row.get(f"part_{number}", 0)) for number, part in enumerate(parts)]


def in_queue_part(reports: QuerySet[UnitReport], part: QueuePart, at: datetime) -> QuerySet[UnitReport]:
    """The reports of ``part``, those that have waited longest first."""
    return reports.filter(condition_of(part, at)).order_by(*part.order)


def with_contents(reports: QuerySet[UnitReport]) -> QuerySet[UnitReport]:
    """Each report with how many entries it has, how many the unit wrote anew, how many speak of a difficulty."""
    return reports.annotate(
        entry_count=Count("entries"),
        kept_count=Count("entries", filter=Q(entries__is_kept=True)),
        hindered_count=Count("entries", filter=~Q(entries__difficulty="")),
    ).select_related("period", "unit", "submitted_by")


def queue_row(report: UnitReport, at: datetime) -> QueueRow:
    """``report`` as ``with_contents`` reads it."""
    since = _waiting_since(report)
    days = (local_day(at) - local_day(since)).days if since else None
    status = report.status(at)
    return QueueRow(
        report,
        status,
        wait="" if days is None else _wait_words(report, days),
        is_long=days is not None and days > LONG_WAIT_DAYS,
        notes=_notes(report, status) if report.is_in_effect else [],
    )


def _waiting_since(report: UnitReport) -> datetime | None:
    if report.state == ReportState.OPEN:
        return report.due_at
    return {ReportState.SUBMITTED: report.submitted_at, ReportState.RETURNED: report.returned_at}.get(
        ReportState(report.state)
    )


def _wait_words(report: UnitReport, days: int) -> str:
    if report.state == ReportState.OPEN:
        return f"quá hạn {days} ngày"
    return f"chờ {days} ngày" if days else "hôm nay"


def _notes(report: UnitReport, status: ReportStatus) -> list[str]:
    """What is worth knowing before opening it, beyond its state; counts are those of ``with_contents``."""
    if report.nothing_to_report:
        return [] if status == ReportStatus.NOTHING_TO_REPORT else ["không phát sinh"]
    fresh = report.entry_count - report.kept_count  # type: ignore[attr-defined]
    hindered = report.hindered_count  # type: ignore[attr-defined]
    kept = f"{fresh}/{report.entry_count} mục viết mới"  # type: ignore[attr-defined]
    return [kept, *([f"{hindered} khó khăn"] if hindered else [])]


def _was_due(at: datetime) -> Q:
    return Q(own_due_at__lt=at) | Q(own_due_at=None, period__due_at__lt=at)
