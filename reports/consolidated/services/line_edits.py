"""Editing the lines of a draft: saved as one types, added, removed and brought back, moved."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Max
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from assignments.models import User
from models_registry.text import clean
from reports.domain.merging import WRITER, Clash, merge, told_since
from reports.models import ConsolidatedLine, ConsolidatedReport, ConsolidatedSection

from .report_drafts import lock_draft

LONGEST_LINE = 20_000


class LineEdit(NamedTuple):
    """What was typed into one line; ``known`` are the texts its page knows, as ``merge`` takes them."""

    line_id: int
    text: str
    known: Sequence[str] = ("",)


class LineConflict(NamedTuple):
    """Somebody else changed the text of ``line`` (as it is now) meanwhile; ``mine`` was not written."""

    line: ConsolidatedLine
    mine: str
    by: str
    at: datetime | None


class Saved(NamedTuple):
    """``others``: lines sent as they had been shown, in which somebody else's words stand by now.

    ``gone`` was typed into lines that are not in the report any more, ``too_long`` is more than a line may hold:
    neither is kept anywhere.
    """

    lines: list[ConsolidatedLine]
    conflicts: list[LineConflict]
    gone: list[LineEdit]
    too_long: list[LineEdit]
    others: list[ConsolidatedLine]


@transaction.atomic
def save_lines(report: ConsolidatedReport, edits: Iterable[LineEdit], *, by: User, at: datetime) -> Saved:
    """Save what was typed into lines of ``report``; a line somebody else changed is not overwritten but told of, and so
    is one that somebody has removed or drafted away, or that would be too long. Raises AlreadyFinal.
    """
    report = lock_draft(report)
    wanted = {edit.line_id: edit for edit in edits}
    lines = list(ConsolidatedLine.objects.kept().filter(section__report=report, pk__in=wanted).order_by("pk"))
    changed, conflicts, too_long, others = [], [], [], []
    for line in lines:
        edit = wanted[line.pk]
        text = _cleaned(edit.text)
        known = [_cleaned(one) for one in edit.known]
        changes, clashes = merge({"text": _cleaned(line.text)}, {"text": text}, {"text": known})
        if clashes:
            conflicts.append(_conflict(line, text, by))
        elif changes and len(text) > LONGEST_LINE:
            too_long.append(edit)
        elif changes:
            line.text, line.is_edited = text, True
            line.version += 1
            changed.append(line)
        elif text != _cleaned(line.text):
            others.append(line)
    fields = ["text", "is_edited", "version"]
    bulk_update_with_history(changed, ConsolidatedLine, fields, default_user=by, default_date=at)
    apart = {each.line.pk for each in conflicts} | {each.line_id for each in too_long} | {line.pk for line in others}
    gone = _gone(report, [edit for edit in wanted.values() if edit.line_id not in {line.pk for line in lines}])
    return Saved([line for line in lines if line.pk not in apart], conflicts, gone, too_long, others)


@transaction.atomic
def add_line(
    section: ConsolidatedSection, *, form: str, by: User, at: datetime, after: ConsolidatedLine | None = None
) -> ConsolidatedLine:
    """Put an empty line at the end of ``section``, or ``after`` another of its lines. Raises AlreadyFinal."""
    lock_draft(section.report)
    lines = section.lines.all()
    if after is None:
        place = (lines.aggregate(last=Max("position"))["last"] or 0) + 1
    else:
        place = lines.get(pk=after.pk).position + 1
        lines.filter(position__gte=place).update(position=F("position") + 1)
    line = ConsolidatedLine(section=section, position=place, form=ConsolidatedLine.Form(form), text="", is_edited=True)
    return bulk_create_with_history([line], ConsolidatedLine, default_user=by, default_date=at)[0]


@transaction.atomic
def remove_line(line: ConsolidatedLine, *, by: User, at: datetime) -> ConsolidatedLine:
    """Take a line out of the report; it can be brought back. Raises AlreadyFinal."""
    return _set_removed(line, at, by=by, at=at)


@transaction.atomic
def restore_line(line: ConsolidatedLine, *, by: User, at: datetime) -> ConsolidatedLine:
    """Bring a removed line back to its place. Raises AlreadyFinal."""
    return _set_removed(line, None, by=by, at=at)


@transaction.atomic
def move_line(line: ConsolidatedLine, *, up: bool, by: User, at: datetime) -> None:
    """Let a line change places with the one before it, or after it; nothing happens at the end of its section, and with
    a line somebody has removed.

    Raises AlreadyFinal.
    """
    lock_draft(line.section.report)
    lines = list(line.section.lines.kept().order_by("position", "pk"))
    if line not in lines:
        return
    place = lines.index(line)
    other = place - 1 if up else place + 1
    if 0 <= other < len(lines):
        lines[place], lines[other] = lines[other], lines[place]
        removed = list(line.section.lines.filter(removed_at__isnull=False).order_by("position", "pk"))
        _renumber(lines, removed, by=by, at=at)


def _renumber(kept: list[ConsolidatedLine], removed: list[ConsolidatedLine], *, by: User, at: datetime) -> None:
    """Number the lines anew; a removed one stays behind those it had before it."""
    ordered = list(kept)
    for line in removed:
        ordered.insert(min(line.position - 1, len(ordered)), line)
    moved = []
    for place, line in enumerate(ordered, start=1):
        if line.position != place:
            line.position = place
            moved.append(line)
    bulk_update_with_history(moved, ConsolidatedLine, ["position"], default_user=by, default_date=at)


def _set_removed(line: ConsolidatedLine, since: datetime | None, *, by: User, at: datetime) -> ConsolidatedLine:
    lock_draft(line.section.report)
    line = line.section.lines.get(pk=line.pk)
    line.removed_at = since
    bulk_update_with_history([line], ConsolidatedLine, ["removed_at"], default_user=by, default_date=at)
    return line


def _gone(report: ConsolidatedReport, edits: list[LineEdit]) -> list[LineEdit]:
    """Those of ``edits`` that would have changed what they were shown of a line this report once had."""
    if not edits:
        return []
    once = ConsolidatedLine.history.filter(section__report=report, id__in=[edit.line_id for edit in edits])
    known = set(once.values_list("id", flat=True))
    return [edit for edit in edits if edit.line_id in known and _cleaned(edit.text) != _cleaned(edit.known[0])]


def _cleaned(text: str) -> str:
    return clean(text).strip()


def _conflict(line: ConsolidatedLine, mine: str, by: User) -> LineConflict:
    """Who wrote what stands in the line, from the kept history."""
    rows = line.history.order_by("-history_id").values_list(*WRITER, "text")
    clash = told_since(Clash("text", mine, line.text), rows, by.pk)
    return LineConflict(line, mine, clash.by, clash.at)
