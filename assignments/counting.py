"""Who counts an indicator, of the units with a duty on its initiative, and what that makes together."""

from datetime import date

from django.db.models import Q

from assignments.models import AssignmentRole, Duty, Unit
from models_registry.models import Indicator

# As many units are named, more are counted.
_NAMED = 3


def counting_units(indicator: Indicator, day: date) -> list[Unit]:
    """The units that count on ``day``, in order."""
    by = Indicator.CountedBy
    narrowed = {
        by.UNITS: Q(),
        by.LEADS: Q(role=AssignmentRole.LEAD),
        by.COMMUNES: Q(unit__kind=Unit.Kind.COMMUNE),
        by.UNIT: Q(unit__in=_named(indicator)),
    }
    duties = Duty.objects.on(day).filter(narrowed[by(indicator.counted_by)], initiative=indicator.initiative_id)
    return [duty.unit for duty in duties.select_related("unit").order_by("unit__sort_key")]


def _named(indicator: Indicator) -> list[Unit]:
    """The unit that is named to count, and those that go on for it."""
    named = Unit.objects.filter(pk__in=Indicator.objects.filter(pk=indicator.pk).values("counting_unit"))
    return [one for unit in named for one in (unit, *unit.successors)]


def adding_up(indicator: Indicator, day: date) -> str:
    """ "cộng số liệu của 15 UBND cấp xã; mục tiêu 100 % người": what the numbers of the units make."""
    units = counting_units(indicator, day)
    return f"{_made_of(indicator, units)}; mục tiêu {indicator.target_words}"


def _made_of(indicator: Indicator, units: list[Unit]) -> str:
    if not units:
        return "chưa đơn vị nào đếm: đơn vị được chọn chưa có nhiệm vụ ở mô hình này"
    if len(units) == 1:
        return f"lấy số liệu của {units[0].name}"
    how = "lấy số cao nhất trong" if indicator.aggregation == Indicator.Aggregation.HIGHEST else "cộng số liệu của"
    named = f": {', '.join(unit.label for unit in units)}" if len(units) <= _NAMED else ""
    return f"{how} {len(units)} {_WORDS[Indicator.CountedBy(indicator.counted_by)]}{named}"


_WORDS = {
    Indicator.CountedBy.UNITS: "đơn vị có nhiệm vụ",
    Indicator.CountedBy.LEADS: "đơn vị chủ trì",
    Indicator.CountedBy.COMMUNES: "UBND cấp xã",
    Indicator.CountedBy.UNIT: "đơn vị",
}
