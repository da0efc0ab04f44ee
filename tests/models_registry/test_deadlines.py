"""Phrases of the plan and of other places, read into dates."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_registry.deadlines import DeadlineKind, read_deadlines
from models_registry.text import fold


def summary(text):
    return [
        (r.kind.value, r.starts_on and f"{r.starts_on}", r.due_on and f"{r.due_on}", r.ongoing, r.depends_on, r.subject)
        for r in read_deadlines(text)
    ]


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("30/9/2024", ("day", None, "2024-09-30", False, "", "")),
        ("trước ngày 15/3/2025", ("day", None, "2025-03-14", False, "", "")),
        ("Trong tháng 01/2026", ("month", "2026-01-01", "2026-01-31", False, "", "")),
        ("12/2026", ("month", "2026-12-01", "2026-12-31", False, "", "")),
        ("Quý I/ 2024", ("quarter", "2024-01-01", "2024-03-31", False, "", "")),
        ("Quí IV-2025", ("quarter", "2025-10-01", "2025-12-31", False, "", "")),
        ("Quý III Năm 2026", ("quarter", "2026-07-01", "2026-09-30", False, "", "")),
        ("Giai đoạn 2023 - 2025", ("range", "2023-01-01", "2025-12-31", False, "", "")),
        ("2026 - 2030", ("range", "2026-01-01", "2030-12-31", False, "", "")),
        ("Năm 2024 và thường xuyên", ("year", "2024-01-01", "2024-12-31", True, "", "")),
        ("Trong năm 2024 và Thường xuyên", ("year", "2024-01-01", "2024-12-31", True, "", "")),
        ("Quý I/ 2024 và các năm tiếp theo", ("quarter", "2024-01-01", "2024-03-31", True, "", "")),
        ("Theo tiến độ triển khai của Bộ Công an", ("schedule", None, None, False, "Bộ Công an", "")),
        ("Theo lộ trình Đề án 06", ("schedule", None, None, False, "Đề án 06", "")),
        (
            "Năm 2024 và theo lộ trình Đề án xây dựng cơ sở dữ liệu đất đai",
            ("year", "2024-01-01", "2024-12-31", False, "Đề án xây dựng cơ sở dữ liệu đất đai", ""),
        ),
        ("100 ngày kể từ ngày ban hành Kế hoạch", ("relative", None, None, False, "ban hành Kế hoạch", "")),
        ("Thường xuyên", ("ongoing", None, None, True, "", "")),
        ("từ tháng 3 đến tháng 11 hằng năm", ("recurring", None, None, True, "", "")),
        ("Khi có phát sinh", ("unread", None, None, False, "", "")),
        ("31/2/2024", ("unread", None, None, False, "", "")),
        ("2030 - 2026", ("unread", None, None, False, "", "")),
    ],
)
def test_deadline_of_one_part_is_read(text, reading):
    assert summary(text) == [reading]


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("chậm nhất ngày 30/9/2024", ("day", None, "2024-09-30", False, "", "")),
        ("Hoàn thành trước 15/3/2025", ("day", None, "2025-03-14", False, "", "")),
        ("ngày 30 tháng 9 năm 2024", ("day", None, "2024-09-30", False, "", "")),
        ("trước tháng 6/2024", ("day", None, "2024-05-31", False, "", "")),
        ("trước quý III/2024", ("day", None, "2024-06-30", False, "", "")),
        ("Tháng 3 năm 2024", ("month", "2024-03-01", "2024-03-31", False, "", "")),
        ("cuối quý II/2024", ("quarter", "2024-04-01", "2024-06-30", False, "", "")),
        ("đến hết năm 2025", ("year", "2025-01-01", "2025-12-31", False, "", "")),
        ("từ ngày 01/3/2024 đến ngày 30/9/2024", ("range", "2024-03-01", "2024-09-30", False, "", "")),
        ("Từ tháng 3 đến hết tháng 9/2024", ("range", "2024-03-01", "2024-09-30", False, "", "")),
        ("từ quý II đến quý IV/2024", ("range", "2024-04-01", "2024-12-31", False, "", "")),
        ("Quý IV/2024 - Quý I/2025", ("range", "2024-10-01", "2025-03-31", False, "", "")),
        ("từ năm 2024 đến năm 2026", ("range", "2024-01-01", "2026-12-31", False, "", "")),
        ("6 tháng đầu năm 2024", ("range", "2024-01-01", "2024-06-30", False, "", "")),
        ("Năm 2024 và hằng năm", ("year", "2024-01-01", "2024-12-31", True, "", "")),
        ("Thường xuyên, giai đoạn 2026 - 2030", ("range", "2026-01-01", "2030-12-31", True, "", "")),
        ("Từ Quý I/2026", ("ongoing", "2026-01-01", None, True, "", "")),
        ("từ ngày 01/7/2024 trở đi", ("ongoing", "2024-07-01", None, True, "", "")),
        ("Nhiệm vụ thường xuyên", ("ongoing", None, None, True, "", "")),
        ("Hàng năm", ("recurring", None, None, True, "", "")),
        ("Thường xuyên, định kỳ báo cáo theo quý", ("recurring", None, None, True, "", "")),
        ("trước ngày 15 hằng tháng", ("recurring", None, None, True, "", "")),
        ("Trong vòng 05 ngày làm việc sau khi có chủ trương", ("relative", None, None, False, "có chủ trương", "")),
        ("Ngay sau khi Nghị quyết được ban hành", ("relative", None, None, False, "Nghị quyết được ban hành", "")),
        ("Theo kế hoạch của Bộ Y tế", ("schedule", None, None, False, "Bộ Y tế", "")),
        ("Theo hướng dẫn của UBND tỉnh", ("schedule", None, None, False, "UBND tỉnh", "")),
        (
            "Quý I/2026 (Kế hoạch chuyển đổi số)",
            ("quarter", "2026-01-01", "2026-03-31", False, "", "Kế hoạch chuyển đổi số"),
        ),
        ("12/2026 báo cáo kết quả", ("month", "2026-12-01", "2026-12-31", False, "", "báo cáo kết quả")),
        ("Xây dựng kế hoạch trong Quý I/2026", ("quarter", "2026-01-01", "2026-03-31", False, "", "Xây dựng kế hoạch")),
        ("2026-03-15", ("day", None, "2026-03-15", False, "", "")),
        ("T6/2026", ("month", "2026-06-01", "2026-06-30", False, "", "")),
        ("Quý 1/2026", ("quarter", "2026-01-01", "2026-03-31", False, "", "")),
        ("quý 2 năm 2026", ("quarter", "2026-04-01", "2026-06-30", False, "", "")),
        ("Quý 3/2026", ("quarter", "2026-07-01", "2026-09-30", False, "", "")),
        ("Q4/2026", ("quarter", "2026-10-01", "2026-12-31", False, "", "")),
        ("từ quý 1 đến quý 2/2026", ("range", "2026-01-01", "2026-06-30", False, "", "")),
        ("Q.II/2026", ("quarter", "2026-04-01", "2026-06-30", False, "", "")),
        ("5 - 12/2026", ("range", "2026-05-01", "2026-12-31", False, "", "")),
        ("5-12/2026", ("range", "2026-05-01", "2026-12-31", False, "", "")),
        ("Từ ngày 01/3 đến ngày 30/6/2026", ("range", "2026-03-01", "2026-06-30", False, "", "")),
        ("Trong tháng 3, 4/2026", ("range", "2026-03-01", "2026-04-30", False, "", "")),
        ("Quý III - IV/2026", ("range", "2026-07-01", "2026-12-31", False, "", "")),
        ("Quý I và Quý II năm 2026", ("range", "2026-01-01", "2026-06-30", False, "", "")),
        ("Quý II-2026 đến Quý IV-2026", ("range", "2026-04-01", "2026-12-31", False, "", "")),
        ("Giai đoạn từ năm 2026 đến năm 2030", ("range", "2026-01-01", "2030-12-31", False, "", "")),
        ("nửa cuối năm 2026", ("range", "2026-07-01", "2026-12-31", False, "", "")),
        ("Trong tháng 3/2026 và hằng tháng", ("month", "2026-03-01", "2026-03-31", True, "", "")),
        ("Định kỳ hằng quý trong năm 2026", ("year", "2026-01-01", "2026-12-31", True, "", "")),
        ("Hằng năm, trước 31/12/2026", ("day", None, "2026-12-30", True, "", "")),
        ("Kể từ ngày 01/7/2026", ("ongoing", "2026-07-01", None, True, "", "")),
        ("Liên tục từ năm 2026", ("ongoing", "2026-01-01", None, True, "", "")),
        ("Từ năm 2026 và các năm tiếp theo", ("ongoing", "2026-01-01", None, True, "", "")),
        ("Thường xuyên, định kỳ hằng quý báo cáo về UBND huyện", ("recurring", None, None, True, "", "")),
        ("Sau khi có hướng dẫn của Bộ Y tế", ("relative", None, None, False, "có hướng dẫn của Bộ Y tế", "")),
        ("hoàn thành trong 100 ngày kể từ ngày ban hành", ("relative", None, None, False, "ban hành", "")),
    ],
)
def test_deadline_in_other_words_is_read(text, reading):
    assert summary(text) == [reading]
    assert summary(unicodedata.normalize("NFD", text)) == [reading]


@pytest.mark.parametrize(
    "text",
    [
        "3/15/2024",
        "30/9",
        "12/24",
        "2024 hoặc 2025",
        "Khi có kinh phí trong năm 2024",
        "Theo từng nhiệm vụ đầu tư của năm 2026",
        "13/02/2026 Đề xuất hạn là thường xuyên",
        "Thường xuyên sau khi có hướng dẫn",
        "Hằng năm nếu có kinh phí",
        "từ năm 2026 đến năm 2024",
        "Quý V/2024",
        "Quý I, III/2026",
        "Tháng 3, 6/2026",
        "31-12/2026",
        "từ ngày 01/11 đến ngày 30/3/2026",
        "Ngày 15 hằng tháng từ năm 2026",
        "2026-15-03",
        "0/2024",
        "dài " * 200,
        "30/9/2024 (" + "việc " * 100 + ")",  # too long for a deadline, though it could be read as one
    ],
)
def test_deadline_not_understood_is_kept_as_printed(text):
    (reading,) = read_deadlines(text)

    assert (reading.kind, reading.text) == (DeadlineKind.UNREAD, " ".join(text.split()))
    assert (reading.starts_on, reading.due_on) == (None, None)


def test_deadline_with_a_year_of_two_digits_says_what_it_takes_for_granted():
    (reading,) = read_deadlines("trước ngày 05/02/26")

    assert (reading.kind, reading.due_on) == (DeadlineKind.DAY, date(2026, 2, 4))
    assert "cổng tính đến hết ngày 04/02/2026" in reading.doubt
    assert "05/02/2026" in read_deadlines("Xây dựng kế hoạch: 05/02/26")[0].doubt
    assert [each.doubt for each in read_deadlines("05/02/2026; 6/2025")] == ["", ""]


def test_deadline_in_doubt_keeps_the_shape_of_the_interface():
    (reading,) = read_deadlines("05/02/26")

    assert reading.as_json().keys() == read_deadlines("05/02/2026")[0].as_json().keys()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("30/6/2024, 30/12/2024", [("day", "2024-06-30", ""), ("day", "2024-12-30", "")]),
        ("Quý II/2024 và Quý IV/2024", [("quarter", "2024-06-30", ""), ("quarter", "2024-12-31", "")]),
        (
            "- Xây dựng đề án: Quý I/2024\n- Triển khai: Quý III/2024",
            [("quarter", "2024-03-31", "Xây dựng đề án"), ("quarter", "2024-09-30", "Triển khai")],
        ),
        (
            "Quý I/2026 lựa chọn nhiệm vụ. Quý IV/2026 báo cáo kết quả.",
            [("quarter", "2026-03-31", "lựa chọn nhiệm vụ"), ("quarter", "2026-12-31", "báo cáo kết quả")],
        ),
        (
            "30/4/2026 (mô hình thử nghiệm). Vận hành ổn định trong năm 2026",
            [("day", "2026-04-30", "mô hình thử nghiệm"), ("year", "2026-12-31", "Vận hành ổn định")],
        ),
        ("Sau khi có kinh phí, chậm nhất 31/12/2026", [("relative", None, ""), ("day", "2026-12-31", "")]),
        (
            "Hoàn thành kế hoạch trong Quý I/2026; triển khai theo tiến độ của Đề án.",
            [("quarter", "2026-03-31", "Hoàn thành kế hoạch"), ("schedule", None, "")],
        ),
    ],
)
def test_deadline_of_several_milestones_gives_each_with_its_subject(text, parts):
    found = [(each.kind.value, each.due_on and f"{each.due_on}", each.subject) for each in read_deadlines(text)]

    assert found == parts


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Theo tiến độ của tỉnh, hoàn thành trước 31/12/2026", ("day", None, "2026-12-30", False, "tỉnh", "")),
        ("Theo tiến độ của tỉnh (trước 31/12/2026)", ("day", None, "2026-12-30", False, "tỉnh", "")),
        ("Theo hướng dẫn của Bộ Y tế, xong trong năm 2026", ("year", "2026-01-01", "2026-12-31", False, "Bộ Y tế", "")),
        ("Theo kế hoạch của tỉnh, trước 30/6", ("unread", None, None, False, "", "")),
    ],
)
def test_deadline_beside_the_schedule_of_another_body_is_not_lost(text, reading):
    assert summary(text) == [reading]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Chậm nhất đến hết ngày 30/9/2026", ""),
        ("Dự kiến hoàn thành trong ngày 30/9/2026", ""),
        ("Khẩn trương, chậm nhất ngày 30/9/2026", ""),
        ("Thời gian hoàn thành: 30/9/2026", ""),
        ("30/9/2026 (thứ Tư)", ""),
        ("Xây dựng kế hoạch, chậm nhất ngày 30/9/2026", "Xây dựng kế hoạch"),
        ("30/9/2026 (đối với cấp xã)", "cấp xã"),
        ("Đối với cấp xã: 30/9/2026", "cấp xã"),
    ],
)
def test_words_of_manner_beside_a_date_are_no_subject(text, subject):
    (reading,) = read_deadlines(text)

    assert (reading.kind, reading.due_on, reading.subject) == (DeadlineKind.DAY, date(2026, 9, 30), subject)


@pytest.mark.parametrize("text", ["Trong năm 2024 và\nthường xuyên", "Giai đoạn 2024\n- 2025", "Quý I/\n2024"])
def test_deadline_broken_over_lines_is_one(text):
    assert len(read_deadlines(text)) == 1


def test_milestones_in_decomposed_letters_are_the_same_parts():
    text = "Quý II/2024 và Quý IV/2024"

    assert read_deadlines(unicodedata.normalize("NFD", text)) == read_deadlines(text)


def test_deadline_with_two_milestones_gives_a_part_for_each_subject():
    text = (
        "Trong năm 2024 đối với cấp tài khoản VNeID và tài khoản thanh toán điện tử; "
        "Giai đoạn 2024-2025 đối với địa chỉ số, chữ ký số."
    )

    assert summary(text) == [
        ("year", "2024-01-01", "2024-12-31", False, "", "cấp tài khoản VNeID và tài khoản thanh toán điện tử"),
        ("range", "2024-01-01", "2025-12-31", False, "", "địa chỉ số, chữ ký số"),
    ]


def test_readings_of_the_same_words_count_once():
    assert len({*read_deadlines("30/9/2024"), *read_deadlines("30/9/2024"), *read_deadlines("30/10/2024")}) == 2


def test_deadline_of_an_empty_cell_has_no_part():
    assert read_deadlines("  \n ") == []


def test_deadline_json_has_the_shape_of_the_interface():
    assert read_deadlines("Quý II/2024")[0].as_json() == {
        "text": "Quý II/2024",
        "kind": "quarter",
        "starts_on": "2024-04-01",
        "due_on": "2024-06-30",
        "ongoing": False,
        "depends_on": None,
        "subject": None,
    }


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["/", "-", "."]))
def test_deadline_of_any_day_reads_back(day, mark):
    phrase = f"{day.day}{mark}{day.month:02d}{mark}{day.year}"

    assert [(r.kind, r.due_on) for r in read_deadlines(phrase)] == [(DeadlineKind.DAY, day)]
    assert [r.due_on for r in read_deadlines(f"trước ngày {phrase}")] == [day - timedelta(days=1)]


@given(st.text(max_size=80))
def test_deadline_of_any_text_is_read_or_kept(text):
    for reading in read_deadlines(text):
        assert reading.text
        assert reading.starts_on is None or reading.due_on is None or reading.starts_on <= reading.due_on


WORDS = "từ đến trước năm 2024 quý I / . ; , ( ) : 31 12 thường xuyên theo lộ trình và hằng 0"


@given(st.lists(st.sampled_from(WORDS.split())))
def test_deadline_of_any_words_loses_none_but_the_connector(words):
    text = " ".join(words)

    kept = " ".join(reading.text for reading in read_deadlines(text))

    assert [word for word in fold(kept).split() if word != "va"] == [
        word for word in fold(text).split() if word != "va"
    ]
