"""What the page's script asks for while somebody types; answers in JSON, so that nothing on the page moves."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from reports.domain.entry_fields import FILLED_FIELDS
from reports.domain.numbers import Figure
from reports.domain.wording import clock
from reports.lifecycle.errors import FilingError, Unready
from reports.models import WITH_LAST_WORD, ProgressEntry
from reports.progress.initiative_status import current_of
from reports.web.posted_keys import chosen_keys

from .access import ReportAccess, filing_access
from .drafts import keep_entries, unkeep_entries
from .forms import EntryForm
from .missing import EntryCheck, check_entries
from .posted import Outcome, posted_forms, save_posted
from .rows import (
    NAMED_IN_BAR,
    EntryStatus,
    clash_row,
    entry_status,
    readiness_of,
    shown,
    shown_figures,
    unsettled_field,
)
from .suggestions import Suggestion, follow_sources, suggestions_for


@requires(Permission.FILE_REPORT)
@never_cache
@require_http_methods(["GET", "POST"])
def report_save(request: PortalRequest, pk: int) -> HttpResponse:
    """Save the entries sent, which are those somebody touched; with ``keep`` or ``submit`` as the page's buttons.

    GET tells who is signed in and the token to write with, which changes when somebody signs in anew. Answers 409
    with ``closed`` (a message) when the report can no longer be written to.
    """
    access = filing_access(request, pk, timezone.now())
    if request.method == "GET":
        return JsonResponse({"user": request.user.pk, "token": get_token(request)})
    forms = posted_forms(request.POST, access.report)
    try:
        outcome = save_posted(access.report, forms, by=request.user, at=access.at)
        kept = _keep(request, access)
        is_filed = outcome.is_clean and "submit" in request.POST and _submit(request, access)
    except FilingError as error:
        return JsonResponse({"closed": str(error), "url": access.report.get_absolute_url()}, status=409)
    if is_filed:
        return JsonResponse({"filed": access.report.get_absolute_url()})
    return JsonResponse(_answer(access, forms, outcome, kept))


def _keep(request: PortalRequest, access: ReportAccess) -> set[int]:
    """The entries kept, or kept no more, by the button pressed."""
    keeping, undoing = request.POST.getlist("keep"), chosen_keys(request, "undo")
    wanted = None if "all" in keeping else chosen_keys(request, "keep")
    kept = keep_entries(access.report, wanted, by=request.user, at=access.at) if keeping else []
    undone = unkeep_entries(access.report, undoing, by=request.user, at=access.at) if undoing else []
    return {entry.pk for entry in (*kept, *undone)}


def _submit(request: PortalRequest, access: ReportAccess) -> bool:
    """Whether the report could be filed; the answer says what is missing anyway."""
    try:
        access.file(by=request.user)
    except Unready:
        return False
    return True


def _answer(access: ReportAccess, forms: list[EntryForm], outcome: Outcome, kept: set[int]) -> dict[str, Any]:
    whole = access.report.entries.select_related("duty__initiative", *WITH_LAST_WORD)
    entries = list(whole.prefetch_related("evidence", "figures__indicator", "remarks"))
    suggestions = suggestions_for(access.report, entries) if any(entry.is_kept for entry in entries) else {}
    follow_sources(entries, suggestions)
    checks = check_entries(access.report, entries)
    sent = {form.entry.pk: form for form in forms}
    statuses = {
        entry.pk: _status_of(entry, checks[entry.pk], sent.get(entry.pk), outcome, suggestions.get(entry.duty_id))
        for entry in entries
    }
    readiness = readiness_of([*statuses.values()])
    return {
        "saved_at": clock(access.at),
        "ready": readiness.ready,
        "total": readiness.total,
        "missing": [_status(status) for status in readiness.missing],
        "named": NAMED_IN_BAR,
        "entries": [
            _status(statuses[entry.pk]) | _entry(entry, checks[entry.pk], sent.get(entry.pk), outcome)
            for entry in entries
            if entry.pk in sent or entry.pk in kept
        ],
    }


def _status_of(
    entry: ProgressEntry, check: EntryCheck, form: EntryForm | None, outcome: Outcome, suggestion: Suggestion | None
) -> EntryStatus:
    return entry_status(
        entry,
        check,
        can_be_kept=current_of(entry.duty) is not None,
        is_of_weeks=bool(suggestion and suggestion.is_of_weeks),
        unsettled=unsettled_field(form.mistakes if form else {}, outcome.conflicts.get(entry.pk)),
    )


def _entry(entry: ProgressEntry, check: EntryCheck, form: EntryForm | None, outcome: Outcome) -> dict[str, Any]:
    conflict = outcome.conflicts.get(entry.pk)
    # Those the page asks about already stay as they are there.
    clashes = [clash for clash in conflict.clashes if not form or clash.key not in form.unanswered] if conflict else []
    rows = [clash_row(conflict, clash) for clash in clashes] if conflict else []
    asked = {clash.key for clash in conflict.clashes} if conflict else set()
    return {
        "version": entry.version,
        "values": {name: value for name, value in _news(entry, form).items() if name not in asked},
        "mistakes": form.mistakes if form else {},
        "questions": {question.field: question.text for question in check.questions},
        "clashes": {row.name: render_to_string("filing/_clash.html", {"clash": row}) for row in rows},
    }


def _news(entry: ProgressEntry, form: EntryForm | None) -> dict[str, str]:
    """What the entry says otherwise than was sent: what somebody else wrote in other fields, or what was kept."""
    fields = {name: getattr(entry, name) for name in FILLED_FIELDS}
    figures = {row.indicator_id: Figure(row.value, row.total) for row in entry.figures.all()}
    now = shown(fields) | shown_figures(figures)
    if form is None:
        return now
    read = {name: form.cleaned_data[name] for name in form.cleaned_data}
    same = {name for name in fields if name in read and read[name] == fields[name]}
    numbers = {f"figure-{pk}": figure.value for pk, figure in figures.items()}
    numbers |= {f"total-{pk}": figure.total for pk, figure in figures.items()}
    same |= {name for name, number in numbers.items() if name in read and read[name] == number}
    return {name: value for name, value in now.items() if name not in same and name not in form.mistakes}


def _status(status: EntryStatus) -> dict[str, Any]:
    return {
        "pk": status.pk,
        "code": status.code,
        "ready": status.is_ready,
        "kept": bool(status.kept),
        "answered": status.is_answered,
        "mark": status.mark,
        "text": status.text,
        "missing": status.missing,
        "anchor": status.anchor,
    }
