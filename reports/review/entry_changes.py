"""One filed report as its reviewer reads it: each entry with what changed since the time before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.utils.html import escape
from django.utils.safestring import SafeString

from reports.domain.entry_fields import ENTRY_FIELDS, FieldKind, field_words
from reports.domain.states import Look, WorkState, look_of
from reports.domain.text_diff import mark_new
from reports.domain.wording import percent as percent_words
from reports.filing.versions import EntryDiff, FieldDiff, changes_since_last, counted_words
from reports.models import Evidence, Obstacle, ProgressEntry, ReportVersion, ReviewRemark, UnitReport

# What an entry says in words, in the order of the form.
_TEXTS = {field.name: field.short for field in ENTRY_FIELDS if field.kind in (FieldKind.TEXT, FieldKind.LEVEL)}
_LOOK_OF_WORD = {str(state.label): look_of(state) for state in WorkState}


class FieldText(NamedTuple):
    """One field of an entry as HTML, its new words in <ins>; ``is_new``: last time nothing was said here, though the
    unit had spoken of the duty.
    """

    label: str
    html: SafeString
    is_new: bool

    @property
    def says_result(self) -> bool:
        return self.label == _TEXTS["result"]


@dataclass(frozen=True)
class ReviewLine:
    """One entry; ``was`` and ``percent_was`` are empty where nothing changed.

    ``rose``: the percent is more than it was.
    ``questions``: what the unit was asked when it filed an unlikely answer.
    """

    entry: ProgressEntry
    code: str
    name: str
    url: str
    role: str
    look: Look
    was: Look | None
    percent: str
    percent_was: str
    questions: list[str]
    texts: list[FieldText]
    evidence: list[Evidence]
    obstacle: Obstacle | None
    remarks: list[ReviewRemark]
    is_changed: bool
    rose: bool
    says_new_difficulty: bool

    @property
    def lacks_words(self) -> bool:
        """The percent rose and nobody wrote what was done for it."""
        return self.rose and not self.entry.result

    @property
    def is_excluded(self) -> bool:
        return self.entry.excluded_at is not None

    @property
    def obstacle_look(self) -> Look | None:
        return look_of(self.obstacle.state) if self.obstacle else None


def review_lines(report: UnitReport, version: ReportVersion | None) -> list[ReviewLine]:
    """The entries of a report in effect, filed as ``version``, in the plan's order; a fixed number of queries."""
    entries = report.entries.select_related("duty__initiative", "mention__obstacle", "excluded_by")
    found = list(entries.prefetch_related("figures__indicator", "evidence", "remarks__by"))
    changes = {change.duty_id: change for change in changes_since_last(report, found)}
    content = version.content if version else []
    asked = {entry["entry"]: entry.get("questions", []) for entry in content}  # the oldest versions have none
    return [_line(entry, changes.get(entry.duty_id), asked.get(entry.pk, [])) for entry in found]


def entries_of_version(version: ReportVersion) -> list[tuple[str, Look, str, list[FieldText]]]:
    """What a version said: code, state, percent and words of each entry, read from its stored content."""
    return [
        (entry["code"], look_of(entry["work_state"]), percent_words(entry["percent"]), _field_texts(_said(entry), {}))
        for entry in version.content
    ]


def remarks_of(report: UnitReport) -> list[ReviewRemark]:
    """What was said of the entries on the last return and has not been answered."""
    remarks = ReviewRemark.objects.unanswered().filter(entry__report=report)
    return list(remarks.select_related("entry__duty__initiative", "by"))


def _figure(percent: str) -> int:
    return int(percent.removesuffix("%"))


def _line(entry: ProgressEntry, change: EntryDiff | None, questions: list[str]) -> ReviewLine:
    fields = {field.field: field for field in change.fields} if change else {}
    initiative = entry.duty.initiative
    state, percent = fields.get("work_state"), fields.get("percent")
    return ReviewLine(
        entry=entry,
        code=initiative.code,
        name=initiative.brief,
        url=initiative.get_absolute_url(),
        role=entry.role_words,
        look=look_of(entry.work_state),
        was=_LOOK_OF_WORD.get(state.old) if state else None,
        percent=percent_words(entry.percent),
        percent_was=percent.old if percent else "",
        questions=questions,
        texts=_field_texts(_said_by(entry), fields),
        evidence=list(entry.evidence.all()),
        obstacle=_obstacle(entry),
        remarks=list(entry.remarks.all()),
        is_changed=bool(fields),
        rose=bool(percent and percent.old and _figure(percent.new) > _figure(percent.old)),
        says_new_difficulty="difficulty" in fields,
    )


def _obstacle(entry: ProgressEntry) -> Obstacle | None:
    try:
        return entry.mention.obstacle
    except ObjectDoesNotExist:
        return None


def _field_texts(said: dict[str, str], changed: dict[str, FieldDiff]) -> list[FieldText]:
    state = changed.get("work_state")
    is_first = state is not None and not state.old
    shown = []
    for name, label in (*_TEXTS.items(), ("figures", "Số liệu")):
        text, change = said[name], changed.get(name)
        if text:
            html = mark_new(change.old, text) if change else escape(text)
            shown.append(FieldText(label, html, is_new=bool(change and not change.old and not is_first)))
    return shown


def _said_by(entry: ProgressEntry) -> dict[str, str]:
    return _said({name: getattr(entry, name) for name in _TEXTS} | {"figures": counted_words(entry)})


def _said(entry: dict[str, Any]) -> dict[str, str]:
    """The texts of an entry in the table, or as kept in a version, which may be older than a field."""
    figures: Iterable[tuple[str, str]] = entry["figures"].items()
    texts = {name: field_words(name, entry.get(name)) for name in _TEXTS}
    return texts | {"figures": "; ".join(f"{name}: {number}" for name, number in figures)}
