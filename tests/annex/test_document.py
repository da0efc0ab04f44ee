"""Tables of a Word document, and the annex of the plan read alike from both kinds of file."""

import openpyxl
import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from assignments.annex.parsed import UNIT_COLUMNS, read_annex
from assignments.annex.reading.document import read_document
from tests.annex.directories import FIXTURES, SMALL, plan_directory
from tests.annex.packages import document

ANNEX = FIXTURES / "phu-luc.xlsx"


def cell(text, properties=""):
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.split("\n"))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraphs}</w:tc>"


def row(*cells):
    return f"<w:tr>{''.join(each if each.startswith('<') else cell(each) for each in cells)}</w:tr>"


def table(*rows, columns=3):
    return f"<w:tbl><w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def texts_of(path):
    return [[line.texts for line in sheet.rows] for sheet in read_document(path)]


def test_cells_are_read_with_their_lines_and_what_was_struck_out_is_not(tmp_path):
    struck = (
        "<w:tc><w:p><w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>mới</w:t></w:r></w:ins><w:r><w:br/><w:t>dòng hai</w:t></w:r></w:p></w:tc>"
    )

    path = document(tmp_path / "vb.docx", table(row("1", "- a\n- b", struck)))

    assert texts_of(path) == [[["1", "- a\n- b", "mới\ndòng hai"]]]


def test_merged_cells_are_told_as_in_a_workbook(tmp_path):
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    path = document(
        tmp_path / "vb.docx",
        table(
            row(cell("I. Nhóm một", '<w:gridSpan w:val="3"/>')),
            row("1", "a", cell("Công an huyện", down)),
            row("2", "b", cell("", on)),
            row("3", "c", cell("", on)),
            row("4", "d", cell("Phòng Nội vụ", down)),
            row("5", "e", cell("", on)),
        ),
    )

    (sheet,) = read_document(path)

    assert [line.is_wide for line in sheet.rows] == [True, *[False] * 5]
    assert [line.above.get(2) for line in sheet.rows] == [
        None,
        None,
        "Công an huyện",
        "Công an huyện",
        None,
        "Phòng Nội vụ",
    ]


def test_table_that_goes_on_in_another_of_the_same_columns_is_one(tmp_path):
    path = document(
        tmp_path / "vb.docx",
        table(row("UBND HUYỆN", "CỘNG HÒA"), columns=2) + table(row("TT", "a", "b")) + table(row("1", "c", "d")),
    )

    assert texts_of(path) == [[["UBND HUYỆN", "CỘNG HÒA"]], [["TT", "a", "b"], ["1", "c", "d"]]]


def test_table_and_cell_within_a_content_control_are_read(tmp_path):
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>".format
    path = document(tmp_path / "vb.docx", control(table(row("1", control(cell("a")), "b"))))

    assert texts_of(path) == [[["1", "a", "b"]]]


def test_row_that_begins_further_right_keeps_its_columns(tmp_path):
    indented = '<w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr>' + cell("b") + "</w:tr>"

    assert texts_of(document(tmp_path / "vb.docx", table(row("1", "a", "c"), indented))) == [
        [["1", "a", "c"], ["", "", "b"]]
    ]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("decimal", ["1", "2"]), ("upperRoman", ["I", "II"]), ("upperLetter", ["A", "B"]), ("bullet", ["- x", "- x"])],
)
def test_numbers_that_word_writes_itself_are_read(tmp_path, kind, shown):
    book = Document()
    numbering = book.part.numbering_part.element
    numbering.append(
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="99">'
            f'<w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/></w:lvl></w:abstractNum>'
        )
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="99"><w:abstractNumId w:val="99"/></w:num>'))
    for line in book.add_table(2, 1).rows:
        paragraph = line.cells[0].paragraphs[0]
        paragraph.add_run("x" if kind == "bullet" else "")
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="99"/></w:numPr>')
        )
    book.save(tmp_path / "vb.docx")

    assert [texts[0] for texts in texts_of(tmp_path / "vb.docx")[0]] == shown


@pytest.fixture
def annex_in_word(tmp_path):
    """The annex of the plan as a Word table for each page, rows split where the pages break."""
    rows = list(openpyxl.load_workbook(ANNEX).active.iter_rows(values_only=True))
    begins = next(number for number, cells in enumerate(rows) if cells[0] == "TT")
    book = Document()
    for cells in rows[:begins]:
        book.add_paragraph(str(cells[0] or ""))
    page = None
    for cells in rows[begins:]:
        if cells[0] == "TT" or page is None:
            page = book.add_table(0, 7)
            book.add_paragraph()
        for target, text in zip(page.add_row().cells, cells, strict=False):
            target.text = str(text) if text is not None else ""
    book.save(tmp_path / "phu-luc.docx")
    return tmp_path / "phu-luc.docx"


def without_rows(reading):
    return [{key: value for key, value in row.as_json().items() if key != "row"} for row in reading.rows]


def test_annex_of_the_plan_reads_alike_from_word_and_excel(annex_in_word):
    directory = plan_directory()

    excel, word = (read_annex(path, directory) for path in (ANNEX, annex_in_word))

    assert without_rows(word) == without_rows(excel)
    assert [(group.numeral, group.name) for group in word.groups] == [
        (group.numeral, group.name) for group in excel.groups
    ]


def test_annex_of_the_plan_gives_every_unit_deadline_and_platform():
    reading = read_annex(ANNEX, plan_directory())

    mentions = {column.value: [each for row in reading.rows for each in row.units[column]] for column in UNIT_COLUMNS}
    assert len(reading.rows) == 21
    assert {column: len(each) for column, each in mentions.items()} == {"lead": 27, "coordinating": 45, "support": 51}
    assert [each.text for column in mentions.values() for each in column if not each.known] == []
    assert sum(each.principal for each in mentions["coordinating"]) == 11
    assert sum(len(row.deadlines) for row in reading.rows) == 22
    assert [part.text for row in reading.rows for part in row.deadlines if part.kind == "unread"] == []
    assert sum(len(row.platforms) for row in reading.rows) == 40


@pytest.mark.parametrize("header", [(), ("TT", "Nhiệm vụ", "Chủ trì", "")])
def test_annex_that_goes_on_in_a_table_of_other_columns_is_told_of(tmp_path, header):
    rest = row("2", "Việc hai", "Phòng Nội vụ", "")
    path = document(
        tmp_path / "vb.docx",
        table(row("TT", "Nhiệm vụ", "Chủ trì"), row("1", "Việc một", "Công an huyện"))
        + table(*([row(*header)] if header else []), rest, columns=4)
        + table(row("Nơi nhận:", "TM. UBND"), columns=2),
    )

    reading = read_annex(path, SMALL)

    assert (len(reading.rows), reading.other_sheets) == (1, ["Bảng 2"])


def test_annex_may_follow_other_tables(tmp_path):
    path = document(
        tmp_path / "vb.docx",
        table(row("UBND HUYỆN", "CỘNG HÒA"), columns=2)
        + table(row("TT", "Nhiệm vụ", "Chủ trì"), row("1", "Khám chữa bệnh", "Công an huyện")),
    )

    reading = read_annex(path, SMALL)

    assert (reading.sheet, [each.task.name for each in reading.rows]) == ("Bảng 2", ["Khám chữa bệnh"])
