"""The measure of queries itself: what grows with the rows, is too much or is nothing does not pass."""

import pytest

from assignments.models import Unit
from tests.queries import same_queries

pytestmark = pytest.mark.django_db


def counting(times):
    """A test that asks the database ``times(rows)`` times."""

    def test(rows, counted):
        with counted:
            for _ in range(times(rows)):
                Unit.objects.exists()

    return test


@pytest.mark.parametrize(
    "times", [lambda rows: rows, lambda rows: 6, lambda rows: 0], ids=["grows", "too much", "none"]
)
def test_cost_that_grows_or_is_too_much_or_was_not_measured_does_not_pass(times):
    with pytest.raises(AssertionError, match="1 rows:"):
        same_queries(5)(counting(times))()


def test_cost_within_its_bound_passes_and_leaves_no_rows():
    def test(rows, counted):
        Unit.objects.create(name="Phòng A", kind=Unit.Kind.DEPARTMENT, level=Unit.Level.DISTRICT)
        with counted:
            assert Unit.objects.count() == 1

    same_queries(1)(test)()

    assert Unit.objects.count() == 0


def test_bound_may_depend_on_an_argument():
    def test(rows, counted, page):
        with counted:
            Unit.objects.exists()

    bounded = same_queries({"a": 1, "b": 0}, by="page")(test)
    bounded(page="a")

    with pytest.raises(AssertionError):
        bounded(page="b")
