"""Units that are no more, and who goes on with their work."""

from collections.abc import Iterable
from datetime import date

from assignments.duty_terms import UnitsInTime
from assignments.models import Unit


def mark_ended(units: Iterable[Unit], day: date) -> list[Unit]:
    """Mark those that ended before ``day`` (``is_ended``) with who stands in their place then (``goes_on``, or None).

    Returns those that ended, for templates/web/_ended.html; one query where there are any, none otherwise.
    """
    ended = [unit for unit in units if unit.has_ended(day)]
    if ended:
        in_time = UnitsInTime()
        for unit in ended:
            unit.is_ended, unit.goes_on = True, in_time.in_force(unit.pk, day)
    return ended


def ended_words(unit: Unit) -> str:
    """What templates/web/_ended.html says of a marked unit, where nothing can lead on; "" of one that stands. Pure."""
    if not unit.is_ended:
        return ""
    goes_on = f"; {unit.goes_on} làm tiếp việc của đơn vị" if unit.goes_on else ""
    return f"đã kết thúc ngày {unit.valid_to:%d/%m/%Y}{goes_on}."


def how_many_stand(units: Iterable[Unit]) -> int:
    """How many ``units``, marked, are today: those that ended count as who goes on with their work. Pure."""
    return len({(unit.goes_on or unit).pk for unit in units if not unit.is_ended or unit.goes_on})
