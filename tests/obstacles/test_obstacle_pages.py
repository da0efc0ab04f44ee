"""The list of difficulties: what each may read of it, and how a difficulty is dealt with."""

import pytest

from assignments.models import Duty, UnitMembership
from assignments.roles import Role
from models_registry.models import Initiative
from reports.domain.states import WorkState
from reports.filing.services import submit_report
from reports.models import Notification, Obstacle, ObstacleNotice, UnitReport
from reports.obstacles.services import answer_obstacle, close_obstacle, join_obstacles, settle_obstacle
from reports.periods.services import run_schedule
from tests.acts import save_draft
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory, vn
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

MONDAY = vn("2024-03-04 08:00")
TUESDAY = vn("2024-03-05 09:00")
LATER = vn("2024-03-25 09:00")
SAID = "thiếu đầu đọc thẻ căn cước"
FACTS = "/span[contains(@class, 'facts')]"
HOSTILE = ("'", '"', "--", ";", "%", "-1", "999999999999999999999999", "x" * 5000, "<script>alert(1)</script>")


@pytest.fixture
def agency(client, standing_agency, time_machine):
    time_machine.move_to(LATER, tick=False)
    client.force_login(standing_agency)
    client.person = standing_agency
    return client


def raised(plan, *pairs, at=TUESDAY, initiative=None):
    """A difficulty of each unit named, with the words beside it; each unit has an officer of its own."""
    initiative = initiative or Initiative.objects.filter(plan=plan).first() or InitiativeFactory(plan=plan)
    people = {}
    for name, _ in pairs:
        people[name] = UserFactory(unit=DutyFactory(initiative=initiative, unit=UnitFactory(name=name)).unit)
    run_schedule(at=MONDAY)
    for name, words in pairs:
        report = UnitReport.objects.get(unit__name=name, period__code="2024-W10")
        entry = report.entries.get()
        entry.work_state, entry.difficulty, entry.solving_level = WorkState.BLOCKED, words, "province"
        save_draft(report, [entry], by=people[name], at=at)
        submit_report(report, by=people[name], at=at)
    return [Obstacle.objects.get(duty__unit__name=name) for name, _ in pairs], people


def url(obstacle, act=""):
    return f"/kho-khan/{obstacle.pk}/{act}"


def listed(page):
    return [obstacle.text for obstacle in page.context["page"]]


def fresh(obstacle):
    return Obstacle.objects.get(pk=obstacle.pk)


# --- The list ---


def test_list_begins_with_the_oldest_that_waits_and_ends_with_what_is_settled(agency, plan):
    (_old, settled, new), _ = raised(plan, ("An", "khó cũ"), ("Bình", "khó xong"), ("Cường", "khó mới"))
    Obstacle.objects.filter(pk=new.pk).update(raised_at=vn("2024-03-20 08:00"))
    settle_obstacle(settled, text="đã cấp máy", by=agency.person, at=vn("2024-03-15 08:00"))

    page = agency.get("/kho-khan/")

    rows = "//main//ul[@class='lines']/li/a/div"
    said = zip(texts(page, f"{rows}/span[@class='words']"), texts(page, f"{rows}{FACTS}/span[2]"), strict=True)
    assert list(said) == [
        ("khó cũ", "2 tuần"),
        ("khó mới", "5 ngày"),
        ("khó xong", "sau 10 ngày"),
    ]


@pytest.mark.engine
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "dau doc"}, [SAID]),
        ({"q": "THẺ căn"}, [SAID]),
        ({"q": "phong y"}, ["đường truyền yếu"]),
        ({"q": "không có"}, []),
        ({"trang_thai": "dang-cho"}, [SAID]),
        ({"trang_thai": "settled"}, ["đường truyền yếu"]),
        ({"cap": "province"}, [SAID, "đường truyền yếu"]),
        ({"cap": "chua-ro"}, []),
        ({"tuoi": "14"}, [SAID, "đường truyền yếu"]),
        ({"tuoi": "30"}, []),
        ({"mo_hinh": "77"}, [SAID, "đường truyền yếu"]),
    ],
)
def test_list_is_narrowed_by_the_address(agency, plan, asked, found):
    (_, weak), _ = raised(
        plan, ("UBND xã Phú Lệ", SAID), ("Phòng Y tế", "đường truyền yếu"),
        initiative=InitiativeFactory(plan=plan, code="77"),
    )  # fmt: skip
    settle_obstacle(weak, text="đã nâng cấp", by=agency.person, at=TUESDAY)

    assert listed(agency.get("/kho-khan/", asked)) == found


@pytest.mark.engine
def test_list_by_unit_reaches_what_was_joined(agency, plan):
    (first, second, _), _ = raised(plan, ("An", SAID), ("Bình", SAID), ("Cường", "khác hẳn"))
    join_obstacles(first, [second], by=agency.person, at=TUESDAY)

    page = agency.get("/kho-khan/", {"don_vi": second.duty.unit_id})

    assert [(one.duty.unit.name, one.also) for one in page.context["page"]] == [("An", 1)]


@pytest.mark.parametrize("asked", [{}, {"mo_hinh": "34"}])
def test_list_names_each_initiative_and_unit_of_joined_ones(agency, plan, asked):
    initiatives = [InitiativeFactory(plan=plan, code=code, name=f"Việc {code}") for code in ("30", "34")]
    (first, second), _ = raised(plan, ("An", SAID), ("Bình", SAID), initiative=initiatives[0])
    Duty.objects.filter(pk=second.duty_id).update(initiative=initiatives[1])
    join_obstacles(first, [second], by=agency.person, at=TUESDAY)

    page = agency.get("/kho-khan/", asked)

    told = texts(page, f"//main//ul[@class='lines']/li/a/div{FACTS}/span")
    assert [words for words in told if "Việc" in words or "An" in words] == [
        "An; Bình (gộp 2 khó khăn)", "MH 30 Việc 30", "MH 34 Việc 34",
    ]  # fmt: skip


def test_ledger_of_a_unit_keeps_its_own_that_was_joined_into_anothers(client, agency, plan):
    (first, second), people = raised(plan, ("An", SAID), ("Bình", "cũng thiếu đầu đọc"))
    join_obstacles(first, [second], by=agency.person, at=TUESDAY)
    seen_by_all = listed(agency.get("/kho-khan/"))
    client.force_login(people["Bình"])

    seen_by_the_unit = listed(client.get("/kho-khan/"))

    assert (seen_by_all, seen_by_the_unit) == ([SAID], ["cũng thiếu đầu đọc"])


def test_ledger_says_whose_difficulties_it_shows(client, agency, plan):
    (obstacle,), people = raised(plan, ("Phòng Y tế", SAID))
    everybodys = agency.get("/kho-khan/").content.decode()
    client.force_login(people["Phòng Y tế"])

    own = client.get("/kho-khan/").content.decode()

    named = f"<span>{obstacle.duty.unit.name}</span>"
    assert ("Của đơn vị tôi" in everybodys, named in everybodys) == (False, True)
    assert ("Của đơn vị tôi" in own, named in own) == (True, False)


@pytest.mark.slow
@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["q", "trang_thai", "cap", "mo_hinh", "don_vi", "tuoi", "trang", "tim"])
def test_list_takes_any_address(agency, plan, name, value):
    (obstacle,), _ = raised(plan, ("An", SAID))

    answers = [agency.get(path, {name: value}) for path in ("/kho-khan/", url(obstacle))]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert b"<script>alert" not in answers[0].content + answers[1].content


def test_empty_list_says_when_something_will_be_there(agency, plan, duty):
    assert "Chưa có khó khăn nào." in agency.get("/kho-khan/").content.decode()


@same_queries(11)
def test_ledger_takes_the_same_queries_for_any_number_of_rows(agency, plan, rows, counted):
    raised(plan, *[("An", "khó một"), ("Bình", "khó hai"), ("Cường", "khó ba")][:rows])

    with counted:
        assert len(agency.get(f"/ke-hoach/{plan.pk}/kho-khan/").context["page"]) == rows


@same_queries(20)
def test_difficulty_takes_the_same_queries_for_any_number_joined(agency, plan, rows, counted):
    (first, *others), _ = raised(plan, *[("An", SAID), ("Bình", SAID), ("Cường", SAID), ("Dũng", SAID)][: rows + 1])
    join_obstacles(first, others, by=agency.person, at=TUESDAY)

    with counted:
        assert len(agency.get(url(first)).context["joined"]) == rows


# --- Who reads what ---


@pytest.mark.engine
def test_unit_reads_its_own_difficulties_alone(client, plan, time_machine):
    (mine, theirs), people = raised(plan, ("An", "khó của An"), ("Bình", "khó của Bình"))
    time_machine.move_to(LATER, tick=False)
    client.force_login(people["An"])

    shown = client.get("/kho-khan/")
    searched = client.get("/kho-khan/", {"q": "khó", "don_vi": theirs.duty.unit_id, "trang_thai": ""})

    assert (listed(shown), listed(searched)) == (["khó của An"], ["khó của An"])
    assert "Bình" not in shown.content.decode() + searched.content.decode()
    assert [client.get(url(each)).status_code for each in (mine, theirs)] == [200, 404]


def test_unit_learns_nothing_of_those_it_was_joined_with(client, standing_agency, plan, time_machine):
    (mine, theirs), people = raised(plan, ("An", "khó của An"), ("Bình", "khó của Bình"))
    answer_obstacle(theirs, text="chỉ cho Bình", by=standing_agency, at=TUESDAY)
    join_obstacles(theirs, [mine], by=standing_agency, at=TUESDAY)
    answer_obstacle(theirs, text="cho cả hai", by=standing_agency, at=TUESDAY)
    time_machine.move_to(LATER, tick=False)
    client.force_login(people["An"])

    pages = [client.get(url(mine)).content.decode(), client.get("/kho-khan/").content.decode()]

    assert [[words in page for words in ("Bình", "chỉ cho Bình")] for page in pages] == [[False, False]] * 2
    assert "cho cả hai" in pages[0]
    assert client.get(url(theirs)).status_code == 404


def test_somebody_who_left_the_unit_reads_nothing_of_it(client, plan, time_machine):
    (mine,), people = raised(plan, ("An", SAID))
    UnitMembership.objects.filter(user=people["An"]).update(valid_to="2024-03-10")
    time_machine.move_to(LATER, tick=False)
    client.force_login(people["An"])

    assert (client.get(url(mine)).status_code, listed(client.get("/kho-khan/"))) == (404, [])


def test_leader_reads_all_and_changes_nothing(client, plan, time_machine):
    (obstacle,), _ = raised(plan, ("An", SAID))
    time_machine.move_to(LATER, tick=False)
    client.force_login(UserFactory(role=Role.LEADER))

    page = client.get(url(obstacle))

    assert (page.status_code, page.context["manages"], 'method="post" action="/kho-khan/' in page.content.decode()) == (
        200, False, False,
    )  # fmt: skip


ACTS = ("van-con/", "tra-loi/", "giai-quyet/", "dong/", "mo-lai/", "phan-cong/", "gop/", "tach/", "da-doc/")


def test_difficulty_of_another_plan_is_not_there(agency, plan):
    raised(plan, ("An", SAID))
    (foreign,), _ = raised(PlanFactory(starts_on="2024-01-01"), ("Đơn vị khác", "khó nơi khác"))

    answers = [agency.get(url(foreign)), *(agency.post(url(foreign, act), {"noi-dung": "x"}) for act in ACTS)]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert fresh(foreign).state == "new"


def test_unit_may_not_deal_with_a_difficulty_not_even_its_own(client, plan, time_machine):
    (mine,), people = raised(plan, ("An", SAID))
    time_machine.move_to(LATER, tick=False)
    client.force_login(people["An"])

    answers = [client.post(url(mine, act), {"noi-dung": "xong"}).status_code for act in ACTS[1:-1]]

    assert (answers, fresh(mine).state) == ([403] * len(answers), "new")


def test_nothing_is_changed_by_looking(agency, plan):
    (obstacle,), _ = raised(plan, ("An", SAID))

    answers = [agency.get(url(obstacle, act)).status_code for act in ACTS]

    assert (answers, fresh(obstacle).state) == ([405] * len(answers), "new")


def test_words_of_units_are_never_markup(agency, plan):
    payload = '<img src=x onerror=alert(1)>"<script>alert(1)</script>'
    (obstacle, _), _ = raised(plan, ("An", payload), ("Bình", f"{payload} và thêm"))
    answer_obstacle(obstacle, text=payload, by=agency.person, at=LATER)

    pages = [agency.get(path).content.decode() for path in ("/kho-khan/", url(obstacle))]

    assert [part for part in ("<img src=x", "<script>alert") if part in "".join(pages)] == []


# --- Dealing with it ---


@pytest.mark.parametrize(("act", "state"), [("tra-loi/", "handling"), ("giai-quyet/", "settled"), ("dong/", "closed")])
def test_answer_reaches_the_unit_and_moves_the_difficulty(agency, plan, act, state):
    (obstacle,), _ = raised(plan, ("An", SAID))

    agency.post(url(obstacle, act), {"noi-dung": "đã báo\x07 tỉnh"})

    notice = ObstacleNotice.objects.get()
    assert (fresh(obstacle).state, notice.answer.text, notice.unit.name) == (state, "đã báo tỉnh", "An")


def test_settled_difficulty_is_opened_again_with_a_word(agency, plan):
    (obstacle,), _ = raised(plan, ("An", SAID))
    settle_obstacle(obstacle, text="xong", by=agency.person, at=TUESDAY)

    agency.post(url(obstacle, "mo-lai/"), {"noi-dung": "máy lại hỏng"})

    assert (fresh(obstacle).state, fresh(obstacle).settled_at) == ("handling", None)


@pytest.mark.parametrize("typed", ["", "  ", "x" * 5001])
def test_answer_that_cannot_be_sent_keeps_what_was_typed(agency, plan, typed):
    (obstacle,), _ = raised(plan, ("An", SAID))

    page = agency.post(url(obstacle, "tra-loi/"), {"noi-dung": typed})

    assert (page.status_code, page.context["said"], fresh(obstacle).state) == (422, typed, "new")


def test_settling_twice_says_so(agency, plan):
    (obstacle,), _ = raised(plan, ("An", SAID))
    settle_obstacle(obstacle, text="xong", by=agency.person, at=TUESDAY)

    page = agency.post(url(obstacle, "giai-quyet/"), {"noi-dung": "xong nữa"})

    assert (page.status_code, "đã giải quyết xong" in page.content.decode()) == (422, True)


def test_unknown_act_is_not_there(agency, plan):
    (obstacle,), _ = raised(plan, ("An", SAID))

    assert agency.post(url(obstacle, "xoa/"), {"noi-dung": "x"}).status_code == 404


def test_difficulty_is_given_to_a_unit_and_a_level(agency, plan):
    (obstacle, other), _ = raised(plan, ("An", SAID), ("Bình", "khác"))

    given = {"owner": other.duty.unit_id, "solving_level": "ministry", "due_on": "2024-04-01"}
    agency.post(url(obstacle, "phan-cong/"), given)

    taken = fresh(obstacle)
    assert (taken.owner.name, taken.solving_level, taken.state) == ("Bình", "ministry", "handling")


def test_who_gives_a_difficulty_to_a_unit_nobody_reads_for_is_told(agency, plan):
    (obstacle, other), _ = raised(plan, ("An", SAID), ("Bình", "khác"))
    UnitMembership.objects.filter(unit=other.duty.unit).delete()
    given = {"owner": other.duty.unit_id, "solving_level": "ministry", "due_on": "2024-04-01"}

    page = agency.post(url(obstacle, "phan-cong/"), given, follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "Đã giao Bình xử lý.",
        "Bình chưa có ai nhận tin qua cổng; hãy báo cho đơn vị bằng điện thoại, văn bản.",
    ]


@pytest.mark.parametrize("given", [{}, {"owner": "999999"}, {"owner": "x", "solving_level": "province"}])
def test_difficulty_is_not_given_to_nobody(agency, plan, given):
    (obstacle,), _ = raised(plan, ("An", SAID))
    before = obstacle.owner

    page = agency.post(url(obstacle, "phan-cong/"), given)

    assert (page.status_code, fresh(obstacle).owner) == (422, before)


# --- The same difficulty of several units ---


def test_alike_ones_are_offered_for_joining_the_most_alike_first(agency, plan):
    (first, *_), _ = raised(
        plan, ("An", SAID), ("Bình", "Đường truyền yếu"), ("Cường", "thiếu đầu đọc thẻ"), ("Dũng", f"xã {SAID}")
    )

    similar = agency.get(url(first)).context["similar"]

    assert sorted(other.duty.unit.name for other, _ in similar) == ["Cường", "Dũng"]
    assert [score for _, score in similar] == sorted((score for _, score in similar), reverse=True)


def test_others_are_found_by_words(agency, plan):
    (first, _), _ = raised(plan, ("An", SAID), ("Bình", "Đường truyền yếu"))

    similar = agency.get(url(first), {"tim": "duong truyen"}).context["similar"]

    assert [other.duty.unit.name for other, _ in similar] == ["Bình"]


def test_joined_ones_are_answered_together(agency, plan):
    (first, second, third), _ = raised(plan, ("An", SAID), ("Bình", SAID), ("Cường", SAID))

    agency.post(url(first, "gop/"), {"gop": [second.pk, third.pk]})
    agency.post(url(first, "giai-quyet/"), {"noi-dung": "đã cấp máy"})

    assert [fresh(each).state for each in (first, second, third)] == ["settled"] * 3
    assert sorted(ObstacleNotice.objects.values_list("unit__name", flat=True)) == ["An", "Bình", "Cường"]
    assert [one.also for one in agency.get("/kho-khan/").context["page"]] == [2]


def test_joined_one_is_taken_out_again(agency, plan):
    (first, second), _ = raised(plan, ("An", SAID), ("Bình", SAID))
    join_obstacles(first, [second], by=agency.person, at=TUESDAY)

    answer = agency.post(url(second, "tach/"))

    assert (fresh(second).joined_into, answer["Location"]) == (None, url(first))


@pytest.mark.parametrize("keys", [[], ["x"], ["9" * 40]])
def test_joining_nothing_asks_to_choose(agency, plan, keys):
    (first,), _ = raised(plan, ("An", SAID))

    page = agency.post(url(first, "gop/"), {"gop": keys}, follow=True)

    assert [str(message)[:24] for message in page.context["messages"]] == ["Chưa chọn khó khăn nào đ"]


def test_closed_one_is_not_joined(agency, plan):
    (first, second), _ = raised(plan, ("An", SAID), ("Bình", SAID))
    close_obstacle(second, text="không giải quyết", by=agency.person, at=TUESDAY)

    agency.post(url(first, "gop/"), {"gop": [second.pk]})

    assert fresh(second).joined_into is None


# --- The unit hears of it ---


def test_answer_is_new_to_the_unit_until_it_says_it_was_read(client, standing_agency, plan, time_machine):
    (mine,), people = raised(plan, ("An", SAID))
    answer_obstacle(mine, text="đã báo tỉnh", by=standing_agency, at=TUESDAY)
    time_machine.move_to(LATER, tick=False)
    client.force_login(people["An"])
    before = [client.get("/kho-khan/").context["page"][0].is_unread, client.get(url(mine)).context["is_unread"]]

    client.post(url(mine, "da-doc/"))

    after = [client.get("/kho-khan/").context["page"][0].is_unread, client.get(url(mine)).context["is_unread"]]
    assert (before, after) == ([True, True], [False, False])
    assert [told.read_at for told in Notification.objects.of(people["An"])] == [LATER]


def test_several_answers_to_one_difficulty_count_once_at_home(client, standing_agency, plan, time_machine):
    (mine,), people = raised(plan, ("An", SAID))
    for text in ("đã báo tỉnh", "tỉnh đã nhận", "tỉnh hẹn tuần sau"):
        answer_obstacle(mine, text=text, by=standing_agency, at=TUESDAY)
    time_machine.move_to(LATER, tick=False)
    client.force_login(people["An"])

    page = client.get("/")

    assert ([one.pks for one in page.context["answered"]], ObstacleNotice.objects.unseen().count()) == ([[mine.pk]], 3)


def test_only_the_unit_itself_says_that_it_has_read(agency, plan):
    (obstacle,), _ = raised(plan, ("An", SAID))
    answer_obstacle(obstacle, text="đã báo tỉnh", by=agency.person, at=TUESDAY)

    status = agency.post(url(obstacle, "da-doc/")).status_code

    assert (status, ObstacleNotice.objects.unseen().count()) == (404, 1)


def test_unit_says_that_a_settled_difficulty_is_still_there(client, standing_agency, plan, time_machine):
    (mine, theirs), people = raised(plan, ("An", SAID), ("Bình", SAID))
    join_obstacles(theirs, [mine], by=standing_agency, at=TUESDAY)
    settle_obstacle(theirs, text="đã cấp máy", by=standing_agency, at=TUESDAY)
    time_machine.move_to(LATER, tick=False)
    client.force_login(people["An"])

    client.post(url(mine, "van-con/"), {"noi-dung": "máy mới lại hỏng"})

    assert [fresh(each).state for each in (mine, theirs)] == ["new", "new"]
    assert "máy mới lại hỏng" in client.get(url(mine)).content.decode()
    assert ObstacleNotice.objects.unseen().filter(unit=mine.duty.unit).count() == 0
    client.force_login(standing_agency)
    assert "máy mới lại hỏng" in client.get(url(theirs)).content.decode()
    client.force_login(people["Bình"])
    assert "máy mới lại hỏng" not in client.get(url(theirs)).content.decode()


@pytest.mark.parametrize(("state", "typed"), [("settled", " "), ("closed", "vẫn còn"), ("new", "x" * 5001)])
def test_reply_that_cannot_be_sent_keeps_what_was_typed(client, standing_agency, plan, time_machine, state, typed):
    (mine,), people = raised(plan, ("An", SAID))
    end = {"settled": settle_obstacle, "closed": close_obstacle}.get(state)
    if end:
        end(mine, text="xong", by=standing_agency, at=TUESDAY)
    time_machine.move_to(LATER, tick=False)
    client.force_login(people["An"])

    page = client.post(url(mine, "van-con/"), {"noi-dung": typed})

    assert (page.status_code, page.context["replied"], fresh(mine).state) == (422, typed, state)


def test_reply_is_the_units_own(agency, plan):
    (obstacle,), _ = raised(plan, ("An", SAID))

    assert agency.post(url(obstacle, "van-con/"), {"noi-dung": "vẫn còn"}).status_code == 404


def test_closed_difficulty_keeps_its_answer(client, standing_agency, plan, time_machine):
    (mine,), people = raised(plan, ("An", SAID))
    close_obstacle(mine, text="đã cấp máy ngày 10/03", by=standing_agency, at=TUESDAY)
    time_machine.move_to(LATER, tick=False)
    client.force_login(people["An"])

    assert "đã cấp máy ngày 10/03" in client.get(url(mine)).content.decode()


def test_timeline_tells_who_spoke_who_answered_and_what_changed(agency, plan):
    (obstacle,), _ = raised(plan, ("An", SAID))
    given = {"owner": obstacle.duty.unit_id, "solving_level": "ministry", "due_on": "2024-04-01"}
    agency.post(url(obstacle, "phan-cong/"), given)
    agency.post(url(obstacle, "giai-quyet/"), {"noi-dung": "xong"})

    events = [(event.kind, event.text) for event in agency.get(url(obstacle)).context["recent"]]

    assert events[-1] == ("mention", "")
    assert ("answer", "xong") in events
    assert [kind for kind, _ in events].count("change") >= 2
