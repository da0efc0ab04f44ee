"""The consolidated report as a document: sections with their lines in the body, tables in annexes of their own."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from documents import Annex, Block, Bullet, Head, Heading, OfficialDocument, Paragraph
from models_registry.text import filled_lines
from reports.letterheads.citations import first_citation, period_name, period_words, subject_of
from reports.letterheads.head import head_of
from reports.models import ConsolidatedLine, ConsolidatedReport, ConsolidatedSection, OutlineSection

from .annexes import annex
from .drafted_line import DraftLine, Form
from .facts import Facts
from .phrases import NONE

KIND = "Báo cáo"
# A section of the outline or of a report, with its lines.
DocumentSection = tuple[OutlineSection | ConsolidatedSection, Sequence[DraftLine] | Sequence[ConsolidatedLine]]


def build_document(
    facts: Facts, report: ConsolidatedReport, sections: Sequence[DocumentSection], *, at: datetime, replaces: str = ""
) -> OfficialDocument:
    """``report``, which need not be saved, as a document; ``replaces`` names an earlier version of it."""
    when, addressees = period_words(facts.period), filled_lines(report.addressees)
    annexes = [Annex(section.title, annex(section.kind, facts)) for section, _ in sections if section.is_annex]
    to = addressees[0] if addressees else "cấp trên"
    return OfficialDocument(
        head=_head(facts, report),
        kind=KIND,
        subject=subject_of(facts.plan, when),
        blocks=[
            Paragraph(f"Thực hiện {first_citation(facts.plan)}, {facts.reporter} báo cáo kết quả {when} như sau:"),
            *_sections([pair for pair in sections if not pair[0].is_annex], len(annexes)),
            *([Paragraph(f"Báo cáo này thay thế {replaces}.")] if replaces else []),
            Paragraph(f"Trên đây là kết quả thực hiện {period_name(facts.period)}, {facts.reporter} báo cáo {to}."),
        ],
        addressees=addressees,
        annexes=annexes,
        number=report.number,
        signed_on=report.signed_on,
        is_draft=not report.is_final,
        made_at=at,
    )


def _head(facts: Facts, report: ConsolidatedReport) -> Head:
    """The letterhead of the standing agency; who signs is settled when the report is issued."""
    if facts.agency is None:
        return Head(issuer=[facts.reporter], issuer_name=facts.reporter, place=facts.plan.place)
    head = head_of(facts.agency, facts.plan)
    return replace(
        head,
        signer=report.signer or head.signer,
        office=report.office or head.office,
        authority=filled_lines(report.authority) or head.authority,
    )


def _sections(sections: Sequence[DocumentSection], annexes: int) -> Iterator[Block]:
    """The sections; the annexes are told of at the end of the first section, which is where results stand (A1)."""
    mention = "Số liệu chi tiết được nêu tại " + ("các Phụ lục" if annexes > 1 else "Phụ lục") + " kèm theo."
    after = next((place for place, (section, _) in enumerate(sections) if place and section.level == 1), len(sections))
    for section, lines in sections[:after]:
        yield from _blocks(section, lines)
    if annexes:
        yield Paragraph(mention)
    for section, lines in sections[after:]:
        yield from _blocks(section, lines)


def _blocks(
    section: OutlineSection | ConsolidatedSection, lines: Sequence[DraftLine] | Sequence[ConsolidatedLine]
) -> Iterator[Block]:
    yield Heading(section.level, section.title)
    if section.is_written and not lines:
        yield Paragraph(NONE)
    for line in lines:
        match line.form:
            case Form.HEADING:
                yield Heading(section.level + 1, line.text)
            case Form.BULLET:
                yield Bullet(line.text)
            case Form.SUB_BULLET:
                yield Paragraph(f"+ {line.text}")
            case _:
                yield Paragraph(line.text)
