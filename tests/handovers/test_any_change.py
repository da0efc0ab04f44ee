"""Whatever changes about roles, units and collectives, in any order and typed however late: nothing said is lost."""

from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

import pytest
from django.db import transaction

from assignments.duties import refresh_duties
from assignments.fact_days import earliest_change, read_facts
from assignments.models import (
    Assignment,
    AssignmentRole,
    CollectiveMember,
    Duty,
    DutyHandover,
    DutyTerm,
    StandingAgency,
    Unit,
)
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Indicator
from reports.domain.calendar import local_day
from reports.domain.states import FILED
from reports.filing.services import withdraw_report
from reports.lifecycle.errors import FilingError, ReviewError
from reports.models import (
    CurrentProgress,
    IndicatorFigure,
    Obstacle,
    PeriodState,
    ProgressEntry,
    ReportingPeriod,
    UnitReport,
)
from reports.obstacles.services import join_obstacles, settle_obstacle
from reports.periods.services import run_schedule
from reports.progress.current import rebuild_current
from reports.progress.indicators import indicator_tables
from reports.progress.initiative_status import initiative_statuses, state_counts
from reports.progress.period_states import rebuild_period_states
from reports.review.services import return_report
from reports.rollup import read_board, scope_of
from reports.rollup.attention import attention_groups
from reports.rollup.initiative_lines import lines_of
from tests.acts import filed
from tests.factories import AssignmentFactory, CollectiveFactory, InitiativeFactory, UnitFactory, UserFactory, vn
from tests.scale import at_length
from tests.whole.contradictions import contradictions_today

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BEGIN = vn("2024-03-04 08:00")
DAYS = 50
LATEST = 20
HALF_A_DAY = timedelta(hours=12)
UNDER_WAY = {"percent": 60}
BLOCKED = {"work_state": "blocked", "percent": 40, "difficulty": "Thiếu máy", "solving_level": "district"}


class Life:
    """Seven weeks of a plan with five communes of a collective, three departments and three initiatives."""

    def __init__(self, seed, plan):
        self.random, self.plan, self.at = Random(seed), plan, BEGIN
        self.day, self.aside = None, set()
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
        self.act()
        if self.random.random() < 0.25:
            before = self.seen()
            change = self.random.choice(self.changes)
            change()
            after = self.seen()
            kept = after | {"states": after["states"] & before["states"]}
            assert (change.__name__, kept) == (change.__name__, before)

    def act(self):
        for _ in range(3):
            self.report()
        self.random.choice((self.report, self.withdraw, self.send_back, self.settle, self.join, self.report))()

    def reports(self, state):
        return UnitReport.objects.filter(state=state, period__plan=self.plan).exclude(unit__name__in=self.aside)

    def report(self):
        open_ones = self.reports("open").order_by("pk")
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
        report = self.one_of(self.reports("submitted"))
        if report:
            with suppress(FilingError):
                withdraw_report(report, by=self.officer, at=self.at)

    def send_back(self):
        report = self.one_of(self.reports("submitted"))
        if report:
            return_report(report, reason="Ghi rõ hơn", by=self.agency, at=self.at)

    def settle(self):
        obstacle = self.one_of(self.obstacles())
        if obstacle:
            settle_obstacle(obstacle, text="Đã cấp máy", by=self.agency, at=self.at)

    def join(self):
        pair = list(self.obstacles().order_by("pk")[:2])
        if len(pair) == 2:
            with suppress(ReviewError):
                join_obstacles(pair[0], pair[1:], by=self.agency, at=self.at)

    def obstacles(self):
        return Obstacle.objects.unsettled().own().exclude(duty__unit__name__in=self.aside)

    def one_of(self, rows):
        return self.random.choice([*rows.order_by("pk"), None])

    # --- What changes, from a day up to three weeks before it is typed ---

    @property
    def changes(self):
        return self.change_role, self.merge, self.succeed, self.leave_collective

    def day_of_change(self):
        """Up to three weeks ago, where no other ``day`` is asked for."""
        return self.day or max(local_day(self.at) - timedelta(days=self.random.randint(0, LATEST)), local_day(BEGIN))

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
            heir = UnitFactory(name=f"Đơn vị mới {Unit.objects.count()}", valid_from=day, kind=ending[0].kind)
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
        statuses = initiative_statuses(self.initiatives, state_counts(self.plan, self.reader, today), today)
        return {
            "obstacles": self.waiting(),
            "figures": [indicator_tables(one, self.reader, today)[0].total for one in self.initiatives],
            "filed": list(
                ProgressEntry.objects.filter(report__state__in=FILED).order_by("pk").values_list("pk", *SAID)
            ),
            "states": {pk for pk, status in statuses.items() if set(status.spread) != {""}},
        }

    def waiting(self):
        """The open difficulties, as attention will show them once they are old."""
        board = read_board(scope_of(self.plan, {}, self.at + timedelta(days=60)))
        groups = [group for group in attention_groups(board, lines_of(board)) if "khó khăn" in group.kind]
        return sorted(item.url for group in groups for item in group.items)

    # --- What a change typed late must come to ---

    def played(self, change, day, typed_at, until, aside=()):
        """What there is at ``until``, after ``change`` of ``day`` was typed at that moment; all is as before again.

        Every day the clock runs, and those do something who are not ``aside``.
        """
        at, self.day, self.aside = self.at, day, set(aside)
        with transaction.atomic():
            while self.at < until:
                self.at += HALF_A_DAY
                run_schedule(at=self.at)
                if self.at == typed_at:
                    self.random = Random(change)
                    self.changes[change % 4]()
                self.random = Random(f"{change} {self.at}")
                if aside:
                    self.act()
            told = Rows.of(self)
            transaction.set_rollback(True)
        self.at, self.day, self.aside = at, None, set()
        return told

    def told_of(self, report):
        """Who comes to owe what is due already has a due day of its own, and so a state of its own."""
        is_of_its_own = report.unit.name in self.aside and report.period.due_at < self.at
        return report.period.code, report.unit.name, *(() if is_of_its_own else (report.state, report.due_at))

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


DUTY, SAID = ("unit__name", "initiative__code"), ("work_state", "percent", "result", "difficulty")


class Rows(NamedTuple):
    """What hangs on the duties at a moment, all by names."""

    terms: list
    handovers: list
    owed: list
    lines: list
    last_words: list
    sums: list
    difficulties: list
    figures: list

    def units_of_what_became_other(self, later):
        return {row[0] for row in {*self.terms} ^ {*later.terms}} | {
            unit for row in {*self.handovers} ^ {*later.handovers} for unit in (row[0], row[2])
        }

    @classmethod
    def of(cls, life):
        owed = UnitReport.objects.expected()
        lines = ProgressEntry.objects.filter(report__in=owed)
        return cls(
            named(DutyTerm, "duty", "role", "is_principal", "via__name", "valid_from", "valid_to"),
            named(DutyHandover, "duty", *(f"predecessor__{name}" for name in DUTY), "on", "is_succession"),
            sorted(map(life.told_of, owed.select_related("period", "unit")), key=str),
            named(lines, "duty", "report__period__code", "report__unit__name", "role", "is_principal", *SAID),
            named(CurrentProgress, "duty", "period__code", "reported_at", "entry__duty__unit__name", *SAID),
            named(PeriodState, "duty", "period__code", "work_state", "percent", "result_entry__result"),
            named(Obstacle, "duty", "text", "state", "raised_at", "raised_under__unit__name", "joined_into__text"),
            life.seen()["figures"],
        )


def named(rows, duty, *columns):
    rows = getattr(rows, "objects", rows)
    return sorted(rows.values_list(*(f"{duty}__{name}" for name in DUTY), *columns), key=str)


def free_place(initiative):
    return 1 + max(initiative.assignments.values_list("position", flat=True))


def is_on(row, day):
    return (row.valid_from or date.min) <= day <= (row.valid_to or date.max)


def stands_for(unit, day):
    while unit and not is_on(unit, day):
        unit = unit.successor
    return unit


@pytest.mark.parametrize("seed", range(at_length(2, 200)))
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


@pytest.mark.parametrize("seed", range(at_length(2, 200)))
def test_change_typed_late_comes_to_what_it_comes_to_typed_ahead(plan, seed):
    """But for what those concerned filed in between: here they wait."""
    life = Life(seed, plan)
    for _ in range(life.random.randint(1, 30)):
        life.step()
    day, ahead = local_day(life.at) + timedelta(days=1), life.at + HALF_A_DAY
    late = ahead + timedelta(days=life.random.randint(0, LATEST))
    before = Rows.of(life)
    for change in life.random.sample(range(1000), 8):
        concerned = before.units_of_what_became_other(life.played(change, day, ahead, until=ahead))
        if concerned:
            break

    typed_ahead, typed_late = (life.played(change, day, at, until=late, aside=concerned) for at in (ahead, late))

    different = {
        name: [*{*a} ^ {*b}] for name, a, b in zip(Rows._fields, typed_ahead, typed_late, strict=True) if a != b
    }
    assert different == {}
