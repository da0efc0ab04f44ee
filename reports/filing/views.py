"""The page on which a unit fills in and files its report, and what it becomes once filed."""

from collections import Counter
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.contrib import messages
from django.db import OperationalError, transaction
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assignments.models import StandingAgency
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from reports.domain.calendar import local_day
from reports.domain.entry_fields import TEXT_FIELDS
from reports.domain.states import WorkState
from reports.domain.wording import vn_moment
from reports.lifecycle.errors import AlreadyFiled, FilingError, ReviewError, Unready
from reports.models import ProgressEntry, ReviewRemark
from reports.notifications.services import mark_read_there
from reports.progress.entries_read import entries_with_last_word
from reports.web.posted_keys import key_from

from .access import ReportAccess, filing_access, report_access
from .drafts import HeldDraft
from .duty_lines import lines_of
from .forms import EntryForm, prefix_of
from .obstacle_answers import SOLVED, STILL_HINDERED, answer_back
from .posted import Outcome, posted_forms, save_forms
from .rows import LineMark, entry_row, initial_values, readiness_of
from .services import withdraw_report
from .suggestions import Suggestion, suggestions_for
from .versions import versions_of

log = structlog.get_logger(__name__)
_KEEPING = {"keep", "keep_all"}
_MOST_PRESSING_FIRST = (
    WorkState.BLOCKED, WorkState.NOT_STARTED, WorkState.IN_PROGRESS, WorkState.DONE, WorkState.MAINTAINED,
)  # fmt: skip


@requires(Permission.VIEW_PLAN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: PortalRequest, pk: int) -> HttpResponse:
    """Show the report; on POST save it and, by the button pressed, keep what has no answer yet or file it.

    Once filed or locked it is for reading; to others than its unit, a draft is not shown at all.
    """
    at = timezone.now()
    if request.method == "POST":
        return _post(request, filing_access(request, pk, at))
    access = report_access(request, pk, at)
    return _page(request, access) if access.is_fileable else _reading_page(request, access)


@requires(Permission.FILE_REPORT)
@require_POST
def nothing_to_report(request: PortalRequest, pk: int) -> HttpResponse:
    """File "không phát sinh"."""
    at = timezone.now()
    access = filing_access(request, pk, at)
    try:
        access.file(by=request.user, nothing=True)
    except FilingError as error:
        messages.error(request, str(error))
        return redirect(access.url)
    messages.success(request, f"Đã nộp “không phát sinh” lúc {vn_moment(at)}.")
    return redirect(access.report)


@requires(Permission.FILE_REPORT)
@require_POST
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Take one's own filed report back to correct it; the standing agency returns it instead, saying why."""
    at = timezone.now()
    access = filing_access(request, pk, at)
    if not access.is_own:
        raise Http404
    try:
        withdraw_report(access.report, by=request.user, at=at)
    except FilingError as error:
        messages.error(request, str(error))
    else:
        messages.warning(request, "Đã thu hồi báo cáo. Báo cáo tính là chưa nộp: hãy sửa rồi bấm “Nộp báo cáo”.")
    return redirect(access.url)


@requires(Permission.FILE_REPORT)
@require_POST
def difficulty_answered(request: PortalRequest, pk: int, obstacle: int, act: str) -> HttpResponse:
    """What was answered to a difficulty of a line has helped, or it is still there."""
    access = filing_access(request, pk, timezone.now())
    entries = access.report.entries.select_related("report", "duty__initiative", "duty__current__period")
    entry = get_object_or_404(entries, duty__obstacles=obstacle)
    if act not in (STILL_HINDERED, SOLVED):
        raise Http404
    try:
        answer_back(entry, entry.duty.obstacles.get(pk=obstacle), act, by=request.user, at=access.at)
    except (FilingError, ReviewError) as error:
        messages.error(request, str(error))
    else:
        mark_read_there(request.user, reverse("obstacle", args=[obstacle]), at=access.at)
        said = "còn vướng" if act == STILL_HINDERED else "đã giải quyết xong"
        messages.success(request, f"Đã báo cơ quan thường trực: {entry.duty.initiative.label} {said}.")
    return redirect(f"{access.url}#{prefix_of(entry)}")


# --- Filling in ---


def _post(request: PortalRequest, access: ReportAccess) -> HttpResponse:
    entries = entries_with_last_word(access.report.entries.with_indicators().prefetch_related("figures"))
    forms = posted_forms(request.POST, entries)
    suggestions = suggestions_for(access.report, [form.entry for form in forms])
    written = [form for form in forms if _is_changed(form, suggestions.get(form.entry.duty_id))]
    try:
        outcome = _save(request, access, written)
        if outcome.is_clean and "submit" in request.POST:
            access.file(by=request.user)
    except OperationalError as error:
        return _unwritten_page(request, access, written, error)
    except Unready as error:
        messages.warning(request, str(error))
        return _page(request, access, status=422)
    except AlreadyFiled as error:
        return _already_filed(request, access, written, error)
    except FilingError as error:
        messages.error(request, str(error))
        return _reading_page(
            request, report_access(request, access.report.pk, access.at), unsaved=_unsaved(written), status=409
        )
    if not outcome.is_clean:
        return _troubled_page(request, access, outcome)
    messages.success(request, f"{_done_words(request)} lúc {vn_moment(access.at)}.")
    return redirect(access.report if "submit" in request.POST else access.url)


@transaction.atomic
def _save(request: PortalRequest, access: ReportAccess, written: list[EntryForm]) -> Outcome:
    """What was typed, then the buttons "Giữ như kỳ trước", of one entry, of those that did not change or of all the
    rest, and "Hoàn tác".
    """
    held = HeldDraft(access.report, by=request.user, at=access.at)
    outcome = save_forms(held, written)
    wanted = None if "keep_all" in request.POST else _keys_of_button(request, "keep")
    if wanted != []:
        held.keep(wanted)
    if undone := _keys_of_button(request, "undo"):
        held.unkeep(undone)
    return outcome


def _unwritten_page(
    request: PortalRequest, access: ReportAccess, written: list[EntryForm], error: OperationalError
) -> HttpResponse:
    """The database is full or held by somebody: what was typed stands in the form again."""
    log.error("report not written", error=str(error))
    messages.error(
        request,
        "Máy chủ đang bận hoặc hết chỗ chứa nên chưa lưu được. Nội dung đã nhập vẫn còn ở dưới: hãy bấm lại sau ít "
        "phút; nếu vẫn vậy, báo người quản trị của cổng.",
    )
    outcome = Outcome(troubled={form.entry.pk: form for form in written}, is_written=False)
    return _page(request, access, outcome, status=503)


def _done_words(request: PortalRequest) -> str:
    """What the button pressed has done."""
    if "submit" in request.POST:
        return "Đã nộp báo cáo"
    if _KEEPING & request.POST.keys():
        return "Đã giữ như kỳ trước, lưu nháp"
    return "Đã hoàn tác, lưu nháp" if "undo" in request.POST else "Đã lưu nháp"


def _is_changed(form: EntryForm, suggestion: Suggestion | None) -> bool:
    """What was pre-filled and left as it was is no answer yet: silence is not "no change"."""
    begun = initial_values(form.entry, suggestion)
    typed = {name: form.typed[name].replace("\r\n", "\n") for name in begun if form.add_prefix(name) in form.data}
    return begun | typed != begun or bool(form.asked)


def _keys_of_button(request: PortalRequest, name: str) -> list[int]:
    """The entries a button stands for, which it names all in its one value."""
    found = (key_from(text) for text in request.POST.get(name, "").split())
    return [key for key in found if key is not None]


def _troubled_page(request: PortalRequest, access: ReportAccess, outcome: Outcome) -> HttpResponse:
    if outcome.conflicts:
        messages.error(request, "Có ô vừa được người khác sửa. Chưa ghi đè gì: hãy xem cả hai nội dung và chọn.")
    if any(form.mistakes for form in outcome.troubled.values()):
        messages.error(request, "Có ô chưa lưu được: hãy sửa các ô được đánh dấu. Các ô khác đã lưu.")
    return _page(request, access, outcome, status=409 if outcome.conflicts else 422)


def _page(
    request: PortalRequest, access: ReportAccess, outcome: Outcome | None = None, *, status: int = 200
) -> HttpResponse:
    outcome = outcome or Outcome()
    day = local_day(access.at)
    lines = lines_of(access.report, access.at)
    rows = [
        entry_row(
            line,
            day,
            outcome.troubled.get(line.entry.pk),
            outcome.conflicts.get(line.entry.pk),
            is_written=outcome.is_written,
        )
        for line in lines
    ]
    changed, quiet = [row for row in rows if row.is_changed], [row for row in rows if row.is_quiet]
    loud = [row for row in rows if not (row.is_quiet or row.is_changed)]
    to_keep = [row for row in rows if row.line.can_be_kept and not row.entry.is_answered]
    context = {
        "access": access,
        "report": access.report,
        "at": access.at,
        "rows": rows,
        "in_order": sorted(rows, key=lambda row: row.line.duty.initiative.position),
        "loud": loud,
        "changed": changed,
        "quiet": quiet,
        "to_keep": to_keep,
        "quiet_to_keep": [row for row in quiet if row in to_keep],
        "quiet_kept": [row for row in quiet if row.entry.is_kept],
        "to_look": sum(row.mark == LineMark.TO_LOOK for row in rows),
        "readiness": readiness_of([row.status for row in rows]),
        "is_unsettled": not outcome.is_clean,
        "is_refused": status == 422,
        "evidence_limit": settings.EVIDENCE_MAX_MB,
    }
    return render(request, "filing/report.html", context, status=status)


# --- Reading ---


def _already_filed(
    request: PortalRequest, access: ReportAccess, written: list[EntryForm], error: AlreadyFiled
) -> HttpResponse:
    """A second press of the same button gets the receipt; text that came too late is shown, not lost."""
    messages.warning(request, str(error))
    unsaved = _unsaved(written)
    if not unsaved:
        return redirect(access.report)
    return _reading_page(request, report_access(request, access.report.pk, access.at), unsaved=unsaved, status=409)


def _unsaved(written: list[EntryForm]) -> list[tuple[str, list[str]]]:
    """The texts typed that the report does not hold, by initiative."""
    found = []
    for form in written:
        form.is_valid()
        texts = {name: form.cleaned_data.get(name, "") for name in TEXT_FIELDS}
        lost = [text for name, text in texts.items() if text not in ("", getattr(form.entry, name))]
        if lost:
            found.append((form.entry.duty.initiative.code, lost))
    return found


def _reading_page(
    request: PortalRequest,
    access: ReportAccess,
    *,
    unsaved: list[tuple[str, list[str]]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The report as filed, with the receipt, the remarks it was returned with and its versions."""
    found = access.report
    entries = found.entries.select_related("duty__initiative", "duty__unit", "report__period").prefetch_related(
        "evidence",
        "figures__indicator",
        Prefetch("remarks", ReviewRemark.objects.unanswered().select_related("by"), "open_remarks"),
    )
    lines = list(entries) if found.is_in_effect else []
    agency = StandingAgency.objects.on(local_day(access.at)).filter(plan=found.period.plan_id).select_related("unit")
    context = {
        "access": access,
        "report": found,
        "at": access.at,
        "lines": lines,
        "spread": _spread(lines),
        "versions": versions_of(found) if access.is_own or found.is_filed else [],
        "agency": next((agency.unit.name for agency in agency), "Cơ quan thường trực"),
        "can_review": request.user.may(Permission.REVIEW_REPORTS, found.period.plan),
        "can_withdraw": access.is_own and found.is_withdrawable(access.at),
        "unsaved": unsaved or [],
        "text_fields": " ".join(TEXT_FIELDS),
    }
    return render(request, "filing/filed.html", context, status=status)


def _spread(lines: Sequence[ProgressEntry]) -> str:
    """ "15 mô hình: 2 vướng mắc, 13 đang triển khai", the most pressing state first; "" where nothing was said."""
    counts = Counter(entry.work_state for entry in lines if entry.is_answered)
    told = [f"{counts[state]} {state.label.lower()}" for state in _MOST_PRESSING_FIRST if counts[state]]
    return f"{len(lines)} mô hình: {', '.join(told)}" if told else ""
