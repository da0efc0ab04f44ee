"""The lines of a report ready for the filing page: every field with what stands in it and what is said about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from models_registry.models import Indicator
from models_registry.text import write_number
from reports.domain.entry_fields import ENTRY_FIELDS, FILLED_FIELDS, TEXT_FIELDS, EntryField, field_words
from reports.domain.merging import Clash
from reports.domain.numbers import Figure, write_figure
from reports.domain.states import Look, SolvingLevel, WorkState, look_of
from reports.domain.wording import overdue_by, percent, time_left, vn_moment
from reports.lifecycle.errors import EntryConflict
from reports.models import ProgressEntry, ReviewRemark

from .duty_lines import Attention, FigureLine, ReportLine
from .forms import EntryForm, prefix_of
from .missing import EXPLANATION, EntryCheck, Missing
from .suggestions import Suggestion, source_of

# What a phone has room for beside the sign; the whole word is read aloud and shown on a desk.
SHORT_STATES = {
    WorkState.NOT_STARTED: "Chưa làm",
    WorkState.IN_PROGRESS: "Đang làm",
    WorkState.DONE: "Xong",
    WorkState.MAINTAINED: "Duy trì",
    WorkState.BLOCKED: "Vướng",
}
SHORT_LEVELS = {
    SolvingLevel.COMMUNE: "Xã",
    SolvingLevel.DISTRICT: "Huyện",
    SolvingLevel.PROVINCE: "Tỉnh",
    SolvingLevel.MINISTRY: "Bộ, ngành",
}
# The line says it with the number of days.
_TOLD_BY_DEADLINE = (Attention.LATE, Attention.DUE_SOON)
_FURTHER = [field for field in ENTRY_FIELDS if field.is_further]


class ClashRow(NamedTuple):
    """Two texts met in one field: who wrote the other, both as they are shown, and whether both can be kept.

    ``name`` is the field's on the page, ``key`` the entry's word for it, ``list_name`` collects what was asked.
    """

    name: str
    key: str
    list_name: str
    by: str
    at: str
    mine: str
    theirs: str
    can_keep_both: bool


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


class ChoiceRow(NamedTuple):
    value: str
    word: str
    short: str
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


class EntryStatus(NamedTuple):
    """Whether an entry can be filed as it is; ``anchor`` leads to the field that lacks something.

    ``is_silent``: without any answer, also one that could not be saved.
    """

    pk: int
    code: str
    is_kept: bool
    is_answered: bool
    is_silent: bool
    missing: str
    short: str
    anchor: str

    @property
    def is_ready(self) -> bool:
        return not self.missing

    @property
    def text(self) -> str:
        """With its sign, as it stands in the line."""
        if self.is_ready:
            return "✓ giữ như kỳ trước" if self.is_kept else "✓ đã ghi"
        return "○ chưa trả lời" if self.is_silent else f"○ cần {self.missing}"


class FilingReadiness(NamedTuple):
    """How much of a report is ready, and what is missing in the others."""

    ready: int
    total: int
    missing: list[EntryStatus]

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def unanswered(self) -> list[EntryStatus]:
        """Those without any answer."""
        return [status for status in self.missing if status.is_silent]

    @property
    def incomplete(self) -> list[EntryStatus]:
        """Those whose answer asks for something more."""
        return [status for status in self.missing if not status.is_silent]


@dataclass(frozen=True)
class EntryRow:
    """One line of the filing page."""

    line: ReportLine
    version: int | str
    prefix: str
    status: EntryStatus
    role: str
    deadline: str
    is_pressing: bool
    why: str
    last: str
    last_look: Look | None
    last_period: str
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
    def is_quiet(self) -> bool:
        """Needs no attention: it stays folded until somebody wants to change it."""
        wants_eyes = bool(self.line.attention) and not self.status.is_kept
        return not (wants_eyes or self.is_troubled or self.is_written)

    @property
    def is_written(self) -> bool:
        """Answered in the officer's own words rather than kept."""
        return self.entry.is_answered and not self.entry.is_kept

    @property
    def is_prefilled(self) -> bool:
        return bool(self.source) and not self.entry.is_answered

    @property
    def further(self) -> list[tuple[EntryField, FieldRow]]:
        """The second half of the form."""
        return [(field, self.fields[field.name]) for field in _FURTHER]

    @property
    def is_explaining(self) -> bool:
        """Whether the line was asked about, by the portal or on its return, or has said why already."""
        field = self.fields[EXPLANATION]
        return bool(self.line.check.questions or self.line.remarks or field.value or field.is_invalid)

    @property
    def has_more(self) -> bool:
        """Whether the second half has something to show."""
        is_blocked = any(one.is_chosen and one.value == WorkState.BLOCKED for one in self.states)
        return is_blocked or any(row.value or row.is_invalid or row.remarks for _, row in self.further)


def entry_row(
    line: ReportLine,
    day: date,
    version: int | str,
    form: EntryForm | None = None,
    conflict: EntryConflict | None = None,
) -> EntryRow:
    """``version``: the one the page writes against; ``form``: what was typed and could not be saved as it stands;
    ``conflict``: where two texts met.
    """
    entry = line.entry
    values = initial_values(line.entry, line.suggestion) | (form.typed if form else {})
    mistakes = form.mistakes if form else {}
    unsettled = unsettled_field(mistakes, conflict)
    rows = {name: _field(line, name, values, mistakes, conflict) for name in (*FILLED_FIELDS, *_figure_names(line))}
    return EntryRow(
        line=line,
        version=version,
        prefix=prefix_of(entry),
        status=entry_status(entry, line.check, can_be_kept=line.can_be_kept, unsettled=unsettled),
        role=line.entry.role_words,
        deadline=_deadline(line, day),
        is_pressing=any(attention in _TOLD_BY_DEADLINE for attention in line.attention),
        why="; ".join(attention.value for attention in line.attention if attention not in _TOLD_BY_DEADLINE),
        last=percent(line.last.percent if line.last else None),
        last_look=look_of(line.last.work_state) if line.last else None,
        last_period=source_of(line.last) if line.last else "",
        last_result=line.last.result if line.last else "",
        source=line.suggestion.source if line.suggestion else "",
        fields=rows,
        states=[
            ChoiceRow(state.value, str(state.label), SHORT_STATES[state], look_of(state), values["work_state"] == state)
            for state in WorkState
        ],
        levels=[
            ChoiceRow(level.value, str(level.label), SHORT_LEVELS[level], None, values["solving_level"] == level)
            for level in SolvingLevel
        ],
        figures=[_figure(one, rows) for one in line.figures],
        remarks=[remark for remark in line.remarks if not remark.field or remark.field not in rows],
        is_troubled=bool(form or unsettled or line.check.questions or line.remarks)
        or Attention.RETURNED in line.attention,
    )


def unsettled_field(mistakes: Mapping[str, str], conflict: EntryConflict | None) -> Missing | None:
    """The first field whose text is on the page alone."""
    for name in mistakes:
        return Missing(name, "sửa ô bị đánh dấu sai", "ô sai")
    for clash in conflict.clashes if conflict else ():
        return Missing(clash.key, "chọn nội dung giữ lại", "chọn nội dung")
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
    entry: ProgressEntry, check: EntryCheck, *, can_be_kept: bool, unsettled: Missing | None = None
) -> EntryStatus:
    """``entry`` with its initiative read; ``unsettled``: what stands on the page and could not be saved."""
    missing = unsettled or check.missing
    is_silent = not entry.is_answered and not unsettled
    words = missing.words if missing else ""
    if can_be_kept and is_silent:
        words = "bấm “Giữ như kỳ trước”, hoặc chọn trạng thái công việc"
    prefix = prefix_of(entry)
    return EntryStatus(
        pk=entry.pk,
        code=entry.duty.initiative.code,
        is_kept=entry.is_kept,
        is_answered=entry.is_answered,
        is_silent=is_silent,
        missing=words,
        short=missing.short if missing else "",
        anchor=f"{prefix}-{missing.field}" if missing and not is_silent else prefix,
    )


def readiness_of(statuses: Sequence[EntryStatus]) -> FilingReadiness:
    """How much of a report is ready."""
    missing = [status for status in statuses if not status.is_ready]
    return FilingReadiness(len(statuses) - len(missing), len(statuses), missing)


def clash_row(conflict: EntryConflict, clash: Clash) -> ClashRow:
    prefix = prefix_of(conflict.entry)
    return ClashRow(
        name=f"{prefix}-{clash.key}",
        key=clash.key,
        list_name=f"{prefix}-clash",
        by=conflict.by or "Người khác",
        at=vn_moment(conflict.at) if conflict.at else "",
        mine=_words_of(clash.key, clash.mine),
        theirs=_words_of(clash.key, clash.theirs),
        can_keep_both=clash.key in TEXT_FIELDS,
    )


# --- One line ---


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
    target = write_number(indicator.target)
    return f"{target} %" if indicator.asks_for_total else f"{target} {indicator.unit_of_measure}"


def _words_of(key: str, value: Any) -> str:
    if isinstance(value, Figure):
        return write_figure(value)
    return field_words(key, value)


def _deadline(line: ReportLine, day: date) -> str:
    left = line.deadline.days_left(day) if line.deadline else None
    if line.deadline is None or left is None or (left < 0 and Attention.LATE not in line.attention):
        # A part may be late though the nearest one is not.
        return Attention.LATE.value if Attention.LATE in line.attention else ""
    if left < 0:
        return f"quá hạn hoàn thành {overdue_by(-left, line.deadline.due_on)}"
    return time_left(left) if left else "hạn hoàn thành hôm nay"
