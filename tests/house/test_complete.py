"""What is begun in one place is finished in the others: the guards of the changes in CONTRIBUTING.md that had none."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from models_registry.models import Indicator
from reports.consolidated.drafting.annexes import annex
from reports.consolidated.drafting.facts import read_facts
from reports.consolidated.drafting.sections import draft
from reports.domain.numbers import Figure, aggregate_figures
from reports.models import ReportingPeriod, SectionKind
from reports.models.consolidated import ANNEX_KINDS, DRAFTED_KINDS
from reports.review.services import accept_reports
from tests.acts import MONDAY, filed, opened

pytestmark = [pytest.mark.once, pytest.mark.django_db]

# What three units make together that counted 5, 3 and 4, the first and the last of them leading.
MADE = {"sum": 12, "highest": 5}


def test_every_change_of_the_tables_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_kind_of_section_is_drafted_or_an_annex_or_a_person_s():
    by_hand = {SectionKind.HEADING, SectionKind.FREE}

    assert sorted([*by_hand, *DRAFTED_KINDS, *ANNEX_KINDS]) == sorted(SectionKind)


def test_every_kind_of_section_has_something_to_say(duty, officer, unit, standing_agency):
    report = filed(opened(unit), officer, MONDAY, work_state="blocked", result="Đã lắp", difficulty="Thiếu máy")
    accept_reports([report], by=standing_agency, at=MONDAY)
    facts = read_facts(ReportingPeriod.objects.get(pk=report.period_id))

    assert [kind for kind in DRAFTED_KINDS if not draft(kind, facts)] == []
    assert [kind for kind in ANNEX_KINDS if not annex(kind, facts)] == []


def test_every_way_of_adding_up_is_known_to_those_who_add():
    counted = [Figure(Decimal(value)) for value in (5, 3, 4)]

    assert {how: aggregate_figures(how, counted).value for how in Indicator.Aggregation.values} == MADE
