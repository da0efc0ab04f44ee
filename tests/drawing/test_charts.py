"""Bars and charts: what they say, where their lines run, what is escaped."""

import re

import pytest
from lxml import etree

from reports.domain.states import WorkState
from reports.drawing.charts import Line, column_chart, line_chart, sparkline, spread_bar, target_bar


def drawn(svg):
    """The pictures of a chart, as a reader of XML finds them."""
    return etree.fromstring(f"<div>{svg}</div>").findall(".//svg")


def name_of(svg):
    return drawn(svg)[0].get("aria-label")


def widths(svg):
    return [(one.get("class"), float(one.get("width"))) for one in drawn(svg)[0].iter("rect") if one.get("class")]


def test_bar_says_the_whole_sentence_with_the_most_pressing_first():
    counts = {WorkState.DONE: 1, WorkState.IN_PROGRESS: 24, WorkState.BLOCKED: 3}

    assert name_of(spread_bar(counts)) == "28 đơn vị: 3 vướng mắc, 24 đang triển khai, 1 hoàn thành"


def test_bar_shares_its_length_in_order():
    counts = {WorkState.MAINTAINED: 1, WorkState.DONE: 1, WorkState.IN_PROGRESS: 1, WorkState.NOT_STARTED: 1, "": 1}

    assert widths(spread_bar(counts)) == [
        (f"f-{name}", 19.2) for name in ("not_started", "in_progress", "done", "maintained", "none")
    ]


def test_blocked_share_is_hatched_in_its_place():
    blocked, hatch = drawn(spread_bar({WorkState.BLOCKED: 1, WorkState.DONE: 3}))[0].findall("rect")[:2]

    assert hatch.get("fill") == "url(#hatch)"
    assert [(one.get("x"), one.get("width")) for one in (blocked, hatch)] == [("0.00", "24.20")] * 2


def test_share_of_one_among_very_many_is_still_drawn():
    assert widths(spread_bar({WorkState.BLOCKED: 1, WorkState.DONE: 999}))[0] == ("f-blocked", 0.05)


def test_bar_of_nobody_says_so():
    assert (name_of(spread_bar({})), widths(spread_bar({}))) == ("0 đơn vị", [])


def test_target_bar_is_as_long_as_what_is_reached():
    svg = target_bar(63, "300/473 cơ sở")

    assert (name_of(svg), widths(svg)) == ("300/473 cơ sở", [("f-accent", 63.0)])


@pytest.mark.parametrize(
    ("values", "axis", "heights"),
    [([100, 85, 70], "70\u00a0%", [4, 24, 44]), ([100, 50, 0], "0\u00a0%", [4, 24, 44])],
    ids=["from 70", "from 0 where a value is lower"],
)
def test_sparkline_says_where_its_axis_begins(values, axis, heights):
    svg = sparkline("Đúng hạn", [(f"k{at}", value) for at, value in enumerate(values)])

    line = drawn(svg)[0].find("polyline").get("points")
    assert [float(point.split(",")[1]) for point in line.split()] == heights
    told = ", ".join(f"k{place} {value}\u00a0%" for place, value in enumerate(values))
    assert name_of(svg) == f"Đúng hạn, trục từ {axis} đến 100\u00a0%: {told}"


def test_sparkline_labels_only_its_last_value_and_the_ends_of_its_axis():
    svg = sparkline("Đúng hạn", [("08/9", 90), ("15/9", 88), ("22/9", 80)])

    assert [one.text for one in drawn(svg)[0].iter("text")] == ["80\u00a0%", "08/9", "22/9"]


def test_period_without_a_rate_leaves_a_gap():
    svg = sparkline("Đúng hạn", [("a", 90), ("b", None), ("c", 80), ("d", 80), ("e", None)])

    lines = [one.get("points").split() for one in drawn(svg)[0].iter("polyline")]
    assert [len(set(line)) for line in lines] == [1, 2]
    assert "b chưa có" in name_of(svg)


def test_line_is_labelled_at_its_end_and_told_in_the_name():
    svg = line_chart("Tiến độ 3 tuần", ["a", "b", "c"], [Line("Y tế", [0, 50, 95]), Line("Bệnh viện", [0, None, 40])])

    labels = [one.text for one in drawn(svg)[0].iter("text") if one.get("class") == "lab"]
    assert (name_of(svg), labels) == (
        "Tiến độ 3 tuần: Y tế 95\u00a0%, Bệnh viện 40\u00a0%", ["95\u00a0% Y tế", "40\u00a0% Bệnh viện"],
    )  # fmt: skip


def test_labels_of_lines_that_end_together_do_not_cover_one_another():
    svg = line_chart("Tiến độ", ["a", "b"], [Line(str(at), [0, 60]) for at in range(3)])

    heights = [float(one.get("y")) for one in drawn(svg)[0].iter("text") if one.get("class") == "lab"]
    assert heights == [80.0, 95.0, 110.0]


def test_no_more_lines_are_drawn_than_an_eye_can_follow():
    svg = line_chart("Tiến độ", ["a", "b"], [Line(str(at), [0, 60]) for at in range(9)])

    assert re.findall(r'<g class="(l\d)">', str(svg).split("</svg>")[0]) == ["l1", "l2", "l3", "l4", "l5", "l6"]


def test_columns_stand_on_one_another_up_to_the_highest():
    columns = [("T1", {WorkState.DONE: 1, WorkState.BLOCKED: 1}), ("T2", {WorkState.DONE: 4})]

    svg = column_chart("Nhiệm vụ", columns, "nhiệm vụ")

    heights = [(one.get("class"), one.get("y"), one.get("height")) for one in drawn(svg)[0].iter("rect")]
    assert heights == [
        ("f-done", "132.0", "40.0"), ("f-blocked", "92.0", "40.0"), (None, "92.0", "40.0"), ("f-done", "12.0", "160.0"),
    ]  # fmt: skip
    assert name_of(svg) == "Nhiệm vụ: T1 2 nhiệm vụ: 1 vướng mắc, 1 hoàn thành; T2 4 nhiệm vụ: 4 hoàn thành"


@pytest.mark.parametrize(
    "svg",
    [
        target_bar(1, '<b>"'),
        sparkline('<b>"', [('<b>"', 80)] * 2),
        line_chart('<b>"', ['<b>"'] * 2, [Line('<b>"', [1, 2])]),
        column_chart('<b>"', [('<b>"', {WorkState.DONE: 1})], "đơn vị"),
    ],
)
def test_what_people_wrote_is_escaped(svg):
    assert ("<b>" in svg, '<b>"' in name_of(svg)) == (False, True)
    assert "style=" not in svg
