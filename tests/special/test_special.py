"""Reports asked for on an occasion: of chosen units on chosen initiatives, with their own due time."""

import pytest
from django.db import IntegrityError, transaction

from reports.domain.states import ReportStatus
from reports.lifecycle.errors import ReviewError
from reports.models import Notification, ReportingPeriod
from reports.periods.services import run_schedule
from reports.special.services import cancel_special_report, request_special_report
from tests.acts import MONDAY, filed, more_duties, report_of
from tests.factories import DutyFactory, InitiativeFactory, UnitFactory, vn

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

DUE = vn("2024-03-08 17:00")


@pytest.fixture
def ask(duty, standing_agency):
    def asked(**changed):
        said = {
            "title": "Rà soát thiết bị", "units": [duty.unit], "initiatives": [duty.initiative], "due_at": DUE,
            "by": standing_agency, "at": MONDAY, **changed,
        }  # fmt: skip
        return request_special_report(duty.initiative.plan, **said)

    return asked


def test_special_report_has_its_own_code_days_and_due_time(ask, duty, standing_agency):
    period = ask()

    assert (period.code, str(period)) == ("2024-DX01", "Báo cáo đột xuất: Rà soát thiết bị")
    assert (period.starts_on, period.ends_on, period.due_at) == (MONDAY.date(), DUE.date(), DUE)
    assert (period.asked_by, period.locks_at) == (standing_agency, vn("2024-03-15 17:00"))
    assert [entry.duty for entry in report_of(duty.unit, "2024-DX01").entries.all()] == [duty]


def test_units_asked_are_told_at_once_and_no_longer_once_it_is_taken_back(ask, duty, officer, standing_agency):
    period = ask()
    url = report_of(duty.unit, period.code).get_absolute_url()
    told = list(Notification.objects.values_list("user", "text", "url"))

    cancel_special_report(period, by=standing_agency, at=MONDAY)

    words = "Báo cáo đột xuất: Rà soát thiết bị. Hạn nộp 17:00 ngày 08/03/2024."
    assert (told, Notification.objects.count()) == ([(officer.pk, words, url)], 0)


def test_only_the_chosen_units_and_initiatives_are_asked(ask, duty):
    (second,) = more_duties(duty, 1)
    DutyFactory(initiative=duty.initiative)

    period = ask(initiatives=[second.initiative])

    assert [(report.unit, report.entries.get().duty) for report in period.reports.all()] == [(duty.unit, second)]


def test_codes_count_up_within_the_year_and_plan(ask):
    assert [ask().code, ask(title="Lần hai").code] == ["2024-DX01", "2024-DX02"]


def test_special_report_is_filed_late_and_missed_like_any_other(ask, duty, officer):
    ask()
    report = report_of(duty.unit, "2024-DX01")
    late = vn("2024-03-08 17:01")
    assert report.status(late) == ReportStatus.OVERDUE

    assert filed(report, officer, late).status(late) == ReportStatus.LATE


def test_special_report_not_filed_is_missed_at_its_own_lock(ask, duty):
    ask(locks_at=vn("2024-03-09 12:00"))

    outcome = run_schedule(at=vn("2024-03-09 12:01"))

    assert outcome["missed"] == [{"unit": "Phòng Nội vụ", "period": "2024-DX01"}]


def test_special_report_does_not_disturb_the_weeks(ask):
    ask(due_at=vn("2024-09-01 17:00"))

    assert run_schedule(at=MONDAY)["opened"] == ["2024-W10", "2024-03"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"title": "  "}, "nội dung cần báo cáo"),
        ({"due_at": MONDAY}, "Hạn nộp đã qua"),
        ({"locks_at": DUE}, "sau hạn nộp"),
        ({"units": []}, "ít nhất một đơn vị"),
        ({"initiatives": []}, "không có nhiệm vụ"),
    ],
)
def test_request_that_cannot_be_is_refused_in_words(ask, changed, message):
    with pytest.raises(ReviewError, match=message):
        ask(**changed)

    assert ReportingPeriod.objects.count() == 0


def test_unit_without_a_duty_on_the_initiative_is_named(ask, duty):
    idle = UnitFactory(name="Phòng Tư pháp", short_name="Tư pháp")

    with pytest.raises(ReviewError, match="^Tư pháp không có nhiệm vụ"):
        ask(units=[duty.unit, idle])


def test_initiative_of_another_plan_is_not_asked(ask):
    with pytest.raises(ReviewError, match="không có nhiệm vụ"):
        ask(initiatives=[InitiativeFactory()])


def test_database_refuses_a_special_period_without_a_name(ask):
    ask()

    with pytest.raises(IntegrityError), transaction.atomic():
        ReportingPeriod.objects.update(name="")


def test_what_was_asked_and_who_took_it_back_stays_known(ask, standing_agency):
    period = ask()

    cancel_special_report(period, by=standing_agency, at=DUE)

    told = ReportingPeriod.history.filter(id=period.pk).order_by("history_id")
    assert list(told.values_list("history_type", "history_user", "history_date", "name")) == [
        ("+", standing_agency.pk, period.opened_at, period.name),
        ("-", standing_agency.pk, DUE, period.name),
    ]
