"""A draft ready for its page: sections with their numbers, lines with how many sources each has."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q

from reports.documents.numbering import Numbering
from reports.models import ConsolidatedLine, ConsolidatedReport, ConsolidatedSection
from reports.services.consolidated.lines import LineConflict
from reports.states import STANDING

_SIGNS = {
    ConsolidatedLine.Form.BULLET: "-",
    ConsolidatedLine.Form.SUB_BULLET: "+",
}


@dataclass(frozen=True)
class LineRow:
    """One line; ``mark`` stands in front of it in the document. ``is_doubtful``: a source no longer stands."""

    line: ConsolidatedLine
    mark: str
    sources: int
    is_doubtful: bool
    rows: int
    conflict: LineConflict | None = None


class SectionRow(NamedTuple):
    section: ConsolidatedSection
    label: str
    lines: list[LineRow]
    removed: list[LineRow]


def section_rows(report: ConsolidatedReport, conflicts: dict[int, LineConflict] | None = None) -> list[SectionRow]:
    """The sections of ``report`` in order; five queries."""
    lines: dict[int, list[ConsolidatedLine]] = {}
    of_report = ConsolidatedLine.objects.filter(section__report=report)
    for line in of_report.order_by("section", "position", "pk"):
        lines.setdefault(line.section_id, []).append(line)
    counts, doubtful = _source_counts(report), _doubtful(report)
    numbering, annexes = Numbering(), 0
    found = []
    for section in report.sections.order_by("position"):
        annexes += section.is_annex
        label = f"Phụ lục {annexes}." if section.is_annex else numbering.label(section.level)
        rows = [
            _row(line, section, numbering, counts[line.pk], line.pk in doubtful, (conflicts or {}).get(line.pk))
            for line in lines.get(section.pk, [])
        ]
        standing = [row for row in rows if row.line.removed_at is None]
        found.append(SectionRow(section, label, standing, [row for row in rows if row.line.removed_at]))
    return found


def _row(
    line: ConsolidatedLine,
    section: ConsolidatedSection,
    numbering: Numbering,
    sources: int,
    is_doubtful: bool,
    conflict: LineConflict | None,
) -> LineRow:
    is_heading = line.form == ConsolidatedLine.Form.HEADING and line.removed_at is None
    mark = numbering.label(section.level + 1) if is_heading else _SIGNS.get(ConsolidatedLine.Form(line.form), "")
    # About how many lines it takes on a desk; the script fits it.
    return LineRow(line, mark, sources, is_doubtful, max(1, len(line.text) // 110 + 1), conflict)


def _source_counts(report: ConsolidatedReport) -> Counter[int]:
    counts: Counter[int] = Counter()
    for through in (ConsolidatedLine.entries.through, ConsolidatedLine.obstacles.through):
        of_report = through.objects.filter(consolidatedline__section__report=report)
        counts.update(dict(of_report.values_list("consolidatedline").annotate(Count("pk"))))
    return counts


def _doubtful(report: ConsolidatedReport) -> set[int]:
    """Lines that were drawn from an entry which was returned, taken back or left out of the aggregate since."""
    through = ConsolidatedLine.entries.through.objects.filter(consolidatedline__section__report=report)
    fallen = through.filter(~Q(progressentry__report__state__in=STANDING) | Q(progressentry__excluded_at__isnull=False))
    return set(fallen.values_list("consolidatedline", flat=True))
