"""Every figure of the roll-up against a slow counter, on random plans; and parts against their totals."""

from collections import Counter
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import transaction

from assignments.models import AssignmentRole
from models_registry.text import write_number
from reports.domain.calendar import VIETNAM, local_day
from reports.domain.states import look_of
from reports.progress.current import rebuild_current
from reports.progress.period_states import close_periods
from reports.rollup import read_board, scope_of
from reports.rollup.attention import attention_groups
from reports.rollup.entry_list import cells_asked, entry_lines, reports_asked
from reports.rollup.initiative_lines import lines_of
from reports.rollup.timeliness import by_kind, grid_of, owing_units, period_tally, silences
from reports.rollup.trends import state_trend, targets_of
from tests.rollup.counter import History, RandomPlan, is_past
from tests.scale import at_length

pytestmark = [pytest.mark.django_db, pytest.mark.engine, pytest.mark.slow]

SEEDS = at_length(50, 200)
TOGETHER = 25
NOTHING = (0, 0, 0, 0, 0)


class Counted:
    """One random plan looked at in one period: the board as read, and what the slow counter needs to know."""

    def __init__(self, made, period, **asked):
        self.made, self.history, self.period = made, made.history, period
        self.board = read_board(scope_of(made.plan, {"ky": period.code, **asked}, made.now))
        self.lines = lines_of(self.board)
        self.is_past = period.ends_on < local_day(made.now)
        self.day = period.ends_on if self.is_past else local_day(made.now)
        self.until = period.ends_on if self.is_past else None
        self.at = period.due_at if self.is_past else made.now
        same = sorted((one for one in made.periods if one.rhythm == period.rhythm), key=lambda one: one.ends_on)
        self.periods = same[: same.index(period) + 1]
        before = self.periods[-2] if len(self.periods) > 1 else None
        self.before = before if before and before.ends_on < local_day(made.now) else None
        self.words = self.history.words_until(self.until)
        self.was = self.history.words_until(self.before.ends_on) if self.before else {}
        self.owed = self.history.owed_on(self.day)
        if asked.get("loai"):
            self.owed = [duty for duty in self.owed if duty.unit.kind == asked["loai"]]

    def state(self, duty):
        return self.words[duty.pk].state if duty.pk in self.words else ""

    def answering(self, initiative):
        own = [duty for duty in self.owed if duty.initiative_id == initiative.pk]
        return [duty for duty in own if duty.role == AssignmentRole.LEAD] or own

    def late(self, initiative):
        return any(
            is_past(deadline, self.state(duty), self.day)
            for deadline in initiative.deadlines.all()
            for duty in self.answering(initiative)
        )


def figures(counts):
    return counts.expected, counts.filed, counts.on_time, counts.late, counts.missing


def sum_of(rows):
    return tuple(map(sum, zip(*rows, strict=True)))


def differences(seen):
    """What the roll-up says otherwise than the slow counter, by the name of the figure."""
    told = {name: (tell(seen), count(seen)) for name, (tell, count) in FIGURES.items()}
    return {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def cells_told(seen):
    return sorted(
        (cell.duty_id, cell.state, cell.percent, cell.was_state, cell.was_percent) for cell in seen.board.cells
    )


def cells_counted(seen):
    none = ("", None)
    return sorted((duty.pk, *seen.words.get(duty.pk, none), *seen.was.get(duty.pk, none)) for duty in seen.owed)


def spreads_told(seen):
    return {
        line.initiative.pk: (
            {state: number for state, number in line.counts.items() if number},
            line.lead and line.lead.words,
            line.is_blocked,
            line.is_late,
            line.changed,
        )
        for line in seen.lines
    }


def spreads_counted(seen):
    none = ("", None)
    return {
        initiative.pk: (
            dict(Counter(seen.state(duty) for duty in seen.owed if duty.initiative_id == initiative.pk)),
            leads_in_words([seen.state(duty) for duty in seen.answering(initiative)]),
            any(seen.state(duty) == "blocked" for duty in seen.answering(initiative)),
            seen.late(initiative),
            sum(
                seen.words.get(duty.pk, none) != seen.was.get(duty.pk, none)
                for duty in seen.owed
                if duty.initiative_id == initiative.pk
            )
            if seen.before
            else 0,
        )
        for initiative in seen.made.initiatives
    }


def leads_in_words(states):
    """Blocked if one is, else as most of them stand; of those equally many the more pressing."""
    if not states:
        return None
    order = ["blocked", "not_started", "in_progress", "done", "maintained", ""]
    most = "blocked" if "blocked" in states else max(order, key=states.count)
    if len(states) == 1:
        return look_of(most).word
    word = {"maintained": "duy trì", "": "chưa báo cáo"}.get(most, look_of(most).word.lower())
    return f"{states.count(most)}/{len(states)} {word}"


def kinds_told(seen):
    return {row.kind: figures(row.tally) for row in by_kind(seen.board)}


def kinds_counted(seen):
    kinds = {report.unit.kind for report in seen.history.reports if report.period == seen.period}
    return {kind: seen.history.filed_in(seen.period, kind) for kind in (*kinds, "")}


def grid_told(seen):
    return {row.unit.name: figures(row.tally) for row in grid_of(seen.board, owing_units(seen.board))}


def grid_counted(seen):
    sums = {
        unit.name: sum_of([NOTHING, *(seen.history.filed_in(period, unit=unit) for period in ended_of(seen))])
        for unit in seen.made.units
    }
    owing = {report.unit.name for report in seen.history.reports if report.period in seen.periods}
    return {name: counts for name, counts in sums.items() if name in owing}


def ended_of(seen):
    return [period for period in seen.periods if period.due_at <= seen.at]


def silences_counted(seen):
    counts = {unit.pk: seen.history.silent_in_a_row(unit, ended_of(seen)) for unit in seen.made.units}
    return {pk: count for pk, count in counts.items() if count >= 2}


def headings_told(seen):
    notices = attention_groups(seen.board, seen.lines)
    told = {notice.heading.split(" ", 1)[1]: int(notice.heading.split()[0]) for notice in notices if notice.items}
    # How difficulties are gathered is specified where it is done.
    told.pop("vấn đề cần quyết định, kiến nghị", None)
    return told


def headings_counted(seen):
    old = [
        obstacle
        for obstacle in seen.history.obstacles
        if obstacle.opened_at <= seen.at
        and (obstacle.settled_at is None or obstacle.settled_at > seen.at)
        and (seen.day - obstacle.opened_at.astimezone(VIETNAM).date()).days > 30
    ]
    counted = {
        "đơn vị quá hạn chưa nộp": len(missing_units(seen)),
        "mô hình có đơn vị chủ trì vướng mắc": sum(
            any(seen.state(duty) == "blocked" for duty in seen.answering(initiative))
            for initiative in seen.made.initiatives
        ),
        "mô hình quá hạn": sum(seen.late(initiative) for initiative in seen.made.initiatives),
        "đơn vị không nộp 2 kỳ liền": len(silences_counted(seen)),
        "báo cáo trả lại quá 3 ngày chưa sửa": len(returned_too_long(seen)),
        "khó khăn chờ quá 30 ngày": len(old),
    }
    return {name: count for name, count in counted.items() if count}


def missing_units(seen):
    """Of the period when it is past due; now also of every earlier one that can still be filed."""
    reports = seen.history.reports
    own = {
        report.unit_id
        for report in reports
        if report.period_id == seen.period.pk and seen.period.due_at <= seen.at and report.state in ("open", "missed")
    }
    others = {report.unit_id for report in reports if report.state == "open" and report.period.due_at < seen.made.now}
    return own if seen.is_past else own | others


def returned_too_long(seen):
    today = local_day(seen.made.now)
    return [
        report
        for report in seen.history.reports
        if report.state == "returned"
        and (not seen.is_past or report.period_id == seen.period.pk)
        and (today - local_day(report.returned_at)).days > 3
    ]


def state_trend_told(seen):
    chart = state_trend(seen.board)
    return {
        label: {one.label: one.values[at] for one in chart.series if one.values[at]}
        for at, label in enumerate(chart.labels)
    }


def state_trend_counted(seen):
    counted = {}
    for period in seen.periods:
        if period.ends_on < local_day(seen.made.now):
            words = seen.history.words_until(period.ends_on)
            known = {duty.pk for duty in seen.history.owed_on(period.ends_on)}
            counted[f"{period.ends_on:%m/%y}" if period.rhythm == "monthly" else f"{period.ends_on:%d/%m}"] = Counter(
                words[pk].state for pk in known if pk in words
            )
    if not seen.is_past:
        counted["Hiện nay"] = Counter(seen.state(duty) for duty in seen.owed)
    return {label: {look_of(state).word: count for state, count in counts.items()} for label, counts in counted.items()}


def targets_told(seen):
    return {row.indicator.pk: (row.total.partition("/")[0], row.units) for row in targets_of(seen.board)}


def targets_counted(seen):
    history = seen.history
    counted = {one.pk: history.counted_until(one, seen.until) or (None, 0) for one in history.indicators}
    return {pk: (write_number(number), units) for pk, (number, units) in counted.items()}


FIGURES = {
    "cells": (cells_told, cells_counted),
    "spreads": (spreads_told, spreads_counted),
    "filed": (lambda seen: figures(period_tally(seen.board)), lambda seen: seen.history.filed_in(seen.period)),
    "kinds": (kinds_told, kinds_counted),
    "grid": (grid_told, grid_counted),
    "silences": (lambda seen: silences(seen.board), silences_counted),
    "attention": (headings_told, headings_counted),
    "state trend": (state_trend_told, state_trend_counted),
    "targets": (targets_told, targets_counted),
}


def random_plan(seed):
    """With the last words and the ended periods brought in line with its history."""
    made = RandomPlan(seed)
    rebuild_current()
    close_periods(at=made.now)
    made.history = History(made.plan)
    return made


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_every_figure_equals_the_slow_count(first):
    found = {}

    for seed in range(first, first + TOGETHER):
        with transaction.atomic():
            made = random_plan(seed)
            period = made.random.choice(made.periods)
            found[seed, period.code] = differences(Counted(made, period))
            transaction.set_rollback(True)

    assert {where: told for where, told in found.items() if told} == {}


@pytest.mark.parametrize("seed", range(SEEDS, SEEDS + 10))
def test_figures_of_a_kind_of_units_equal_the_slow_count_of_those_units(seed):
    made = random_plan(seed)
    kind = made.units[0].kind
    seen = Counted(made, made.periods[0], loai=kind)

    assert (cells_told(seen), figures(period_tally(seen.board))) == (
        cells_counted(seen),
        seen.history.filed_in(seen.period, kind),
    )


@pytest.mark.parametrize("seed", range(SEEDS + 10, SEEDS + 20))
def test_parts_add_up_to_their_totals(seed):
    made = random_plan(seed)
    period = made.periods[-1]
    board = Counted(made, period).board
    rows = by_kind(board)
    whole = [row for row in rows if not row.kind]

    parts = sum_of(figures(row.tally) for row in rows if row.kind)

    assert parts == figures(whole[0].tally) == figures(period_tally(board))
    assert (
        sum(len(reports_asked(board, result, [period])) for result in ("dung-han", "muon", "thieu"))
        == whole[0].tally.expected
    )
    assert sum(line.units for line in lines_of(board)) == len(board.cells)


@pytest.mark.parametrize("seed", range(SEEDS + 20, SEEDS + 30))
def test_every_number_opens_as_many_entries_as_it_says(seed):
    made = random_plan(seed)
    period = made.periods[0]
    board = Counted(made, period).board
    lines = lines_of(board)
    told = [(line.units_url, line.units) for line in lines]
    told += [(line.exception.url, int(line.exception.words.split()[0])) for line in lines if line.exception]
    leads = [line for line in lines if line.lead and "/" in line.lead.words]
    told += [(line.lead.url, int(line.lead.words.split("/")[0])) for line in leads]

    opened = []
    for url, _ in told:
        asked = dict(parse_qsl(urlsplit(url).query))
        behind = read_board(scope_of(made.plan, asked, made.now))
        opened.append(len(entry_lines(behind, cells_asked(behind, asked.get("mo_hinh", ""), asked.get("vai_tro", "")))))

    assert opened == [number for _, number in told] != []
