"""Values in the words of the screens: one filter for each formatter, known to every template (settings.TEMPLATES).

``{{ entry.percent|percent }}``, ``{{ report.submitted_at|vn_moment }}``, and the state of anything:
``{% include "web/_state.html" with look=entry.work_state|look %}``.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django import template

from documents.layout import annex_label, number_and_symbol, signed_day
from documents.numbering import numbered
from models_registry.text import write_number
from reports.domain import wording
from reports.domain.entry_fields import ENTRY_FIELDS, EntryField, FieldKind
from reports.domain.states import look_of
from reports.models import Obstacle, ProgressEntry, ReportingPeriod, UnitReport, UnitRequest

register = template.Library()

_FURTHER_TEXTS = [field for field in ENTRY_FIELDS if field.kind == FieldKind.TEXT and field.name != "result"]

register.filter(wording.age)
register.filter(wording.clock)
register.filter(wording.cut_at)
register.filter(wording.full_weekday)
register.filter(wording.percent)
register.filter(wording.time_left)
register.filter(annex_label)
register.filter(number_and_symbol)
register.filter(numbered)
register.filter(signed_day)
register.filter("look", look_of)
register.filter("number", write_number)
register.filter("reading", wording.deadline_reading)


@register.filter(expects_localtime=True)
def vn_date(day: date | None) -> str:
    """ "05/03/2024"; "" for None."""
    return wording.vn_date(day) if day else ""


@register.filter
def vn_moment(at: datetime | None) -> str:
    """ "09:41 ngày 05/03/2024"; "" for None."""
    return wording.vn_moment(at) if at else ""


@register.filter
def short_moment(at: datetime | None) -> str:
    """ "09:41 05/03/2024"; "" for None."""
    return wording.short_moment(at) if at else ""


@register.filter
def due(at: datetime) -> str:
    """ "thứ Ba 05/03", with the hour where it is not the end of the day."""
    return wording.due_words(at)


@register.filter(expects_localtime=True)
def weekday(day: date) -> str:
    """ "thứ Ba 05/03"."""
    return wording.vn_weekday(day)


@register.filter
def title_at(period: ReportingPeriod, at: datetime) -> str:
    """ "tuần 25/11 – 01/12"; with the year where it is not that of ``at``."""
    return period.title_at(at)


@register.filter
def of_key(values: Mapping[object, object], key: object) -> object:
    """What a table holds under ``key``."""
    return values[key]


@register.filter
def status_at(report: UnitReport, at: datetime) -> str:
    """How a report stands at a moment, to be shown by ``look``."""
    return report.status(at)


@register.filter
def days_to_due(report: UnitReport | UnitRequest, at: datetime) -> int:
    return report.days_to_due(at)


@register.filter
def is_fileable_at(report: UnitReport, at: datetime) -> bool:
    return report.is_fileable(at)


@register.filter
def age_on(obstacle: Obstacle, day: date) -> int:
    """For how many days it has waited, to be said by ``age``."""
    return obstacle.age(day)


@register.filter
def further_texts(entry: ProgressEntry) -> list[tuple[EntryField, str]]:
    """What was written in the second half of the form, in its order."""
    return [(field, text) for field in _FURTHER_TEXTS if (text := getattr(entry, field.name))]
