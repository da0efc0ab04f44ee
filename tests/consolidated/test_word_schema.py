"""The order of elements in the Word files: LibreOffice reads any, Word calls a file with another order damaged.

The sequences are those of ECMA-376, part 1 (wml.xsd), of the elements a document could reasonably hold.
"""

import pytest
from docx.oxml.ns import qn

from documents import word_file
from reports.consolidated.services.final import document_of
from reports.consolidated.services.report_drafts import start_draft
from reports.filing.report_document import unit_report_document
from reports.periods.services import run_schedule
from tests.consolidated.district import THURSDAY
from tests.documents.test_documents import opened
from tests.factories import vn

pytestmark = pytest.mark.django_db

SEQUENCES = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "styles": "docDefaults latentStyles style",
    "docDefaults": "rPrDefault pPrDefault",
    "tblBorders": "top start left bottom end right insideH insideV",
    "tblCellMar": "top start left bottom end right",
    "pBdr": "top left bottom right between bar",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p tbl",
    "p": "pPr r fldSimple hyperlink",
    "settings": "writeProtection view zoom removePersonalInformation mirrorMargins defaultTabStop evenAndOddHeaders "
    "characterSpacingControl footnotePr endnotePr compat rsids mathPr themeFontLang clrSchemeMapping decimalSymbol "
    "listSeparator",
}
MANY = {"headerReference", "style", "tr", "tc", "p", "r", "tbl", "tblStylePr"}


@pytest.fixture(params=["draft", "month", "unit"])
def document(request, draft, district):
    """A weekly draft; a month, whose annex has a head of two rows; the report of a unit."""
    if request.param == "unit":
        return opened(unit_report_document(district.report("health")))
    if request.param == "month":
        run_schedule(at=vn("2024-03-15 08:00"))
        draft = start_draft(district.period("2024-03"), by=district.agency, at=vn("2024-03-15 09:00"))
    return opened(word_file(document_of(draft, at=THURSDAY)))


def roots(document):
    headers = [one for section in document.sections for one in (section.header, section.first_page_header)]
    return [document.element, document.styles.element, document.settings.element, *(one._element for one in headers)]


def named(element):
    return element.tag.rpartition("}")[2]


def test_elements_stand_in_the_order_of_the_schema(document):
    wrong = []
    for root in roots(document):
        for element in root.iter():
            sequence = SEQUENCES.get(named(element), "").split()
            names = [named(child) for child in element] if sequence else []
            unknown = set(names) - set(sequence)
            places = [sequence.index(name) for name in names if name not in unknown]
            twice = {name for name in names if names.count(name) > 1} - MANY
            if unknown or twice or places != sorted(places):
                wrong.append((named(element), names))

    assert wrong == []


def test_every_cell_ends_in_a_paragraph_and_every_row_fills_its_grid(document):
    tables = list(document.element.iter(qn("w:tbl")))

    assert len(tables) >= 4
    for table in tables:
        grid = len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))
        for row in table.findall(qn("w:tr")):
            cells = row.findall(qn("w:tc"))
            spans = [cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}") for cell in cells]

            assert sum(1 if span is None else int(span.get(qn("w:val"))) for span in spans) == grid
            assert {named(cell[-1]) for cell in cells} == {"p"}


def test_styles_and_headers_that_are_named_are_there(document):
    styles = {style.get(qn("w:styleId")) for style in document.styles.element.iter(qn("w:style"))}
    used = {one.get(qn("w:val")) for root in roots(document) for tag in ("w:pStyle", "w:tblStyle", "w:basedOn")
            for one in root.iter(qn(tag))}  # fmt: skip
    headers = {one.get(qn("r:id")) for one in document.element.iter(qn("w:headerReference"))}

    assert used - styles == set()
    assert headers - set(document.part.rels) == set()


def test_text_with_spaces_at_its_ends_keeps_them(document):
    loose = [one for one in document.element.iter(qn("w:t")) if one.text and one.text != one.text.strip()]

    assert {one.get("{http://www.w3.org/XML/1998/namespace}space") for one in loose} <= {"preserve"}
