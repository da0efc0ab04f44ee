"""What a line still lacks: an unlikely answer is explained, a remark of a return is acted on."""

from decimal import Decimal

import pytest

from models_registry.models import Indicator
from reports.domain.numbers import Figure
from reports.filing.drafts import keep_entries
from reports.filing.duty_lines import lines_of
from reports.filing.services import submit_nothing, submit_report
from reports.lifecycle.errors import Unready
from reports.models import ReviewRemark
from reports.review.services import Remark, return_report
from tests.acts import MONDAY, NEXT_MONDAY, entry_of, filed, fill, more_duties, opened, report_of, save_entry
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

REMARK = "sửa theo ý kiến, hoặc giải thích vì sao giữ nguyên"


def missing(report):
    """What each line lacks, in words."""
    return [line.check.missing.words if line.check.missing else "" for line in lines_of(report, MONDAY)]


# --- Unlikely answers ---


def test_unlikely_answer_is_asked_about_and_taken_with_an_explanation(report, officer):
    (entry,) = fill(report, officer, MONDAY, work_state="done", percent=80, result="đã xong")
    asked = missing(report)
    with pytest.raises(Unready):
        submit_report(report, by=officer, at=MONDAY)

    save_entry(entry, {"explanation": "Còn một điểm chờ bàn giao"}, by=officer, at=MONDAY)

    assert (asked, missing(report)) == (["sửa lại, hoặc giải thích chỗ được hỏi"], [""])
    assert submit_report(report, by=officer, at=MONDAY).state == "submitted"


def test_percent_below_the_last_one_of_any_report_is_asked_about(report, officer, unit):
    filed(report_of(unit, "2024-03"), officer, MONDAY, percent=35)
    fill(report, officer, MONDAY, percent=20)

    (line,) = lines_of(report, MONDAY)

    assert [(one.field, one.text) for one in line.check.questions] == [
        ("percent", "Tiến độ giảm từ 35\u00a0% còn 20\u00a0%, có đúng không?")
    ]


def test_figure_far_above_its_target_is_asked_about(report, officer, duty):
    number = Indicator.objects.create(
        initiative=duty.initiative, name="Hồ sơ", kind="at_least", target=20, unit_of_measure="hồ sơ"
    )
    figures = {number.pk: Figure(Decimal("1234.5"))}
    save_entry(entry_of(report), {"work_state": "in_progress"}, by=officer, at=MONDAY, figures=figures)

    (line,) = lines_of(report, MONDAY)

    assert line.check.missing == (f"figure-{number.pk}", "sửa lại, hoặc giải thích chỗ được hỏi")


def test_level_is_asked_with_blocked_work(report, officer):
    save_entry(entry_of(report), {"work_state": "blocked", "difficulty": "Thiếu máy"}, by=officer, at=MONDAY)

    assert missing(report) == ["chọn cấp có thẩm quyền giải quyết, hoặc giải thích"]


def test_answer_that_was_explained_is_kept_without_being_asked_again(report, officer, unit):
    filed(report, officer, MONDAY, work_state="done", percent=80, result="đã xong", explanation="còn bàn giao")
    next_week = opened(unit, NEXT_MONDAY, "2024-W11")

    (kept,) = keep_entries(next_week, by=officer, at=NEXT_MONDAY)

    assert (kept.explanation, missing(next_week)) == ("", [""])


def test_version_keeps_what_was_asked_beside_what_was_said(report, officer):
    filed(report, officer, MONDAY, work_state="not_started", percent=80, explanation="mới chuẩn bị")

    (entry,) = report.versions.get().content

    assert (entry["questions"], entry["explanation"]) == (
        ["Chưa triển khai mà tiến độ 80\u00a0%, có đúng không?"],
        "mới chuẩn bị",
    )


# --- Remarks ---


@pytest.fixture
def returned(report, officer, standing_agency):
    """``returned(field)``: the week's report, sent back with a remark on that field of its one line."""

    def send_back(field):
        filed(report, officer, MONDAY, result="chung chung")
        remarks = [Remark(entry_of(report).pk, "Ghi rõ số lượng", field)]
        return return_report(report, reason="Thiếu", remarks=remarks, by=standing_agency, at=MONDAY)

    return send_back


@pytest.mark.parametrize(
    ("field", "typed", "lacks"),
    [
        ("result", {}, REMARK),
        ("result", {"percent": 70}, REMARK),
        ("result", {"result": "3 buổi"}, ""),
        ("result", {"explanation": "giữ nguyên vì đã đủ số liệu"}, ""),
        ("figures", {"result": "3 buổi"}, REMARK),
        ("figures", {"explanation": "kỳ này không có số liệu"}, ""),
        ("", {"percent": 70}, ""),
    ],
)
def test_line_with_a_remark_is_ready_once_what_was_asked_changed_or_was_explained(
    returned, officer, field, typed, lacks
):
    report = returned(field)
    entry = entry_of(report)

    save_entry(entry, typed, by=officer, at=MONDAY)

    assert missing(report) == [lacks]


def test_returned_report_is_not_filed_again_as_it_was(returned, officer, unit):
    report = returned("result")
    filed(report_of(unit, "2024-03"), officer, MONDAY)  # so that "không phát sinh" has something to refer to

    for file in (submit_report, submit_nothing):
        with pytest.raises(Unready):
            file(report, by=officer, at=MONDAY)

    assert ReviewRemark.objects.get().answered_at is None


def test_line_explained_before_it_was_returned_is_asked_again(report, officer, standing_agency):
    filed(report, officer, MONDAY, work_state="done", percent=80, result="xong", explanation="còn bàn giao")
    remarks = [Remark(entry_of(report).pk, "Vì sao chưa đủ?", "percent")]
    return_report(report, reason="Thiếu", remarks=remarks, by=standing_agency, at=MONDAY)

    assert missing(report) == [REMARK]


@same_queries(20)
def test_filing_a_returned_report_takes_the_same_queries_for_any_number(duty, officer, standing_agency, rows, counted):
    more_duties(duty, rows - 1)
    report = opened(duty.unit)
    filed(report, officer, MONDAY)
    remarks = [Remark(entry.pk, "Ghi rõ", "result") for entry in report.entries.all()]
    return_report(report, reason="Thiếu", remarks=remarks, by=standing_agency, at=MONDAY)
    fill(report, officer, MONDAY, result="3 buổi")

    with counted:
        submit_report(report, by=officer, at=MONDAY)
