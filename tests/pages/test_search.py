"""The search finds what its field promises, of what the reader may see, with the kind of each hit."""

import pytest

from assignments.roles import Role
from models_registry.models import Initiative
from reports.models import Obstacle, UnitReport
from reports.pages.finding import find
from reports.periods.services import run_schedule
from tests.acts import MONDAY, NEXT_MONDAY, filed, report_of
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory
from tests.html import texts

pytestmark = pytest.mark.django_db

DAY = NEXT_MONDAY.date()


@pytest.fixture
def six(plan):
    return InitiativeFactory(plan=plan, code="6", name="Khám chữa bệnh bằng thẻ")


@pytest.fixture
def opened(duty):
    for at in (MONDAY, NEXT_MONDAY):
        run_schedule(at=at)


@pytest.fixture
def leader():
    return UserFactory(role=Role.LEADER)


def kinds(plan, phrase, user):
    return [(one.kind, [hit.title for hit in one.hits]) for one in find(plan, phrase, user, DAY)]


@pytest.mark.parametrize("phrase", ["MH 6", "mh6", "mô hình 6", "mo hinh số 6", " MÔ HÌNH  6 "])
def test_initiative_is_found_by_its_number(plan, six, leader, phrase):
    InitiativeFactory(plan=plan, code="16")

    assert kinds(plan, phrase, leader)[0] == ("Mô hình", ["MH 6: Khám chữa bệnh bằng thẻ"])


def test_number_of_another_plan_is_not_found(six, leader):
    assert kinds(PlanFactory(), "MH 6", leader) == []


@pytest.mark.parametrize("phrase", ["tuần 10", "tuan 10/2024", "Báo cáo tuần 10", "bao cao tuan 10"])
def test_week_is_found_by_its_number_with_the_report_of_ones_unit(plan, opened, officer, phrase):
    assert kinds(plan, phrase, officer) == [("Báo cáo", ["Báo cáo tuần 28/02 – 05/03"])]


@pytest.mark.parametrize("phrase", ["tháng 3", "thang 3/2024", "báo cáo tháng 03"])
def test_month_is_found_by_its_number(plan, opened, officer, phrase):
    assert kinds(plan, phrase, officer) == [("Báo cáo", ["Báo cáo tháng 3"])]


def test_period_of_a_year_there_was_none_in_is_not_found(plan, opened, officer):
    assert kinds(plan, "tuần 10/2023", officer) == []


def test_who_follows_the_plan_finds_the_period_itself(plan, opened, leader):
    assert kinds(plan, "tuần 10", leader) == [("Kỳ báo cáo", ["Tình hình tuần 28/02 – 05/03"])]


def test_unit_beside_a_period_finds_its_report(plan, opened, duty, leader):
    [(kind, titles)] = kinds(plan, "noi vu tuan 10", leader)

    [hits] = find(plan, "noi vu tuan 10", leader, DAY)
    assert (kind, titles, hits.hits[0].more) == ("Báo cáo", ["Báo cáo tuần 28/02 – 05/03"], "Phòng Nội vụ")


def test_report_of_another_unit_is_not_found(plan, opened, outsider):
    assert kinds(plan, "noi vu tuan 10", outsider) == []


def test_unit_is_found_by_its_name(plan, leader):
    UnitFactory(name="UBND xã Phú Lệ")

    assert kinds(plan, "phu le", leader) == [("Đơn vị", ["UBND xã Phú Lệ"])]


def test_difficulty_is_found_by_its_words_by_who_may_read_it(plan, duty, officer, outsider, leader):
    Obstacle.objects.create(duty=duty, text="Thiếu đầu đọc thẻ căn cước.", opened_at=MONDAY, raised_at=MONDAY)

    found = [kinds(plan, "dau doc", user) for user in (officer, leader, outsider)]

    assert found == [[("Khó khăn, vướng mắc", ["Thiếu đầu đọc thẻ căn cước"])]] * 2 + [[]]


def test_result_is_found_by_its_words_by_who_may_read_it(plan, opened, duty, officer, outsider, leader):
    filed(report_of(duty.unit, "2024-W11"), officer, NEXT_MONDAY, result="Đã tập huấn 15 cán bộ")

    found = [kinds(plan, "tap huan", user) for user in (officer, leader, outsider)]

    assert found == [[("Kết quả đã báo cáo", ["Đã tập huấn 15 cán bộ"])]] * 2 + [[]]


def test_kind_named_by_the_words_as_typed_comes_before_one_that_has_them_scattered(plan, leader):
    InitiativeFactory(plan=plan, name="Phú thọ cho người cao tuổi ở Lệ")
    UnitFactory(name="UBND xã Phú Lệ")

    assert [kind for kind, _ in kinds(plan, "phu le", leader)] == ["Đơn vị", "Mô hình"]


def test_what_alone_has_the_number_is_opened(client, plan, six, leader):
    client.force_login(leader)

    answer = client.get("/tim-kiem/", {"q": "MH 6"}, follow=True)

    assert answer.redirect_chain[-1][0] == f"/ke-hoach/{plan.pk}/mo-hinh/6/"


def test_page_says_of_each_hit_its_kind_and_of_nothing_what_to_try(client, plan, leader, time_machine):
    time_machine.move_to(NEXT_MONDAY, tick=False)
    for name in ("UBND xã Phú Lệ", "UBND xã Phú Sơn"):
        UnitFactory(name=name)
    client.force_login(leader)

    found, none = (client.get(f"/ke-hoach/{plan.pk}/tim-kiem/", {"q": words}) for words in ("phú", "xyz"))

    assert texts(found, "//main//h2") == ["Đơn vị 2"]
    assert texts(none, "//main//*[@class='head']//p") == [
        "Không tìm thấy. Hãy thử ít từ hơn, hoặc viết tên đầy đủ của đơn vị."
    ]


def test_search_takes_the_same_queries_however_much_is_found(plan, opened, leader, django_assert_num_queries):
    for number in range(3):
        duty = DutyFactory(initiative=InitiativeFactory(plan=plan), unit=UnitFactory())
        Obstacle.objects.create(duty=duty, text=f"Thiếu máy {number}", opened_at=MONDAY, raised_at=MONDAY)

    with django_assert_num_queries(4):
        find(plan, "thieu may", leader, DAY)
    assert (Initiative.objects.count(), UnitReport.objects.count() > 0) == (4, True)
