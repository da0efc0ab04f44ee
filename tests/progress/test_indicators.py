"""Figures per unit and period against what the plan asks for; an empty figure is not 0."""

from datetime import timedelta
from decimal import Decimal

import pytest

from assignments.counting import adding_up
from assignments.models import Assignment, Unit, User
from models_registry.models import Indicator
from reports.domain.numbers import Figure
from reports.filing.drafts import EntryEdit, save_entries
from reports.filing.duty_lines import lines_of
from reports.filing.services import submit_report
from reports.models import IndicatorFigure, UnitReport
from reports.periods.services import run_schedule
from reports.progress.indicators import indicator_tables
from reports.review.services import exclude_entry
from tests.factories import DutyFactory, InitiativeFactory, UnitFactory, UserFactory, vn
from tests.html import texts
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

WEEKS = {f"2024-W{10 + week}": vn("2024-03-04 08:00") + timedelta(weeks=week) for week in range(9)}
DAY = vn("2024-03-12 08:00").date()


@pytest.fixture
def initiative(plan):
    return InitiativeFactory(plan=plan, code="3")


@pytest.fixture
def units(initiative):
    """An and Bình, each with an officer."""
    duties = [DutyFactory(initiative=initiative, unit=UnitFactory(name=name)) for name in ("An", "Bình")]
    return {duty.unit.name: UserFactory(unit=duty.unit) for duty in duties}


def indicator(initiative, kind=Indicator.Kind.AT_LEAST, target=20, **fields):
    return Indicator.objects.create(
        initiative=initiative, name="DVC", kind=kind, target=Decimal(target), unit_of_measure="DVC", **fields
    )


def count(indicator, unit, by, week, value, total=None):
    run_schedule(at=WEEKS[week])
    report = UnitReport.objects.get(unit__name=unit, period__code=week)
    entry = report.entries.get()
    figure = Figure(None if value is None else Decimal(value), None if total is None else Decimal(total))
    edit = EntryEdit(entry.pk, {"work_state": "in_progress"}, {indicator.pk: figure})
    save_entries(report, [edit], by=by, at=WEEKS[week])
    submit_report(report, by=by, at=WEEKS[week])
    return entry


def test_latest_count_of_each_unit_is_added_up_against_the_target(initiative, units, standing_agency):
    wanted = indicator(initiative)
    count(wanted, "An", units["An"], "2024-W10", 3)
    count(wanted, "An", units["An"], "2024-W11", 5)
    count(wanted, "Bình", units["Bình"], "2024-W11", 4)

    table = indicator_tables(initiative, standing_agency, DAY)[0]

    assert (table.target, table.total, table.reached) == ("ít nhất 20 DVC", "9", 45)
    assert table.weeks == ["05/03", "12/03"]
    assert [(row.unit, row.cells, row.latest) for row in table.rows] == [
        ("An", ["3", "5"], "5"),
        ("Bình", ["", "4"], "4"),
    ]


def test_counts_of_a_period_are_added_up(initiative, units, standing_agency):
    wanted = indicator(initiative, is_cumulative=False)
    count(wanted, "An", units["An"], "2024-W10", 3)
    count(wanted, "An", units["An"], "2024-W11", 5)

    table = indicator_tables(initiative, standing_agency, DAY)[0]

    assert (table.total, table.rows[0].latest) == ("8", "8")


def test_percentage_is_of_the_wholes_together(initiative, units, standing_agency):
    wanted = indicator(initiative, Indicator.Kind.PERCENT, 100)
    count(wanted, "An", units["An"], "2024-W10", 3, 4)
    count(wanted, "Bình", units["Bình"], "2024-W10", 1, 4)

    table = indicator_tables(initiative, standing_agency, DAY)[0]

    assert (table.target, table.total, table.reached) == ("100\u00a0% DVC", "4/8", 50)
    assert [row.share for row in table.rows] == ["75\u00a0%", "25\u00a0%"]


def test_list_worked_through_by_several_units_is_not_added_up(initiative, units, standing_agency):
    """ "Tối thiểu 20 DVC" is one number for the district: the same service done by two units is one service."""
    wanted = indicator(initiative, aggregation=Indicator.Aggregation.HIGHEST)
    count(wanted, "An", units["An"], "2024-W10", 12)
    count(wanted, "Bình", units["Bình"], "2024-W10", 9)

    table = indicator_tables(initiative, standing_agency, DAY)[0]

    assert (table.total, table.reached, [row.latest for row in table.rows]) == ("12", 60, ["12", "9"])


@pytest.mark.parametrize(
    ("who", "total"),
    [("units", "11/24"), ("leads", "3/10"), ("communes", "8/14"), ("unit", "5/8")],
)
def test_only_who_counts_is_added_up(initiative, units, standing_agency, who, total):
    """An leads; Bình and Cường are communes that coordinate. The figures of the others are kept."""
    cuong = DutyFactory(initiative=initiative, unit=UnitFactory(name="Cường", kind="commune"), role="coordinating")
    units["Cường"] = UserFactory(unit=cuong.unit)
    Unit.objects.filter(name="Bình").update(kind="commune")
    Assignment.objects.filter(unit__name="Bình").update(role="coordinating")
    wanted = indicator(initiative, Indicator.Kind.PERCENT, 100)
    for name, value, whole in (("An", 3, 10), ("Bình", 3, 6), ("Cường", 5, 8)):
        count(wanted, name, units[name], "2024-W10", value, whole)

    wanted.counted_by, wanted.counting_unit = who, cuong.unit if who == "unit" else None
    wanted.save()

    assert indicator_tables(initiative, standing_agency, DAY)[0].total == total
    assert IndicatorFigure.objects.count() == 3


@pytest.mark.parametrize(
    ("who", "asked"),
    [("units", ["An", "Bình", "Cường"]), ("leads", ["An"]), ("communes", ["Cường"]), ("unit", ["Bình"])],
)
def test_form_asks_only_who_counts(initiative, units, who, asked):
    DutyFactory(initiative=initiative, unit=UnitFactory(name="Cường", kind="commune"), role="coordinating")
    Assignment.objects.filter(unit__name="Bình").update(role="coordinating")
    indicator(initiative, counted_by=who, counting_unit=Unit.objects.get(name="Bình") if who == "unit" else None)
    run_schedule(at=WEEKS["2024-W10"])

    reports = UnitReport.objects.filter(period__code="2024-W10").order_by("unit__sort_key")
    lines = {report.unit.name: lines_of(report, WEEKS["2024-W10"])[0] for report in reports}

    assert [name for name, line in lines.items() if line.figures] == asked


def test_successor_goes_on_counting_for_the_unit_that_was_named(initiative, units, standing_agency):
    an, binh = (Unit.objects.get(name=name) for name in ("An", "Bình"))
    wanted = indicator(initiative, counted_by="unit", counting_unit=an)
    count(wanted, "An", units["An"], "2024-W10", 3)
    Unit.objects.filter(pk=an.pk).update(successor=binh)

    run_schedule(at=WEEKS["2024-W11"])
    line = lines_of(UnitReport.objects.get(unit=binh, period__code="2024-W11"), WEEKS["2024-W11"])[0]

    assert [figure.indicator for figure in line.figures] == [wanted]
    assert adding_up(wanted, DAY).startswith("cộng số liệu của 2 đơn vị")


def test_successor_of_a_successor_goes_on_counting(initiative, units, standing_agency):
    an, binh = (Unit.objects.get(name=name) for name in ("An", "Bình"))
    wanted = indicator(initiative, counted_by="unit", counting_unit=an)
    Unit.objects.filter(pk=an.pk).update(successor=UnitFactory(name="Cường", successor=binh))
    count(wanted, "Bình", units["Bình"], "2024-W10", 5)

    run_schedule(at=WEEKS["2024-W11"])
    line = lines_of(UnitReport.objects.get(unit=binh, period__code="2024-W11"), WEEKS["2024-W11"])[0]

    assert indicator_tables(initiative, standing_agency, DAY)[0].total == "5"
    assert [figure.indicator for figure in line.figures] == [wanted]
    assert adding_up(wanted, DAY).startswith("cộng số liệu của 2 đơn vị")


def test_units_that_succeed_one_another_in_a_ring_are_asked_once(initiative, units):
    an, binh = (Unit.objects.get(name=name) for name in ("An", "Bình"))
    Unit.objects.filter(pk=an.pk).update(successor=binh)
    Unit.objects.filter(pk=binh.pk).update(successor=an)

    assert [unit.name for unit in Unit.objects.get(pk=an.pk).successors] == ["Bình"]


def test_last_weeks_are_told_one_by_one_and_all_of_them_together(initiative, units, standing_agency):
    wanted = indicator(initiative, is_cumulative=False)
    for week in WEEKS:
        count(wanted, "An", units["An"], week, 1)

    table = indicator_tables(initiative, standing_agency, vn("2024-04-30 08:00").date())[0]

    assert (len(table.weeks), table.weeks[0], table.rows[0].latest) == (6, "26/03", "9")


def test_percentage_without_a_whole_is_not_guessed(initiative, units, standing_agency):
    wanted = indicator(initiative, Indicator.Kind.PERCENT, 100)
    count(wanted, "An", units["An"], "2024-W10", 3, 4)
    count(wanted, "Bình", units["Bình"], "2024-W10", 1)

    table = indicator_tables(initiative, standing_agency, DAY)[0]

    assert (table.total, table.reached) == ("4", None)


def test_hundred_is_only_what_is_wholly_reached(initiative, units, standing_agency):
    wanted = indicator(initiative, target=1000)
    count(wanted, "An", units["An"], "2024-W10", 999)

    assert indicator_tables(initiative, standing_agency, DAY)[0].reached == 99


def test_empty_figure_is_no_zero(initiative, units, standing_agency):
    wanted = indicator(initiative)
    count(wanted, "An", units["An"], "2024-W10", None)

    table = indicator_tables(initiative, standing_agency, DAY)[0]

    assert (table.total, table.reached, table.rows) == ("", None, [])


def test_unit_sees_its_own_figures_alone(initiative, units):
    wanted = indicator(initiative)
    count(wanted, "An", units["An"], "2024-W10", 3)
    count(wanted, "Bình", units["Bình"], "2024-W10", 4)

    table = indicator_tables(initiative, units["An"], DAY)[0]

    assert (table.total, [row.unit for row in table.rows]) == ("3", ["An"])


def test_entry_left_out_of_the_roll_up_does_not_count(initiative, units, standing_agency):
    wanted = indicator(initiative)
    entry = count(wanted, "An", units["An"], "2024-W10", 3)
    exclude_entry(entry, reason="nhầm", by=standing_agency, at=WEEKS["2024-W10"])

    assert indicator_tables(initiative, standing_agency, DAY)[0].total == ""


def test_initiative_without_indicators_has_no_table_and_costs_one_query(
    initiative, standing_agency, django_assert_num_queries
):
    with django_assert_num_queries(1):
        assert indicator_tables(initiative, standing_agency, DAY) == []


@same_queries(6, numbers=(1, 2))
def test_tables_take_the_same_queries_for_any_number_of_figures(initiative, units, standing_agency, rows, counted):
    wanted = indicator(initiative)
    for week in list(WEEKS)[:rows]:
        count(wanted, "An", units["An"], week, 3)
    reader = User.objects.get(pk=standing_agency.pk)

    with counted:
        assert len(indicator_tables(initiative, reader, DAY)[0].weeks) == rows


def test_figures_are_shown_on_the_page_of_the_initiative(client, initiative, units, standing_agency, time_machine):
    count(indicator(initiative), "An", units["An"], "2024-W10", 3)
    time_machine.move_to(WEEKS["2024-W10"], tick=False)
    client.force_login(standing_agency)

    page = client.get("/mo-hinh/3/")

    card = "//section[contains(@class, 'indicator')]"
    assert texts(page, f"{card}/p[@class='row']") == ["3 DVC đạt 15 % mục tiêu mục tiêu ít nhất 20 DVC"]
    assert texts(page, f"{card}//td/b") == ["3"]
