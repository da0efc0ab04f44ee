"""The Word file of the consolidated report, point by point of Nghị định 30/2020/NĐ-CP, on the made-up district.

The layout itself is held by tests/test_documents.py; here each point is asked of this document.
"""

from datetime import date

import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from documents import word_file
from documents.layout import MOTTO, NATION
from documents.measures import text_width
from models_registry.text import clean
from reports.consolidated.services.final import document_of, finalize
from reports.consolidated.services.line_edits import LineEdit, save_lines
from reports.models import Letterhead
from tests.consolidated.district import THURSDAY
from tests.documents.test_documents import (
    BLANK,
    HOSTILE,
    look,
    opened,
    paragraphs,
    rule_lengths,
    style_of,
    texts_in,
    xml_of,
)
from tests.factories import vn

pytestmark = pytest.mark.django_db

CENTRE = WD_ALIGN_PARAGRAPH.CENTER
FRIDAY = vn("2024-03-08 15:00")


@pytest.fixture
def letterhead(district):
    return Letterhead.objects.create(
        unit=district.plan.standing_agencies.get().unit,
        parent="Công an tỉnh Thanh Hóa",
        issuer="Công an huyện Quan Hóa",
        symbol="BC-CAH",
        place="Quan Hóa",
        authority="KT. Trưởng Công an huyện\nPhó Trưởng Công an huyện",
        recipients="Thường trực Huyện ủy (để báo cáo)",
        drafter="QLHC",
    )


@pytest.fixture
def document(draft, district, letterhead):
    final = finalize(
        draft,
        number=5,
        signed_on=date(2024, 3, 8),
        by=district.agency,
        at=FRIDAY,
        addressees="UBND huyện Quan Hóa\nCông an tỉnh Thanh Hóa",
    )
    return opened(word_file(document_of(final, at=FRIDAY)))


def test_P1_body_stands_upright_and_annexes_lie(document):
    sizes = [(round(one.page_width.mm), round(one.page_height.mm)) for one in document.sections]

    assert sizes == [(210, 297), (297, 210), (297, 210), (297, 210)]


def test_P2_margins(document):
    margins = {
        (round(one.top_margin.mm), round(one.bottom_margin.mm), round(one.left_margin.mm), round(one.right_margin.mm))
        for one in document.sections
    }

    assert margins == {(20, 20, 30, 15)}


def test_P3_font(document):
    fonts = list(document.styles.element.iter(qn("w:rFonts")))
    names = {one.get(qn(f"w:{script}")) for one in fonts for script in ("ascii", "hAnsi", "cs", "eastAsia")}

    assert (names, xml_of(document, "w:rFonts")) == ({"Times New Roman"}, [])


def test_P4_page_numbers(document):
    for section in document.sections:
        field = section.header.paragraphs[0]._p.find(qn("w:fldSimple"))

        assert section.different_first_page_header_footer
        assert (field.get(qn("w:instr")).strip(), section.first_page_header.paragraphs[0].text) == ("PAGE", "")
    assert look(document, "PageNumber") == (14, False, False, CENTRE)


def test_H1_H2_national_name_and_motto(document):
    assert (texts_in(document, "Nation"), texts_in(document, "Motto")) == ([NATION], [MOTTO])
    assert (look(document, "Nation"), look(document, "Motto")) == ((12, True, False, CENTRE), (13, True, False, CENTRE))


def test_H3_rule_under_the_motto(document):
    cell = document.tables[0].rows[0].cells[1]
    left, right = rule_lengths(cell)[0]

    assert cell.width.twips - left - right == pytest.approx(text_width(MOTTO, 13), abs=2)


def test_H4_H5_superior_and_issuing_body(document):
    cell = document.tables[0].rows[0].cells[0]
    left, right = rule_lengths(cell)[0]

    assert texts_in(document, "Parent") == ["CÔNG AN TỈNH THANH HÓA"]
    assert texts_in(document, "Issuer") == ["CÔNG AN HUYỆN QUAN HÓA"]
    assert 1 / 3 < (cell.width.twips - left - right) / text_width("CÔNG AN HUYỆN QUAN HÓA", 12) < 1 / 2


def test_H6_H7_number_and_symbol(document):
    assert texts_in(document, "Number") == ["Số: 05/BC-CAH"]


def test_H8_place_and_date(document):
    assert texts_in(document, "PlaceDate") == ["Quan Hóa, ngày 08 tháng 3 năm 2024"]


def test_H9_type_and_subject(document):
    assert texts_in(document, "Kind") == ["BÁO CÁO"]
    assert texts_in(document, "Subject") == [
        "Kết quả thực hiện Kế hoạch số 15/KH-UBND tuần 10/2024\n(từ ngày 28/02/2024 đến ngày 05/3/2024)"
    ]


def test_H10_addressees(document):
    assert texts_in(document, "AddresseeLabel") == ["Kính gửi:"]
    assert texts_in(document, "AddresseeItem") == ["- UBND huyện Quan Hóa;", "- Công an tỉnh Thanh Hóa."]


def test_B1_body_is_justified_with_an_indent(document):
    style = next(style for style in document.styles if style.style_id == "Body").paragraph_format

    assert look(document, "Body") == (14, False, False, WD_ALIGN_PARAGRAPH.JUSTIFY)
    assert (round(style.first_line_indent.cm, 2), style.space_before.pt) == (1.27, 6)


def test_B3_plan_is_cited_in_full_the_first_time(document):
    assert texts_in(document, "Body")[0] == (
        "Thực hiện Kế hoạch số 15/KH-UBND ngày 01/3/2024 của UBND huyện Quan Hóa về việc triển khai các mô hình, "
        "Công an huyện báo cáo kết quả tuần 10/2024 (từ ngày 28/02/2024 đến ngày 05/3/2024) như sau:"
    )


def test_B4_headings_count(document):
    heads = ("Section", "Clause", "Point")

    assert [(style_of(p), p.text) for p in paragraphs(document._body) if style_of(p) in heads] == [
        ("Section", "I. KẾT QUẢ ĐẠT ĐƯỢC"),
        ("Clause", "1. Số liệu chung"),
        ("Clause", "2. Công tác chỉ đạo, điều hành"),
        ("Clause", "3. Kết quả theo nhóm và mô hình"),
        ("Point", "a) Nhóm phát triển kinh tế"),
        ("Point", "b) Nhóm công dân số"),
        ("Section", "II. KHÓ KHĂN, VƯỚNG MẮC, NGUYÊN NHÂN"),
        ("Clause", "1. Thuộc thẩm quyền giải quyết của cấp huyện"),
        ("Section", "III. NHIỆM VỤ TRỌNG TÂM KỲ TỚI"),
        ("Section", "IV. ĐỀ XUẤT, KIẾN NGHỊ"),
        ("Clause", "1. Đối với cấp huyện"),
    ]


def test_B5_body_ends_with_its_mark(document):
    assert texts_in(document, "Body")[-1] == (
        "Trên đây là kết quả thực hiện tuần 10/2024, Công an huyện báo cáo UBND huyện Quan Hóa./."
    )


def test_S1_S2_S4_who_signs_and_the_room_for_it(document):
    assert texts_in(document, "Authority") == ["KT. TRƯỞNG CÔNG AN HUYỆN", "PHÓ TRƯỞNG CÔNG AN HUYỆN"]
    assert (texts_in(document, "Signer"), texts_in(document, "SignatureRoom")) == ([""], [""] * 4)
    assert xml_of(document, "w:drawing") == []


def test_S3_who_signs_for_a_working_group_tells_the_office_above_the_name(draft, district):
    final = finalize(
        draft,
        number=5,
        signed_on=date(2024, 3, 8),
        by=district.agency,
        at=FRIDAY,
        authority="TM. Tổ công tác\nTổ trưởng",
        office="Chủ tịch UBND huyện",
        signer="Nguyễn Văn Ký",
    )

    document = opened(word_file(document_of(final, at=FRIDAY)))

    signed = [p.text for p in paragraphs(document._body) if style_of(p) in ("Authority", "Signer")]
    assert signed == ["TM. TỔ CÔNG TÁC", "TỔ TRƯỞNG", "CHỦ TỊCH UBND HUYỆN", "Nguyễn Văn Ký"]


def test_S5_recipients(document):
    assert texts_in(document, "RecipientsLabel") == ["Nơi nhận:"]
    assert texts_in(document, "Recipient") == [
        "- Như trên;", "- Thường trực Huyện ủy (để báo cáo);", "- Lưu: VT, QLHC.",
    ]  # fmt: skip


def test_A1_body_mentions_the_annexes_which_have_roman_numbers(document):
    assert "Số liệu chi tiết được nêu tại các Phụ lục kèm theo." in texts_in(document, "Body")
    assert texts_in(document, "AnnexLabel") == ["Phụ lục I", "Phụ lục II", "Phụ lục III"]
    assert texts_in(document, "AnnexTitle") == [
        "TÌNH HÌNH THỰC HIỆN CÁC MÔ HÌNH",
        "TÌNH HÌNH NỘP BÁO CÁO THEO ĐƠN VỊ",
        "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU",
    ]


def test_A1_annexes_are_told_of_where_the_results_end(document):
    read = [p.text for p in paragraphs(document._body) if style_of(p) in ("Body", "Section")]
    place = read.index("Số liệu chi tiết được nêu tại các Phụ lục kèm theo.")

    assert read[place + 1] == "II. KHÓ KHĂN, VƯỚNG MẮC, NGUYÊN NHÂN"


def test_A1_annexes_are_told_of_at_the_end_of_a_body_of_one_section(draft):
    draft.sections.filter(kind__in=("difficulties", "next_steps", "proposals")).delete()
    document = opened(word_file(document_of(draft, at=THURSDAY)))

    assert texts_in(document, "Body")[-2] == "Số liệu chi tiết được nêu tại các Phụ lục kèm theo."


def test_A2_annexes_say_what_they_belong_to(document):
    of = "(Kèm theo Báo cáo số 05/BC-CAH ngày 08 tháng 3 năm 2024 của Công an huyện)"

    assert texts_in(document, "AnnexOf") == [of] * 3


def test_A3_annexes_count_their_own_pages(document):
    starts = [one._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for one in document.sections]

    assert starts == ["1"] * 4


def test_annex_tables_repeat_their_heads_and_keep_rows_whole(document):
    tables = document.tables[2:]

    assert len(tables) == 3
    for table in tables:
        rows = table._tbl.findall(qn("w:tr"))
        heads = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
        whole = [row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows]

        assert heads == [True] + [False] * (len(rows) - 1)
        assert all(whole)


def cells(document, place):
    return [[cell.text for cell in row.cells] for row in document.tables[place].rows][1:]


def test_annex_of_initiatives_tells_state_deadline_and_last_result(document):
    merged = ["I. Nhóm phát triển kinh tế"] * 7

    assert cells(document, 2)[:3] == [
        merged,
        [
            "1",
            "Mô hình 6: Khám bệnh bằng căn cước",
            "Trung tâm Y tế",
            "Năm 2024 và thường xuyên",
            "Đang triển khai",
            "60%",
            "Đã lắp 2/3 đầu đọc.\n- Tập huấn cho nhân viên",
        ],
        [
            "2",
            "Mô hình 9: Quản lý lưu trú",
            "Phòng Tư pháp",
            "01/3/2024",
            "Vướng mắc\nChậm so với thời hạn",
            "20%",
            "",
        ],
    ]


def test_annex_of_filing_tells_each_unit(document):
    assert cells(document, 3) == [
        ["1", "Phòng Tư pháp", "Đã nộp", "08:00 ngày 04/03/2024", ""],
        ["2", "Trung tâm Y tế", "Đã nộp", "08:00 ngày 04/03/2024", ""],
        ["3", "UBND xã Phú Lệ", "Nộp muộn", "08:00 ngày 06/03/2024", ""],
        ["4", "UBND xã Phú Sơn", "Chưa nộp", "", ""],
    ]


def test_annex_of_indicators_tells_counts_against_targets(document):
    assert cells(document, 4) == [["1", "Cơ sở tiếp nhận căn cước", "6", "100%", "2/3 cơ sở", "66,7%", "1", "Lũy kế"]]


def test_draft_says_that_it_is_one(draft):
    document = opened(word_file(document_of(draft, at=THURSDAY)))

    assert texts_in(document, "Draft") == ["DỰ THẢO"]
    assert texts_in(document, "Number") == [f"Số: {BLANK * 6}/BC-CAH"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_line_opens_and_reads_the_same(draft, district, text):
    text = text.replace("\ud800", "")  # half a letter never arrives: a request is UTF-8
    line = draft.sections.get(kind="figures").lines.first()
    save_lines(draft, [LineEdit(line.pk, text, [line.text])], by=district.agency, at=THURSDAY)
    line.refresh_from_db()

    document = opened(word_file(document_of(draft, at=THURSDAY)))

    assert texts_in(document, "Body")[1] == line.text == clean(text).strip()
