"""Numbers as people here write them; an empty one is no number, and never 0."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_registry.text import write_number
from reports.domain.numbers import LARGEST, Figure, percent_of, read_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1.234,5", "1234.5"),
        ("1234", "1234"),
        ("1.234", "1234"),
        ("1 234", "1234"),
        ("1.234.567", "1234567"),
        ("95 %", "95"),
        ("95%", "95"),
        ("12,5 %", "12.5"),
        ("1,25", "1.25"),
        ("1.5", "1.5"),
        ("0", "0"),
        ("0,00", "0"),
        ("007", "7"),
        ("  12\u00a0345 ", "12345"),
    ],
)
def test_number_is_read_as_written_here(written, number):
    assert read_number(written) == Decimal(number)


@pytest.mark.parametrize("written", ["", " ", "\u00a0", "\n"])
def test_empty_is_not_counted(written):
    assert read_number(written) is None


@pytest.mark.parametrize(
    "written",
    ["khoảng 20", "1.23.4", "1,2,3", "-5", "+5", "1.2345,6", "12.34.567", "%", "5 %%", "1e3", "½", "1234 567", "٣"],
)
def test_what_is_no_number_is_asked_for_again(written):
    with pytest.raises(ValueError, match="Hãy ghi như 1234 hoặc 1.234,5|Hãy làm tròn"):
        read_number(written)


def test_number_too_large_or_too_fine_is_refused_in_words():
    with pytest.raises(ValueError, match="lớn quá"):
        read_number("9" * 14)
    with pytest.raises(ValueError, match="làm tròn"):
        read_number("1,234")


@given(st.decimals(min_value=0, max_value=LARGEST - 1, places=2))
def test_number_written_is_read_back(number):
    assert read_number(write_number(number)) == number


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text):
    try:
        number = read_number(text)
    except ValueError:
        return
    assert number is None or 0 <= number < LARGEST


@pytest.mark.parametrize(("number", "written"), [(None, ""), (Decimal("0.00"), "0"), (Decimal("1234.50"), "1.234,5")])
def test_number_is_written_as_here(number, written):
    assert write_number(number) == written


@pytest.mark.parametrize(
    ("value", "total", "percent"), [(2, 3, "66.7"), (0, 3, "0.0"), (None, 3, None), (2, None, None), (2, 0, None)]
)
def test_percentage_needs_a_count_and_a_whole(value, total, percent):
    figure = Figure(None if value is None else Decimal(value), None if total is None else Decimal(total))

    assert percent_of(figure) == (None if percent is None else Decimal(percent))
