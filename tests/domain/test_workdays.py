"""Working days, due moments and the table of days off, against what was announced for 2024 to 2026."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from reports.domain.calendar import MONTHLY_DUE_DAY, REGULAR, Rhythm, end_of_day, span_from_code, span_of
from reports.domain.workdays import DayOffRule, WorkCalendar, due_moment, lock_moment
from reports.models import DueDayRule, Holiday, ReportingPeriod
from reports.periods import holidays as holiday_service
from reports.periods.holidays import seed_holidays, withdraw_holidays, working_calendar
from reports.periods.services import run_schedule
from tests.factories import vn

SEEDED_AT = vn("2024-01-01 08:00")
# Every Tuesday and every 14th of the plan's life that is a day off, with the working days around it; by hand.
DUE_DAYS_OFF = {
    date(2024, 2, 13): (date(2024, 2, 7), date(2024, 2, 15)),  # Tết, thứ Ba
    date(2024, 2, 14): (date(2024, 2, 7), date(2024, 2, 15)),  # Tết, ngày 14
    date(2024, 4, 14): (date(2024, 4, 12), date(2024, 4, 15)),  # Chủ nhật
    date(2024, 4, 30): (date(2024, 4, 26), date(2024, 5, 2)),  # 29/04 nghỉ hoán đổi, 30/4 và 1/5
    date(2024, 7, 14): (date(2024, 7, 12), date(2024, 7, 15)),  # Chủ nhật
    date(2024, 9, 3): (date(2024, 8, 30), date(2024, 9, 4)),  # Quốc khánh
    date(2024, 9, 14): (date(2024, 9, 13), date(2024, 9, 16)),  # thứ Bảy
    date(2024, 12, 14): (date(2024, 12, 13), date(2024, 12, 16)),  # thứ Bảy
    date(2025, 1, 28): (date(2025, 1, 24), date(2025, 2, 3)),  # Tết
    date(2025, 6, 14): (date(2025, 6, 13), date(2025, 6, 16)),  # thứ Bảy
    date(2025, 9, 2): (date(2025, 8, 29), date(2025, 9, 3)),  # Quốc khánh
    date(2025, 9, 14): (date(2025, 9, 12), date(2025, 9, 15)),  # Chủ nhật
    date(2025, 12, 14): (date(2025, 12, 12), date(2025, 12, 15)),  # Chủ nhật
}
MAKE_UP_SATURDAYS = [date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)]

days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    lambda off, made_up: WorkCalendar(frozenset(off), frozenset(made_up) - frozenset(off)),
    st.sets(days, max_size=60),
    st.sets(days, max_size=20),
)


@pytest.fixture
def calendar(db):
    return working_calendar(SEEDED_AT.replace(year=2025))


def due_days():
    day, last = date(2024, 2, 1), date(2025, 12, 31)
    while day <= last:
        if day.isoweekday() == 2 or day.day == MONTHLY_DUE_DAY:
            yield day
        day += timedelta(days=1)


def test_due_days_that_are_days_off_are_those_of_the_table(calendar):
    off = {day: (calendar.on_or_before(day), calendar.on_or_after(day)) for day in due_days()}

    assert {day: around for day, around in off.items() if not calendar.is_working(day)} == DUE_DAYS_OFF


@pytest.mark.parametrize("saturday", MAKE_UP_SATURDAYS)
def test_make_up_saturday_is_worked(calendar, saturday):
    assert (saturday.isoweekday(), calendar.is_working(saturday)) == (6, True)
    assert calendar.on_or_before(saturday + timedelta(days=1)) == saturday


def test_swap_the_package_lacks_is_there(calendar):
    assert (calendar.is_working(date(2026, 1, 2)), calendar.is_working(date(2026, 8, 31))) == (False, False)


@given(calendars, days)
def test_moved_day_is_the_nearest_working_day_on_its_side(calendar, day):
    before, after = calendar.on_or_before(day), calendar.on_or_after(day)

    assert before <= day <= after
    between = [before + timedelta(days=n) for n in range((after - before).days + 1)]
    assert [one for one in between if calendar.is_working(one)] == sorted({before, after})


@given(calendars, days, st.sampled_from(REGULAR), st.sampled_from(DayOffRule))
def test_due_moment_ends_a_day_and_the_lock_comes_after_it(calendar, day, rhythm, rule):
    span = span_of(rhythm, day)

    due_at = due_moment(span, rule, calendar)
    due_day = due_at.date()
    assert due_at == end_of_day(due_day)
    assert (due_day >= span.starts_on, lock_moment(span, rule, calendar) > due_at) == (True, True)
    if rule is DayOffRule.KEEP:
        assert due_day == span.ends_on


@pytest.mark.parametrize(
    ("rule", "break_ends", "due", "locks"),
    [
        (DayOffRule.KEEP, 20, date(2024, 2, 13), date(2024, 2, 20)),
        # Weeks 07 and 08 are both due on the 21st; week 07 can still be filed until week 09 is due.
        (DayOffRule.LATER, 20, date(2024, 2, 21), date(2024, 2, 27)),
        # Three weeks due on one day.
        (DayOffRule.LATER, 27, date(2024, 2, 28), date(2024, 3, 5)),
        # Week 08 would be due on the 9th too, but not before it begins.
        (DayOffRule.EARLIER, 20, date(2024, 2, 9), date(2024, 2, 14)),
    ],
)
def test_lock_over_a_long_break_is_the_first_due_moment_after_its_own(rule, break_ends, due, locks):
    calendar = WorkCalendar(frozenset(date(2024, 2, day) for day in range(10, break_ends + 1)))
    week = span_from_code("2024-W07")

    assert due_moment(week, rule, calendar) == end_of_day(due)
    assert lock_moment(week, rule, calendar) == end_of_day(locks)


def test_a_table_that_is_off_for_ever_leaves_days_where_they_are():
    day = date(2024, 6, 4)
    everything = WorkCalendar(frozenset(day + timedelta(days=n) for n in range(-100, 100)))

    assert (everything.on_or_before(day), everything.on_or_after(day)) == (day, day)


@pytest.mark.parametrize(
    ("rule", "due"),
    [("keep", "2024-02-13"), ("earlier", "2024-02-07"), ("later", "2024-02-15")],
)
@pytest.mark.django_db
def test_due_day_in_tet_goes_where_the_rule_of_the_plan_says(duty, rule, due):
    seed_holidays([2024], at=SEEDED_AT)
    DueDayRule.objects.create(plan=duty.initiative.plan, rhythm=Rhythm.WEEKLY, rule=rule)

    run_schedule(at=vn("2024-02-07 00:05"))

    period = ReportingPeriod.objects.get(code="2024-W07")
    assert period.due_at == end_of_day(date.fromisoformat(due))
    assert period.ends_on == span_from_code("2024-W07").ends_on


@pytest.mark.django_db
def test_due_moment_once_stored_is_not_computed_again(duty):
    run_schedule(at=vn("2024-02-07 00:05"))
    DueDayRule.objects.create(plan=duty.initiative.plan, rhythm=Rhythm.WEEKLY, rule="earlier")
    seed_holidays([2024], at=SEEDED_AT)

    run_schedule(at=vn("2024-02-07 00:10"))

    assert ReportingPeriod.objects.get(code="2024-W07").due_at == end_of_day(date(2024, 2, 13))


def test_seeding_again_adds_nothing(calendar):
    assert seed_holidays(range(2024, 2027), at=SEEDED_AT) == []


def test_seeding_leaves_alone_what_was_changed_moved_or_taken_away_by_hand(calendar):
    changed, moved, gone = (Holiday.objects.get(date=day) for day in ("2024-01-01", "2024-04-18", "2024-09-03"))
    changed.name = "Tết Tây"
    changed.save()
    moved.date = date(2024, 4, 19)
    moved.save()
    gone.delete()

    assert seed_holidays([2024], at=SEEDED_AT) == []
    assert Holiday.objects.get(date="2024-01-01").name == "Tết Tây"


def test_year_nobody_has_entered_is_filled_in_when_it_is_needed(db):
    working_calendar(SEEDED_AT)

    assert {day.year for day in Holiday.objects.values_list("date", flat=True)} == {2024, 2025}


@pytest.mark.django_db
def test_command_tells_what_it_added(capsys):
    call_command("seed_holidays", 2024)
    first = capsys.readouterr().out
    call_command("seed_holidays", 2024)

    assert "04/05/2024  làm bù     Làm bù cho ngày 29/04/2024\n" in first
    assert first.endswith("Đã thêm 15 ngày.\n")
    assert capsys.readouterr().out == "Lịch đã đủ, không thêm ngày nào.\n"


# --- A year announced otherwise than it was expected ---


@pytest.fixture
def expected_2027(db, monkeypatch):
    """2027 as the package expected it, with a day that was then not given; returns what puts it right."""
    now_known = holiday_service.holidays.country_holidays
    mistaken = {date(2027, 2, 11): "Nghỉ Tết (dự kiến)"}

    def expected(country, *, years, language):
        return {**now_known(country, years=years, language=language), **mistaken}

    monkeypatch.setattr(holiday_service.holidays, "country_holidays", expected)
    seed_holidays([2027], at=SEEDED_AT)
    assert Holiday.objects.filter(date="2027-02-11").exists()
    return lambda: monkeypatch.setattr(holiday_service.holidays, "country_holidays", now_known)


def test_day_to_come_that_the_package_no_longer_knows_is_withdrawn(expected_2027, capsys):
    expected_2027()

    call_command("seed_holidays", 2027)

    assert capsys.readouterr().out == ("Bỏ 11/02/2027  ngày nghỉ  Nghỉ Tết (dự kiến)\nĐã thêm 0 ngày, bỏ 1 ngày.\n")
    assert not Holiday.objects.filter(date="2027-02-11").exists()


def test_day_withdrawn_by_the_package_may_come_back_with_it(expected_2027, monkeypatch):
    expecting = holiday_service.holidays.country_holidays
    expected_2027()
    withdraw_holidays([2027], at=SEEDED_AT)
    monkeypatch.setattr(holiday_service.holidays, "country_holidays", expecting)

    assert [day.date for day in seed_holidays([2027], at=SEEDED_AT)] == [date(2027, 2, 11)]


def test_day_that_has_passed_or_was_entered_by_hand_or_from_a_file_is_not_withdrawn(expected_2027):
    Holiday.objects.create(date=date(2027, 2, 12), name="Nghỉ bù", source="nhập từ tệp")
    expected_2027()

    assert withdraw_holidays([2027], at=vn("2027-02-11 08:00")) == []
    Holiday.objects.filter(date="2027-02-11").update(source="nhập tay")
    assert withdraw_holidays([2027], at=SEEDED_AT) == []


def test_nothing_is_withdrawn_of_a_year_as_the_package_knows_it(calendar):
    assert withdraw_holidays(range(2024, 2028), at=SEEDED_AT) == []
