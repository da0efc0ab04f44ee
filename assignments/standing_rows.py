"""Dated rows of an inline of which one alone may stand in a place."""

from datetime import date

from django.db.models import QuerySet

from assignments.models.dated import Dated
from models_registry.inline_places import OneInEachPlace


class OneStandingInEachPlace(OneInEachPlace):
    """A row that has ended stands nowhere."""

    def holds_place(self, row: Dated) -> bool:
        return row.valid_to is None

    def set_aside(self, rows: QuerySet) -> None:
        rows.update(valid_from=None, valid_to=date.max)
