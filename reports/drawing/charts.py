"""Bars and charts as SVG: geometry in attributes, colour by class, the numbers in the accessible name (docs/look.md).

Pure. Hundreds of bars stand on one page, so they are put together as text and what people wrote is escaped here.
"""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from reports.domain.states import WorkState, look_of
from reports.domain.wording import cut_at, percent

# Most pressing first; "" is what was never reported.
BAR_ORDER = (
    WorkState.BLOCKED,
    WorkState.NOT_STARTED,
    WorkState.IN_PROGRESS,
    WorkState.DONE,
    WorkState.MAINTAINED,
    "",
)
# As many lines as an eye can follow.
MOST_LINES = 6
_GAP = 0.8
_LABEL_APART = 15
_LONGEST_LABEL = 30
_HATCH = 'fill="url(#hatch)"'


class Line(NamedTuple):
    """One line of a chart; a value is None where nothing is known, and the line has a gap there."""

    label: str
    values: Sequence[int | None]


class _Field(NamedTuple):
    """Where a chart draws its values: between ``left`` and ``right``, ``low`` at ``bottom`` and ``high`` at ``top``."""

    left: float
    right: float
    top: float
    bottom: float
    low: int
    high: int

    def x(self, at: int, of: int) -> float:
        return self.left + (self.right - self.left) * at / max(1, of - 1)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)


def spread_sentence(counts: Mapping[str, int], counted: str = "đơn vị") -> str:
    """ "28 đơn vị: 3 vướng mắc, 24 đang triển khai, 1 hoàn thành"; ``counted``: what is counted."""
    told = [f"{counts[state]} {look_of(state).word.lower()}" for state in BAR_ORDER if counts.get(state)]
    return f"{sum(counts.values())} {counted}" + (f": {', '.join(told)}" if told else "")


def spread_bar(counts: Mapping[str, int]) -> SafeString:
    """How many units are in each state, as one stacked bar; what is blocked is hatched besides."""
    return _bar(_pieces(counts), spread_sentence(counts))


def target_bar(reached: int, words: str) -> SafeString:
    """How much of a target is reached, in hundredths; ``words``: "300/473 cơ sở, 63 %"."""
    return _bar([f'<rect class="f-accent" x="0" y="0" width="{reached}" height="10"/>'], words)


def sparkline(title: str, points: Sequence[tuple[str, int | None]]) -> SafeString:
    """A rate in percent over some periods, each with the words for its place on the axis; only the last is labelled.

    From 70 to 100; from 0 where a value is lower.
    """
    known = [value for _, value in points if value is not None]
    rules = (0, 50, 100) if known and min(known) < 70 else (70, 85, 100)
    field = _Field(8, 192, 4, 44, rules[0], rules[-1])
    told = ", ".join(f"{label} {percent(value) or 'chưa có'}" for label, value in points)
    drawn = [_rule(field, value) for value in rules]
    drawn += _polylines(field, [value for _, value in points], "ln")
    last = next((at for at in reversed(range(len(points))) if points[at][1] is not None), None)
    if last is not None:
        value = points[last][1] or 0
        x, y = field.x(last, len(points)), field.y(value)
        drawn.append(f'<circle class="f-accent" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
        drawn.append(f'<text class="lab" x="{x + 10:.1f}" y="{y + 4:.1f}">{percent(value)}</text>')
    if points:
        drawn.append(f'<text x="8" y="60">{escape(points[0][0])}</text>')
    if len(points) > 1:
        drawn.append(f'<text x="192" y="60" text-anchor="end">{escape(points[-1][0])}</text>')
    about = f"{title}, trục từ {percent(rules[0])} đến {percent(100)}: {told}"
    return _svg("plot plot-s", 250, 62, drawn, about)


def line_chart(title: str, labels: Sequence[str], lines: Sequence[Line]) -> SafeString:
    """Percents over some periods, at most six lines, each with a colour and a dash pattern, labelled at its end.

    On a phone the lines carry their last value alone and a key stands below.
    """
    shown = lines[:MOST_LINES]
    wide = _plotted(_Field(34, 400, 12, 172, 0, 100), labels, shown, marks=4, is_named=True)
    narrow = _plotted(_Field(30, 300, 12, 172, 0, 100), labels, shown, marks=2, is_named=False)
    about = f"{title}: {', '.join(f'{one.label} {_last_words(one.values)}' for one in shown)}"
    key = "".join(
        f'<span class="row"><svg class="plot swatch" viewBox="0 0 28 12" aria-hidden="true"><g class="l{at}">'
        f'<polyline points="0,6 28,6"/></g></svg>{escape(one.label)}</span>'
        for at, one in enumerate(shown, start=1)
    )
    return mark_safe(  # noqa: S308 - escaped where it is put together
        _svg("plot only-wide", 640, 200, wide, about)
        + _svg("plot only-phone", 345, 200, narrow, about)
        + f'<p class="key only-phone" aria-hidden="true">{key}</p>'
    )


def column_chart(title: str, columns: Sequence[tuple[str, Mapping[str, int]]], counted: str) -> SafeString:
    """How many of ``counted`` are in each state at the end of each period: a stacked column for each."""
    most = max((sum(counts.values()) for _, counts in columns), default=0) or 1
    about = f"{title}: " + "; ".join(f"{label} {spread_sentence(counts, counted)}" for label, counts in columns)
    wide = _columns(_Field(40, 630, 12, 172, 0, most), columns, marks=len(columns))
    narrow = _columns(_Field(36, 340, 12, 172, 0, most), columns, marks=2)
    return mark_safe(  # noqa: S308 - escaped where it is put together
        _svg("plot only-wide", 640, 200, wide, about) + _svg("plot only-phone", 345, 200, narrow, about)
    )


def _columns(field: _Field, columns: Sequence[tuple[str, Mapping[str, int]]], *, marks: int) -> list[str]:
    step = (field.right - field.left) / max(1, len(columns))
    drawn = []
    for value in (0, field.high):
        drawn.append(_rule(field, value))
        drawn.append(f'<text x="{field.left - 6}" y="{field.y(value) + 4:.1f}" text-anchor="end">{value}</text>')
    for at, (_, counts) in enumerate(columns):
        x, top = field.left + step * (at + 0.15), field.bottom
        for state in reversed(BAR_ORDER):
            height = field.bottom - field.y(counts.get(state, 0))
            if height:
                top -= height
                drawn += _piece(state, f'x="{x:.1f}" y="{top:.1f}" width="{step * 0.7:.1f}" height="{height:.1f}"')
    for at in _marked(len(columns), marks):
        middle = field.left + step * (at + 0.5)
        drawn.append(f'<text x="{middle:.1f}" y="190" text-anchor="middle">{escape(columns[at][0])}</text>')
    return drawn


def _pieces(counts: Mapping[str, int]) -> list[str]:
    whole, at, drawn = sum(counts.values()) or 1, 0.0, list[str]()
    for state in BAR_ORDER:
        share = 100 * counts.get(state, 0) / whole
        if share:
            drawn += _piece(state, f'x="{at:.2f}" y="0" width="{max(share - _GAP, share / 2):.2f}" height="10"')
        at += share
    return drawn


def _piece(state: str, place: str) -> list[str]:
    fill = f"f-{state}" if state else "f-none"
    drawn = [f'<rect class="{fill}" {place}/>']
    if state == WorkState.BLOCKED:
        drawn.append(f"<rect {place} {_HATCH}/>")
    return drawn


def _bar(pieces: Sequence[str], words: str) -> SafeString:
    return mark_safe(  # noqa: S308 - escaped here
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(words)}">{"".join(pieces)}</svg>'
    )


def _svg(classes: str, width: int, height: int, drawn: Sequence[str], about: str) -> SafeString:
    return mark_safe(  # noqa: S308 - ``drawn`` was escaped where it was put together
        f'<svg class="{classes}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(about)}">'
        f"{''.join(drawn)}</svg>"
    )


def _rule(field: _Field, value: int) -> str:
    y = f"{field.y(value):.1f}"
    return f'<line class="ax" x1="{field.left}" x2="{field.right}" y1="{y}" y2="{y}"/>'


def _polylines(field: _Field, values: Sequence[int | None], classes: str = "") -> list[str]:
    """The values that follow one another, joined; a value alone between gaps is a point."""
    runs: list[list[str]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{field.x(at, len(values)):.1f},{field.y(value):.1f}")
    named = f' class="{classes}"' if classes else ""
    return [f'<polyline{named} points="{" ".join(run * 2 if len(run) == 1 else run)}"/>' for run in runs if run]


def _plotted(field: _Field, labels: Sequence[str], lines: Sequence[Line], *, marks: int, is_named: bool) -> list[str]:
    drawn = []
    for value in (0, 50, 100):
        drawn.append(_rule(field, value))
        drawn.append(f'<text x="{field.left - 6}" y="{field.y(value) + 4:.1f}" text-anchor="end">{value}</text>')
    for at in _marked(len(labels), marks):
        x = field.x(at, len(labels))
        drawn.append(f'<text x="{x:.1f}" y="192" text-anchor="{_anchor(at, len(labels))}">{escape(labels[at])}</text>')
    heights = _label_heights([field.y(_last(one.values)) for one in lines])
    for at, (one, height) in enumerate(zip(lines, heights, strict=True), start=1):
        if all(value is None for value in one.values):
            continue
        end = max(place for place, value in enumerate(one.values) if value is not None)
        x, y = field.x(end, len(one.values)), field.y(_last(one.values))
        points = "".join(_polylines(field, one.values))
        drawn.append(f'<g class="l{at}">{points}<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/></g>')
        name = f" {escape(cut_at(one.label, _LONGEST_LABEL))}" if is_named else ""
        drawn.append(
            f'<text class="lab" x="{field.right + 10}" y="{height + 4:.1f}">{_last_words(one.values)}{name}</text>'
        )
    return drawn


def _last(values: Sequence[int | None]) -> int:
    return next((value for value in reversed(values) if value is not None), 0)


def _last_words(values: Sequence[int | None]) -> str:
    known = [value for value in values if value is not None]
    return percent(known[-1]) if known else "chưa có"


def _marked(number: int, marks: int) -> list[int]:
    """Which places of an axis are labelled: the ends and some between them."""
    if number < 2:
        return list(range(number))
    return sorted({round(at * (number - 1) / (marks - 1)) for at in range(marks)})


def _anchor(at: int, of: int) -> str:
    if at == of - 1 and of > 1:
        return "end"
    return "start" if at == 0 else "middle"


def _label_heights(wanted: Sequence[float]) -> list[float]:
    """Labels near one another are pushed down, the highest first, so that none covers another."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    heights = list(wanted)
    for upper, lower in pairwise(order):
        heights[lower] = max(heights[lower], heights[upper] + _LABEL_APART)
    return heights
