"""The last word among several: the latest said wins, with its result or the one that still holds. Without database."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from assignments.models import AssignmentRole
from reports.progress.last_word import Handover, LastWord, Word, inherited_word, latest, updated
from tests.factories import vn

pytestmark = pytest.mark.once

MONDAY = vn("2024-03-04 08:00")
HOUR = timedelta(hours=1)
HANDED_OVER = vn("2024-03-11 08:00")
HEIR = 9


def word(entry, said_at=MONDAY, *, duty=1, role=AssignmentRole.LEAD, own=False):
    return Word(duty, entry, said_at, said_at.date(), date(2024, 3, 5), role, "in_progress", 10 * entry, own)


def inherited(*words):
    """What a duty inherits from those of ``words``, each of a unit of its own."""
    handovers = [Handover(HEIR, one.duty_id, HANDED_OVER.date(), HANDED_OVER) for one in words]
    return inherited_word(HEIR, {one.duty_id: [one] for one in words}, {HEIR: handovers}).word


@pytest.mark.parametrize("entries", [(1, 2), (2, 1)])
def test_of_two_words_of_one_moment_the_later_entry_is_the_last_in_whatever_order_they_come(entries):
    assert latest([word(entry) for entry in entries]).word == word(2)


def test_result_told_anew_takes_the_place_of_the_one_that_held():
    before, told = word(1, own=True), word(2, MONDAY + HOUR, own=True)

    assert latest([told], LastWord(before, before)) == LastWord(told, told)


def test_word_without_a_result_leaves_the_one_that_held():
    before, said = word(1, own=True), word(2, MONDAY + HOUR)

    assert latest([said], LastWord(before, before)) == LastWord(said, before)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (word(1, MONDAY + HOUR), word(2, MONDAY, duty=2)),
        (word(2, MONDAY), word(1, MONDAY, duty=2)),
        (word(1, MONDAY), word(2, MONDAY + HOUR, duty=2, role=AssignmentRole.COORDINATING)),
    ],
    ids=["the one said later", "of one moment the later entry", "the lead's before any other"],
)
def test_of_several_words_inherited_holds(one, other, swapped):
    assert inherited(*((other, one) if swapped else (one, other))) == one


def test_what_is_said_under_a_duty_itself_goes_before_what_it_inherited_though_that_was_said_later():
    """A predecessor may file late."""
    came = word(1, MONDAY + HOUR)
    own = word(2, MONDAY, duty=HEIR)

    assert updated(HEIR, LastWord(came, None), [own]).word == own


# --- Over several handovers ---


def handed_over(heir, predecessor):
    return {heir: [Handover(heir, predecessor, HANDED_OVER.date(), HANDED_OVER)]}


@pytest.mark.parametrize("duties", list(permutations((1, 2, HEIR))), ids=str)
def test_word_comes_over_a_duty_under_which_nothing_was_said(duties):
    """Whichever of them was written first."""
    first, between, last = duties
    said = word(1, duty=first)

    found = inherited_word(last, {first: [said]}, handed_over(between, first) | handed_over(last, between))

    assert found == LastWord(said, None)


@pytest.mark.parametrize("duties", [(1, 2), (2, 1)], ids=str)
def test_word_of_leads_that_took_over_from_each_other_in_turn_is_what_one_of_them_said(duties):
    """The first led, was replaced, and leads again."""
    first, second = duties
    said = word(1, duty=second)
    in_turn = handed_over(second, first) | handed_over(first, second)

    assert inherited_word(first, {second: [said]}, in_turn) == LastWord(said, None)
    assert inherited_word(first, {}, in_turn) is None


@pytest.mark.parametrize(
    ("succeeded", "replaced", "holds"),
    [(date(2024, 3, 9), date(2024, 3, 11), 1), (date(2024, 3, 11), date(2024, 3, 9), 2)],
)
def test_thread_that_came_by_succession_is_kept_when_the_lead_changes_later(succeeded, replaced, holds):
    of_ended = word(1, duty=1, role=AssignmentRole.COORDINATING)
    of_lead = word(2, MONDAY + HOUR, duty=2)
    handovers = [
        Handover(HEIR, 1, succeeded, HANDED_OVER, is_succession=True), Handover(HEIR, 2, replaced, HANDED_OVER),
    ]  # fmt: skip

    found = inherited_word(HEIR, {1: [of_ended], 2: [of_lead]}, {HEIR: handovers})

    assert found.word.entry_id == holds


def test_word_said_before_the_handover_goes_before_what_came_to_the_predecessor():
    earlier, said = word(1, duty=1, own=True), word(2, duty=2)

    found = inherited_word(HEIR, {1: [earlier], 2: [said]}, handed_over(2, 1) | handed_over(HEIR, 2))

    assert found == LastWord(said, None)
