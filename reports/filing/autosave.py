"""What the page's script asks for while somebody types; answers in JSON, so that nothing on the page moves."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
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
from reports.models import ProgressEntry
from reports.progress.initiative_status import current_of
from reports.web.posted_keys import chosen_keys

from .access import ReportAccess, filing_access
from .drafts import HeldDraft
from .forms import EntryForm
from .missing import EntryCheck, check_entries
from .posted import Outcome, posted_forms, save_forms
from .rows import (
    NAMED_IN_BAR,
    EntryStatus,
    clash_row,
    entered,
    entry_status,
    is_blank,
    readiness_of,
    shown,
    shown_figures,
    unsettled_field,
)
from .suggestions import Suggestion, follow_sources

# Read with the entries for ``check_entries``.
_CHECKED = ("evidence", "figures__indicator", "remarks")


@requires(Permission.FILE_REPORT)
@never_cache
@require_http_methods(["GET", "POST"])
def report_save(request: PortalRequest, pk: int) -> HttpResponse:
    """Save the fields sent, which are those somebody touched; ``keep``, ``undo``, ``submit`` are the page's buttons.

    GET tells who is signed in and the token to write with, which changes when somebody signs in anew. Answers 409
    with ``closed`` (a message) when the report can no longer be written to.
    """
    access = filing_access(request, pk, timezone.now())
    if request.method == "GET":
        return JsonResponse({"user": request.user.pk, "token": get_token(request)})
    try:
        answer = _take(request, access)
    except FilingError as error:
        return JsonResponse({"closed": str(error), "url": access.report.get_absolute_url()}, status=409)
    return JsonResponse(answer)


@transaction.atomic
def _take(request: PortalRequest, access: ReportAccess) -> dict[str, Any]:
    """The report is locked once and its entries are read once."""
    held = HeldDraft(access.report, by=request.user, at=access.at, also=_CHECKED)
    forms = posted_forms(request.POST, held.entries.values())
    outcome = save_forms(held, forms)
    pressed = _press(request, held)
    if outcome.is_clean and "submit" in request.POST and _submit(request, access):
        return {"filed": access.report.get_absolute_url()}
    return _answer(access, held, forms, outcome, pressed)


def _press(request: PortalRequest, held: HeldDraft) -> set[int]:
    """The entries kept, or kept no more, by the button pressed."""
    keeping, undoing = request.POST.getlist("keep"), chosen_keys(request, "undo")
    wanted = None if "all" in keeping else chosen_keys(request, "keep")
    kept = held.keep(wanted) if keeping else []
    undone = held.unkeep(undoing) if undoing else []
    return {*kept, *undone}


def _submit(request: PortalRequest, access: ReportAccess) -> bool:
    """Whether the report could be filed; the answer says what is missing anyway."""
    try:
        access.file(by=request.user)
    except Unready:
        return False
    return True


def _answer(
    access: ReportAccess, held: HeldDraft, forms: list[EntryForm], outcome: Outcome, pressed: set[int]
) -> dict[str, Any]:
    entries = list(held.entries.values())
    suggestions = held.suggestions() if any(entry.is_kept for entry in entries) else {}
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
            _status(statuses[entry.pk])
            | {"said": _said(entry, statuses[entry.pk])}
            | _entry(entry, checks[entry.pk], sent.get(entry.pk), outcome)
            for entry in entries
            if entry.pk in sent or entry.pk in pressed
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


def _said(entry: ProgressEntry, status: EntryStatus) -> str:
    said = entered(entry, status)
    return render_to_string("filing/_said.html", {"said": said}) if said else ""


def _entry(entry: ProgressEntry, check: EntryCheck, form: EntryForm | None, outcome: Outcome) -> dict[str, Any]:
    """``values``: what stands in each field, but in those whose words are on the page alone; ``others``: those sent as
    they had been shown, in which somebody else's words stand by now.
    """
    conflict = outcome.conflicts.get(entry.pk)
    # Those the page asks about already stay as they are there.
    clashes = [clash for clash in conflict.clashes if not form or clash.key not in form.unanswered] if conflict else []
    rows = [clash_row(conflict, clash) for clash in clashes] if conflict else []
    mistakes = form.mistakes if form else {}
    asked = {clash.key for clash in conflict.clashes} if conflict else set()
    unwritten = {*mistakes, *asked, *(key.replace("figure-", "total-") for key in asked)}
    fields = {name: getattr(entry, name) for name in FILLED_FIELDS}
    figures = {row.indicator_id: Figure(row.value, row.total) for row in entry.figures.all()}
    stands = shown(fields) | shown_figures(figures)
    return {
        "blank": is_blank(entry),
        "values": {name: value for name, value in stands.items() if name not in unwritten},
        "others": [name for name in _left_as_shown(form, fields, figures) if name not in unwritten],
        "mistakes": mistakes,
        "questions": {question.field: question.text for question in check.questions},
        "clashes": {row.name: render_to_string("filing/_clash.html", {"clash": row}) for row in rows},
    }


def _left_as_shown(form: EntryForm | None, fields: Mapping[str, Any], figures: Mapping[int, Figure]) -> list[str]:
    """The fields sent in which something else stands."""
    if form is None:
        return []
    counted = {f"figure-{pk}": figure.value for pk, figure in figures.items()}
    wholes = {f"total-{pk}": figure.total for pk, figure in figures.items()}
    stands = {**fields, **counted, **wholes}
    return [name for name in form.fields if form.is_read(name) and form.cleaned_data[name] != stands.get(name)]


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
