"""The same thing is said once; two things are never made one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.consolidated.drafting.overall import state_of_initiative
from reports.consolidated.drafting.phrases import codes, counted, listed, names, row, said_by, sentence, share
from reports.consolidated.drafting.similar import UnitStatement, lines_of, merge_statements
from reports.domain.states import WorkState

pytestmark = pytest.mark.once


def merged(*texts):
    """Texts of different units, merged; each with how many units say it."""
    told = [UnitStatement(text, f"Đơn vị {place}", entry=place) for place, text in enumerate(texts)]
    return [(one.text, len(one.units), list(one.entries)) for one in merge_statements(told)]


def test_same_words_written_otherwise_are_one():
    assert merged("Đã tập huấn cho cán bộ", "đã tập huấn cho cán bộ.", "Đã tập huấn cho CÁN BỘ;") == [
        ("Đã tập huấn cho cán bộ", 3, [0, 1, 2])
    ]


def test_nearly_the_same_words_are_one_in_the_longest_wording():
    short = "Tổ chức tuyên truyền tới người dân các bản, khu phố"
    long = "Tổ chức tuyên truyền tới người dân ở các bản, khu phố"

    assert merged(short, long) == [(long, 2, [0, 1])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tiếp nhận 35 lượt hồ sơ trong tuần", "Tiếp nhận 38 lượt hồ sơ trong tuần"),
        ("Đã lắp đặt xong thiết bị đọc thẻ", "Chưa lắp đặt xong thiết bị đọc thẻ"),
        ("Thiết bị đọc thẻ căn cước đã đủ dùng", "Thiết bị đọc thẻ căn cước không đủ dùng"),
        ("Đã tập huấn", "Đã niêm yết"),
    ],
)
def test_different_things_stay_two_however_alike(one, other):
    assert len(merged(one, other)) == 2


@given(st.lists(st.text(min_size=1, max_size=40), max_size=12))
def test_merging_loses_nobody_and_invents_nothing(texts):
    told = [UnitStatement(text, str(place), entry=place) for place, text in enumerate(texts)]

    found = merge_statements(told)

    assert sorted(entry for one in found for entry in one.entries) == list(range(len(texts)))
    assert {one.text for one in found} <= set(texts)


@given(st.lists(st.sampled_from(["Đã lắp 2 máy", "đã lắp 2 máy.", "Đã lắp 3 máy", "Tập huấn"]), max_size=12))
def test_merging_again_changes_nothing(texts):
    once = [one.text for one in merge_statements([UnitStatement(text, "A") for text in texts])]

    assert [one.text for one in merge_statements([UnitStatement(text, "A") for text in once])] == once


def test_lines_lose_the_marks_in_front_of_them():
    assert lines_of("- Một\n+ Hai\n\n • Ba\n1. Bốn\n2) Năm\n2/3 đầu đọc\n1.234 lượt") == [
        "Một", "Hai", "Ba", "Bốn", "Năm", "2/3 đầu đọc", "1.234 lượt",
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "written"), [(0, "0"), (5, "05"), (10, "10"), (1234, "1.234")])
def test_counts_are_written_as_documents_write_them(number, written):
    assert counted(number) == written


@pytest.mark.parametrize(
    ("part", "whole", "written"), [(51, 58, "87,9%"), (1, 3, "33,3%"), (3, 3, "100%"), (0, 5, "0%"), (0, 0, "")]
)
def test_shares_have_a_comma(part, whole, written):
    assert share(part, whole) == written


def test_names_stand_in_a_row_and_communes_together():
    assert row(["Phòng Tư pháp", "Phòng Nội vụ"]) == "Phòng Tư pháp, Phòng Nội vụ"
    assert row(["Trung tâm Văn hóa, Thể thao", "Phòng Nội vụ"]) == "Trung tâm Văn hóa, Thể thao; Phòng Nội vụ"
    assert row(["UBND xã A", "Phòng Nội vụ", "UBND xã B"]) == "Phòng Nội vụ; UBND các xã A, B"
    assert names(list("ABCDE")) == "05 đơn vị: A, B, C, D, E"
    assert names(list("ABCDEFGHIKLMN")) == "13 đơn vị"
    assert said_by(list("ABCDE"), "xong") == "05 đơn vị (A, B, C, D, E): Xong."


def test_sentences_begin_and_end_as_sentences():
    assert [sentence(text) for text in ("đã xong", "Đã xong;", "Đã xong.", "Xong chưa?")] == [
        "Đã xong.", "Đã xong.", "Đã xong.", "Xong chưa?",
    ]  # fmt: skip
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a và b", "a, b và c"]
    assert [codes(["9"]), codes(["9", "11"])] == ["mô hình 9", "các mô hình 9 và 11"]


DONE, MAINTAINED, DOING, STUCK, WAITING = (
    WorkState.DONE, WorkState.MAINTAINED, WorkState.IN_PROGRESS, WorkState.BLOCKED, WorkState.NOT_STARTED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("states", "counted_as"),
    [
        ([], ""),
        ([""], ""),
        ([DONE, DONE], DONE),
        ([DONE, MAINTAINED], MAINTAINED),
        ([DONE, DOING], DOING),
        ([DONE, ""], DOING),
        ([WAITING, ""], WAITING),
        ([WAITING, DONE], DOING),
        ([DONE, DOING, STUCK], STUCK),
    ],
)
def test_initiative_of_several_leads_is_counted_once(states, counted_as):
    assert state_of_initiative(states) == counted_as
