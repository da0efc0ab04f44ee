"""One report under review: what it says, what changed since the last time, what can be done with it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from models_registry.text import clean
from reports.domain.calendar import end_of_day, local_day
from reports.domain.entry_fields import FIELD_LABELS
from reports.domain.states import ReportAction, ReportState, allows
from reports.filing.versions import versions_of
from reports.models import UnitReport
from reports.web.decorators import plan_of

from .entry_changes import ReviewLine, entries_of_version, remarks_of, review_lines
from .forms import ReopenForm
from .queue import in_queue_part, queue_part
from .services import Remark
from .views import filtered, queue_url, reviewable

_SHOWN_WITH_IT = ("period", "unit", "submitted_by", "accepted_by", "returned_by", "excused_by", "closed_by")
# Returned, or closed after it: what was filed does not count, and is shown for reading.
_SENT_BACK = (ReportState.RETURNED, ReportState.CLOSED)
# By default a reopened report may be filed for two more days.
_REOPENED_FOR = timedelta(days=2)


class QueuePlace(NamedTuple):
    """Where a report stands in the queue one came from; ``number`` is 0 for one that is not in it."""

    number: int
    total: int
    before: int | None
    after: int | None


class ReturnDraft(NamedTuple):
    """What was typed into the form of a return: the reason, and by entry the field and the remark."""

    reason: str = ""
    remarks: dict[int, tuple[str, str]] = {}

    @property
    def is_empty(self) -> bool:
        return not self.reason and not self.remarks

    @property
    def whole_reason(self) -> str:
        """The reason; where only entries were remarked upon, a sentence that leads to them."""
        return self.reason or (f"Đề nghị sửa {len(self.remarks)} mục có ý kiến kèm theo." if self.remarks else "")

    def as_remarks(self) -> list[Remark]:
        return [Remark(pk, text, field) for pk, (field, text) in self.remarks.items()]


@requires(Permission.REVIEW_REPORTS)
@require_safe
@plan_of(UnitReport, "period__plan")
def review_report(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """One report; the parameters of the queue one came from stay in the address, to go on to the next."""
    at = timezone.now()
    return page(request, plan, report_under_review(request, plan, pk), at)


def page(
    request: PortalRequest,
    plan: Plan,
    found: UnitReport,
    at: datetime,
    *,
    typed: ReturnDraft | None = None,
    reopening: ReopenForm | None = None,
    leaving_out: tuple[int, str] | None = None,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; with what was typed where the action failed, ``leaving_out`` by the entry's key, ``reason`` for a
    decision on the whole report.
    """
    versions = versions_of(found)
    last = versions[0][0] if versions else None
    lines = review_lines(found, last) if found.is_in_effect and not found.nothing_to_report else []
    context = {
        "report": found,
        "at": at,
        "wait": found.days_waiting(at),
        "place": queue_place(request, plan, found, at),
        "address": request.GET.urlencode(),
        "queue_url": queue_url(request, plan),
        "changed": [(line, _typed_of(line, typed)) for line in lines if line.is_changed],
        "unchanged": [(line, _typed_of(line, typed)) for line in lines if not line.is_changed],
        "lacking": [line.code for line in lines if line.lacks_words],
        "hindered": sum(line.says_new_difficulty for line in lines),
        "attached": sum(len(line.evidence) for line in lines),
        "remarks": remarks_of(found) if found.state == ReportState.RETURNED else [],
        "last_said": entries_of_version(last) if found.state in _SENT_BACK and last else [],
        "versions": versions,
        "typed": typed or ReturnDraft(),
        "fields": FIELD_LABELS.items(),
        "leaving_out": leaving_out,
        "reason": reason,
        "reopening": reopening or _reopening(found, at),
        "accept": "Tự tiếp nhận" if request.user.serves(found.unit, local_day(at)) else "Tiếp nhận",
        "can_accept": allows(found.state, ReportAction.ACCEPT),
        "can_return": allows(found.state, ReportAction.RETURN),
        "can_file": found.is_fileable(at),
    }
    return render(request, "review/review_report.html", context, status=status)


def report_under_review(request: PortalRequest, plan: Plan, pk: int) -> UnitReport:
    return get_object_or_404(reviewable(request, plan).select_related(*_SHOWN_WITH_IT), pk=pk)


def queue_place(request: PortalRequest, plan: Plan, found: UnitReport, at: datetime) -> QueuePlace:
    """Its place among the reports of the address; one query."""
    part = queue_part(request.GET.get("muc", ""))
    keys = list(in_queue_part(filtered(request, plan, at).qs, part, at).values_list("pk", flat=True))
    if found.pk not in keys:
        return QueuePlace(0, len(keys), None, next(iter(keys), None))
    at_index = keys.index(found.pk)
    before = keys[at_index - 1] if at_index else None
    return QueuePlace(at_index + 1, len(keys), before, next(iter(keys[at_index + 1 :]), None))


def read_return_draft(posted: QueryDict, found: UnitReport) -> ReturnDraft:
    """What was typed, cleaned; only this report's own entries are read."""
    remarks = {}
    for pk in found.entries.values_list("pk", flat=True):
        text = clean(posted.get(f"y-kien-{pk}", "")).strip()
        if text:
            field = posted.get(f"muc-{pk}", "")
            remarks[pk] = (field if field in FIELD_LABELS else "", text)
    return ReturnDraft(clean(posted.get("ly-do", "")).strip(), remarks)


def _typed_of(line: ReviewLine, typed: ReturnDraft | None) -> tuple[str, str]:
    return typed.remarks.get(line.entry.pk, ("", "")) if typed else ("", "")


def _reopening(found: UnitReport, at: datetime) -> ReopenForm | None:
    if not allows(found.state, ReportAction.REOPEN):
        return None
    return ReopenForm(initial={"until": end_of_day(local_day(at + _REOPENED_FOR)).replace(second=0, microsecond=0)})
