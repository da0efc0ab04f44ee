"""The terms of a duty: as they were stored before a day, and as they are wanted from it on. Without database."""

from datetime import date

import pytest

from assignments.duty_terms import Term, spliced
from assignments.models import AssignmentRole

pytestmark = pytest.mark.once

LEAD, COORDINATING = AssignmentRole.LEAD, AssignmentRole.COORDINATING


def march(day):
    return date(2024, 3, day)


def term(role, first, last):
    return Term(role, is_principal=False, via_id=None, first=first, last=last)


def test_terms_are_those_stored_until_the_day_and_those_wanted_from_it_on():
    stored = [term(LEAD, march(1), march(4)), term(COORDINATING, march(5), None)]
    wanted = [term(LEAD, march(11), None)]

    assert spliced(stored, wanted, march(11)) == [
        term(LEAD, march(1), march(4)),
        term(COORDINATING, march(5), march(10)),
        term(LEAD, march(11), None),
    ]


def test_terms_stored_for_later_than_the_day_give_way_to_those_wanted():
    stored = [term(LEAD, march(1), march(20)), term(COORDINATING, march(21), None)]
    begins_that_day = [term(LEAD, march(11), None)]

    assert spliced(stored, [], march(11)) == [term(LEAD, march(1), march(10))]
    assert spliced(begins_that_day, [], march(11)) == []


def test_terms_alike_that_adjoin_are_one():
    stored = [term(COORDINATING, march(1), march(4)), term(LEAD, march(5), march(20))]
    wanted = [term(LEAD, march(11), march(15)), term(LEAD, march(16), None)]

    assert spliced(stored, wanted, march(11)) == [
        term(COORDINATING, march(1), march(4)),
        term(LEAD, march(5), None),
    ]


def test_terms_alike_with_days_in_between_are_two():
    stored, wanted = [term(LEAD, march(1), march(4))], [term(LEAD, march(11), None)]

    assert spliced(stored, wanted, march(11)) == stored + wanted


@pytest.mark.parametrize("other", [{"role": COORDINATING}, {"is_principal": True}, {"via_id": 7}], ids=str)
def test_terms_that_adjoin_and_are_not_alike_are_two(other):
    stored, wanted = [term(LEAD, march(1), march(10))], [term(LEAD, march(11), None)._replace(**other)]

    assert spliced(stored, wanted, march(11)) == stored + wanted
