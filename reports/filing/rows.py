"""The lines of a report ready for the filing page: every field with what stands in it and what is said about it."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from models_registry.models import Indicator
from models_registry.text import write_number, write_percent
from reports.domain.entry_fields import FILLED_FIELDS, TEXT_FIELDS, field_words
from reports.domain.merging import Clash
from reports.domain.numbers import Figure, write_figure
from reports.domain.states import Look, SolvingLevel, WorkState, look_of
from reports.domain.wording import overdue_by, percent, time_left, vn_moment
from reports.models import ProgressEntry, ReviewRemark

from .drafts import EntryConflict
from .duty_lines import Attention, FigureLine, ReportLine
from .forms import EntryForm, prefix_of
from .missing import EXPLANATION, EntryCheck, Missing
from .suggestions import Suggestion

# The bar has room for the numbers of so many lines.
NAMED_IN_BAR = 3
_INVALID = ' aria-invalid="true"'
# Its sign says it.
_SAID_OTHERWISE = (Attention.BLOCKED,)


class ClashRow(NamedTuple):
    """Two texts met in one field: who wrote the other, both as they are shown, and whether both can be kept.

    ``name`` is the field's on the page, ``key`` the entry's word for it, ``list_name`` collects what was asked;
    ``shown``: what stands there, by the field's names, as the page sends it back with the choice.
    """

    name: str
    key: str
    list_name: str
    by: str
    at: str
    mine: str
    theirs: str
    can_keep_both: bool
    shown: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class FieldRow:
    """One field: ``name`` is also its id on the page."""

    name: str
    value: str
    mistake: str = ""
    remarks: list[ReviewRemark] = field(default_factory=list)
    clash: ClashRow | None = None
    question: str = ""

    @property
    def is_invalid(self) -> bool:
        """What stands in it could not be saved."""
        return bool(self.mistake or self.clash)

    @property
    def is_noted(self) -> bool:
        """Something is said about it."""
        return bool(self.is_invalid or self.question or self.remarks)

    @property
    def described(self) -> SafeString:
        """The attributes by which it is known to be wrong and what is said about it; a page has hundreds of them."""
        return mark_safe(f'aria-describedby="{self.name}-note"{_INVALID if self.is_invalid else ""}')  # noqa: S308 - names are the portal's own


class ChoiceRow(NamedTuple):
    value: str
    word: str
    look: Look | None
    is_chosen: bool


@dataclass(frozen=True)
class FigureRow:
    """One indicator: its words, target and last figure; ``total`` is None where no whole is asked; ``is_share``: the
    unit counts its own part, which is added to that of others.
    """

    label: str
    target: str
    last: str
    value: FieldRow
    total: FieldRow | None
    is_share: bool


class LineMark(enum.StrEnum):
    """How a line is marked in the strip of numbers and at its end; its words for who does not see the colour."""

    DONE = "ok"
    TO_LOOK = "look"
    WRONG = "bad"
    OPEN = "open"


MARK_WORDS = {
    LineMark.DONE: "đã nhập",
    LineMark.TO_LOOK: "cần xem",
    LineMark.WRONG: "cần sửa",
    LineMark.OPEN: "chưa nhập",
}


class EntryStatus(NamedTuple):
    """Whether an entry can be filed as it is; ``anchor`` leads to the field that lacks something.

    ``is_silent``: without any answer, also one that could not be saved; ``is_wrong``: what stands in one of its fields
    could not be saved; ``kept``: in what words it was kept, "" where it was not.
    """

    pk: int
    code: str
    kept: str
    is_answered: bool
    is_silent: bool
    is_wrong: bool
    missing: str
    anchor: str

    @property
    def is_ready(self) -> bool:
        return not self.missing

    @property
    def mark(self) -> LineMark:
        if self.is_ready:
            return LineMark.DONE
        if self.is_wrong:
            return LineMark.WRONG
        return LineMark.OPEN if self.is_silent else LineMark.TO_LOOK

    @property
    def text(self) -> str:
        """What stands at the end of the line."""
        return self.kept if self.is_ready and self.kept else MARK_WORDS[self.mark]


class FilingReadiness(NamedTuple):
    """How much of a report is ready, and what is missing in the others: what is wrong first."""

    ready: int
    total: int
    missing: list[EntryStatus]

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def first_missing(self) -> list[EntryStatus]:
        """As many as the bar has room for."""
        return self.missing[:NAMED_IN_BAR]

    @property
    def wrong(self) -> int:
        return sum(status.is_wrong for status in self.missing)


class Said(NamedTuple):
    """What the closed line tells: the state with its percent, the words beside it, and why it is to be looked at."""

    look: Look | None
    percent: str
    words: str
    why: str = ""

    @property
    def colour(self) -> str:
        return f"c-{self.look.colour}" if self.look else ""


@dataclass(frozen=True)
class EntryRow:
    """One line of the filing page."""

    line: ReportLine
    known: list[tuple[str, str]]
    prefix: str
    status: EntryStatus
    role: str
    deadline: str
    why: str
    last: str
    last_look: Look | None
    last_result: str
    source: str
    fields: dict[str, FieldRow]
    states: list[ChoiceRow]
    levels: list[ChoiceRow]
    figures: list[FigureRow]
    remarks: list[ReviewRemark]
    is_troubled: bool

    @property
    def entry(self) -> ProgressEntry:
        return self.line.entry

    @property
    def is_blank(self) -> bool:
        """Nothing is saved: what stands in the fields was filled in beforehand."""
        return is_blank(self.entry)

    @property
    def is_quiet(self) -> bool:
        """Needs no attention: it stays folded until somebody wants to change it."""
        wants_eyes = bool(self.line.attention) and not self.status.kept
        return not (wants_eyes or self.is_troubled or self.is_written)

    @property
    def is_written(self) -> bool:
        """Answered in the officer's own words rather than kept."""
        return self.entry.is_answered and not self.entry.is_kept

    @property
    def mark(self) -> LineMark:
        """As the page shows it: a line to look at is marked so before it has an answer."""
        mark = self.status.mark
        return LineMark.TO_LOOK if mark == LineMark.OPEN and not self.is_quiet else mark

    @property
    def mark_words(self) -> str:
        return MARK_WORDS[self.mark]

    @property
    def text(self) -> str:
        return self.mark_words if self.status.is_silent else self.status.text

    @property
    def is_changed(self) -> bool:
        """Ready in the officer's own words, with nothing left to look at."""
        return self.is_written and self.status.is_ready and not self.is_troubled

    @property
    def said(self) -> Said:
        """What was entered; before that, what was said last."""
        return entered(self.entry, self.status) or Said(self.last_look, self.last, self.last_result, self.why)

    @property
    def is_open(self) -> bool:
        """What was typed could not be saved: the line comes opened."""
        return self.status.is_wrong

    @property
    def is_prefilled(self) -> bool:
        """From several reports, or another unit's: that the last one of one's own is shown goes without saying."""
        suggestion = self.line.suggestion
        is_told = suggestion is not None and (suggestion.is_of_weeks or suggestion.is_inherited)
        return is_told and not self.entry.is_answered

    @property
    def is_explaining(self) -> bool:
        """Whether the line was asked about, by the portal or on its return, or has said why already."""
        field = self.fields[EXPLANATION]
        return bool(self.line.check.questions or self.line.remarks or field.value or field.is_invalid)

    @property
    def has_hindrance(self) -> bool:
        """Whether the fields of a difficulty have something to show."""
        is_blocked = any(one.is_chosen and one.value == WorkState.BLOCKED for one in self.states)
        return is_blocked or any(self._says(name) for name in ("difficulty", "proposal", "solving_level"))

    @property
    def has_next_steps(self) -> bool:
        return self._says("next_steps")

    def _says(self, name: str) -> bool:
        row = self.fields[name]
        return bool(row.value or row.is_invalid or row.remarks)


def entry_row(
    line: ReportLine,
    day: date,
    form: EntryForm | None = None,
    conflict: EntryConflict | None = None,
    *,
    is_written: bool = True,
) -> EntryRow:
    """``form``: what was typed and could not be saved as it stands; ``conflict``: where two texts met;
    ``is_written``: whether the rest of ``form`` was saved.
    """
    entry = line.entry
    shown_first = initial_values(line.entry, line.suggestion)
    values = shown_first | (form.typed if form else {})
    mistakes = form.mistakes if form else {}
    unsettled = unsettled_field(mistakes, conflict)
    rows = {name: _field(line, name, values, mistakes, conflict) for name in (*FILLED_FIELDS, *_figure_names(line))}
    return EntryRow(
        line=line,
        known=_known(line, shown_first, form, _unwritten(form, conflict, is_written=is_written)),
        prefix=prefix_of(entry),
        status=entry_status(
            entry,
            line.check,
            can_be_kept=line.can_be_kept,
            is_of_weeks=bool(line.suggestion and line.suggestion.is_of_weeks),
            unsettled=unsettled,
        ),
        role=line.entry.role_words,
        deadline="; ".join(part.text for part in line.duty.initiative.deadlines.all()),
        why=next((words for one in line.attention if (words := _why(one, line, day))), ""),
        last=percent(line.last.percent if line.last else None),
        last_look=look_of(line.last.work_state) if line.last else None,
        last_result=line.last.result if line.last else "",
        source=line.suggestion.source if line.suggestion else "",
        fields=rows,
        states=[
            ChoiceRow(state.value, str(state.label), look_of(state), values["work_state"] == state)
            for state in WorkState
        ],
        levels=[
            ChoiceRow(level.value, str(level.label), None, values["solving_level"] == level) for level in SolvingLevel
        ],
        figures=[_figure(one, rows) for one in line.figures],
        remarks=[remark for remark in line.remarks if not remark.field or remark.field not in rows],
        is_troubled=bool(form or unsettled or line.check.questions or line.remarks)
        or Attention.RETURNED in line.attention,
    )


def unsettled_field(mistakes: Mapping[str, str], conflict: EntryConflict | None) -> Missing | None:
    """The first field whose text is on the page alone."""
    for name in mistakes:
        return Missing(name, "sửa ô bị đánh dấu sai")
    for clash in conflict.clashes if conflict else ():
        return Missing(clash.key, "chọn nội dung giữ lại")
    return None


def initial_values(entry: ProgressEntry, suggestion: Suggestion | None) -> dict[str, str]:
    """What the fields show, by field: what was saved; where nothing was or it was kept, what is suggested."""
    fields: dict[str, Any] = {name: getattr(entry, name) for name in FILLED_FIELDS}
    counted = {row.indicator_id: Figure(row.value, row.total) for row in entry.figures.all()}
    if suggestion and (is_blank(entry) or entry.is_kept):
        fields = dict.fromkeys(FILLED_FIELDS, "") | suggestion.fields
        counted |= suggestion.figures
    return shown(fields) | shown_figures({one.pk: counted.get(one.pk, Figure(None)) for one in entry.indicators})


def is_blank(entry: ProgressEntry) -> bool:
    return entry.is_blank and not entry.figures.all()


def shown(fields: Mapping[str, Any]) -> dict[str, str]:
    """Values of the fields as the page writes them."""
    return {name: "" if value is None else str(value) for name, value in fields.items()}


def shown_figures(figures: Mapping[int, Figure]) -> dict[str, str]:
    """Figures as the page writes them, by the names of their fields."""
    values = {f"figure-{pk}": write_number(figure.value) for pk, figure in figures.items()}
    return values | {f"total-{pk}": write_number(figure.total) for pk, figure in figures.items()}


def entry_status(
    entry: ProgressEntry,
    check: EntryCheck,
    *,
    can_be_kept: bool,
    is_of_weeks: bool = False,
    unsettled: Missing | None = None,
) -> EntryStatus:
    """``entry`` with its initiative read; ``is_of_weeks``: keeping it takes what the weekly reports say;
    ``unsettled``: what stands on the page and could not be saved.
    """
    missing = unsettled or check.missing
    is_silent = not entry.is_answered and not unsettled
    words = missing.words if missing else ""
    if is_silent and can_be_kept:
        words = "giữ như kỳ trước, hoặc chọn trạng thái"
    prefix = prefix_of(entry)
    return EntryStatus(
        pk=entry.pk,
        code=entry.duty.initiative.code,
        kept=("lấy theo báo cáo tuần" if is_of_weeks else "giữ như kỳ trước") if entry.is_kept else "",
        is_answered=entry.is_answered,
        is_silent=is_silent,
        is_wrong=unsettled is not None,
        missing=words,
        anchor=f"{prefix}-{missing.field}" if missing and not is_silent else prefix,
    )


def entered(entry: ProgressEntry, status: EntryStatus) -> Said | None:
    """What the officer's own words say, once they lack nothing; there is no more to look at."""
    if entry.is_kept or not (entry.is_answered and status.is_ready):
        return None
    return Said(look_of(entry.work_state), percent(entry.percent), entry.result)


def readiness_of(statuses: Sequence[EntryStatus]) -> FilingReadiness:
    """How much of a report is ready."""
    missing = sorted((status for status in statuses if not status.is_ready), key=lambda status: not status.is_wrong)
    return FilingReadiness(len(statuses) - len(missing), len(statuses), missing)


def clash_row(conflict: EntryConflict, clash: Clash) -> ClashRow:
    prefix = prefix_of(conflict.entry)
    return ClashRow(
        name=f"{prefix}-{clash.key}",
        key=clash.key,
        list_name=f"{prefix}-clash",
        by=clash.by or "Người khác",
        at=vn_moment(clash.at) if clash.at else "",
        mine=_words_of(clash.key, clash.mine),
        theirs=_words_of(clash.key, clash.theirs),
        can_keep_both=clash.key in TEXT_FIELDS,
        shown=[(f"{prefix}-{name}-theirs", value) for name, value in _shown_of(clash)],
    )


def _shown_of(clash: Clash) -> list[tuple[str, str]]:
    if isinstance(clash.theirs, Figure):
        return [*shown_figures({int(clash.key.removeprefix("figure-")): clash.theirs}).items()]
    return [*shown({clash.key: clash.theirs}).items()]


# --- One line ---


def _unwritten(form: EntryForm | None, conflict: EntryConflict | None, *, is_written: bool) -> set[str]:
    """The fields whose words on the page are not the server's."""
    if form is None:
        return set()
    if not is_written:
        return set(form.typed)
    asked = {clash.key for clash in conflict.clashes} if conflict else set()
    return {*form.mistakes, *asked, *(key.replace("figure-", "total-") for key in asked)}


def _known(
    line: ReportLine, shown_first: Mapping[str, str], form: EntryForm | None, unwritten: set[str]
) -> list[tuple[str, str]]:
    """What the plain form says it knows: what it shows first, and "" where that was only filled in beforehand.

    Of words that were not written, what was known when they were typed. A field without any was shown empty.
    """
    known = {name: [value] if value else [] for name, value in shown_first.items()}
    if is_blank(line.entry):
        known = {name: [*values, ""] if values else [] for name, values in known.items()}
    if form:
        known |= {name: form.typed_known(name) for name in unwritten}
    prefix = prefix_of(line.entry)
    return [(f"{prefix}-{name}-known", value) for name, values in known.items() for value in values]


def _figure_names(line: ReportLine) -> list[str]:
    return [f"{part}-{one.indicator.pk}" for one in line.figures for part in ("figure", "total")]


def _field(
    line: ReportLine,
    name: str,
    values: Mapping[str, str],
    mistakes: Mapping[str, str],
    conflict: EntryConflict | None,
) -> FieldRow:
    clashes = [clash for clash in conflict.clashes if clash.key == name] if conflict else []
    return FieldRow(
        name=f"{prefix_of(line.entry)}-{name}",
        value=values.get(name, ""),
        mistake=mistakes.get(name, ""),
        remarks=[remark for remark in line.remarks if remark.field == name],
        clash=clash_row(conflict, clashes[0]) if conflict and clashes else None,
        question="; ".join(question.text for question in line.check.questions if question.field == name),
    )


def _figure(one: FigureLine, rows: Mapping[str, FieldRow]) -> FigureRow:
    pk = one.indicator.pk
    return FigureRow(
        label=one.indicator.name,
        target=_target(one.indicator),
        last=write_figure(one.last),
        value=rows[f"figure-{pk}"],
        total=rows[f"total-{pk}"] if one.indicator.asks_for_total else None,
        is_share=one.indicator.aggregation == Indicator.Aggregation.SUM,
    )


def _target(indicator: Indicator) -> str:
    if indicator.asks_for_total:
        return write_percent(indicator.target)
    return f"{write_number(indicator.target)} {indicator.unit_of_measure}"


def _words_of(key: str, value: Any) -> str:
    if isinstance(value, Figure):
        return write_figure(value)
    return field_words(key, value)


def _why(attention: Attention, line: ReportLine, day: date) -> str:
    """The reason in the line's few words, with the days where there are any."""
    if attention == Attention.LATE and line.late:
        return f"{attention} {overdue_by(-(line.late.days_left(day) or 0), line.late.due_on)}"
    if attention == Attention.DUE_SOON and line.ahead:
        return time_left(line.ahead.days_left(day) or 0)
    return "" if attention in _SAID_OTHERWISE else attention.value
