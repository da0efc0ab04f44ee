"""Which answers are asked about: those that can be true and seldom are."""

from decimal import Decimal

import pytest

from models_registry.models import Indicator
from reports.domain.numbers import Figure
from reports.domain.unlikely import questions_about


def asked(before=None, counted=(), **said):
    told = {"work_state": "in_progress", "percent": None, "solving_level": "", **said}
    return [(question.field, question.text) for question in questions_about(told, before, counted)]


@pytest.mark.parametrize(
    ("state", "percent", "before", "question"),
    [
        ("done", 80, None, "Hoàn thành mà tiến độ 80\u00a0%, có đúng không?"),
        ("done", 100, None, None),
        ("done", None, None, None),
        ("not_started", 80, None, "Chưa triển khai mà tiến độ 80\u00a0%, có đúng không?"),
        ("not_started", 0, None, None),
        ("in_progress", 20, 35, "Tiến độ giảm từ 35\u00a0% còn 20\u00a0%, có đúng không?"),
        ("in_progress", 35, 35, None),
        ("in_progress", None, 35, None),
        ("done", 80, 90, "Hoàn thành mà tiến độ 80\u00a0%, có đúng không?"),
    ],
)
def test_percent_is_asked_about_beside_the_state_and_the_last_one(state, percent, before, question):
    assert asked(before, work_state=state, percent=percent) == ([("percent", question)] if question else [])


@pytest.mark.parametrize(
    ("kind", "target", "value", "total", "question"),
    [
        ("at_least", 20, "1234.5", None, "1.234,5 so với mục tiêu 20, có đúng không?"),
        ("at_least", 20, "100", None, None),
        ("at_least", 20, "100.01", None, "100,01 so với mục tiêu 20, có đúng không?"),
        ("list", 10, "51", None, "51 so với mục tiêu 10, có đúng không?"),
        ("percent", 100, "37", "69", None),
        ("percent", 100, "69", "37", "69/37: nhiều hơn tổng số, có đúng không?"),
        ("percent", 100, "69", None, None),
        ("at_least", 20, None, None, None),
    ],
)
def test_figure_is_asked_about_far_above_its_target_or_above_its_whole(kind, target, value, total, question):
    indicator = Indicator(pk=3, kind=kind, target=target)
    figure = Figure(*(None if number is None else Decimal(number) for number in (value, total)))

    assert asked(counted=[(indicator, figure)]) == ([("figure-3", question)] if question else [])


@pytest.mark.parametrize(("level", "questions"), [("", ["Cấp nào có thẩm quyền giải quyết?"]), ("district", [])])
def test_who_can_solve_it_is_asked_of_blocked_work(level, questions):
    assert [text for _, text in asked(work_state="blocked", solving_level=level)] == questions


def test_every_unlikely_answer_is_asked_about_in_the_order_of_the_form():
    figure = Indicator(pk=3, kind="at_least", target=1), Figure(Decimal(9))

    fields = [field for field, _ in asked(35, [figure], work_state="blocked", percent=20)]

    assert fields == ["percent", "figure-3", "solving_level"]
