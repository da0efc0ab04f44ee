"""Many at the same time (CHECKS 19, 20, 21): threads with connections of their own against the real PostgreSQL."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from reports.filing.drafts import EntryEdit, save_entries
from reports.filing.services import submit_report
from reports.lifecycle.errors import AlreadyFiled, Locked
from reports.models import CurrentProgress, Obstacle, ProgressEntry, ReportVersion, UnitReport
from reports.obstacles.services import join_obstacles, settle_obstacle
from reports.periods.services import mark_missed, run_schedule
from reports.review.services import accept_reports
from tests.acts import (
    MONDAY,
    entry_of,
    filed,
    fill,
    more_duties,
    opened,
    report_of,
    save_entry,
    seen,
)
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once, pytest.mark.slow]


@pytest.fixture(autouse=True)
def needs_postgres(private_postgres):
    """SQLite lets one writer in at a time; there is nothing to see there."""


def at_once(acts):
    """Run every act in a thread of its own, all let go at one moment; returns what each returned or raised."""
    outcomes = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(number, act):
        gate.wait()
        try:
            outcomes[number] = act()
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def in_groups(acts, size=20):
    """As many at once as the private server has connections for."""
    return [outcome for start in range(0, len(acts), size) for outcome in at_once(acts[start : start + size])]


def test_of_120_parallel_updates_none_is_lost_without_a_word(report, officer, unit):
    """Each types its own text into the same field, having seen the same one: one is kept, the others are told."""
    entry = entry_of(report)
    people = [officer, *(UserFactory(unit=unit) for _ in range(3))]

    def typing(number):
        def act():
            known = seen(ProgressEntry.objects.get(pk=entry.pk))
            edit = EntryEdit(entry.pk, {"result": f"lần {number}"}, known=known)
            return save_entries(report, [edit], by=people[number % 4], at=MONDAY)

        return act

    outcomes = in_groups([typing(number) for number in range(120)])

    told = [clash for one in outcomes for conflict in one.conflicts for clash in conflict.clashes]
    texts = list(entry.history.order_by("history_id").values_list("result", flat=True))
    kept = set(texts) - {""}
    assert (len(outcomes), len(kept) + len(told)) == (120, 120)
    assert len(texts) == len(kept) + 1  # every kept text was the last one once
    for clash in told:  # both texts are there for the person to choose from, and who wrote the other
        assert (clash.mine in kept, clash.theirs in kept, bool(clash.by)) == (False, True, True)


def test_different_fields_typed_at_once_are_all_kept(report, officer, unit):
    entry = entry_of(report)
    fields = ("result", "difficulty", "proposal", "next_steps")
    acts = [lambda name=name: save_entry(entry, {name: f"chữ của {name}"}, by=officer, at=MONDAY) for name in fields]

    outcomes = at_once(acts)

    merged = entry_of(report)
    assert [type(one) for one in outcomes] == [ProgressEntry] * 4
    assert [getattr(merged, name) for name in fields] == [f"chữ của {name}" for name in fields]


def test_50_parallel_first_submits_file_one_report(duty, officer):
    more_duties(duty, 13)
    report = opened(duty.unit)
    fill(report, officer, MONDAY)

    outcomes = in_groups([lambda: submit_report(report, by=officer, at=MONDAY)] * 50, size=25)

    assert Counter(type(one) for one in outcomes) == {UnitReport: 1, AlreadyFiled: 49}
    assert (UnitReport.objects.filter(period=report.period).count(), ReportVersion.objects.count()) == (1, 1)
    assert report.history.filter(state="submitted").count() == 1
    assert CurrentProgress.objects.count() == 14


def test_same_form_sent_twice_one_after_the_other_says_it_is_filed(report, officer):
    filed(report, by=officer, at=MONDAY)

    with pytest.raises(AlreadyFiled, match="Không cần nộp lại"):
        filed(report, by=officer, at=MONDAY)

    assert (ReportVersion.objects.count(), report.history.filter(state="submitted").count()) == (1, 1)


def test_filing_and_typing_at_once_never_changes_what_was_filed(report, officer):
    fill(report, officer, MONDAY, result="đã nộp")
    entry = entry_of(report)
    typing = [lambda n=n: save_entry(entry, {"result": f"gõ {n}"}, by=officer, at=MONDAY) for n in range(8)]

    at_once([lambda: submit_report(report, by=officer, at=MONDAY), *typing])

    assert entry_of(report).result == ReportVersion.objects.get().content[0]["result"]
    assert CurrentProgress.objects.get().result == entry_of(report).result


def test_two_schedulers_at_once_open_each_period_once(duty):
    outcomes = at_once([lambda: run_schedule(at=MONDAY)] * 4)

    opened_codes = sorted(code for outcome in outcomes for code in outcome["opened"])
    assert opened_codes == ["2024-03", "2024-W10"]
    assert UnitReport.objects.count() == 2


def test_accepting_by_two_at_once_accepts_once(report, officer, standing_agency):
    filed(report, by=officer, at=MONDAY)

    outcomes = at_once([lambda: accept_reports([report], by=standing_agency, at=MONDAY)] * 4)

    assert sum(len(one.accepted) for one in outcomes) == 1
    assert report_of(report.unit).history.filter(state="accepted").count() == 1


def test_filing_at_the_last_moment_and_missing_at_once_end_in_one_of_the_two(report, officer):
    fill(report, officer, MONDAY)
    lock = report.period.locks_at

    outcomes = at_once(
        [lambda: submit_report(report, by=officer, at=lock)]
        + [lambda: mark_missed(at=lock + timedelta(seconds=1)) for _ in range(4)]
    )

    filing, *ticks = outcomes
    missed = [one for tick in ticks for one in tick]
    assert (type(filing), len(missed)) in ((UnitReport, 0), (Locked, 1))


def test_joining_a_pair_from_both_ends_at_once_joins_it_once(report, officer, standing_agency):
    (other,) = more_duties(report.entries.get().duty, 1)
    rows = [
        Obstacle.objects.create(duty=duty, text="Thiếu máy", opened_at=MONDAY, raised_at=MONDAY)
        for duty in (report.entries.get().duty, other)
    ]
    acts = [
        lambda pair=pair: join_obstacles(pair[0], [pair[1]], by=standing_agency, at=MONDAY)
        for pair in (rows, rows[::-1])
    ]

    outcomes = at_once(acts * 4)

    assert {type(one) for one in outcomes} == {Obstacle}
    assert len({one.pk for one in outcomes}) == 1
    assert Obstacle.objects.exclude(joined_into=None).count() == 1


def test_difficulty_settled_while_it_is_filed_again_is_not_written_over(report, officer, standing_agency, unit):
    filed(report, officer, MONDAY, work_state="blocked", difficulty="Thiếu máy đọc thẻ")
    obstacle = Obstacle.objects.get()
    monthly = report_of(unit, "2024-03")
    fill(monthly, officer, MONDAY, work_state="blocked", difficulty="Thiếu máy đọc thẻ ở bản xa")

    at_once(
        [
            lambda: submit_report(monthly, by=officer, at=MONDAY),
            lambda: settle_obstacle(obstacle, text="Đã cấp", by=standing_agency, at=MONDAY),
        ]
    )

    # Settled last it is settled; filed last it is new again, and history has both steps.
    states = list(obstacle.history.order_by("history_id").values_list("state", flat=True))
    assert states in (["new", "new", "settled"], ["new", "settled", "new"])
