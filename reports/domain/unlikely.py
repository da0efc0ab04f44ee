"""Answers that can be true and seldom are: the officer is asked whether they are, and explains. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from models_registry.models import Indicator
from models_registry.text import write_number

from .numbers import Figure, write_figure
from .states import WorkState
from .wording import percent as percent_words

# A unit may well do more than the plan asks; a digit or a comma too many makes more than this of it.
FAR_ABOVE = 5


class Question(NamedTuple):
    """What is asked of one answer; ``field`` is its name in the form, of a figure "figure-<indicator>"."""

    field: str
    text: str


def questions_about(
    said: Mapping[str, Any], before: int | None, counted: Iterable[tuple[Indicator, Figure]]
) -> list[Question]:
    """What is unlikely about an answer, in the order of the form.

    ``said`` by the names of ENTRY_FIELDS, ``before`` the percent last told, ``counted`` what is told for indicators.
    """
    about_percent = _about_percent(said["work_state"], said["percent"], before)
    asked = [Question("percent", about_percent)] if about_percent else []
    asked += [
        Question(f"figure-{indicator.pk}", f"{text}, có đúng không?")
        for indicator, figure in counted
        if (text := _about_figure(indicator, figure))
    ]
    if said["work_state"] == WorkState.BLOCKED and not said["solving_level"]:
        asked.append(Question("solving_level", "Cấp nào có thẩm quyền giải quyết?"))
    return asked


def _about_percent(state: str, percent: int | None, before: int | None) -> str:
    if percent is None:
        return ""
    told = percent_words(percent)
    if state == WorkState.DONE and percent < 100:
        return f"Hoàn thành mà tiến độ {told}, có đúng không?"
    if state == WorkState.NOT_STARTED and percent:
        return f"Chưa triển khai mà tiến độ {told}, có đúng không?"
    if before is not None and percent < before:
        return f"Tiến độ giảm từ {percent_words(before)} còn {told}, có đúng không?"
    return ""


def _about_figure(indicator: Indicator, figure: Figure) -> str:
    if figure.value is None:
        return ""
    if indicator.asks_for_total:
        is_more = figure.total is not None and figure.value > figure.total
        return f"{write_figure(figure)}: nhiều hơn tổng số" if is_more else ""
    if figure.value > FAR_ABOVE * indicator.target:
        return f"{write_number(figure.value)} so với mục tiêu {write_number(indicator.target)}"
    return ""
