"""Phrases of the plan and of other places, read into dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_registry.deadlines import DeadlineKind, read_deadlines


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


def test_deadline_with_two_milestones_gives_a_part_for_each_subject():
    text = (
        "Trong năm 2024 đối với cấp tài khoản VNeID và tài khoản thanh toán điện tử; "
        "Giai đoạn 2024-2025 đối với địa chỉ số, chữ ký số."
    )

    assert summary(text) == [
        ("year", "2024-01-01", "2024-12-31", False, "", "cấp tài khoản VNeID và tài khoản thanh toán điện tử"),
        ("range", "2024-01-01", "2025-12-31", False, "", "địa chỉ số, chữ ký số"),
    ]


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
