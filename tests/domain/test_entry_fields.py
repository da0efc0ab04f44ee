"""One table of what an officer fills in: nothing of an entry is left out of it, nothing in it is no field."""

import pytest
from django.db import models

from reports.domain.entry_fields import CARRIED_FIELDS, ENTRY_FIELDS, TEXT_FIELDS, FieldKind, field_words
from reports.filing.forms import EntryForm
from reports.models import Progress, ProgressEntry

COLUMNS = {
    FieldKind.STATE: models.CharField,
    FieldKind.PERCENT: models.PositiveSmallIntegerField,
    FieldKind.TEXT: models.TextField,
    FieldKind.LEVEL: models.CharField,
}


def test_every_field_of_an_entry_is_in_the_table_with_its_kind():
    stored = {field.name: type(field) for field in Progress._meta.get_fields()}

    assert {field.name: COLUMNS[field.kind] for field in ENTRY_FIELDS} == stored


def test_form_asks_for_every_field_in_the_order_of_the_table():
    entry = ProgressEntry(pk=1)

    names = list(EntryForm({}, entry, []).fields)

    assert names == [field.name for field in ENTRY_FIELDS]


def test_what_was_done_in_a_period_is_not_carried_into_the_next():
    assert set(TEXT_FIELDS) - set(CARRIED_FIELDS) == {"explanation", "result", "next_steps"}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("work_state", "done", "Hoàn thành"),
        ("solving_level", "district", "Cấp huyện"),
        ("percent", 0, "0\u00a0%"),
        ("percent", None, ""),
        ("result", "đã lắp 2/3", "đã lắp 2/3"),
        ("result", "", ""),
    ],
)
def test_value_of_a_field_is_told_in_words(name, value, words):
    assert field_words(name, value) == words
