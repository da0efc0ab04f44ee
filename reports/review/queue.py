"""The standing agency's queue: what waits for a review or a unit's correction, what was never filed, and how long."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from reports.domain.calendar import LONG_WAIT_DAYS, local_day, waits_long_since
from reports.domain.states import IN_EFFECT, ReportState, ReportStatus, report_status
from reports.domain.wording import period_words, vn_moment
from reports.models import DUE_AT, UnitReport, past_due


class QueuePart(NamedTuple):
    """One part of the queue: how it is called, what is said where it is empty, and by what it is ordered."""

    slug: str
    label: str
    empty: str
    order: tuple[str, ...]


WAITING = QueuePart("cho-duyet", "Chờ tiếp nhận", "Không có báo cáo nào chờ tiếp nhận.", ("submitted_at", "pk"))
RETURNED = QueuePart("tra-lai", "Trả lại, chờ sửa", "Không có báo cáo nào đang chờ đơn vị sửa.", ("returned_at", "pk"))
OVERDUE = QueuePart(
    "qua-han", "Quá hạn, chưa nộp", "Không đơn vị nào quá hạn mà chưa nộp.", ("period__due_at", "unit__sort_key")
)
PARTS = (
    WAITING,
    QueuePart("nop-muon", "Nộp muộn, chờ tiếp nhận", "Không có báo cáo nộp muộn nào đang chờ.", ("submitted_at", "pk")),
    RETURNED,
    QueuePart("mo-lai", "Mở lại", "Không có báo cáo nào được mở lại mà chưa nộp.", ("reopened_until", "pk")),
    OVERDUE,
    QueuePart(
        "khong-nop", "Không nộp", "Không có báo cáo nào bị ghi là không nộp.", ("-period__due_at", "unit__sort_key")
    ),
    QueuePart("da-nhan", "Đã tiếp nhận", "Chưa tiếp nhận báo cáo nào.", ("-accepted_at", "pk")),
    QueuePart("da-dong", "Đã đóng", "Chưa đóng báo cáo trả lại nào.", ("-closed_at", "pk")),
    QueuePart("khong-phai-nop", "Không phải nộp", "Chưa ghi báo cáo nào là không phải nộp.", ("-excused_at", "pk")),
)
# What may be chosen on the list and accepted together.
ACCEPTED_TOGETHER = PARTS[:2]
# What a row of the list is made of: columns, and how many entries there are, were kept, speak of a difficulty.
_COLUMNS = (
    "pk", "state", "nothing_to_report", "first_submitted_at", "submitted_at", "submitted_by__full_name",
    "filed_on_behalf", "returned_at", "return_reason", "own_due_at", "reopened_until", "reopen_reason", "excused_at",
    "excused_reason", "closed_at", "closed_reason", "unit__name", "period__rhythm", "period__starts_on",
    "period__ends_on", "period__name", "period__due_at",
)  # fmt: skip
_CONTENTS = {
    "entry_count": Count("entries"),
    "kept_count": Count("entries", filter=Q(entries__is_kept=True)),
    "hindered_count": Count("entries", filter=~Q(entries__difficulty="")),
}
_BY_SLUG = {part.slug: part for part in PARTS}


class QueueRow(NamedTuple):
    """One report of the queue; ``wait`` says for how long it has waited, ``notes`` what it holds, ``last`` who did what
    last.
    """

    pk: int
    unit: str
    period: str
    status: ReportStatus
    is_choosable: bool
    wait: str
    is_long: bool
    notes: list[str]
    last: str


class QueueSummary(NamedTuple):
    """The queue in figures."""

    counts: list[tuple[QueuePart, int]]
    long_waiting: int

    @property
    def waiting(self) -> int:
        return self._count_of(WAITING)

    @property
    def returned(self) -> int:
        return self._count_of(RETURNED)

    @property
    def overdue(self) -> int:
        return self._count_of(OVERDUE)

    def _count_of(self, part: QueuePart) -> int:
        return dict(self.counts)[part]


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
        "qua-han": past_due(at),
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


def summary_of(reports: QuerySet[UnitReport], at: datetime) -> QueueSummary:
    """The queue of ``reports`` in figures; one query."""
    long_waiting = Count("pk", filter=condition_of(WAITING, at) & waiting_long(at))
    row = reports.order_by().aggregate(**_counted(at), long_waiting=long_waiting)
    return QueueSummary(_by_part(row), row["long_waiting"])


def _counted(at: datetime) -> dict[str, Count]:
    return {f"part_{number}": Count("pk", filter=condition_of(part, at)) for number, part in enumerate(PARTS)}


def _by_part(row: Mapping[str, Any]) -> list[tuple[QueuePart, int]]:
    return [(part, row[f"part_{number}"]) for number, part in enumerate(PARTS)]


def in_queue_part(reports: QuerySet[UnitReport], part: QueuePart, at: datetime) -> QuerySet[UnitReport]:
    """The reports of ``part``, those that have waited longest first."""
    return reports.filter(condition_of(part, at)).order_by(*part.order)


def queue_rows(reports: QuerySet[UnitReport], at: datetime) -> list[QueueRow]:
    """What the list shows of ``reports``, in their order; one query, and no instance of a report."""
    return [_queue_row(row, at) for row in reports.annotate(**_CONTENTS).values(*_COLUMNS, *_CONTENTS)]


def _queue_row(row: Mapping[str, Any], at: datetime) -> QueueRow:
    due_at = row["own_due_at"] or row["period__due_at"]
    status = report_status(
        row["state"],
        at,
        starts_on=row["period__starts_on"],
        due_at=due_at,
        first_submitted_at=row["first_submitted_at"],
        nothing_to_report=row["nothing_to_report"],
    )
    since = _waiting_since(row, due_at)
    days = (local_day(at) - local_day(since)).days if since else None
    return QueueRow(
        row["pk"],
        row["unit__name"],
        period_words(
            row["period__rhythm"], row["period__starts_on"], row["period__ends_on"], row["period__name"], local_day(at)
        ),
        status,
        is_choosable=row["state"] == ReportState.SUBMITTED,
        wait="" if days is None else _wait_words(row["state"], days),
        is_long=days is not None and days > LONG_WAIT_DAYS,
        notes=_notes(row, status) if row["state"] in IN_EFFECT else [],
        last=_last_act(row, due_at),
    )


def _waiting_since(row: Mapping[str, Any], due_at: datetime) -> datetime | None:
    since = {
        ReportState.OPEN: due_at,
        ReportState.SUBMITTED: row["submitted_at"],
        ReportState.RETURNED: row["returned_at"],
    }
    return since.get(ReportState(row["state"]))


def _wait_words(state: str, days: int) -> str:
    if state == ReportState.OPEN:
        return f"quá hạn {days} ngày"
    return f"chờ {days} ngày" if days else "hôm nay"


def _notes(row: Mapping[str, Any], status: ReportStatus) -> list[str]:
    """What is worth knowing before opening it, beyond its state."""
    if row["nothing_to_report"]:
        return [] if status == ReportStatus.NOTHING_TO_REPORT else ["không phát sinh"]
    fresh = f"{row['entry_count'] - row['kept_count']}/{row['entry_count']} mục viết mới"
    return [fresh, *([f"{row['hindered_count']} khó khăn"] if row["hindered_count"] else [])]


def _last_act(row: Mapping[str, Any], due_at: datetime) -> str:
    match row["state"]:
        case ReportState.EXCUSED:
            return f"ghi lúc {vn_moment(row['excused_at'])}: “{row['excused_reason']}”"
        case ReportState.CLOSED:
            return f"đóng lúc {vn_moment(row['closed_at'])}: “{row['closed_reason']}”"
        case ReportState.RETURNED:
            return f"trả lại lúc {vn_moment(row['returned_at'])}: “{row['return_reason']}”"
    if row["submitted_at"]:
        behalf = " (nộp thay)" if row["filed_on_behalf"] else ""
        return f"{row['submitted_by__full_name']} nộp lúc {vn_moment(row['submitted_at'])}{behalf}"
    if row["state"] == ReportState.OPEN and row["reopened_until"]:
        return f"mở lại đến {vn_moment(row['reopened_until'])}: “{row['reopen_reason']}”"
    return f"hạn {vn_moment(due_at)}"
