"""A draft ready for its page: sections with their numbers, lines with how many sources each has."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Prefetch, Q

from documents.numbering import Numbering
from reports.domain.states import IN_EFFECT
from reports.models import ConsolidatedLine, ConsolidatedReport, ConsolidatedSection

from .services.line_edits import LineConflict

_SIGNS = {
    ConsolidatedLine.Form.BULLET: "-",
    ConsolidatedLine.Form.SUB_BULLET: "+",
}


@dataclass(frozen=True)
class LineRow:
    """One line; ``mark`` stands in front of it in the document. ``is_doubtful``: a source no longer stands.

    ``text`` is what it says, or what was typed and could not be saved.
    """

    line: ConsolidatedLine
    text: str
    mark: str
    sources: int
    is_doubtful: bool
    conflict: LineConflict | None = None

    @property
    def rows(self) -> int:
        """About how many rows its text takes on a desk; the script fits the field to it."""
        return len(self.text) // 110 + 1


class SectionRow(NamedTuple):
    section: ConsolidatedSection
    label: str
    lines: list[LineRow]
    removed: list[LineRow]


def section_rows(
    report: ConsolidatedReport, conflicts: Mapping[int, LineConflict], typed: Mapping[str, str]
) -> list[SectionRow]:
    """The sections of ``report`` in order, ``typed`` in the fields of these names; five queries."""
    lines = Prefetch("lines", ConsolidatedLine.objects.order_by("position", "pk"))
    counts, doubtful = _source_counts(report), _doubtful(report)
    numbering, annexes = Numbering(), 0
    found = []
    for section in report.sections.order_by("position").prefetch_related(lines):
        annexes += section.is_annex
        label = f"Phụ lục {annexes}." if section.is_annex else numbering.label(section.level)
        rows = [
            LineRow(
                *(line, typed.get(f"dong-{line.pk}", line.text), _mark(line, section, numbering)),
                *(counts[line.pk], line.pk in doubtful, conflicts.get(line.pk)),
            )
            for line in section.lines.all()
        ]
        shown = [row for row in rows if row.line.removed_at is None]
        found.append(SectionRow(section, label, shown, [row for row in rows if row.line.removed_at]))
    return found


def _mark(line: ConsolidatedLine, section: ConsolidatedSection, numbering: Numbering) -> str:
    is_heading = line.form == ConsolidatedLine.Form.HEADING and line.removed_at is None
    return numbering.label(section.level + 1) if is_heading else _SIGNS.get(ConsolidatedLine.Form(line.form), "")


def _source_counts(report: ConsolidatedReport) -> Counter[int]:
    counts: Counter[int] = Counter()
    for through in (ConsolidatedLine.entries.through, ConsolidatedLine.obstacles.through):
        of_report = through.objects.filter(consolidatedline__section__report=report)
        counts.update(dict(of_report.values_list("consolidatedline").annotate(Count("pk"))))
    return counts


def _doubtful(report: ConsolidatedReport) -> set[int]:
    """Lines that were drawn from an entry which was returned, taken back or left out of the roll-up since."""
    through = ConsolidatedLine.entries.through.objects.filter(consolidatedline__section__report=report)
    fallen = through.filter(
        ~Q(progressentry__report__state__in=IN_EFFECT) | Q(progressentry__excluded_at__isnull=False)
    )
    return set(fallen.values_list("consolidatedline", flat=True))
