"""Cells of "nền tảng, công cụ"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.annex.cells.platforms import read_platforms


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("VNeID và Call Center", ["VNeID", "Call Center"]),
        ("Hệ thống CSDLQG về DC; VNeID.", ["Hệ thống CSDLQG về DC", "VNeID"]),
        ("- CCCD gắn chip\n- VNeID", ["CCCD gắn chip", "VNeID"]),
        ("Phần mềm quản lý và theo dõi", ["Phần mềm quản lý và theo dõi"]),
        ("", []),
    ],
)
def test_platforms_of_a_cell_are_its_items_as_printed(cell, items):
    assert read_platforms(cell) == items


@given(
    st.lists(st.from_regex(r"[A-ZĐ][a-zđ0-9]{1,8}( [a-zđ]{1,5}){0,3}", fullmatch=True), unique=True),
    st.sampled_from(["; ", ", ", "\n", " và "]),
)
def test_platforms_joined_by_any_separator_read_back(names, separator):
    assert read_platforms(separator.join(names)) == names
