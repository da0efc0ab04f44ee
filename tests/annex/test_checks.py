"""Every doubt of an annex, each with its sheet, row, column, the cell's text and what to do."""

from datetime import date

import pytest

from assignments.annex.checks import find_problems
from assignments.annex.problems import Level
from tests.annex.directories import SMALL

GOOD = ("1", "Mô hình 6: Khám chữa bệnh", "Công an huyện", "", "", "Quý I/2024", "VNeID")
NAMES = ("TT", "Nhiệm vụ", "Chủ trì", "Thời gian")


@pytest.fixture
def found(reading):
    """``found(row, …)`` is what the checkers say of that annex: (level, code, row, column, text)."""

    def find(*rows, **options):
        problems = find_problems(reading(*rows, **options), SMALL)
        assert all("Hãy" in each.message or "hãy" in each.message for each in problems)
        assert {each.sheet for each in problems} <= {"Sheet"}
        return [(each.level.value, each.code, each.row, each.column, each.text) for each in problems]

    return find


def changed(**cells):
    """The good row with other cells, by position: ``_3="…"``."""
    row = list(GOOD)
    for at, text in cells.items():
        row[int(at[1:])] = text
    return tuple(row)


def test_good_annex_raises_no_doubt(found):
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (changed(_1=""), ("error", "missing_name", 2, "B", "")),
        (changed(_2=""), ("error", "missing_lead", 2, "C", "")),
        (changed(_2="; ,"), ("error", "missing_lead", 2, "C", "; ,")),
        (changed(_3="Hội Chữ thập đỏ"), ("warning", "unknown_unit", 2, "D", "Hội Chữ thập đỏ")),
        (changed(_5="Khi có điều kiện"), ("warning", "unread_deadline", 2, "F", "Khi có điều kiện")),
        (changed(_5="31/2/2024"), ("warning", "unread_deadline", 2, "F", "31/2/2024")),
        (changed(_5="05/02/24"), ("warning", "doubtful_deadline", 2, "F", "05/02/24")),
        (changed(_6='=HYPERLINK("x")'), ("error", "formula", 2, "G", '=HYPERLINK("x")')),
    ],
)
def test_each_doubt_tells_its_place_and_the_text_of_the_cell(found, row, problem):
    assert found(row) == [problem]


def test_all_doubts_of_all_rows_come_at_once(found):
    codes = [code for _, code, *_ in found(changed(_1="", _2=""), changed(_0="2", _5="sớm"), changed(_0="3"))]

    assert codes == ["missing_name", "missing_lead", "unread_deadline", "repeated_code"]


def test_initiative_entered_twice_is_an_error_under_one_number_and_a_doubt_under_two(found):
    other = changed(_0="2", _1="Mô hình 9: KHÁM  chữa bệnh")

    assert found(GOOD, GOOD) == [("error", "repeated_code", 3, "B", "Khám chữa bệnh")]
    assert found(GOOD, other) == [("warning", "repeated_name", 3, "B", "KHÁM chữa bệnh")]


def test_same_name_in_two_groups_is_no_doubt(found):
    rows = (("I", "Nhóm một"), ("1", "a", "Công an huyện"), ("II", "Nhóm hai"), ("1", "a", "Công an huyện"))

    assert found(*rows) == []


def test_group_that_states_another_number_counts_what_stands_in_its_parts(found):
    rows = (
        ("A", "Phần (03 mô hình)"),
        ("I", "Nhóm (01 mô hình)"),
        ("1", "a", "Công an huyện"),
        ("II", "Nhóm hai"),
        GOOD,
    )

    assert found(*rows) == [("warning", "group_count", 2, "", "Phần")]


def test_heading_with_units_of_its_own_is_told_of(found):
    rows = (("I", "Nhóm một", "Công an huyện", "Quý I/2024"), ("1", "a", "Công an huyện", "2024"))

    assert found(*rows, header=NAMES) == [
        ("warning", "group_says_more", 2, "", "chủ trì: Công an huyện; thời hạn: Quý I/2024")
    ]


def test_rows_that_belong_to_nothing_are_told_of(found):
    rows = (("", "Ghi nhớ chung"), ("1", "a", "Công an huyện"), ("a)", "việc nhỏ", "Phòng Nội vụ"))

    assert found(*rows) == [
        ("warning", "left_out", 2, "", "Ghi nhớ chung"),
        ("warning", "strange_ordinal", 4, "A", "a)"),
    ]


@pytest.mark.parametrize(("at", "column"), [(1, "B"), (2, "C"), (5, "F"), (6, "G")])
def test_text_longer_than_the_portal_can_keep_is_an_error(found, at, column):
    text = "dài " * 600

    problems = found(changed(**{f"_{at}": text.strip()}))

    assert ("error", "too_long", 2, column, text[:200]) in problems


@pytest.mark.parametrize("forgotten", [("", "Việc quên số", "Phòng Nội vụ"), ("", "Nhóm tiện ích thứ hai")])
def test_row_without_a_number_that_begins_like_a_task_is_told_of(found, forgotten):
    assert found(GOOD, forgotten) == [("warning", "joined_row", 3, "B", forgotten[1])]


def test_rest_of_a_row_is_no_doubt(found):
    header = (None, "Tên mô hình", "Chủ trì", "Phối hợp")

    assert found(GOOD, header, ("", "Thạch Thành")) == []
    assert found(GOOD, ("", "bằng căn cước")) == []


def test_table_without_any_task_is_an_error(found):
    assert found(("I", "Nhóm một")) == [("error", "no_tasks", 1, "", "")]


def test_date_shown_with_the_month_first_is_told_of_with_how_it_is_read(reading):
    (problem,) = find_problems(
        reading(changed(_5=date(2024, 3, 5)), formats={"F2": "mm/dd/yyyy"}),
        SMALL,
    )

    assert (problem.level, problem.code, problem.place) == (Level.WARNING, "month_first", "dòng 2, cột F")
    assert "cổng đọc là ngày 05/03/2024" in problem.message


def test_unknown_unit_is_shown_with_the_nearest_known_names(reading):
    (problem,) = find_problems(reading(changed(_2="Phòng Nội vụ huyện X")), SMALL)

    assert "Gần giống: Phòng Nội vụ." in problem.message


def test_json_of_a_problem_has_the_shape_of_the_interface(reading):
    (problem,) = find_problems(reading(changed(_2="")), SMALL)

    assert problem.as_json() == {
        "row": 2,
        "column": "C",
        "level": "error",
        "code": "missing_lead",
        "message": problem.message,
    }
