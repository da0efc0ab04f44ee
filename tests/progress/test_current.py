"""The last words kept on write are what history says, whatever happens and in whatever order (CHECKS 23)."""

from datetime import timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command

from reports.domain.calendar import VIETNAM
from reports.domain.entry_fields import FILLED_FIELDS
from reports.domain.states import IN_EFFECT, ReportState, WorkState
from reports.filing.drafts import EntryEdit, keep_entries, save_entries
from reports.filing.services import submit_nothing, submit_report, withdraw_report
from reports.lifecycle.errors import FilingError, ReviewError
from reports.models import CurrentProgress, ProgressEntry, UnitReport
from reports.periods.services import run_schedule
from reports.progress.current import add_to_current, rebuild_current, recompute_current
from reports.review.services import (
    accept_reports,
    exclude_entry,
    include_entry,
    reopen_report,
    return_report,
)
from reports.special.services import request_special_report
from tests.acts import MONDAY, NEXT_MONDAY, entry_of, filed, more_duties, opened, report_of
from tests.factories import DutyFactory, InitiativeFactory, vn
from tests.scale import at_length

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

MAY_13 = vn("2024-05-13 09:00")
STEPS = 500
LIVES = at_length(2, 20)  # the whole: 10,000 steps


def said(word):
    return {name: getattr(word, name) for name in FILLED_FIELDS}


def by_hand():
    """The rule once more, slowly and in plain Python, from every entry there is."""
    words = {}
    entries = ProgressEntry.objects.select_related("report__period")
    in_effect = [one for one in entries if one.report.state in IN_EFFECT and one.work_state and not one.excluded_at]
    in_effect.sort(key=lambda one: (one.report.submitted_at, one.pk))
    results = {}
    for entry in in_effect:
        if entry.result and not entry.is_kept:
            results[entry.duty_id] = entry
        told = results.get(entry.duty_id)
        words[entry.duty_id] = said(entry) | {
            "result": entry.result or (told.result if told else ""),
            "said": told.pk if told else None,
            "entry": entry.pk,
            "period": entry.report.period_id,
            "at": entry.report.submitted_at,
        }
    return words


def kept():
    return {
        word.duty_id: said(word)
        | {"said": word.result_entry_id, "entry": word.entry_id, "period": word.period_id, "at": word.reported_at}
        for word in CurrentProgress.objects.all()
    }


class Life:
    """One made-up life of two units with three duties each: random steps, some of which are refused."""

    def __init__(self, seed, plan, officer, reviewer):
        self.random = Random(seed)
        self.plan, self.officer, self.reviewer = plan, officer, reviewer
        self.at = MONDAY

    def step(self):
        self.at += timedelta(minutes=self.random.randint(-90, 900))  # a clock that is put back now and then
        reports = list(UnitReport.objects.select_related("period", "unit"))
        report = self.random.choice(reports)
        acts = [self.edit, self.edit, self.submit, self.submit, self.nothing, self.keep, self.withdraw, self.send_back]
        acts += [self.accept, self.exclude, self.include, self.reopen, self.tick, self.special]
        try:
            self.random.choice(acts)(report)
        except (FilingError, ReviewError):
            return False
        return True

    def edit(self, report):
        edits = []
        for entry in report.entries.all():
            state = self.random.choice(WorkState.values)
            words = {
                "work_state": state,
                "percent": self.random.randint(0, 100),
                "explanation": "Đã đếm lại",
                "result": self.random.choice(["", "Xong một phần", f"Bước {self.random.randint(1, 99)}"]),
                "difficulty": self.random.choice(["Thiếu máy", "Mạng yếu"]) if state == WorkState.BLOCKED else "",
            }
            if state == WorkState.DONE:
                words["result"] = words["result"] or "Đã xong"
            edits.append(EntryEdit(entry.pk, words))
        save_entries(report, edits, by=self.officer, at=self.at)

    def submit(self, report):
        submit_report(report, by=self.officer, at=self.at)

    def nothing(self, report):
        submit_nothing(report, by=self.officer, at=self.at)

    def keep(self, report):
        keep_entries(report, by=self.officer, at=self.at)

    def withdraw(self, report):
        withdraw_report(report, by=self.officer, at=self.at)

    def send_back(self, report):
        return_report(report, reason="Thiếu", by=self.reviewer, at=self.at)

    def accept(self, report):
        accept_reports([report], by=self.reviewer, at=self.at)

    def exclude(self, report):
        exclude_entry(report.entries.first(), reason="Trùng", by=self.reviewer, at=self.at)

    def include(self, report):
        include_entry(report.entries.last(), by=self.reviewer, at=self.at)

    def reopen(self, report):
        reopen_report(report, until=self.at + timedelta(days=3), reason="Mất mạng", by=self.reviewer, at=self.at)

    def tick(self, report):
        run_schedule(at=self.at)

    def special(self, report):
        if self.random.random() < 0.1:
            initiatives = [entry.duty.initiative for entry in report.entries.all()]
            due = self.at + timedelta(days=self.random.randint(1, 9))
            request_special_report(
                self.plan, title="Rà soát", units=[report.unit], initiatives=initiatives, due_at=due,
                by=self.reviewer, at=self.at,
            )  # fmt: skip


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("seed", range(LIVES))
def test_last_words_equal_history_after_any_steps(plan, unit, officer, standing_agency, seed):
    initiatives = [InitiativeFactory(plan=plan) for _ in range(3)]
    for one in (unit, standing_agency.memberships.get().unit):
        for initiative in initiatives:
            DutyFactory(unit=one, initiative=initiative)
    life = Life(seed, plan, officer, standing_agency)
    life.tick(None)

    done = 0
    for number in range(STEPS):
        done += life.step()
        if number % 50 == 0:
            assert kept() == by_hand()

    assert kept() == by_hand()
    assert rebuild_current() == 0
    assert done > STEPS // 6
    assert {report.state for report in UnitReport.objects.all()} >= {ReportState.ACCEPTED, ReportState.OPEN}
    assert life.at.astimezone(VIETNAM) > NEXT_MONDAY


def test_rebuilding_mends_what_was_written_past_the_services(report, officer):
    filed(report, officer, MONDAY, result="đã tập huấn")
    CurrentProgress.objects.update(percent=1)

    assert [rebuild_current(), rebuild_current()] == [1, 0]
    assert CurrentProgress.objects.get().percent == 60


# Each thing a last word says, said otherwise; the entry and the period are those of the week before the month.
WRONG = {
    "entry": lambda week: week.entries.get(),
    "result_entry": lambda week: week.entries.get(),
    "period": lambda week: week.period,
    "reported_at": lambda week: MONDAY - timedelta(hours=1),
    "work_state": lambda week: WorkState.BLOCKED,
    "percent": lambda week: 1,
    "explanation": lambda week: "khác",
    "result": lambda week: "khác",
    "difficulty": lambda week: "khác",
    "proposal": lambda week: "khác",
    "solving_level": lambda week: "ministry",
    "next_steps": lambda week: "khác",
}


def test_every_thing_a_last_word_says_can_be_wrong_here():
    assert {*WRONG} == {"entry", "result_entry", "period", "reported_at", *FILLED_FIELDS}


@pytest.mark.parametrize("column", WRONG)
def test_rebuilding_mends_each_thing_a_last_word_says_and_that_alone(report, officer, unit, column):
    filed(report, officer, MONDAY, result="đã tập huấn")
    filed(report_of(unit, "2024-03"), officer, MONDAY, result="đã tập huấn xong", percent=70)
    right = list(CurrentProgress.objects.values())
    CurrentProgress.objects.update(**{column: WRONG[column](report)})
    assert list(CurrentProgress.objects.values()) != right

    assert [rebuild_current(), rebuild_current()] == [1, 0]
    assert list(CurrentProgress.objects.values()) == right


def test_rebuilding_brings_back_what_was_lost_and_takes_away_what_was_never_said(report, officer):
    filed(report, officer, MONDAY)
    CurrentProgress.objects.all().delete()
    assert rebuild_current() == 1

    ProgressEntry.objects.update(work_state="")
    assert (rebuild_current(), CurrentProgress.objects.count()) == (1, 0)


def test_command_says_what_it_mended(report, officer):
    filed(report, officer, MONDAY)
    CurrentProgress.objects.all().delete()
    out = StringIO()

    call_command("rebuild_current", stdout=out)
    call_command("rebuild_current", stdout=out)

    assert out.getvalue().splitlines() == [
        "Đã sửa 1 nhiệm vụ sai khác.",
        "Tình hình cuối kỳ khớp với báo cáo.",
        "Tình hình hiện tại khớp với báo cáo.",
        "Tình hình cuối kỳ khớp với báo cáo.",
    ]


def test_withdrawn_words_give_way_to_those_before(report, officer, unit):
    filed(report, officer, MONDAY, result="đã lắp 2/3", percent=40)
    next_week = opened(unit, NEXT_MONDAY, "2024-W11")
    filed(next_week, officer, NEXT_MONDAY, percent=70)
    assert (CurrentProgress.objects.get().percent, CurrentProgress.objects.get().result) == (70, "đã lắp 2/3")

    withdraw_report(next_week, by=officer, at=NEXT_MONDAY)

    current = CurrentProgress.objects.get()
    assert (current.percent, current.result, current.entry) == (40, "đã lắp 2/3", entry_of(report))


def test_result_of_an_earlier_period_filed_late_becomes_the_last_one_said(report, officer, unit):
    at = vn("2024-03-07 09:00")
    filed(opened(unit, at, "2024-W11"), officer, at, percent=70)

    filed(report, officer, at, percent=40, result="đã lắp 2/3", explanation="đã đếm lại")

    current = CurrentProgress.objects.get()
    assert (current.percent, current.result) == (70, "đã lắp 2/3")


def test_last_word_is_by_the_clock_also_where_it_was_put_back(report, officer, unit):
    filed(report, officer, MONDAY, percent=40)
    monthly = report_of(unit, "2024-03")

    filed(monthly, officer, MONDAY - timedelta(hours=2), percent=50)

    assert (CurrentProgress.objects.get().percent, rebuild_current()) == (40, 0)


def test_week_filed_after_a_month_that_ends_later_has_the_last_word(report, officer, unit):
    filed(report_of(unit, "2024-03"), officer, MONDAY, percent=50)

    filed(report, officer, MONDAY + timedelta(hours=2), percent=55)

    assert (CurrentProgress.objects.get().percent, rebuild_current()) == (55, 0)


def test_of_two_reports_of_one_day_filed_at_one_moment_the_later_entry_has_the_last_word(unit, duty, officer):
    """Week 20 and May both end on Tuesday the 14th; in whatever order they are filed, the answer is the same."""
    at = vn("2024-05-13 09:00")
    run_schedule(at=at)
    first, second = sorted(
        (report_of(unit, "2024-W20"), report_of(unit, "2024-05")), key=lambda one: one.entries.get().pk
    )

    filed(second, officer, at, percent=50)
    filed(first, officer, at, percent=40, explanation="đã đếm lại")

    assert (CurrentProgress.objects.get().percent, rebuild_current()) == (50, 0)


def test_newest_word_is_written_without_reading_history(report, officer, django_assert_max_num_queries):
    """The word before, the word itself, who goes on with it, and the periods that have ended since."""
    filed(report, officer, MONDAY)
    CurrentProgress.objects.all().delete()
    report = UnitReport.objects.select_related("period").get(pk=report.pk)
    entries = list(report.entries.all())

    with django_assert_max_num_queries(4):
        add_to_current(report, entries)

    assert CurrentProgress.objects.count() == 1


def test_entry_left_out_of_the_aggregate_has_no_last_word_when_its_report_is_filed_again(
    report, officer, standing_agency
):
    filed(report, officer, MONDAY, percent=40)
    exclude_entry(entry_of(report), reason="Trùng", by=standing_agency, at=MONDAY)
    return_report(report, reason="Thiếu", by=standing_agency, at=MONDAY)

    filed(report, officer, MONDAY, percent=50)

    assert (CurrentProgress.objects.count(), rebuild_current()) == (0, 0)


def test_reading_one_duty_anew_leaves_the_others_alone(report, officer, duty):
    (other,) = more_duties(duty, 1)
    filed(report, officer, MONDAY)
    filed(opened(duty.unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY, percent=70)
    CurrentProgress.objects.update(percent=1)

    recompute_current([other.pk])

    assert dict(CurrentProgress.objects.values_list("duty", "percent")) == {duty.pk: 1, other.pk: 70}


@pytest.fixture
def of_one_day(duty, unit):
    """Week 20 and May, which both end on Tuesday the 14th; first the one whose entry is the earlier row."""
    run_schedule(at=MAY_13)
    return sorted((report_of(unit, "2024-W20"), report_of(unit, "2024-05")), key=lambda one: one.entries.get().pk)


def test_of_two_reports_of_one_day_the_one_filed_later_has_the_last_word(of_one_day, officer):
    first, second = of_one_day

    filed(second, officer, MAY_13, percent=50)
    filed(first, officer, MAY_13 + timedelta(hours=1), percent=40, explanation="đã đếm lại")

    assert (CurrentProgress.objects.get().percent, rebuild_current()) == (40, 0)


def test_of_two_reports_of_one_day_the_later_by_the_clock_has_the_last_word_also_where_it_was_put_back(
    of_one_day, officer
):
    first, second = of_one_day

    filed(first, officer, MAY_13, percent=40)
    filed(second, officer, MAY_13 - timedelta(hours=1), percent=50)

    assert (CurrentProgress.objects.get().percent, rebuild_current()) == (40, 0)


def test_result_told_anew_takes_the_place_of_the_one_before(report, officer, unit):
    filed(report, officer, MONDAY, result="đã lắp 2/3")

    filed(opened(unit, NEXT_MONDAY, "2024-W11"), officer, NEXT_MONDAY, result="đã lắp xong")

    assert (CurrentProgress.objects.get().result, rebuild_current()) == ("đã lắp xong", 0)
