"""Difficulties gathered by problem: joined, or of one level and nearly the same words."""

from datetime import timedelta

import pytest

from reports.models import Obstacle
from reports.obstacles.gathering import Difficulty, difficulties_of, gathered
from tests.acts import MONDAY
from tests.factories import DutyFactory, UnitFactory
from tests.queries import same_queries


def difficulty(pk, text, unit="Phòng Nội vụ", level="district", root=None):
    return Difficulty(pk, 1, root or pk, level, text, unit, "6", MONDAY + timedelta(days=pk))


def texts_and_units(problems):
    return [(problem.text, problem.units) for problem in problems]


def test_difficulties_that_say_nearly_the_same_are_one_problem_in_the_words_of_the_oldest():
    told = [
        difficulty(2, "Đường truyền ở bản vùng cao không ổn định, hay mất", "UBND xã Phú Lệ"),
        difficulty(1, "Đường truyền ở bản vùng cao không ổn định", "UBND xã Trung Sơn"),
    ]

    assert texts_and_units(gathered(told)) == [
        ("Đường truyền ở bản vùng cao không ổn định", ["UBND xã Trung Sơn", "UBND xã Phú Lệ"])
    ]


@pytest.mark.parametrize(
    ("other", "level"),
    [("Phần mềm hay báo lỗi khi đối chiếu dữ liệu", "district"), ("Thiếu đầu đọc thẻ căn cước", "province")],
)
def test_difficulties_of_other_words_or_of_another_level_are_another_problem(other, level):
    told = [difficulty(1, "Thiếu đầu đọc thẻ căn cước"), difficulty(2, other, level=level)]

    assert [len(problem.difficulties) for problem in gathered(told)] == [1, 1]


def test_difficulties_joined_by_hand_are_one_problem_whatever_they_say():
    """Each is read with the words of the one it was joined into."""
    told = [difficulty(1, "Thiếu đầu đọc"), difficulty(2, "Thiếu đầu đọc", "Phòng Tư pháp", root=1)]

    assert texts_and_units(gathered(told)) == [("Thiếu đầu đọc", ["Phòng Nội vụ", "Phòng Tư pháp"])]


def test_a_few_words_are_no_problem_of_their_own_kind():
    told = [difficulty(1, "Không có"), difficulty(2, "Không có máy quét ở bộ phận một cửa")]

    assert [len(problem.difficulties) for problem in gathered(told)] == [1, 1]


def test_the_same_few_words_are_one_problem():
    told = [difficulty(1, "Mất mạng"), difficulty(2, "mất mạng", "Phòng Tư pháp")]

    assert texts_and_units(gathered(told)) == [("Mất mạng", ["Phòng Nội vụ", "Phòng Tư pháp"])]


def test_problem_of_most_units_comes_first_then_the_oldest():
    told = [
        difficulty(1, "Thiếu đầu đọc thẻ căn cước"),
        difficulty(2, "Người dân chưa có điện thoại thông minh"),
        difficulty(3, "Phần mềm báo lỗi khi đối chiếu", "UBND xã Phú Lệ"),
        difficulty(4, "Phần mềm báo lỗi khi đối chiếu", "UBND xã Phú Sơn"),
    ]

    assert [problem.since.day for problem in gathered(told)] == [7, 5, 6]


def test_problem_says_its_level_its_initiatives_and_since_when():
    [problem] = gathered([difficulty(2, "Thiếu đầu đọc thẻ"), difficulty(1, "Thiếu đầu đọc thẻ")])

    assert (problem.level, problem.codes, problem.since) == ("district", ["6"], MONDAY + timedelta(days=1))


@pytest.mark.django_db
def test_a_joined_difficulty_is_read_with_the_words_and_level_of_the_one_it_was_joined_into(duty):
    root = Obstacle.objects.create(
        duty=duty, text="Thiếu máy", solving_level="province", opened_at=MONDAY, raised_at=MONDAY
    )
    other = DutyFactory(initiative=duty.initiative, unit=UnitFactory(name="UBND xã Phú Lệ"))
    Obstacle.objects.create(
        duty=other, text="Máy hỏng", opened_at=MONDAY, raised_at=MONDAY + timedelta(days=1), joined_into=root
    )

    read = [(one.root, one.level, one.text, one.unit) for one in difficulties_of(Obstacle.objects.all())]

    assert read == [
        (root.pk, "province", "Thiếu máy", "Phòng Nội vụ"),
        (root.pk, "province", "Thiếu máy", "UBND xã Phú Lệ"),
    ]


@pytest.mark.django_db
@same_queries(1)
def test_difficulties_are_read_with_one_query(duty, rows, counted):
    for number in range(rows):
        Obstacle.objects.create(duty=duty, text=f"Thiếu {number}", opened_at=MONDAY, raised_at=MONDAY)

    with counted:
        gathered(difficulties_of(Obstacle.objects.all()))
