"""Which column is which, from the words of the header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.annex.reading.annex_sheets import Row
from assignments.annex.reading.columns import AnnexColumn, column_named, find_header, is_header_again, lacks_lead
from tests.annex.conftest import HEADER

LABELS = {
    AnnexColumn.ORDINAL: ("TT", "STT", "Số TT", "Số thứ tự", "S.T.T"),
    AnnexColumn.CODE: ("Mã nhiệm vụ", "Mã số", "Mã"),
    AnnexColumn.NAME: (
        "Tên mô hình",
        "Mô hình",
        "Nhiệm vụ",
        "Nội dung",
        "Tên nhiệm vụ, giải pháp",
        "NHIỆM VỤ VÀ GIẢI PHÁP",
    ),
    AnnexColumn.LEAD: (
        "Chủ trì",
        "Đơn vị chủ trì",
        "Cơ quan chủ trì",
        "Cơ quan, đơn vị chủ trì",
        "CHỦ\nTRÌ",
        "Đơn vị/cá nhân chủ trì",
    ),
    AnnexColumn.COORDINATING: ("Phối hợp", "Đơn vị phối hợp", "Cơ quan phối hợp", "Các phòng, ban phối hợp"),
    AnnexColumn.SUPPORT: ("Hỗ trợ", "Đơn vị hỗ trợ", "Các đơn vị hỗ trợ"),
    AnnexColumn.DEADLINE: (
        "Thời gian",
        "Thời hạn",
        "Tiến độ hoàn thành",
        "Thời gian hoàn thành",
        "Thời hạn hoàn thành",
    ),
    AnnexColumn.PLATFORMS: ("Nền tảng", "Công cụ", "Nền tảng/Công cụ", "Nền tảng, công cụ"),
}


def header_of(*rows):
    return find_header([Row(number, list(texts)) for number, texts in enumerate(rows, start=1)])


@pytest.mark.parametrize(
    ("column", "label"), [(column, label) for column, labels in LABELS.items() for label in labels]
)
def test_column_is_known_under_the_names_people_use(column, label):
    assert column_named(label) is column


@pytest.mark.parametrize(
    "label", ["Ghi chú", "Kinh phí", "Sản phẩm", "Phương thức hỗ trợ thực hiện", "Các phòng, ban", "Thời gian bắt đầu"]
)
def test_other_columns_are_none_of_them(label):
    assert column_named(label) is None


def test_columns_stand_in_any_order_below_title_lines():
    header = header_of(
        ["PHỤ LỤC"],
        ["(Kèm theo Kế hoạch số 01/KH-UBND của Chủ tịch UBND huyện)"],
        ["Ghi chú", "Thời hạn", "Cơ quan chủ trì", "Nhiệm vụ", "STT", "Kinh phí", "Ghi chú"],
    )

    assert header.columns == {AnnexColumn.DEADLINE: 1, AnnexColumn.LEAD: 2, AnnexColumn.NAME: 3, AnnexColumn.ORDINAL: 4}
    assert header.extra == {0: "Ghi chú", 5: "Kinh phí", 6: "Ghi chú (G)"}
    assert (header.first_row, header.last_row) == (3, 3)


def test_header_of_two_rows_takes_the_words_below():
    header = header_of(
        ["21 MÔ HÌNH ĐIỂM"],
        ["TT", "Mô hình", "Phân công thực hiện", "", "", "Thời gian", "Nền tảng"],
        ["", "", "Chủ trì", "Phối hợp", "Hỗ trợ", "", ""],
        ["1", "Mô hình 6: A", "Công an huyện"],
    )

    assert header.columns == {
        AnnexColumn.ORDINAL: 0,
        AnnexColumn.NAME: 1,
        AnnexColumn.LEAD: 2,
        AnnexColumn.COORDINATING: 3,
        AnnexColumn.SUPPORT: 4,
        AnnexColumn.DEADLINE: 5,
        AnnexColumn.PLATFORMS: 6,
    }
    assert (header.last_row, header.letter(AnnexColumn.SUPPORT), header.letter(AnnexColumn.CODE)) == (3, "E", "")


@pytest.mark.parametrize("label", ["Đơn vị thực hiện", "Cơ quan thực hiện", "Phân công thực hiện"])
def test_who_carries_out_leads_where_nobody_else_does(label):
    assert header_of(["TT", "Nhiệm vụ", label]).columns[AnnexColumn.LEAD] == 2
    assert header_of(["TT", "Nhiệm vụ", label, "Đơn vị chủ trì"]).columns[AnnexColumn.LEAD] == 3


@given(st.permutations(["TT", "Nhiệm vụ", "Nội dung", "Chủ trì", "Thời gian", "Thời hạn hoàn thành", "Tiến độ"]))
def test_of_two_columns_that_could_be_one_the_better_name_wins_wherever_it_stands(labels):
    columns = header_of(labels).columns

    assert labels[columns[AnnexColumn.NAME]] == "Nhiệm vụ"
    assert labels[columns[AnnexColumn.DEADLINE]] == "Thời hạn hoàn thành"


def test_room_of_a_unit_leads_only_where_no_unit_does():
    both = header_of(["TT", "Nhiệm vụ", "Phòng, đơn vị chủ trì", "Đơn vị chủ trì"])
    alone = header_of(["TT", "Nhiệm vụ", "Phòng, đơn vị chủ trì"])

    assert (both.columns[AnnexColumn.LEAD], alone.columns[AnnexColumn.LEAD]) == (3, 2)


def test_table_without_a_lead_column_has_no_header():
    rows = [Row(1, ["PHỤ LỤC"]), Row(2, [label for label in HEADER if label != "Chủ trì"])]

    assert find_header(rows) is None
    assert lacks_lead(rows) == 2


@pytest.mark.parametrize(
    "texts",
    [
        ["TT", "Mô hình", "Chủ trì"],
        ["", "Mô hình", "Chủ trì", "Thời gian"],
        ["", "Nội dung", "Đơn vị thực hiện", "Đơn vị phối hợp", "Thời gian thực hiện"],
        ["1", "2", "3", "4"],
        ["(1)", "(2)", "(3)"],
        ["A", "B", "1", "2", "3"],
    ],
)
def test_header_repeated_on_a_page_is_recognised(texts):
    assert is_header_again(texts, {"tt", "mo hinh", "chu tri"})


@pytest.mark.parametrize(
    "texts",
    [
        ["1", "Nhiệm vụ A", "Hỗ trợ xã", "Hạn hán"],
        ["", "Nhiệm vụ khác", "Công an huyện"],
        ["", "", "Thạch Thành.", "chữ ký số."],
        ["1", "2"],
        [],
    ],
)
def test_row_of_a_task_is_no_header(texts):
    assert not is_header_again(texts, {"tt", "mo hinh", "chu tri"})
