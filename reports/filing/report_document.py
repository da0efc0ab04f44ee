"""The report of one unit as a document ready to be signed: what it filed, in the order of Đề án 06 reports.

I. Kết quả, II. Khó khăn, vướng mắc, III. Nhiệm vụ kỳ tới, IV. Đề xuất, kiến nghị; the states of all duties and the
figures of the indicators in an annex.
"""

from collections.abc import Iterable, Sequence

from assignments.models import StandingAgency
from documents.blocks import Align, Annex, Block, Bullet, Column, Heading, OfficialDocument, Paragraph, Table
from documents.word import word_file
from models_registry.text import write_number
from reports.domain.states import look_of
from reports.domain.wording import document_percent
from reports.letterheads.citations import first_citation, period_name, period_words, subject_of
from reports.letterheads.head import head_of
from reports.models import Progress, ProgressEntry, UnitReport
from reports.progress.entries_read import entries_with_last_word

from .suggestions import follow_sources, latest_progress, suggestions_for

KIND = "Báo cáo"
_NONE = "Không có."
# Of a report "không phát sinh" only what is new is none: what was said before goes on.
_NOTHING_NEW = "Không phát sinh mới."


def unit_report_document(report: UnitReport) -> bytes:
    """The Word file of the report as it stands; one that is not filed says that it is a draft."""
    return word_file(compose(report))


def compose(report: UnitReport) -> OfficialDocument:
    """What the document says; ``report`` may have been read with or without its plan and unit."""
    plan, unit = report.period.plan, report.unit
    entries = _whole_entries(report)
    if not report.is_in_effect:
        follow_sources(entries, suggestions_for(report, entries))
    states = _states(report, entries)
    addressee = _addressee(report)
    when, again = period_words(report.period), period_name(report.period)
    return OfficialDocument(
        head=head_of(unit, plan),
        kind=KIND,
        subject=subject_of(plan, when),
        blocks=[
            Paragraph(f"Thực hiện {first_citation(plan)}, {unit} báo cáo kết quả thực hiện {when} như sau:"),
            *_sections(report, entries),
            Paragraph(f"Trên đây là kết quả thực hiện {again} của {unit}, kính gửi {addressee} tổng hợp."),
        ],
        addressees=[addressee],
        annexes=[Annex("Tình hình thực hiện các mô hình", _annex_tables(entries, states))],
        is_draft=not report.is_in_effect,
        made_at=report.submitted_at or report.saved_at,
    )


# --- Words around it ---


def _addressee(report: UnitReport) -> str:
    """The standing agency; it reports itself to who issued the plan."""
    plan, day = report.period.plan, report.period.ends_on
    agency = StandingAgency.objects.on(day).filter(plan=plan).select_related("unit").first()
    if agency and agency.unit_id != report.unit_id:
        return agency.unit.name
    return plan.issuer or "cơ quan ban hành Kế hoạch"


# --- Body ---


def _sections(report: UnitReport, entries: Sequence[ProgressEntry]) -> list[Block]:
    none = _NOTHING_NEW if report.nothing_to_report else _NONE
    if report.nothing_to_report:
        nothing = "Trong kỳ không phát sinh nội dung mới; các mô hình giữ như lần báo cáo gần nhất."
        results: list[Block] = [Paragraph(nothing)]
    else:
        results = [*_results(entries)] or [Paragraph("Trong kỳ chưa có kết quả mới.")]
    return [
        Heading(1, "Kết quả thực hiện"),
        *results,
        Paragraph("Tình hình từng mô hình được nêu tại Phụ lục kèm theo."),
        Heading(1, "Khó khăn, vướng mắc"),
        *_bullets(entries, "difficulty", none),
        Heading(1, "Nhiệm vụ kỳ tới"),
        *_bullets(entries, "next_steps", none),
        Heading(1, "Đề xuất, kiến nghị"),
        *_bullets(entries, "proposal", none),
    ]


def _results(entries: Iterable[ProgressEntry]) -> Iterable[Block]:
    """Each duty that has a result of this period; the others stand in the annex."""
    for entry in entries:
        if entry.result.strip():
            yield Heading(2, str(entry.duty.initiative))
            yield Paragraph(f"{_state_words(entry)}.")
            yield Paragraph(entry.result)


def _bullets(entries: Iterable[ProgressEntry], field: str, none: str) -> list[Block]:
    said: list[Block] = [
        Bullet(f"Mô hình {entry.duty.initiative.code}: {_end_cut(getattr(entry, field))}{_level(entry, field)}.")
        for entry in entries
        if getattr(entry, field).strip()
    ]
    return said or [Paragraph(none)]


def _end_cut(text: str) -> str:
    """Without its full stop: who can solve it may follow, and the bullet has its own."""
    return text.strip().rstrip(".;")


def _level(entry: ProgressEntry, field: str) -> str:
    """Who can solve it, after the difficulty."""
    is_told = field == "difficulty" and entry.solving_level
    return f" (cấp giải quyết: {entry.get_solving_level_display().lower()})" if is_told else ""


def _state_words(progress: Progress) -> str:
    percent = document_percent(progress.percent)
    return f"{look_of(progress.work_state).word}{f', tiến độ {percent}' if percent else ''}"


# --- Annex ---


def _annex_tables(entries: Sequence[ProgressEntry], states: dict[int, Progress]) -> list[Block]:
    rows = [_state_row(place, entry, states.get(entry.duty_id)) for place, entry in enumerate(entries, start=1)]
    columns = [
        Column("TT", 1.4, Align.CENTRE),
        Column("Mô hình", 7),
        Column("Vai trò", 3),
        Column("Thời hạn", 4),
        Column("Tình trạng", 4),
        Column("Tiến độ", 2.4, Align.CENTRE),
        Column("Kết quả trong kỳ", 7),
    ]
    figures = _figure_rows(entries)
    if not figures:
        return [Table(columns, rows)]
    return [Table(columns, rows, caption="1. Tình trạng các mô hình"), _figure_table(figures)]


def _state_row(place: int, entry: ProgressEntry, last: Progress | None) -> list[str]:
    """One duty; what this report leaves open is taken from the last word on it."""
    progress = entry if entry.is_answered else last
    look = look_of(progress.work_state if progress else None)
    deadlines = "\n".join(deadline.text for deadline in entry.duty.initiative.deadlines.all())
    return [
        str(place),
        str(entry.duty.initiative),
        entry.role_words,
        deadlines,
        look.word,
        document_percent(progress.percent if progress else None),
        entry.result or ("Không thay đổi so với kỳ trước" if entry.is_kept else ""),
    ]


def _figure_table(rows: list[list[str]]) -> Table:
    columns = [
        Column("TT", 1.4, Align.CENTRE),
        Column("Chỉ tiêu", 9),
        Column("Mô hình", 2, Align.CENTRE),
        Column("Đơn vị tính", 4, Align.CENTRE),
        Column("Mục tiêu", 3, Align.RIGHT),
        Column("Số liệu", 3, Align.RIGHT),
        Column("Trên tổng số", 3, Align.RIGHT),
        Column("Cách tính", 3, Align.CENTRE),
    ]
    return Table(columns, rows, caption="2. Số liệu chỉ tiêu")


def _figure_rows(entries: Iterable[ProgressEntry]) -> list[list[str]]:
    """Figures that were counted; one left empty was not counted, which is not 0."""
    figures = [figure for entry in entries for figure in entry.figures.all() if figure.value is not None]
    return [
        [
            str(place),
            figure.indicator.name,
            figure.entry.duty.initiative.code,
            figure.indicator.unit_of_measure,
            write_number(figure.indicator.target),
            write_number(figure.value),
            write_number(figure.total),
            "Lũy kế" if figure.indicator.is_cumulative else "Trong kỳ",
        ]
        for place, figure in enumerate(figures, start=1)
    ]


def _whole_entries(report: UnitReport) -> list[ProgressEntry]:
    return entries_with_last_word(report.entries.prefetch_related("duty__initiative__deadlines", "figures__indicator"))


def _states(report: UnitReport, entries: Sequence[ProgressEntry]) -> dict[int, Progress]:
    """The latest progress on the duties this report does not answer for; queried only where there are any."""
    return latest_progress(report, entries) if any(not entry.is_answered for entry in entries) else {}
