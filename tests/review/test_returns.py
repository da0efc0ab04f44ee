"""A returned report that is not corrected: the return is taken back, the report accepted as filed, or closed."""

from decimal import Decimal

import pytest

from models_registry.models import Indicator
from reports.domain.numbers import Figure
from reports.domain.states import ReportStatus
from reports.filing.services import submit_nothing, submit_report
from reports.lifecycle.errors import AlreadyFiled, NotOwed, ReviewError
from reports.models import CurrentProgress, IndicatorFigure, Notification, ReportVersion, UnitReport
from reports.review.entry_changes import remarks_of
from reports.review.returns import accept_as_filed, close_report, take_back_return
from reports.review.services import Remark, accept_reports, return_report
from tests.acts import MONDAY, NEXT_MONDAY, entry_of, filed, fill, opened, save_entry
from tests.factories import vn

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

TUESDAY = vn("2024-03-05 10:00")
LATER = vn("2024-04-20 10:00")
CLOSE = {"reason": "Kỳ đã qua, số liệu có ở báo cáo sau"}
DECISIONS = {
    "taken back": (take_back_return, {}),
    "accepted": (accept_as_filed, {}),
    "closed": (close_report, CLOSE),
}
PUT_IN_EFFECT = [take_back_return, accept_as_filed]


@pytest.fixture
def returned(report, officer, standing_agency):
    """Filed on Monday, on time, with a result; returned on Tuesday with a remark."""
    filed(report, officer, MONDAY, result="đã tập huấn")
    remark = Remark(entry_of(report).pk, "ghi số lượng", "result")
    return return_report(report, reason="Thiếu số liệu", remarks=[remark], by=standing_agency, at=TUESDAY)


def now(report):
    return UnitReport.objects.get(pk=report.pk)


def told(officer):
    return Notification.objects.filter(user=officer).latest("pk").text


@pytest.mark.parametrize(("decide", "state"), [(take_back_return, "submitted"), (accept_as_filed, "accepted")])
def test_report_put_in_effect_again_says_what_it_said_and_when_it_was_filed(returned, standing_agency, decide, state):
    found = decide(returned, by=standing_agency, at=LATER)

    assert (found.state, found.first_submitted_at, found.submitted_at) == (state, MONDAY, MONDAY)
    assert CurrentProgress.objects.get().result == "đã tập huấn"
    assert (found.history.first().history_user, found.history.first().history_date) == (standing_agency, LATER)


def test_return_taken_back_leaves_no_trace_but_in_history(returned, standing_agency):
    found = take_back_return(returned, by=standing_agency, at=LATER)

    assert (found.returned_at, found.returned_by, found.return_reason) == (None, None, "")
    assert found.status(LATER) == ReportStatus.SUBMITTED
    assert found.history.filter(state="returned").get().return_reason == "Thiếu số liệu"


def test_report_accepted_as_filed_says_who_accepted_it_and_that_it_was_returned(returned, standing_agency):
    found = accept_as_filed(returned, by=standing_agency, at=LATER)

    assert (found.accepted_at, found.accepted_by, found.returned_at) == (LATER, standing_agency, TUESDAY)


@pytest.mark.parametrize("decide", PUT_IN_EFFECT)
def test_what_the_unit_typed_since_the_return_does_not_count_and_is_kept_in_history(
    returned, officer, standing_agency, decide
):
    fill(returned, officer, TUESDAY, result="đang viết dở")

    decide(returned, by=standing_agency, at=LATER)

    entry = entry_of(returned)
    assert (entry.result, entry.percent, CurrentProgress.objects.get().result) == ("đã tập huấn", 60, "đã tập huấn")
    assert [row.result for row in entry.history.all()] == ["đã tập huấn", "đang viết dở", "đã tập huấn", ""]


def test_figures_typed_since_the_return_do_not_count_either(report, officer, standing_agency, duty):
    kinds = {"kind": Indicator.Kind.AT_LEAST, "target": 20, "unit_of_measure": "DVC"}
    known, new, same = (Indicator.objects.create(initiative=duty.initiative, name=one, **kinds) for one in "abc")

    def count(at, figures):
        entry = entry_of(report)
        typed = {indicator.pk: Figure(Decimal(value)) for indicator, value in figures.items()}
        save_entry(entry, {"work_state": "in_progress"}, by=officer, at=at, figures=typed)

    count(MONDAY, {known: 5, same: 1})
    submit_report(report, by=officer, at=MONDAY)
    return_report(report, reason="Thiếu", by=standing_agency, at=TUESDAY)
    count(TUESDAY, {known: 9, new: 7})

    take_back_return(report, by=standing_agency, at=LATER)

    counted = {figure.indicator.name: figure.value for figure in IndicatorFigure.objects.all()}
    assert counted == {"a": 5, "b": None, "c": 1}
    assert entry_of(report).version == IndicatorFigure.objects.get(indicator=known).version


def test_nothing_to_report_is_said_again(report, officer, standing_agency):
    filed(report, officer, MONDAY, result="đã tập huấn")
    second = opened(report.unit, NEXT_MONDAY, "2024-W11")
    submit_nothing(second, by=officer, at=NEXT_MONDAY)
    return_report(second, reason="Thiếu", by=standing_agency, at=NEXT_MONDAY)
    fill(second, officer, NEXT_MONDAY, result="đang viết dở")

    found = take_back_return(second, by=standing_agency, at=LATER)

    assert (found.nothing_to_report, entry_of(second).work_state) == (True, "")
    assert CurrentProgress.objects.get().result == "đã tập huấn"


def test_report_filed_before_versions_were_kept_is_put_in_effect_as_it_stands(returned, standing_agency):
    ReportVersion.objects.all().delete()

    take_back_return(returned, by=standing_agency, at=LATER)

    assert CurrentProgress.objects.get().result == "đã tập huấn"


@pytest.mark.parametrize(
    ("decide", "typed", "words"),
    [
        (
            take_back_return,
            False,
            "Cơ quan thường trực rút lại việc trả lại báo cáo tuần 28/02 – 05/03 của Phòng Nội vụ (“Thiếu số liệu”). "
            "Nội dung nộp lúc 08:00 ngày 04/03/2024 có hiệu lực.",
        ),
        (
            accept_as_filed,
            True,
            "Báo cáo tuần 28/02 – 05/03 của Phòng Nội vụ được tiếp nhận, không cần sửa. Nội dung nộp lúc 08:00 ngày "
            "04/03/2024 có hiệu lực; phần đơn vị sửa nháp sau đó chưa nộp nên không tính.",
        ),
    ],
)
def test_unit_is_told_what_counts_again(returned, officer, standing_agency, decide, typed, words):
    if typed:
        fill(returned, officer, TUESDAY, result="đang viết dở")

    decide(returned, by=standing_agency, at=LATER)

    assert told(officer) == words


def test_closed_report_stays_filed_counts_for_nothing_and_is_owed_no_more(returned, officer, standing_agency):
    found = close_report(returned, **CLOSE, by=standing_agency, at=LATER)

    assert (found.closed_at, found.closed_by, found.closed_reason) == (LATER, standing_agency, CLOSE["reason"])
    assert (found.is_filed, found.is_in_effect, found.is_late, found.is_fileable(LATER)) == (True, False, False, False)
    assert UnitReport.objects.owed().filter(pk=found.pk).exists() is False
    assert [UnitReport.objects.on_time().count(), CurrentProgress.objects.count()] == [1, 0]
    assert (
        told(officer) == f"Báo cáo tuần 28/02 – 05/03 của Phòng Nội vụ được đóng, không phải sửa nữa: {CLOSE['reason']}"
    )


def test_closed_report_cannot_be_filed_until_it_is_returned_again(returned, officer, standing_agency):
    close_report(returned, **CLOSE, by=standing_agency, at=LATER)

    with pytest.raises(NotOwed, match="đã được đóng.*Kỳ đã qua"):
        submit_report(returned, by=officer, at=LATER)
    again = return_report(returned, reason="Vẫn cần", by=standing_agency, at=LATER)

    assert (again.state, again.return_reason, again.closed_at, again.closed_reason) == ("returned", "Vẫn cần", None, "")
    assert submit_report(again, by=officer, at=LATER).state == "submitted"


@pytest.mark.parametrize("decision", DECISIONS)
def test_remarks_ask_for_nothing_after_the_decision_and_are_kept(returned, standing_agency, decision):
    decide, more = DECISIONS[decision]

    decide(returned, by=standing_agency, at=LATER, **more)

    remark = entry_of(returned).remarks.get()
    assert (remark.text, remark.answered_at, remark.withdrawn_at, remarks_of(returned)) == (
        "ghi số lượng", None, LATER, [],
    )  # fmt: skip


@pytest.mark.parametrize("decision", DECISIONS)
def test_bell_that_asked_for_the_correction_rings_no_more(returned, officer, standing_agency, decision):
    decide, more = DECISIONS[decision]
    asked = Notification.objects.filter(user=officer).get()

    decide(returned, by=standing_agency, at=LATER, **more)

    asked.refresh_from_db()
    assert asked.read_at == LATER


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("state", ["open", "submitted", "accepted"])
def test_only_a_returned_report_is_decided_upon(report, officer, standing_agency, decision, state):
    decide, more = DECISIONS[decision]
    if state != "open":
        filed(report, officer, MONDAY)
    if state == "accepted":
        accept_reports([report], by=standing_agency, at=TUESDAY)

    with pytest.raises(ReviewError, match="không còn ở trạng thái trả lại"):
        decide(report, by=standing_agency, at=LATER, **more)
    assert now(report).state == state


def test_report_is_not_closed_without_a_reason(returned, standing_agency):
    with pytest.raises(ReviewError, match="Hãy ghi lý do đóng"):
        close_report(returned, reason=" ", by=standing_agency, at=LATER)
    assert now(returned).state == "returned"


def test_many_accepted_at_once_do_not_take_in_a_returned_one(returned, standing_agency):
    assert [report.pk for report in accept_reports([returned], by=standing_agency, at=LATER).left] == [returned.pk]


def test_report_put_in_effect_cannot_be_filed_again(returned, officer, standing_agency):
    take_back_return(returned, by=standing_agency, at=LATER)

    with pytest.raises(AlreadyFiled):
        save_entry(entry_of(returned), {"result": "thêm"}, by=officer, at=LATER)
    assert entry_of(returned).result == "đã tập huấn"
