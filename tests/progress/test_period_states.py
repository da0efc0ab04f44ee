"""How everything stood at the end of a period: summed once, right whatever is filed, returned or left out later."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from django.core.management import call_command

from reports.domain.states import WorkState
from reports.filing.services import submit_nothing, submit_report, withdraw_report
from reports.lifecycle.errors import FilingError, ReviewError
from reports.models import PeriodState, UnitReport
from reports.periods.services import run_schedule
from reports.progress.period_states import close_periods, rebuild_period_states
from reports.review.services import (
    accept_reports,
    exclude_entry,
    include_entry,
    reopen_report,
    return_report,
)
from tests.acts import save_draft
from tests.factories import DutyFactory, InitiativeFactory, UnitFactory, vn
from tests.rollup.counter import History
from tests.scale import at_length

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

MONDAY_10 = vn("2024-03-04 08:00")
TUESDAY_10 = vn("2024-03-05 09:00")
WEDNESDAY_11 = vn("2024-03-06 00:05")
TUESDAY_11 = vn("2024-03-12 09:00")
WEDNESDAY_12 = vn("2024-03-13 00:05")


def report_of(duty, code):
    return UnitReport.objects.get(unit=duty.unit, period__code=code)


def file(duty, code, by, at, **fields):
    report = report_of(duty, code)
    entries = list(report.entries.all())
    for entry in entries:
        for name, value in {"work_state": WorkState.IN_PROGRESS, **fields}.items():
            setattr(entry, name, value)
    save_draft(report, entries, by=by, at=at)
    return submit_report(report, by=by, at=at)


def states(code):
    return {state.duty_id: (state.work_state, state.percent) for state in PeriodState.objects.filter(period__code=code)}


@pytest.fixture
def opened(duty, officer):
    """Week 10 with one duty, on the Monday before it is due."""
    run_schedule(at=MONDAY_10)
    return duty


def test_period_is_summed_when_it_has_ended_and_not_before(opened, officer):
    file(opened, "2024-W10", officer, TUESDAY_10, percent=40)
    before = states("2024-W10")

    run_schedule(at=WEDNESDAY_11)

    assert (before, states("2024-W10")) == ({}, {opened.pk: ("in_progress", 40)})


def test_summing_again_does_nothing_more(opened, officer):
    file(opened, "2024-W10", officer, TUESDAY_10)
    run_schedule(at=WEDNESDAY_11)
    kept = list(PeriodState.objects.values_list("pk"))

    assert (close_periods(at=WEDNESDAY_11), list(PeriodState.objects.values_list("pk"))) == ([], kept)


def test_duty_never_reported_on_has_no_state(opened):
    run_schedule(at=WEDNESDAY_11)

    assert states("2024-W10") == {}


def test_state_stays_while_nothing_new_is_said(opened, officer):
    file(opened, "2024-W10", officer, TUESDAY_10, percent=40)
    run_schedule(at=WEDNESDAY_11)
    submit_nothing(report_of(opened, "2024-W11"), by=officer, at=TUESDAY_11)

    run_schedule(at=WEDNESDAY_12)

    assert states("2024-W11") == states("2024-W10") == {opened.pk: ("in_progress", 40)}


def test_result_said_earlier_stays_the_last_one_told(opened, officer):
    first = file(opened, "2024-W10", officer, TUESDAY_10, result="đã lắp 2/3")
    run_schedule(at=WEDNESDAY_11)
    file(opened, "2024-W11", officer, TUESDAY_11, percent=70)

    run_schedule(at=WEDNESDAY_12)

    state = PeriodState.objects.get(period__code="2024-W11")
    assert (state.result_entry, state.entry.report.period.code) == (first.entries.get(), "2024-W11")


def test_result_told_anew_takes_the_place_of_the_one_before(opened, officer):
    file(opened, "2024-W10", officer, TUESDAY_10, result="đã lắp 2/3")
    run_schedule(at=WEDNESDAY_11)
    second = file(opened, "2024-W11", officer, TUESDAY_11, result="đã lắp xong")

    run_schedule(at=WEDNESDAY_12)

    assert PeriodState.objects.get(period__code="2024-W11").result_entry == second.entries.get()


@pytest.mark.parametrize(("hours", "percent"), [(0, 50), (1, 40)])
def test_of_two_reports_of_one_day_the_later_word_is_the_state(duty, officer, hours, percent):
    """Week 20 and May both end on Tuesday the 14th; of two words of one moment the later entry is the later word."""
    at = vn("2024-05-13 09:00")
    run_schedule(at=at)
    first, second = sorted(("2024-W20", "2024-05"), key=lambda code: report_of(duty, code).entries.get().pk)
    file(duty, second, officer, at, percent=50)
    file(duty, first, officer, at + timedelta(hours=hours), percent=40, explanation="đã đếm lại")

    run_schedule(at=vn("2024-05-15 00:05"))

    assert states("2024-W20") == states("2024-05") == {duty.pk: ("in_progress", percent)}


def test_late_filing_changes_the_period_it_was_late_for(opened, officer):
    run_schedule(at=WEDNESDAY_11)

    file(opened, "2024-W10", officer, vn("2024-03-06 09:00"), percent=30)

    assert states("2024-W10") == {opened.pk: ("in_progress", 30)}


def test_what_was_said_last_holds_also_for_the_period_that_followed(opened, officer):
    run_schedule(at=WEDNESDAY_11)
    file(opened, "2024-W11", officer, vn("2024-03-06 09:00"), percent=60)
    file(opened, "2024-W10", officer, vn("2024-03-06 10:00"), percent=30, explanation="đã đếm lại")

    run_schedule(at=WEDNESDAY_12)

    assert (states("2024-W10"), states("2024-W11")) == (
        {opened.pk: ("in_progress", 30)},
        {opened.pk: ("in_progress", 30)},
    )


def test_returned_report_says_nothing_of_its_period_until_it_is_filed_again(opened, officer, standing_agency):
    report = file(opened, "2024-W10", officer, TUESDAY_10, percent=40)
    run_schedule(at=WEDNESDAY_11)
    return_report(report, reason="ghi rõ", by=standing_agency, at=WEDNESDAY_11)
    returned = states("2024-W10")

    file(opened, "2024-W10", officer, vn("2024-03-07 09:00"), percent=50)

    assert (returned, states("2024-W10")) == ({}, {opened.pk: ("in_progress", 50)})


def test_entry_left_out_counts_in_no_period_until_it_is_taken_back(opened, officer, standing_agency):
    report = file(opened, "2024-W10", officer, TUESDAY_10, percent=40)
    run_schedule(at=WEDNESDAY_11)
    entry = exclude_entry(report.entries.get(), reason="nhầm", by=standing_agency, at=WEDNESDAY_11)
    left_out = states("2024-W10")

    include_entry(entry, by=standing_agency, at=WEDNESDAY_11)

    assert (left_out, states("2024-W10")) == ({}, {opened.pk: ("in_progress", 40)})


def test_duty_that_ended_is_not_summed_any_more(opened, officer):
    file(opened, "2024-W10", officer, TUESDAY_10)
    run_schedule(at=WEDNESDAY_11)
    opened.terms.update(valid_to=TUESDAY_10.date())

    close_periods(at=WEDNESDAY_12)

    assert (states("2024-W10") != {}, states("2024-W11")) == (True, {})


def test_rebuild_mends_what_was_written_past_the_services_and_then_finds_nothing(opened, officer, capsys):
    file(opened, "2024-W10", officer, TUESDAY_10, percent=40)
    run_schedule(at=WEDNESDAY_11)
    PeriodState.objects.update(percent=99)

    assert (rebuild_period_states(), rebuild_period_states()) == (1, 0)
    call_command("rebuild_current")
    assert "Tình hình cuối kỳ khớp với báo cáo." in capsys.readouterr().out


# --- Whatever happens, in any order ---


class Life:
    """Weeks of a plan in which anything allowed may happen at any moment, drawn by lot."""

    def __init__(self, seed, plan, officer, agency):
        self.random = Random(seed)
        self.officer, self.agency = officer, agency
        units = [UnitFactory() for _ in range(2)]
        for initiative in (InitiativeFactory(plan=plan), InitiativeFactory(plan=plan)):
            for unit in units:
                DutyFactory(initiative=initiative, unit=unit)
        self.at = MONDAY_10
        run_schedule(at=self.at)

    def step(self):
        self.at += timedelta(hours=self.random.randint(1, 24))
        run_schedule(at=self.at)
        others = (self.nothing, self.withdraw, self.send_back, self.accept, self.leave_out, self.take_back, self.reopen)
        act = self.file if self.random.random() < 0.6 else self.random.choice(others)
        report = self.random.choice(list(UnitReport.objects.order_by("-period__ends_on", "pk")[:8]))
        with suppress(FilingError, ReviewError):  # what is not allowed now changes nothing
            act(report)

    def file(self, report):
        entries = list(report.entries.all())
        for entry in entries:
            entry.work_state = self.random.choice(("not_started", "in_progress", "maintained"))
            entry.percent, entry.explanation = self.random.choice((None, 10, 50)), "đã đếm lại"
            entry.result = self.random.choice(("", "kết quả"))
        save_draft(report, entries, by=self.officer, at=self.at)
        submit_report(report, by=self.officer, at=self.at)

    def nothing(self, report):
        submit_nothing(report, by=self.officer, at=self.at)

    def withdraw(self, report):
        withdraw_report(report, by=self.officer, at=self.at)

    def send_back(self, report):
        return_report(report, reason="sửa", by=self.agency, at=self.at)

    def accept(self, report):
        accept_reports([report], by=self.agency, at=self.at)

    def reopen(self, report):
        until = self.at + timedelta(days=2)
        reopen_report(report, until=until, reason="bổ sung", by=self.agency, at=self.at)

    def leave_out(self, report):
        exclude_entry(report.entries.first(), reason="nhầm", by=self.agency, at=self.at)

    def take_back(self, report):
        include_entry(report.entries.first(), by=self.agency, at=self.at)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(at_length(3, 6)))
def test_states_kept_on_write_equal_those_counted_anew(plan, officer, standing_agency, seed):
    life = Life(seed, plan, officer, standing_agency)

    for _ in range(50):
        life.step()

    history = History(plan)
    kept = {period.code: states(period.code) for period in plan.periods.filter(summed_at__isnull=False)}
    counted = {
        period.code: {pk: tuple(word) for pk, word in history.words_until(period.ends_on).items()}
        for period in plan.periods.filter(summed_at__isnull=False)
    }
    assert (kept, rebuild_period_states()) == (counted, 0)
    assert sum(len(told) for told in kept.values()) > 8
