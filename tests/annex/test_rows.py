"""Groups, tasks and the rests of split rows, as annexes are really laid out."""

import unicodedata
from datetime import date

import pytest
from openpyxl import Workbook

from assignments.annex.parsed import read_annex
from assignments.annex.problems import AnnexUnreadable
from assignments.annex.reading.columns import AnnexColumn
from tests.annex.conftest import HEADER
from tests.annex.directories import SMALL

POLICE, OFFICE = "Công an huyện", "Phòng Nội vụ"


def tasks(reading):
    return [(row.task.group.path if row.task.group else "", row.task.ordinal, row.task.name) for row in reading.rows]


def groups(reading):
    return [(group.path, group.name) for group in reading.groups]


def test_groups_two_levels_deep_start_their_numbers_anew(reading):
    found = reading(
        ("A", "PHẦN MỘT"),
        ("I", "Thể chế"),
        ("1", "a", POLICE),
        ("2", "b", POLICE),
        ("II", "Hạ tầng"),
        ("1", "c", POLICE),
        ("B", "PHẦN HAI"),
        ("I", "Dữ liệu"),
        ("1", "d", POLICE),
    )

    assert groups(found) == [
        ("A", "PHẦN MỘT"),
        ("A.I", "Thể chế"),
        ("A.II", "Hạ tầng"),
        ("B", "PHẦN HAI"),
        ("B.I", "Dữ liệu"),
    ]
    assert tasks(found) == [("A.I", "1", "a"), ("A.I", "2", "b"), ("A.II", "1", "c"), ("B.I", "1", "d")]
    assert [row.task.code for row in found.rows] == ["A.I-1", "A.I-2", "A.II-1", "B.I-1"]


def test_letters_under_romans_and_letters_past_h(reading):
    found = reading(
        *(row for numeral in "ABCDEFGHI" for row in ((numeral, f"Nhóm {numeral}"), ("1", "a", POLICE))),
    )

    assert [path for path, _ in groups(found)] == list("ABCDEFGHI")


@pytest.mark.parametrize(
    ("printed", "numeral", "name"),
    [
        (("IV Nhóm số hóa dữ liệu",), "IV", "Nhóm số hóa dữ liệu"),
        (("I. NÂNG CAO NHẬN THỨC",), "I", "NÂNG CAO NHẬN THỨC"),
        (("A- PHÁT TRIỂN NỀN MÓNG",), "A", "PHÁT TRIỂN NỀN MÓNG"),
        (("Nhóm 2: Kinh tế số",), "2", "Kinh tế số"),
        (("Phần III. Tổ chức thực hiện",), "III", "Tổ chức thực hiện"),
        (("II.", "Nhóm kinh tế (05 mô hình)"), "II", "Nhóm kinh tế"),
        (("III", "", "Nhóm đặt lệch cột"), "III", "Nhóm đặt lệch cột"),
        ((None, None, "B. Nhóm gộp ngang"), "B", "Nhóm gộp ngang"),
    ],
)
def test_group_is_known_however_its_row_is_laid_out(reading, printed, numeral, name):
    merged = ("C2:G2",) if printed[0] is None else ()

    found = reading(printed, ("1", "a", POLICE), merged=merged)

    assert [(group.numeral, group.name) for group in found.groups] == [(numeral, name)]
    assert tasks(found) == [(numeral, "1", "a")]


def test_group_without_a_number_is_known_by_being_merged_across(reading):
    found = reading(
        ("Nhóm thứ nhất",), ("1", "a", POLICE), ("Nhóm thứ hai",), ("2", "b", POLICE), merged=("A2:G2", "A4:G4")
    )

    assert [group.name for group in found.groups] == ["Nhóm thứ nhất", "Nhóm thứ hai"]
    assert [row.task.group.name for row in found.rows] == ["Nhóm thứ nhất", "Nhóm thứ hai"]


def test_two_groups_of_one_number_stay_two(reading):
    found = reading(("IV", "Lao động"), ("1", "a", POLICE), ("IV", "Thương mại"), ("1", "b", POLICE))

    assert groups(found) == [("IV", "Lao động"), ("IV (2)", "Thương mại")]
    assert [row.task.code for row in found.rows] == ["IV-1", "IV (2)-1"]


def test_number_with_numbers_of_its_own_below_is_a_heading(reading):
    found = reading(
        ("I", "Kinh tế số"),
        ("5.1", "Thương mại"),
        ("5.1.1", "a", POLICE),
        ("5.2", "Năng lượng"),
        ("5.2.1", "b", POLICE),
        ("6", "c", POLICE),
    )

    assert groups(found) == [("I", "Kinh tế số"), ("I.5.1", "Thương mại"), ("I.5.2", "Năng lượng")]
    assert [(path, ordinal) for path, ordinal, _ in tasks(found)] == [
        ("I.5.1", "5.1.1"),
        ("I.5.2", "5.2.1"),
        ("I.5.2", "6"),
    ]


def test_groups_and_tasks_with_codes_stand_where_their_codes_say(reading):
    found = reading(
        ("I", "KH_N01", "Chỉ đạo"),
        ("", "KH_N01.1", "Ban hành kế hoạch", POLICE),
        ("1", "KH_N01.1.1", "a", POLICE),
        ("2", "KH_N01.2", "b", POLICE),
        ("II", "KH_N02", "Thể chế"),
        ("3", "TB_N01", "c", POLICE),
        header=("STT", "Mã nhiệm vụ", "Nhiệm vụ", "Chủ trì"),
    )

    assert groups(found) == [("I", "Chỉ đạo"), ("KH_N01.1", "Ban hành kế hoạch"), ("II", "Thể chế")]
    assert tasks(found) == [("KH_N01.1", "1", "a"), ("I", "2", "b"), ("II", "3", "c")]
    assert [row.task.code for row in found.rows] == ["KH_N01.1.1", "KH_N01.2", "TB_N01"]
    assert found.groups[1].said == {"lead": POLICE}


@pytest.mark.parametrize(
    ("typed", "ordinal"),
    [(7, "7"), (7.0, "7"), ("7.", "7"), ("(7)", "7"), ("7)", "7"), ("1.7", "1.7"), ("II.7", "II.7")],
)
def test_ordinals_are_numbers_however_they_are_typed(reading, typed, ordinal):
    assert [row.task.ordinal for row in reading((typed, "a", POLICE)).rows] == [ordinal]


def test_rows_split_by_a_page_are_joined_over_the_repeated_header(reading):
    found = reading(
        ("9", "Mô hình 24: Đảm bảo điều kiện", "Ngân hàng chi nhánh", "UBND cấp xã", "", "Giai đoạn 2024-", "CCCD"),
        (None, *HEADER[1:]),
        ("", "công dân số", "Thạch Thành.", "", "", "2025", ""),
        ("", "", "", "", "", "", "VNeID"),
        ("10", "Mô hình 27: Truyền thông", POLICE),
    )

    first = found.rows[0]
    assert first.task.name == "Đảm bảo điều kiện công dân số"
    assert first.task.printed[AnnexColumn.LEAD] == "Ngân hàng chi nhánh Thạch Thành."
    assert [part.due_on for part in first.deadlines] == [date(2025, 12, 31)]
    assert first.task.printed[AnnexColumn.PLATFORMS] == "CCCD VNeID"
    assert (first.task.rows, len(found.rows)) == ([2, 4, 5], 2)


@pytest.mark.parametrize(
    "rest", ["Chủ tịch UBND các xã", "V và các cơ quan khác", "A. Nguyễn Văn Trỗi và những nơi khác"]
)
def test_rest_of_a_split_cell_is_neither_the_foot_nor_a_group(reading, rest):
    found = reading(("1", "Mô hình 6: a", POLICE, "Phòng"), ("", "", "", rest), ("2", "b", POLICE))

    assert found.rows[0].task.printed[AnnexColumn.COORDINATING] == f"Phòng {rest}"
    assert (len(found.rows), found.groups) == (2, [])


def test_what_stands_below_the_table_is_no_task(reading):
    found = reading(
        ("1", "a", POLICE), ("", "Nơi nhận:", "", "TM. ỦY BAN NHÂN DÂN"), ("", "- Như trên;", "", "CHỦ TỊCH")
    )

    assert found.rows[0].task.printed == {AnnexColumn.NAME: "a", AnnexColumn.LEAD: POLICE}


def test_value_merged_downwards_covers_its_rows(reading):
    found = reading(
        ("1", "a", POLICE, "", "", "Quý I/2024"),
        ("2", "b"),
        ("3", "c", OFFICE, "", "", "Quý II/2024"),
        merged=("C2:C3", "F2:F3"),
    )

    assert [[each.unit for each in row.units[AnnexColumn.LEAD]] for row in found.rows] == [[POLICE], [POLICE], [OFFICE]]
    assert [row.deadlines[0].due_on for row in found.rows] == [date(2024, 3, 31), date(2024, 3, 31), date(2024, 6, 30)]


def test_task_merged_over_several_rows_is_one_with_all_their_units(reading):
    found = reading(("1", "a", POLICE), ("", "", OFFICE), ("2", "b", POLICE), merged=("A2:A3", "B2:B3"))

    assert [[each.unit for each in row.units[AnnexColumn.LEAD]] for row in found.rows] == [[POLICE, OFFICE], [POLICE]]


def test_rows_of_a_merged_task_keep_their_deadlines_apart(reading):
    found = reading(
        ("1", "a", POLICE, "", "", "30/6/2024"), ("", "", OFFICE, "", "", "31/12/2024"), merged=("A2:A3", "B2:B3")
    )

    assert [part.due_on for part in found.rows[0].deadlines] == [date(2024, 6, 30), date(2024, 12, 31)]


def test_table_without_ordinals_has_a_task_for_each_name(reading):
    found = reading(("Mô hình 6: a", POLICE), ("", OFFICE), ("Mô hình 9: b", POLICE), header=("Tên mô hình", "Chủ trì"))

    assert [(row.task.ordinal, row.task.code) for row in found.rows] == [("1", "6"), ("2", "9")]
    assert found.rows[0].task.printed[AnnexColumn.LEAD] == f"{POLICE} {OFFICE}"


def test_extra_columns_are_kept_under_their_labels(reading):
    found = reading(
        ("1", "a", POLICE, "Quyết định", "500 triệu đồng", "ghi thêm"),
        header=("TT", "Nhiệm vụ", "Chủ trì", "Sản phẩm", "Kinh phí"),
    )

    assert found.rows[0].task.extra == {"Sản phẩm": "Quyết định", "Kinh phí": "500 triệu đồng", "Cột F": "ghi thêm"}


def test_dates_and_months_of_cells_are_deadlines(reading):
    found = reading(
        ("1", "a", POLICE, "", "", date(2024, 3, 5)),
        ("2", "b", POLICE, "", "", date(2026, 12, 1)),
        formats={"F2": "dd/mm/yyyy", "F3": '"Tháng "m/yyyy'},
    )

    assert [(part.kind.value, part.starts_on, part.due_on) for row in found.rows for part in row.deadlines] == [
        ("day", None, date(2024, 3, 5)),
        ("month", date(2026, 12, 1), date(2026, 12, 31)),
    ]


def test_decomposed_letters_and_either_place_of_the_tone_are_one(reading):
    found = reading(("1", "a", unicodedata.normalize("NFD", "Công an huyện; Phòng Nội vụ")))
    other = reading(
        ("1", "a", "Công an huyện; UBND cấp xã"), header=("TT", "Nhiệm vụ", unicodedata.normalize("NFD", "Chủ trì"))
    )

    assert [each.unit for each in found.rows[0].units[AnnexColumn.LEAD]] == [POLICE, OFFICE]
    assert [each.unit for each in other.rows[0].units[AnnexColumn.LEAD]] == [POLICE, "UBND cấp xã"]


def test_bullets_and_lines_of_a_cell_separate_units(reading):
    found = reading(("1", "a", "- Công an huyện\n- Phòng Nội vụ\n• UBND cấp xã;"))

    assert [each.unit for each in found.rows[0].units[AnnexColumn.LEAD]] == [POLICE, OFFICE, "UBND cấp xã"]


def test_annex_on_the_second_sheet_is_found_and_a_third_is_told_of(tmp_path):
    book = Workbook()
    book.active.append(("Tờ trình",))
    for title in ("Phụ lục I", "Phụ lục II"):
        sheet = book.create_sheet(title)
        sheet.append(HEADER)
        sheet.append(("1", title, POLICE))
    book.save(tmp_path / "tep.xlsx")

    found = read_annex(tmp_path / "tep.xlsx", SMALL)

    assert (found.sheet, found.rows[0].task.name, found.other_sheets) == ("Phụ lục I", "Phụ lục I", ["Phụ lục II"])


def test_name_is_split_from_its_number_only_where_it_has_one(reading):
    names = ["Mô hình 6: Khám chữa bệnh", "Mô hình số 9. Lưu trú", "Mô hình điểm: trường học", "Mô hình 24"]

    found = reading(*((number, name, POLICE) for number, name in enumerate(names, start=1)))

    assert [(row.task.code, row.task.name) for row in found.rows] == [
        ("6", "Khám chữa bệnh"),
        ("9", "Lưu trú"),
        ("3", "Mô hình điểm: trường học"),
        ("4", "Mô hình 24"),
    ]


def test_cell_without_end_over_many_rows_is_refused(reading):
    with pytest.raises(AnnexUnreadable) as refused:
        reading(("1", "a", POLICE), *(("", "x" * 30_000),) * 3)

    assert refused.value.problem.code == "cell_too_long"
