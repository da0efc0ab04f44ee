"""The life of the plan, at every moment of a rule and at random ones between (CHECKS 25, 26, 35).

Units file at random: in time, late, a minute before a reminder, never. By ``./portal test --long`` it is lived to its
end, 12/2025, by the 60 units of a district, which takes minutes; otherwise by a few, over the first Tết, 30/4 and 2/9.
"""

import time
from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

import pytest
from django.db import transaction

from assignments.models import StandingAgency
from assignments.roles import Role
from reports.domain.calendar import VIETNAM, Rhythm, span_of
from reports.domain.reminder_defaults import DEFAULT_RULES
from reports.domain.states import ReportState
from reports.domain.workdays import DayOffRule, due_moment
from reports.models import Holiday, Reminder, ReminderItem, ReminderRule, ReportingPeriod, UnitReport
from reports.periods.holidays import seed_holidays
from reports.reminders.slots import slots_of
from reports.reminders.tick import tick
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory, vn
from tests.plan_days import MONTHS, WEEKS
from tests.scale import at_length

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

UNITS = at_length(4, 60)
BEGIN, END = vn("2024-02-01 00:05"), vn(at_length("2024-09-14 23:59", "2025-12-31 23:59"))
BETWEEN = UNITS * 10  # ticks at random, besides those at the moments of rules
MINUTE = timedelta(minutes=1)


class Moment(NamedTuple):
    """A reminder to come by the table: which rule speaks of which due day, and when."""

    rule: str
    rhythm: str
    due: datetime
    at: datetime


def at(day, hour):
    return datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM)


def due(day):
    return at(day, 23) + timedelta(minutes=59, seconds=59)


def moments_of_weeks():
    for tuesday, (first, second) in WEEKS:
        for rule, when in (
            ("Báo cáo tuần: sáng thứ Hai", at(first, 8)),
            ("Báo cáo tuần: sáng thứ Ba", at(second, 8)),
            ("Báo cáo tuần: chiều thứ Ba", at(second, 15)),
            ("Báo cáo tuần: đôn đốc sáng thứ Tư", at(tuesday + timedelta(days=1), 8)),
        ):
            yield Moment(rule, "weekly", due(tuesday), when)


def moments_of_months():
    for fourteenth, (tenth, thirteenth, last) in MONTHS:
        for rule, when in (
            ("Báo cáo tháng: sáng ngày 10", at(tenth, 8)),
            ("Báo cáo tháng: sáng ngày 13", at(thirteenth, 8)),
            ("Báo cáo tháng: sáng ngày 14", at(last, 8)),
            ("Báo cáo tháng: đôn đốc sáng ngày 15", at(fourteenth + timedelta(days=1), 8)),
        ):
            yield Moment(rule, "monthly", due(fourteenth), when)


ALL_MOMENTS = (*moments_of_weeks(), *moments_of_months())
MOMENTS = [moment for moment in ALL_MOMENTS if moment.at <= END]
EVENINGS = sorted({at(day.due, 18) for day in (*WEEKS, *MONTHS) if at(day.due, 18) <= END})


class Life:
    """Two years of ticks, and between them the units that file."""

    def __init__(self, plan, by):
        self.random, self.plan, self.by = Random(20240201), plan, by
        self.to_come, self.planned, self.filed_at = [], set(), {}

    def live(self):
        between = [BEGIN + self.random.random() * (END - BEGIN) for _ in range(BETWEEN)]
        openings = [at(day.due, 0) + timedelta(days=1, minutes=5) for day in (*WEEKS, *MONTHS)]
        moments = {moment.at for moment in MOMENTS}.union(EVENINGS, between, openings, [BEGIN])
        self.ticks = len(moments)
        for now in sorted(now for now in moments if now <= END):
            self.file_until(now)
            if tick(at=now)["opened"]:
                self.plan_filings()

    def plan_filings(self):
        for report in UnitReport.objects.exclude(pk__in=self.planned).select_related("period"):
            self.planned.add(report.pk)
            if when := self.filing_of(report.period):
                self.to_come.append((when, report.pk))
        self.to_come.sort()

    def filing_of(self, period):
        """Never; a minute before or after a reminder of the period; or at any time until it locks."""
        chance = self.random.random()
        if chance < 0.15:
            return None
        if chance < 0.4:
            own = [moment.at for moment in MOMENTS if (moment.rhythm, moment.due) == (period.rhythm, stored(period))]
            return self.random.choice(own or [period.due_at]) + self.random.choice((-MINUTE, MINUTE))
        return period.opened_at + self.random.random() * (period.locks_at - period.opened_at)

    def file_until(self, now):
        """The bare fact of filing: how a report is filed is specified elsewhere, and two years of it take minutes."""
        while self.to_come and self.to_come[0][0] < now:
            when, report = self.to_come.pop(0)
            facts = {"first_submitted_at": when, "submitted_at": when, "submitted_by": self.by}
            if UnitReport.objects.awaiting().filter(pk=report).update(state=ReportState.SUBMITTED, **facts):
                self.filed_at[report] = when


def stored(period):
    return period.due_at.astimezone(VIETNAM).replace(microsecond=0)


@pytest.fixture(scope="module")
def life(django_db_setup, django_db_blocker):
    """Lived once for the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        if not ReminderRule.objects.exists():
            ReminderRule.objects.bulk_create(ReminderRule(**rule) for rule in DEFAULT_RULES)
        life, begun = Life(*district()), time.monotonic()
        life.live()
        life.seconds = time.monotonic() - begun
        yield life
        transaction.set_rollback(True)


def district():
    """A plan, and who serves its standing agency."""
    plan = PlanFactory()
    initiative = InitiativeFactory(plan=plan)
    for n in range(UNITS):
        unit = UnitFactory(name=f"Xã {n}")
        DutyFactory(unit=unit, initiative=initiative)
        UserFactory(unit=unit)
    agency = UnitFactory(name="Công an huyện", files_reports=False)
    StandingAgency.objects.create(plan=plan, unit=agency)
    return plan, UserFactory(role=Role.STANDING_AGENCY, unit=agency)


def told():
    """Each word about a report that left: of which report, by which rule, when."""
    items = ReminderItem.objects.delivered().filter(report__isnull=False)
    return list(items.values_list("report", "rule__name", "reminder__sent_at"))


def owed(life):
    """By the table alone: each report, each of its reminders before it was filed."""
    reports = UnitReport.objects.filter(period__rhythm__in=("weekly", "monthly")).select_related("period")
    of_period = {}
    for report in reports:
        of_period.setdefault((report.period.rhythm, stored(report.period)), []).append(report.pk)
    return [
        (report, moment.rule, moment.at)
        for moment in MOMENTS
        for report in of_period[moment.rhythm, moment.due]
        if report not in life.filed_at or life.filed_at[report] >= moment.at
    ]


def test_due_moments_are_those_of_the_table(life):
    of_rhythm = ReportingPeriod.objects.filter(due_at__lte=END).order_by("due_at")

    for rhythm, table in (("weekly", WEEKS), ("monthly", MONTHS)):
        wanted = [due(day.due) for day in table if due(day.due) <= END]
        assert [stored(period) for period in of_rhythm.filter(rhythm=rhythm)] == wanted


def test_due_moments_and_reminders_to_the_end_of_the_plan_are_those_of_the_table(plan, reminder_rules):
    seed_holidays([2024, 2025], at=BEGIN)
    calendar = Holiday.objects.calendar()
    periods = [
        ReportingPeriod(pk=n, rhythm=span.rhythm, starts_on=span.starts_on, ends_on=span.ends_on,
                        due_at=due_moment(span, DayOffRule.KEEP, calendar))
        for n, span in enumerate(spans())
    ]  # fmt: skip
    rules = [rule for rule in reminder_rules if rule.kind not in ("digest", "escalation")]

    planned = [
        Moment(slot.rule.name, slot.rule.rhythm, stored(slot.period), slot.at)
        for slot in slots_of(rules, periods, calendar)
    ]

    assert sorted(planned) == sorted(ALL_MOMENTS)


def spans():
    """The weeks and months of the plan, by the days of the table."""
    for rhythm, table in (("weekly", WEEKS), ("monthly", MONTHS)):
        yield from (span_of(Rhythm(rhythm), day.due) for day in table)


def test_every_owed_report_is_reminded_by_each_rule_that_applies_and_by_no_other(life):
    left, expected = Counter(told()), Counter(owed(life))

    messages = Reminder.objects.filter(purpose="reports").count()
    print(f"\n{UNITS} units, {len(life.planned)} reports, {life.ticks} ticks in {life.seconds:.0f} s:")
    print(f"reminders owed by the table {expected.total()}, sent {left.total()} in {messages} messages")
    assert left == expected


def test_no_report_is_spoken_of_after_it_was_filed(life):
    spoken = told()

    assert [report for report, _, when in spoken if life.filed_at.get(report, END) < when] == []
    assert spoken != []


def test_nobody_is_told_twice_at_one_moment(life):
    sent = Reminder.objects.filter(state="sent").values_list("user", "channel", "purpose", "sent_at")

    assert [what for what, times in Counter(sent).items() if times > 1] == []
    assert sent.exists() is True


def test_standing_agency_is_told_each_evening_of_a_due_day_once(life):
    digests = Reminder.objects.filter(purpose="digest").order_by("sent_at")

    assert list(digests.values_list("user", "sent_at")) == [(life.by.pk, evening) for evening in EVENINGS]


def test_nothing_is_left_behind(life):
    assert dict(Counter(Reminder.objects.values_list("state", flat=True))).keys() == {"sent"}
