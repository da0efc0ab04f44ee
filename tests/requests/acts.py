"""What the tests of requests do again and again."""

from datetime import date

from reports.models import UnitRequest
from reports.obstacles.services import start_handling
from tests.factories import vn

TUESDAY = vn("2024-03-05 09:00")
DUE_ON = date(2024, 3, 14)


def give(obstacle, unit, by, at=TUESDAY, due_on=DUE_ON):
    """To be answered by Thursday 14/03, where it is not the agency itself that deals with it."""
    return start_handling(obstacle, owner=unit, solving_level="district", due_on=due_on, by=by, at=at)


def given(obstacle, unit, by):
    """What ``unit`` is asked about ``obstacle``."""
    give(obstacle, unit, by)
    return UnitRequest.objects.get(obstacle=obstacle, unit=unit)
