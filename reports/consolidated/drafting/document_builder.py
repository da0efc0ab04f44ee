"""The consolidated report as a document: sections with their lines in the body, tables in annexes of their own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple, Protocol

from documents import Annex, Block, Bullet, Head, Heading, OfficialDocument, Paragraph
from reports.letterheads.citations import first_citation, period_name, period_words, subject_of
from reports.letterheads.head import head_of
from reports.models import ConsolidatedReport

from .annexes import annex
from .drafted_line import Form
from .facts import Facts

KIND = "Báo cáo"
_NONE = "Không có."


class AnyLine(Protocol):
    """A line as drafted or as it stands in a report."""

    @property
    def form(self) -> str: ...
    @property
    def text(self) -> str: ...


class DocumentSection(NamedTuple):
    """A section of the outline or of a report, with its lines."""

    level: int
    kind: str
    title: str
    is_annex: bool
    lines: Sequence[AnyLine]


class Signing(NamedTuple):
    """What the final report adds; blank while it is a draft."""

    number: int | None = None
    signed_on: date | None = None
    signer: str = ""
    authority: str = ""
    office: str = ""


def build_document(
    facts: Facts,
    sections: Sequence[DocumentSection],
    *,
    addressees: Sequence[str],
    signing: Signing | None,
    at: datetime,
    replaces: str = "",
) -> OfficialDocument:
    """The document; without ``signing`` it says that it is a draft. ``replaces`` names an earlier version of it."""
    when = period_words(facts.period)
    who = str(facts.agency) if facts.agency else "Cơ quan thường trực"
    annexes = [Annex(section.title, annex(section.kind, facts)) for section in sections if section.is_annex]
    to = addressees[0] if addressees else "cấp trên"
    signed = signing or Signing()
    return OfficialDocument(
        head=_head(facts, signed),
        kind=KIND,
        subject=subject_of(facts.plan, when),
        blocks=[
            Paragraph(f"Thực hiện {first_citation(facts.plan)}, {who} báo cáo kết quả {when} như sau:"),
            *_sections([section for section in sections if not section.is_annex], len(annexes)),
            *([Paragraph(f"Báo cáo này thay thế {replaces}.")] if replaces else []),
            Paragraph(f"Trên đây là kết quả thực hiện {period_name(facts.period)}, {who} báo cáo {to}."),
        ],
        addressees=addressees,
        annexes=annexes,
        number=signed.number,
        signed_on=signed.signed_on,
        is_draft=signing is None,
        made_at=at,
    )


def signing_of(report: ConsolidatedReport) -> Signing | None:
    """What a final report is signed with; None for a draft."""
    if not report.is_final:
        return None
    return Signing(report.number, report.signed_on, report.signer, report.authority, report.office)


def _head(facts: Facts, signing: Signing) -> Head:
    if facts.agency is None:
        return Head(issuer=["Cơ quan thường trực"], issuer_name="Cơ quan thường trực", place=facts.plan.place)
    head = head_of(facts.agency, facts.plan)
    authority = [line.strip() for line in signing.authority.splitlines() if line.strip()]
    signer, office = signing.signer or head.signer, signing.office or head.office
    return replace(head, signer=signer, office=office, authority=authority or head.authority)


def _sections(sections: Sequence[DocumentSection], annexes: int) -> Iterator[Block]:
    """The sections; the annexes are told of at the end of the first section, which is where results stand (A1)."""
    mention = "Số liệu chi tiết được nêu tại " + ("các Phụ lục" if annexes > 1 else "Phụ lục") + " kèm theo."
    after = next((place for place, section in enumerate(sections) if place and section.level == 1), len(sections))
    for section in sections[:after]:
        yield from _blocks(section)
    if annexes:
        yield Paragraph(mention)
    for section in sections[after:]:
        yield from _blocks(section)


def _blocks(section: DocumentSection) -> Iterator[Block]:
    yield Heading(section.level, section.title)
    if section.lines:
        yield from _lines(section.level, section.lines)
    elif section.kind != "heading":
        yield Paragraph(_NONE)


def _lines(level: int, lines: Iterable[AnyLine]) -> Iterator[Block]:
    for line in lines:
        match line.form:
            case Form.HEADING:
                yield Heading(level + 1, line.text)
            case Form.BULLET:
                yield Bullet(line.text)
            case Form.SUB_BULLET:
                yield Paragraph(f"+ {line.text}")
            case _:
                yield Paragraph(line.text)
