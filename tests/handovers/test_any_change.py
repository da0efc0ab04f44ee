"""Whatever changes about roles, units and collectives, in any order and typed however late: nothing said is lost."""

from contextlib import suppress
from datetime import date, timedelta
from random import Random

import pytest

from assignments.duties import refresh_duties
from assignments.fact_days import earliest_change, read_facts
from assignments.models import Assignment, AssignmentRole, CollectiveMember, Duty, StandingAgency, Unit
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Indicator
from reports.domain.calendar import local_day
from reports.filing.services import withdraw_report
from reports.lifecycle.errors import FilingError, ReviewError
from reports.models import IndicatorFigure, Obstacle, ProgressEntry, ReportingPeriod, UnitReport
from reports.obstacles.services import join_obstacles, settle_obstacle
from reports.periods.services import run_schedule
from reports.progress.current import rebuild_current
from reports.progress.indicators import indicator_tables
from reports.progress.initiative_status import duties_with_progress, initiative_statuses
from reports.progress.period_states import rebuild_period_states
from reports.review.services import return_report
from reports.rollup import read_board, scope_of
from reports.rollup.attention import attention_of
from reports.rollup.initiative_lines import lines_of
from tests.acts import filed
from tests.factories import AssignmentFactory, CollectiveFactory, InitiativeFactory, UnitFactory, UserFactory, vn
from tests.scale import at_length
from tests.whole.contradictions import contradictions_today

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BEGIN = vn("2024-03-04 08:00")
DAYS = 50
LATEST = 20
UNDER_WAY = {"percent": 60}
BLOCKED = {"work_state": "blocked", "percent": 40, "difficulty": "Thiếu máy", "solving_level": "district"}


class Life:
    """Seven weeks of a plan with five communes of a collective, three departments and three initiatives."""

    def __init__(self, seed, plan):
        self.random, self.plan, self.at = Random(seed), plan, BEGIN
        standing_agency = UnitFactory(name="Công an huyện", files_reports=False)
        StandingAgency.objects.create(plan=plan, unit=standing_agency)
        self.agency, self.reader = UserFactory(role="standing_agency", unit=standing_agency), UserFactory(role="leader")
        departments = [UnitFactory() for _ in range(3)]
        communes = [UnitFactory(kind=Unit.Kind.COMMUNE) for _ in range(5)]
        self.officer = UserFactory(unit=departments[0])
        self.collective = CollectiveFactory(members=communes)
        self.initiatives = [InitiativeFactory(plan=plan) for _ in range(3)]
        for number, initiative in enumerate(self.initiatives):
            Deadline.objects.create(initiative=initiative, position=0, text="Hạn", kind=DeadlineKind.DAY,
                                    due_on=local_day(BEGIN) + timedelta(days=20 * number))  # fmt: skip
            AssignmentFactory(initiative=initiative, unit=departments[number])
            AssignmentFactory(initiative=initiative, unit=departments[number - 1], role=AssignmentRole.COORDINATING)
            AssignmentFactory(initiative=initiative, unit=self.collective, role=AssignmentRole.COORDINATING)
        self.indicators = [
            Indicator.objects.create(
                initiative=initiative, name="Cơ sở", kind="at_least", target=100, unit_of_measure="cơ sở",
                is_cumulative=True, aggregation="sum", source_phrase="100 cơ sở",
            )
            for initiative in self.initiatives
        ]  # fmt: skip
        run_schedule(at=self.at)

    # --- What people do ---

    def step(self):
        """One hour to a day later somebody does something; a change of the registry loses nothing."""
        self.at += timedelta(hours=self.random.randint(1, 24))
        run_schedule(at=self.at)
        for _ in range(3):
            self.report()
        self.random.choice((self.report, self.withdraw, self.send_back, self.settle, self.join, self.report))()
        if self.random.random() < 0.25:
            before = self.seen()
            change = self.random.choice((self.change_role, self.merge, self.succeed, self.leave_collective))
            change()
            after = self.seen()
            kept = after | {"states": after["states"] & before["states"]}
            assert (change.__name__, kept) == (change.__name__, before)

    def report(self):
        open_ones = UnitReport.objects.filter(state="open", period__plan=self.plan).order_by("pk")
        report = self.random.choice([one for one in open_ones if one.is_fileable(self.at)] or [None])
        if report is None:
            return
        words = self.random.choice((BLOCKED, BLOCKED, UNDER_WAY, UNDER_WAY, {"work_state": "done", "percent": 100}))
        result = self.random.choice(("", f"Đã lắp {self.random.randint(1, 9)} máy"))
        for entry in report.entries.select_related("duty"):
            indicator = next(one for one in self.indicators if one.initiative_id == entry.duty.initiative_id)
            if self.random.random() < 0.5 and not entry.figures.exists():
                IndicatorFigure.objects.create(entry=entry, indicator=indicator, value=self.random.randint(1, 9))
        with suppress(FilingError):
            filed(report, self.officer, self.at, result=result, explanation="theo thực tế", **words)

    def withdraw(self):
        report = self.one_of(UnitReport.objects.filter(state="submitted"))
        if report:
            with suppress(FilingError):
                withdraw_report(report, by=self.officer, at=self.at)

    def send_back(self):
        report = self.one_of(UnitReport.objects.filter(state="submitted"))
        if report:
            return_report(report, reason="Ghi rõ hơn", by=self.agency, at=self.at)

    def settle(self):
        obstacle = self.one_of(Obstacle.objects.unsettled().own())
        if obstacle:
            settle_obstacle(obstacle, text="Đã cấp máy", by=self.agency, at=self.at)

    def join(self):
        pair = list(Obstacle.objects.unsettled().own().order_by("pk")[:2])
        if len(pair) == 2:
            with suppress(ReviewError):
                join_obstacles(pair[0], pair[1:], by=self.agency, at=self.at)

    def one_of(self, rows):
        return self.random.choice([*rows.order_by("pk"), None])

    # --- What changes, from a day up to three weeks before it is typed ---

    def day_of_change(self):
        return max(local_day(self.at) - timedelta(days=self.random.randint(0, LATEST)), local_day(BEGIN))

    def save(self, *rows):
        before = read_facts()
        for row in rows:
            row.save()
        since = earliest_change(before, read_facts(), local_day(self.at))
        refresh_duties(self.plan, at=self.at, since=since)

    def standing(self):
        today = local_day(self.at)
        reporting = Unit.objects.on(today).filter(valid_to=None, files_reports=True)
        return [unit for unit in reporting.order_by("pk") if not unit.is_collective]

    def change_role(self):
        """Lead and coordinating unit of an initiative change places."""
        day, initiative = self.day_of_change(), self.random.choice(self.initiatives)
        mentions = list(initiative.assignments.filter(valid_to=None).exclude(unit=self.collective).order_by("pk"))
        if any(one.valid_from and one.valid_from >= day for one in mentions):
            return
        new = []
        for place, one in enumerate(mentions):
            role = AssignmentRole.LEAD if one.role == AssignmentRole.COORDINATING else AssignmentRole.COORDINATING
            number = free_place(initiative) + place
            new.append(Assignment(initiative=initiative, unit=one.unit, role=role, text=one.text, position=number,
                                  valid_from=day))  # fmt: skip
            one.valid_to = day - timedelta(days=1)
        self.save(*mentions, *new)

    def merge(self):
        """Two units end and a third goes on with what they did."""
        standing = self.standing()
        if len(standing) > 3:
            self.end(self.random.sample(standing, 2))

    def succeed(self):
        """One ends, another that is there already goes on with what it did."""
        standing = self.standing()
        if len(standing) > 2:
            ending, heir = self.random.sample(standing, 2)
            self.end([ending], heir)

    def end(self, ending, heir=None):
        """But not before the day a unit began, or took over from another."""
        day, concerned = self.day_of_change(), [*ending, *([heir] if heir else [])]
        begun = [unit.valid_from for unit in concerned]
        begun += [old.valid_to + timedelta(days=1) for unit in ending for old in unit.predecessors.all()]
        if any(begins and begins >= day for begins in begun):
            return
        if heir is None:
            heir = UnitFactory(valid_from=day, kind=ending[0].kind)
        for unit in ending:
            unit.valid_to, unit.successor = day - timedelta(days=1), heir
        self.save(*ending)

    def leave_collective(self):
        """A unit that is named twice goes on by the other way; one that is not, has the duty no more."""
        member = self.one_of(CollectiveMember.objects.filter(collective=self.collective, valid_to=None))
        if member and member.unit.valid_to is None:
            day = self.day_of_change()
            for initiative in self.initiatives:
                Assignment.objects.create(
                    initiative=initiative, unit=member.unit, role="coordinating", text="x",
                    position=free_place(initiative), valid_from=day,
                )  # fmt: skip
            member.valid_to = day - timedelta(days=1)
            self.save(member)

    # --- What a change must leave as it was ---

    def seen(self):
        today = local_day(self.at)
        duties = duties_with_progress(self.plan, self.reader, today)
        statuses = initiative_statuses(self.initiatives, duties, today)
        return {
            "obstacles": self.waiting(),
            "figures": [indicator_tables(one, self.reader, today)[0].total for one in self.initiatives],
            "states": {pk for pk, status in statuses.items() if set(status.spread) != {""}},
        }

    def waiting(self):
        """The open difficulties, as attention will show them once they are old."""
        board = read_board(scope_of(self.plan, {}, self.at + timedelta(days=60)))
        groups = [group for group in attention_of(board, lines_of(board)) if "khó khăn" in group.kind]
        return sorted(item.url for group in groups for item in group.items)

    def expected_by_hand(self):
        """Who must report in each period: whoever stands on its last day, read slowly from the rows themselves."""
        found = set()
        for period in ReportingPeriod.objects.filter(plan=self.plan):
            for initiative in self.initiatives:
                found |= {(period.code, unit) for unit in self.owing(initiative, period.ends_on)}
        return found

    def owing(self, initiative, day):
        for mention in initiative.assignments.all():
            if mention.unit_id and is_on(mention, day):
                named = [mention.unit]
                if mention.unit.is_collective:
                    named = [one.unit for one in mention.unit.members.all() if is_on(one, day)]
                yield from (unit.pk for unit in (stands_for(one, day) for one in named) if unit)


def free_place(initiative):
    return 1 + max(initiative.assignments.values_list("position", flat=True))


def is_on(row, day):
    return (row.valid_from or date.min) <= day <= (row.valid_to or date.max)


def stands_for(unit, day):
    while unit and not is_on(unit, day):
        unit = unit.successor
    return unit


@pytest.mark.parametrize("seed", range(at_length(4, 200)))
def test_nothing_said_is_lost_whatever_changes(plan, seed, time_machine):
    life = Life(seed, plan)

    for _ in range(DAYS):
        life.step()

    assert (rebuild_current(), rebuild_period_states()) == (0, 0)
    expected = UnitReport.objects.expected().values_list("period__code", "unit")
    by_hand = life.expected_by_hand()
    filed_otherwise = {
        (report.period.code, report.unit_id)
        for report in UnitReport.objects.filed().select_related("period")
        if (report.period.code, report.unit_id) not in by_hand
    }
    assert set(expected) - filed_otherwise <= by_hand
    for code, unit in by_hand - set(expected):  # where the predecessor has filed the successor owes nothing
        assert any(code == other for other, _ in filed_otherwise), (code, unit)
    assert ProgressEntry.objects.exclude(report__unit=None).exclude(duty__unit=None).count() > 50
    assert Duty.objects.exclude(terms=None).exists()
    time_machine.move_to(life.at, tick=False)
    assert contradictions_today(life.agency, life.reader, life.officer) == []
