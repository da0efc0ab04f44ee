"""The layout of a Báo cáo, point by point of Nghị định 30/2020/NĐ-CP, and the report of a unit laid out by it.

The tests test_P1 … test_A3 are named by the points of the decree: P page, H first page, B body, S signature, A annexes.
"""

import io
import zipfile
from datetime import date, timedelta

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import (
    Align,
    Annex,
    Bullet,
    Column,
    GroupRow,
    Head,
    Heading,
    OfficialDocument,
    Paragraph,
    Table,
    word_file,
)
from documents.layout import MOTTO, NATION, signed_day
from documents.measures import text_width
from documents.numbering import letter, roman
from models_registry.models import Deadline
from models_registry.text import clean
from reports.filing.drafts import keep_entries
from reports.filing.report_document import compose, unit_report_document
from reports.filing.services import submit_nothing, submit_report
from reports.letterheads.head import head_of
from reports.models import IndicatorFigure, Letterhead, UnitReport
from reports.periods.services import run_schedule
from tests.acts import save_draft
from tests.factories import DutyFactory, InitiativeFactory, UnitFactory
from tests.queries import same_queries

BLANK = "\u00a0"
HEAD = Head(
    parent="Công an tỉnh Thanh Hóa",
    issuer=["Công an huyện Quan Hóa"],
    issuer_name="Công an huyện Quan Hóa",
    symbol="BC-CAH",
    place="Quan Hóa",
    authority=["KT. Trưởng Công an huyện", "Phó Trưởng Công an huyện"],
    recipients=["Thường trực Huyện ủy (để báo cáo)"],
    drafter="QLHC",
)
COLUMNS = [
    Column("TT", 1, Align.CENTRE),
    Column("Chủ trì", 3, group="Phân công"),
    Column("Phối hợp", 3, group="Phân công"),
    Column("Số liệu", 2, Align.RIGHT),
]
TABLE = Table(COLUMNS, [GroupRow("I. Nhóm một"), ["1", "Phòng Tư pháp", "Công an huyện", "35"]])
BLOCKS = [
    Heading(0, "Đánh giá chung"),
    Heading(1, "Kết quả"),
    Heading(2, "Mô hình 6"),
    Heading(3, "Việc đã làm"),
    Heading(3, "Việc đang làm"),
    Paragraph("Đã lắp 2/3 đầu đọc."),
    Heading(1, "Khó khăn"),
    Bullet("Thiếu thiết bị"),
    Paragraph("Chi tiết tại các Phụ lục kèm theo."),
]
ANNEXES = [Annex("Tình hình", [TABLE]), Annex("Số liệu", [TABLE], is_landscape=False)]


def official(**given):
    values = {
        "head": HEAD,
        "kind": "Báo cáo",
        "subject": "Kết quả tuần 10/2024",
        "blocks": BLOCKS,
        "addressees": ["UBND huyện Quan Hóa"],
        "annexes": ANNEXES,
        **given,
    }
    return OfficialDocument(**values)


def opened(file):
    return docx.Document(io.BytesIO(file))


def made(**given):
    return opened(word_file(official(**given)))


@pytest.fixture(scope="module")
def document():
    return made(number=5, signed_on=date(2024, 1, 5), grounds=["Luật Căn cước", "Nghị định số 59/2022/NĐ-CP"])


def paragraphs(container, style=None):
    """Paragraphs of the body, or of a cell, in order, those inside tables too."""
    found = [docx.text.paragraph.Paragraph(p, None) for p in container._element.iter(qn("w:p"))]
    return [p for p in found if style in (None, style_of(p))]


def style_of(paragraph):
    return paragraph._p.pPr.find(qn("w:pStyle")).get(qn("w:val"))


def texts_in(document, style):
    return [p.text for p in paragraphs(document._body, style)]


def look(document, style_id):
    """Size, weight, slant and alignment of a style."""
    style = next(style for style in document.styles if style.style_id == style_id)
    weight = (bool(style.font.bold), bool(style.font.italic))
    return (style.font.size.pt, *weight, style.paragraph_format.alignment)


def rule_lengths(container):
    """Lengths of the drawn rules, as a share of the column they stand in the middle of."""
    indents = [p._p.pPr.find(qn("w:ind")) for p in paragraphs(container, "Rule")]
    return [(int(i.get(qn("w:left"))), int(i.get(qn("w:right")))) for i in indents]


def xml_of(document, tag):
    return list(document.element.body.iter(qn(tag)))


# --- Page ---


def test_P1_page_is_A4_upright_and_only_annexes_lie(document):
    sizes = [(round(s.page_width.mm), round(s.page_height.mm)) for s in document.sections]

    assert sizes == [(210, 297), (297, 210), (210, 297)]


def test_P2_margins_are_within_the_decree(document):
    margins = [
        [round(margin.mm) for margin in (one.top_margin, one.bottom_margin, one.left_margin, one.right_margin)]
        for one in document.sections
    ]

    assert margins == [[20, 20, 30, 15]] * 3


def test_P3_font_is_times_new_roman_and_black_in_every_script(document):
    fonts = list(document.styles.element.iter(qn("w:rFonts")))
    names = {fonts.get(qn(f"w:{script}")) for fonts in fonts for script in ("ascii", "hAnsi", "cs", "eastAsia")}
    colours = {colour.get(qn("w:val")) for colour in document.styles.element.iter(qn("w:color"))}

    assert (names, colours, xml_of(document, "w:rFonts")) == ({"Times New Roman"}, {"000000"}, [])


def test_P4_page_number_is_arabic_centred_on_top_and_not_on_the_first_page(document):
    section = document.sections[0]
    number, first = section.header.paragraphs[0], section.first_page_header.paragraphs[0]

    assert section.different_first_page_header_footer
    assert number._p.find(qn("w:fldSimple")).get(qn("w:instr")).strip() == "PAGE"
    assert first._p.find(qn("w:fldSimple")) is None
    assert look(document, "PageNumber") == (14, False, False, WD_ALIGN_PARAGRAPH.CENTER)


# --- First page ---


def test_H1_national_name(document):
    assert texts_in(document, "Nation") == [NATION]
    assert look(document, "Nation") == (12, True, False, WD_ALIGN_PARAGRAPH.CENTER)


def test_H2_motto(document):
    assert texts_in(document, "Motto") == ["Độc lập - Tự do - Hạnh phúc"]
    assert look(document, "Motto") == (13, True, False, WD_ALIGN_PARAGRAPH.CENTER)


def test_H3_rule_under_the_motto_is_as_long_as_it(document):
    cell = document.tables[0].rows[0].cells[1]
    left, right = rule_lengths(cell)[0]

    assert cell.width.twips - left - right == pytest.approx(text_width(MOTTO, 13), abs=2)


def test_H4_superior_body_is_not_bold(document):
    assert texts_in(document, "Parent") == ["CÔNG AN TỈNH THANH HÓA"]
    assert look(document, "Parent") == (12, False, False, WD_ALIGN_PARAGRAPH.CENTER)


def test_H5_issuing_body_is_bold_with_a_rule_of_a_third_to_a_half(document):
    cell = document.tables[0].rows[0].cells[0]
    left, right = rule_lengths(cell)[0]
    share = (cell.width.twips - left - right) / text_width("CÔNG AN HUYỆN QUAN HÓA", 12)

    assert texts_in(document, "Issuer") == ["CÔNG AN HUYỆN QUAN HÓA"]
    assert look(document, "Issuer") == (12, True, False, WD_ALIGN_PARAGRAPH.CENTER)
    assert 1 / 3 < share < 1 / 2


@pytest.mark.parametrize(
    ("number", "written"),
    [(5, "Số: 05/BC-CAH"), (123, "Số: 123/BC-CAH"), (None, f"Số: {BLANK * 6}/BC-CAH")],
)
def test_H6_number_takes_a_nought_below_ten_and_leaves_room_when_blank(number, written):
    document = made(number=number)

    assert texts_in(document, "Number") == [written]
    assert look(document, "Number") == (13, False, False, WD_ALIGN_PARAGRAPH.CENTER)


def test_H7_symbol_is_the_type_and_the_bodys_own_abbreviation(document):
    assert texts_in(document, "Number")[0].partition("/")[2] == "BC-CAH"


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2024, 1, 5), "ngày 05 tháng 01 năm 2024"),
        (date(2024, 2, 29), "ngày 29 tháng 02 năm 2024"),
        (date(2024, 3, 9), "ngày 09 tháng 3 năm 2024"),
        (date(2024, 12, 31), "ngày 31 tháng 12 năm 2024"),
        (None, f"ngày{BLANK * 5}tháng{BLANK * 5}năm{BLANK * 7}"),
    ],
)
def test_H8_date_has_noughts_where_the_decree_wants_them(day, written):
    assert signed_day(day) == written


def test_H8_place_and_date_stand_on_the_line_of_the_number_in_italics(document):
    row = document.tables[0].rows[1].cells

    assert [cell.text for cell in row] == ["Số: 05/BC-CAH", "Quan Hóa, ngày 05 tháng 01 năm 2024"]
    assert look(document, "PlaceDate") == (14, False, True, WD_ALIGN_PARAGRAPH.CENTER)


def test_H9_type_and_subject_are_bold_with_a_rule_below(document):
    left, right = rule_lengths(document._body)[-3]
    width = 11906 - document.sections[0].left_margin.twips - document.sections[0].right_margin.twips
    share = (width - left - right) / text_width("Kết quả tuần 10/2024", 14)

    assert (texts_in(document, "Kind"), texts_in(document, "Subject")) == (["BÁO CÁO"], ["Kết quả tuần 10/2024"])
    assert {look(document, style) for style in ("Kind", "Subject")} == {(14, True, False, WD_ALIGN_PARAGRAPH.CENTER)}
    assert 1 / 3 < share < 1 / 2


def test_H10_one_addressee_stands_on_the_line(document):
    assert texts_in(document, "Addressee") == ["Kính gửi: UBND huyện Quan Hóa"]
    assert look(document, "Addressee")[:3] == (14, False, False)


def test_H10_several_addressees_stand_below_one_another():
    document = made(addressees=["UBND huyện Quan Hóa", "Công an tỉnh;", "Phòng PC06."])

    assert texts_in(document, "AddresseeLabel") == ["Kính gửi:"]
    assert texts_in(document, "AddresseeItem") == ["- UBND huyện Quan Hóa;", "- Công an tỉnh;", "- Phòng PC06."]


# --- Body ---


def test_B1_body_is_justified_with_an_indent_and_room_between(document):
    style = next(style for style in document.styles if style.style_id == "Body").paragraph_format

    assert look(document, "Body") == (14, False, False, WD_ALIGN_PARAGRAPH.JUSTIFY)
    assert (round(style.first_line_indent.cm, 2), style.space_before.pt, style.line_spacing) == (1.27, 6, 1.1)


def test_B2_grounds_are_in_italics_and_end_with_semicolons_and_a_stop(document):
    assert texts_in(document, "Ground") == ["Luật Căn cước;", "Nghị định số 59/2022/NĐ-CP."]
    assert look(document, "Ground")[:3] == (14, False, True)


def test_B4_headings_count_and_look_as_the_decree_says(document):
    found = [(style_of(p), p.text) for p in paragraphs(document._body) if style_of(p) in (
        "Part", "PartTitle", "Section", "Clause", "Point")]  # fmt: skip

    assert found == [
        ("Part", "Phần I"),
        ("PartTitle", "ĐÁNH GIÁ CHUNG"),
        ("Section", "I. KẾT QUẢ"),
        ("Clause", "1. Mô hình 6"),
        ("Point", "a) Việc đã làm"),
        ("Point", "b) Việc đang làm"),
        ("Section", "II. KHÓ KHĂN"),
    ]
    assert [look(document, style)[1] for style in ("Part", "Section", "Clause", "Point")] == [True, True, True, False]


def test_B4_points_follow_the_vietnamese_alphabet():
    assert "".join(letter(number) for number in range(1, 24)) == "abcdđeghiklmnopqrstuvxy"
    assert [letter(24), roman(4), roman(9), roman(14), roman(23)] == ["aa", "IV", "IX", "XIV", "XXIII"]


@pytest.mark.parametrize(
    ("last", "ends"),
    [
        (Paragraph("Trên đây là báo cáo."), "Trên đây là báo cáo./."),
        (Paragraph("Trên đây là báo cáo./."), "Trên đây là báo cáo./."),
        (Bullet("Thiếu thiết bị;"), "- Thiếu thiết bị./."),
        (TABLE, "./."),
    ],
)
def test_B5_body_ends_with_its_mark(last, ends):
    document = made(blocks=[Paragraph("Một."), last], annexes=())

    assert texts_in(document, "Body")[-1] == ends


# --- Signature and recipients ---


def test_S1_authority_and_title_are_in_bold_capitals(document):
    assert texts_in(document, "Authority") == ["KT. TRƯỞNG CÔNG AN HUYỆN", "PHÓ TRƯỞNG CÔNG AN HUYỆN"]
    assert look(document, "Authority") == (14, True, False, WD_ALIGN_PARAGRAPH.CENTER)


def test_S2_name_of_who_signs_is_left_blank_unless_it_is_set(document):
    named = made(head=Head(issuer=["Phòng"], issuer_name="Phòng", signer="Nguyễn Văn Ký"))

    assert (texts_in(document, "Signer"), texts_in(named, "Signer")) == ([""], ["Nguyễn Văn Ký"])
    assert look(document, "Signer") == (14, True, False, WD_ALIGN_PARAGRAPH.CENTER)


def test_S4_there_is_room_to_sign_and_no_picture(document):
    assert texts_in(document, "SignatureRoom") == [""] * 4
    assert xml_of(document, "w:drawing") == []


def test_last_words_stand_on_the_page_of_the_signature(document):
    signature = document.tables[1]._tbl
    above = [signature.getprevious(), signature.getprevious().getprevious()]

    assert [paragraph.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None for paragraph in above] == [True, True]
    assert "".join(above[1].itertext()).endswith("./.")


def test_S5_recipients_stand_level_with_who_signs(document):
    left, right = document.tables[1].rows[0].cells

    assert [p.text for p in left.paragraphs] == [
        "Nơi nhận:",
        "- Như trên;",
        "- Thường trực Huyện ủy (để báo cáo);",
        "- Lưu: VT, QLHC.",
    ]
    assert right.paragraphs[0].text == "KT. TRƯỞNG CÔNG AN HUYỆN"
    assert look(document, "RecipientsLabel") == (12, True, True, WD_ALIGN_PARAGRAPH.LEFT)
    assert look(document, "Recipient") == (11, False, False, WD_ALIGN_PARAGRAPH.LEFT)


# --- Annexes ---


def test_A1_annexes_take_roman_numbers_only_where_there_are_several(document):
    alone = made(annexes=ANNEXES[:1])

    assert texts_in(document, "AnnexLabel") == ["Phụ lục I", "Phụ lục II"]
    assert texts_in(alone, "AnnexLabel") == ["Phụ lục"]
    assert texts_in(document, "AnnexTitle") == ["TÌNH HÌNH", "SỐ LIỆU"]
    assert look(document, "AnnexLabel") == look(document, "AnnexTitle") == (14, True, False, WD_ALIGN_PARAGRAPH.CENTER)


def test_A2_annex_says_what_it_belongs_to(document):
    given = "(Kèm theo Báo cáo số 05/BC-CAH ngày 05 tháng 01 năm 2024 của Công an huyện Quan Hóa)"

    assert texts_in(document, "AnnexOf") == [given, given]
    assert look(document, "AnnexOf") == (14, False, True, WD_ALIGN_PARAGRAPH.CENTER)


def test_A3_each_part_counts_its_pages_from_one(document):
    starts = [section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for section in document.sections]

    assert starts == ["1", "1", "1"]


# --- Tables, drafts, hostile text ---


def test_table_repeats_its_head_and_keeps_its_rows_whole(document):
    rows = document.tables[2]._tbl.findall(qn("w:tr"))
    heads = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
    whole = [row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows]

    assert (heads, whole) == ([True, True, False, False], [True] * 4)
    assert [cell.text for cell in document.tables[2].rows[1].cells] == ["TT", "Chủ trì", "Phối hợp", "Số liệu"]


def test_row_longer_than_half_a_page_may_split():
    document = made(annexes=[Annex("Dài", [Table([Column("Kết quả", 1)], [["chữ " * 5_000], ["ngắn"]])])])
    rows = document.tables[2]._tbl.findall(qn("w:tr"))[1:]

    assert [row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows] == [False, True]


def test_draft_says_that_it_is_one(document):
    assert (texts_in(document, "Draft"), texts_in(made(is_draft=True), "Draft")) == ([], ["DỰ THẢO"])


HOSTILE = [
    "Phòng A & B <script>alert(1)</script>",
    "{{ settings.SECRET_KEY }} {% include 'x' %} {%tr for a in b %}",
    "</w:t></w:r><w:p/>",
    "😀👩🏽‍⚕️ ệ e\u0323\u0302",
    "a\x00b\x07c\x1fd\ufffee\ud800f",
    "x" * 20_000,
    "\" ' = + - @",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_opens_and_reads_the_same(text):
    table = Table([Column("A", 1), Column("B", 1)], [[text, "khác"]])
    document = made(blocks=[Paragraph(text), Paragraph("Hết.")], annexes=[Annex("Bảng", [table])], addressees=[text])
    expected = "".join(char for char in text if char >= " " and char not in "\ufffe\ud800")

    assert texts_in(document, "Body")[0] == expected
    assert document.tables[2].rows[1].cells[0].text == expected
    assert texts_in(document, "Addressee") == [f"Kính gửi: {expected}"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=5))
def test_any_text_opens_and_its_cleaned_lines_are_all_there(lines):
    document = made(blocks=[Paragraph(clean("\n".join(lines))), Paragraph("Hết.")], annexes=())
    expected = [line.strip() for line in clean("\n".join(lines)).splitlines() if line.strip()]

    assert [p for p in texts_in(document, "Body") if p != ""][:-1] == [line.replace("\t", " ") for line in expected]


def test_package_names_the_issuer_and_nobody_else(document):
    with zipfile.ZipFile(io.BytesIO(word_file(official()))) as package:
        core = package.read("docProps/core.xml").decode()

    assert (document.core_properties.author, "python-docx" in core) == ("Công an huyện Quan Hóa", False)


# --- Letterheads ---


@pytest.mark.django_db
def test_letterhead_of_a_commune_is_its_committees(plan):
    plan.issuer, plan.place = "UBND huyện Quan Hóa", "Quan Hóa"
    unit = UnitFactory(name="UBND xã Phú Lệ", short_name="Phú Lệ", kind="commune")

    head = head_of(unit, plan)

    assert (head.parent, head.issuer, head.symbol) == ("", ["Ủy ban nhân dân", "xã Phú Lệ"], "BC-UBND")
    assert (head.place, head.authority) == ("Phú Lệ", ["TM. Ủy ban nhân dân", "Chủ tịch"])


@pytest.mark.django_db
def test_letterhead_of_a_department_has_the_plans_issuer_over_it(plan):
    plan.issuer, plan.place = "UBND huyện Quan Hóa", "Quan Hóa"
    unit = UnitFactory(name="Phòng Tư pháp", short_name="TP")

    head = head_of(unit, plan)

    assert (head.parent, head.issuer, head.symbol) == ("UBND huyện Quan Hóa", ["Phòng Tư pháp"], "BC-TP")


@pytest.mark.django_db
def test_letterhead_of_its_own_goes_before_what_is_usual(plan, unit):
    Letterhead.objects.create(
        unit=unit, issuer="Phòng Nội vụ\n huyện Quan Hóa \n", symbol="BC-PNV", recipients="Lãnh đạo\n"
    )

    head = head_of(unit, plan)

    assert (head.issuer, head.symbol, head.recipients) == (["Phòng Nội vụ", "huyện Quan Hóa"], "BC-PNV", ["Lãnh đạo"])
    assert head.authority == ["Trưởng phòng"]


@pytest.mark.django_db
def test_letterhead_of_a_body_that_is_no_office_says_its_head_in_general(plan):
    bank = UnitFactory(name="Phòng giao dịch Ngân hàng", kind="bank")

    assert head_of(bank, plan).authority == ["Thủ trưởng đơn vị"]


# --- The report of a unit ---


@pytest.fixture
def report(plan, duty, monday, standing_agency, time_machine):
    time_machine.move_to(monday, tick=False)
    plan.issuer, plan.place, plan.title = "UBND huyện Quan Hóa", "Quan Hóa", "Triển khai các mô hình"
    plan.save()
    Deadline.objects.create(initiative=duty.initiative, text="Năm 2024 và thường xuyên", kind="ongoing")
    run_schedule(at=monday)
    return UnitReport.objects.get(period__code="2024-W10")


def say(report, officer, at, **fields):
    entry = report.entries.get()
    for name, value in {"work_state": "blocked", "percent": 60, **fields}.items():
        setattr(entry, name, value)
    save_draft(report, [entry], by=officer, at=at)
    return entry


SAID = {
    "result": "Đã lắp 2/3 đầu đọc.\nĐã tập huấn & bàn giao.",
    "difficulty": "Thiếu thiết bị.",
    "solving_level": "district",
    "proposal": "Cấp kinh phí",
    "next_steps": "Lắp nốt 1/3",
}


@pytest.mark.django_db
def test_report_of_a_unit_says_all_that_was_filed_in_its_order(report, officer, monday, duty):
    say(report, officer, monday, **SAID)
    report = submit_report(report, by=officer, at=monday)

    document = opened(unit_report_document(report))

    code = duty.initiative.code
    assert [p.text.replace(BLANK, " ") for p in paragraphs(document._body) if style_of(p) in (
        "Kind", "Subject", "Addressee", "Body", "Section", "Clause")] == [
        "BÁO CÁO",
        f"Kết quả thực hiện Kế hoạch số {report.period.plan.number} tuần 10/2024\n"
        "(từ ngày 28/02/2024 đến ngày 05/3/2024)",
        "Kính gửi: Công an huyện",
        f"Thực hiện Kế hoạch số {report.period.plan.number} của UBND huyện Quan Hóa về việc triển khai các mô hình, "
        "Phòng Nội vụ báo cáo kết quả thực hiện tuần 10/2024 (từ ngày 28/02/2024 đến ngày 05/3/2024) như sau:",
        "I. KẾT QUẢ THỰC HIỆN",
        f"1. {duty.initiative}",
        "Vướng mắc, tiến độ 60%.",
        "Đã lắp 2/3 đầu đọc.",
        "Đã tập huấn & bàn giao.",
        "Tình hình từng mô hình được nêu tại Phụ lục kèm theo.",
        "II. KHÓ KHĂN, VƯỚNG MẮC",
        f"- Mô hình {code}: Thiếu thiết bị (cấp giải quyết: cấp huyện).",
        "III. NHIỆM VỤ KỲ TỚI",
        f"- Mô hình {code}: Lắp nốt 1/3.",
        "IV. ĐỀ XUẤT, KIẾN NGHỊ",
        f"- Mô hình {code}: Cấp kinh phí.",
        "Trên đây là kết quả thực hiện tuần 10/2024 của Phòng Nội vụ, kính gửi Công an huyện tổng hợp./.",
    ]  # fmt: skip


@pytest.mark.django_db
def test_report_of_a_unit_lists_every_duty_with_sign_and_word(report, officer, monday, duty):
    say(report, officer, monday, work_state="in_progress", result="Đã lắp")
    report = submit_report(report, by=officer, at=monday)

    rows = opened(unit_report_document(report)).tables[2].rows

    assert [cell.text for cell in rows[1].cells] == [
        "1", str(duty.initiative), "Chủ trì", "Năm 2024 và thường xuyên", "Đang triển khai", "60%", "Đã lắp",
    ]  # fmt: skip


@pytest.mark.django_db
def test_report_of_a_unit_says_of_what_was_kept_that_nothing_changed(report, officer, monday):
    say(report, officer, monday, work_state="in_progress", result="Đã lắp")
    submit_report(report, by=officer, at=monday)
    next_monday = monday + timedelta(days=7)
    run_schedule(at=next_monday)
    later = UnitReport.objects.get(period__code="2024-W11")
    keep_entries(later, by=officer, at=next_monday)

    rows = opened(unit_report_document(later)).tables[2].rows

    assert [cell.text for cell in rows[1].cells][-3:] == ["Đang triển khai", "60%", "Không thay đổi so với kỳ trước"]


@pytest.mark.django_db
def test_report_of_a_unit_tells_figures_counted_and_no_others(report, officer, monday, duty):
    initiative = duty.initiative
    counted = initiative.indicators.create(name="Cơ sở tiếp nhận", kind="percent", target=100, unit_of_measure="cơ sở")
    left_out = initiative.indicators.create(name="Chưa đếm", kind="at_least", target=20, unit_of_measure="DVC")
    entry = say(report, officer, monday)
    IndicatorFigure.objects.create(entry=entry, indicator=counted, value="1234.5", total="2000")
    IndicatorFigure.objects.create(entry=entry, indicator=left_out, value=None)

    rows = opened(unit_report_document(report)).tables[3].rows

    assert [[cell.text for cell in row.cells] for row in rows][1:] == [
        ["1", "Cơ sở tiếp nhận", initiative.code, "cơ sở", "100", "1.234,5", "2.000", "Lũy kế"]
    ]


@pytest.mark.django_db
def test_nothing_to_report_is_told_with_the_last_words(report, officer, monday):
    say(report, officer, monday, work_state="done", percent=100, result="Xong")
    submit_report(report, by=officer, at=monday)
    later = report.period.due_at
    run_schedule(at=later)
    monthly = submit_nothing(UnitReport.objects.get(period__code="2024-03"), by=officer, at=later)

    document = opened(unit_report_document(monthly))

    assert any("không phát sinh nội dung mới" in text for text in texts_in(document, "Body"))
    assert document.tables[2].rows[1].cells[4].text == "Hoàn thành"
    body = texts_in(document, "Body")
    # A difficulty reported before goes on, so that a signed report may not say that there is none.
    assert (body.count("Không phát sinh mới."), body.count("Không có.")) == (3, 0)


@pytest.mark.django_db
@same_queries(5)
def test_report_of_a_unit_takes_the_same_queries_for_any_number_of_duties(plan, duty, officer, monday, rows, counted):
    for _ in range(rows - 1):
        DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=plan))
    run_schedule(at=monday)
    report = UnitReport.objects.select_related("unit__letterhead", "period__plan").get(period__code="2024-W10")

    with counted:
        compose(report)


@pytest.mark.django_db
def test_document_of_a_filed_report_is_for_who_may_read_it(client, report, officer, standing_agency, outsider, monday):
    say(report, officer, monday, **SAID)
    submit_report(report, by=officer, at=monday)
    url = f"{report.get_absolute_url()}van-ban/"
    answers = {}

    for name, person in {"officer": officer, "agency": standing_agency, "outsider": outsider}.items():
        client.force_login(person)
        answers[name] = client.get(url).status_code

    assert answers == {"officer": 200, "agency": 200, "outsider": 404}


@pytest.mark.django_db
def test_document_of_a_draft_is_for_its_own_unit_and_marked(client, report, officer, standing_agency):
    url = f"{report.get_absolute_url()}van-ban/"
    client.force_login(standing_agency)
    refused = client.get(url).status_code
    client.force_login(officer)

    answer = client.get(url)

    assert (refused, answer.status_code) == (404, 200)
    assert texts_in(opened(answer.getvalue()), "Draft") == ["DỰ THẢO"]
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''B%C3%A1o%20c%C3%A1o%20tu%E1%BA%A7n")
