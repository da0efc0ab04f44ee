"""The standing agency's desk: the queue, a report with what changed in it, and what is done with it."""

import re

import pytest
from django.urls import reverse

from assignments.models import Unit
from reports.domain.entry_fields import FILLED_FIELDS
from reports.domain.states import WorkState
from reports.filing.services import submit_report
from reports.models import ProgressEntry, ReportVersion, ReviewRemark, UnitReport
from reports.periods.excuses import excuse_report
from reports.periods.services import run_schedule
from reports.review.queue import PARTS
from reports.review.returns import close_report
from reports.review.services import Remark, accept_reports, reopen_report, return_report
from tests.acts import filed_as_nothing, save_draft
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, vn
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

MONDAY = vn("2024-03-04 08:00")
TUESDAY = vn("2024-03-05 09:00")
WEDNESDAY = vn("2024-03-06 09:00")
FRIDAY = vn("2024-03-08 09:00")
NEXT_MONDAY = vn("2024-03-11 08:00")
LOCKED = vn("2024-03-13 08:00")
HOSTILE = ("'", '"', "--", ";", "%", "-1", "999999999999999999999999", "x" * 5000, "<script>alert(1)</script>")
LONG = "dài." * 50_000


@pytest.fixture
def agency(client, standing_agency, time_machine):
    """The client of somebody of the standing agency, on Wednesday: week 10 was due the evening before."""
    time_machine.move_to(WEDNESDAY, tick=False)
    client.force_login(standing_agency)
    client.person = standing_agency
    return client


def owed(plan, *names, **fields):
    """A weekly report of week 10 for each of the units named, of one initiative each."""
    initiative = InitiativeFactory(plan=plan)
    for name in names:
        DutyFactory(initiative=initiative, unit=UnitFactory(name=name, **fields))
    run_schedule(at=MONDAY)
    return [UnitReport.objects.get(unit__name=name, period__code="2024-W10") for name in names]


def file(report, by, at=TUESDAY, **fields):
    entries = list(report.entries.all())
    for entry in entries:
        for name, value in {"work_state": WorkState.IN_PROGRESS, **fields}.items():
            setattr(entry, name, value)
    save_draft(report, entries, by=by, at=at)
    return submit_report(report, by=by, at=at)


def state_of(report):
    return UnitReport.objects.get(pk=report.pk).state


def units(page):
    return [row.unit for row in page.context["rows"]]


def text_of(page):
    """What one reads: without tags, with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


# --- The queue ---


@pytest.mark.engine
def test_queue_holds_each_report_in_the_part_of_its_state(agency, officer, plan):
    names = ("An", "Bình", "Cường", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Minh")
    waiting, late, returned, reopened, _overdue, missed, accepted, closed, excused = owed(plan, *names)
    for report in (waiting, returned, accepted, closed):
        file(report, officer)
    file(late, officer, WEDNESDAY)
    for report in (returned, closed):
        return_report(report, reason="thiếu số liệu", by=agency.person, at=WEDNESDAY)
    close_report(closed, reason="Đã cũ", by=agency.person, at=WEDNESDAY)
    excuse_report(excused, reason="Nghỉ", by=agency.person, at=WEDNESDAY)
    accept_reports([accepted], by=agency.person, at=WEDNESDAY)
    UnitReport.objects.filter(pk__in=[missed.pk, reopened.pk]).update(state="missed", missed_at=WEDNESDAY)
    reopen_report(reopened, until=LOCKED, reason="mất mạng", by=agency.person, at=WEDNESDAY)

    pages = {part.slug: agency.get("/duyet/", {"muc": part.slug, "ky": "2024-W10"}) for part in PARTS}

    assert {slug: units(page) for slug, page in pages.items()} == {
        "cho-duyet": ["An", "Bình"],
        "nop-muon": ["Bình"],
        "tra-lai": ["Cường"],
        "mo-lai": ["Dũng"],
        "qua-han": ["Giang"],
        "khong-nop": ["Hà"],
        "da-nhan": ["Khánh"],
        "da-dong": ["Lan"],
        "khong-phai-nop": ["Minh"],
    }
    assert [count for _, count in pages["cho-duyet"].context["summary"].counts] == [2, 1, 1, 1, 1, 1, 1, 1, 1]
    assert "đóng lúc 09:00 ngày 06/03/2024: “Đã cũ”" in text_of(pages["da-dong"])
    assert "ghi lúc 09:00 ngày 06/03/2024: “Nghỉ”" in text_of(pages["khong-phai-nop"])


def test_queue_begins_with_what_has_waited_longest_and_says_how_long(agency, officer, plan, time_machine):
    first, second = owed(plan, "Xã Bắc", "Xã An")
    file(second, officer, TUESDAY)
    file(first, officer, MONDAY)
    time_machine.move_to(FRIDAY, tick=False)

    rows = agency.get("/duyet/").context["rows"]

    assert [(row.unit, row.wait, row.is_long) for row in rows] == [
        ("Xã Bắc", "chờ 4 ngày", True),
        ("Xã An", "chờ 3 ngày", False),
    ]


def test_queue_says_what_a_report_holds(agency, officer, plan):
    first, second = owed(plan, "An", "Bình")
    file(first, officer, MONDAY, work_state=WorkState.BLOCKED, difficulty="thiếu đầu đọc")
    filed_as_nothing(second, officer, TUESDAY)

    rows = agency.get("/duyet/").context["rows"]

    assert [row.notes for row in rows] == [["1/1 mục viết mới", "1 khó khăn"], []]
    assert rows[1].status.label == "Không phát sinh"


@pytest.mark.engine
def test_queue_says_that_a_late_report_has_nothing_in_it(agency, officer, plan):
    (late,) = owed(plan, "An")
    filed_as_nothing(late, officer, vn("2024-03-06 09:00"))

    (row,) = agency.get("/duyet/?muc=nop-muon").context["rows"]

    assert (row.status.label, row.notes) == ("Nộp muộn", ["không phát sinh"])


@pytest.mark.engine
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "phu le"}, ["UBND xã Phú Lệ"]),
        ({"q": "PHÚ"}, ["UBND xã Phú Lệ", "UBND xã Phú Sơn"]),
        ({"q": "không có"}, []),
        ({"loai": "police"}, ["Công an xã"]),
        ({"ky": "2024-03"}, []),
        ({"ky": "2024-W10", "loai": "commune"}, ["UBND xã Phú Lệ", "UBND xã Phú Sơn"]),
    ],
)
def test_queue_is_narrowed_by_the_address(agency, officer, plan, asked, found):
    reports = owed(plan, "UBND xã Phú Lệ", "UBND xã Phú Sơn", "Công an xã")
    Unit.objects.filter(name__startswith="UBND").update(kind=Unit.Kind.COMMUNE)
    Unit.objects.filter(name="Công an xã").update(kind=Unit.Kind.POLICE)
    for report in reports:
        file(report, officer)

    page = agency.get("/duyet/", asked)

    assert (units(page), page.context["summary"].waiting) == (found, len(found))


@pytest.mark.slow
@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["q", "ky", "loai", "muc", "trang"])
def test_queue_takes_any_address(agency, officer, plan, name, value):
    file(owed(plan, "An")[0], officer)

    answers = [agency.get(path, {name: value}) for path in ("/duyet/", _url(UnitReport.objects.filed().get()))]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert b"<script>alert" not in answers[0].content + answers[1].content


def test_queue_shows_the_reports_of_the_plan_alone(agency, officer, plan):
    file(owed(plan, "An")[0], officer)
    file(owed(PlanFactory(starts_on="2024-01-01"), "Đơn vị khác")[0], officer)

    assert units(agency.get(f"/ke-hoach/{plan.pk}/duyet/")) == ["An"]


def test_empty_queue_says_so(agency, plan, duty):
    assert "Không có báo cáo nào chờ tiếp nhận." in text_of(agency.get("/duyet/"))


@same_queries(10)
def test_queue_takes_the_same_queries_for_any_number_of_reports(agency, officer, plan, rows, counted):
    for report in owed(plan, *["An", "Bình", "Cường"][:rows]):
        file(report, officer)

    with counted:
        assert len(agency.get(f"/ke-hoach/{plan.pk}/duyet/").context["rows"]) == rows


def test_queue_begins_with_a_sentence_that_says_how_it_stands(agency, officer, plan, time_machine):
    waiting, returned, _ = owed(plan, "An", "Bình", "Cường")
    for report in (waiting, returned):
        file(report, officer, MONDAY)
    return_report(returned, reason="thiếu", by=agency.person, at=TUESDAY)
    time_machine.move_to(NEXT_MONDAY, tick=False)

    page = agency.get("/duyet/")

    assert texts(page, "//p[@class='verdict']") == [
        "1 báo cáo chờ tiếp nhận. 1 báo cáo đã chờ quá 3 ngày. 1 báo cáo quá hạn chưa nộp. "
        "1 báo cáo đã trả lại, chờ sửa."
    ]


# --- Accepting ---


def test_accepting_many_first_says_how_many(agency, officer, plan):
    reports = owed(plan, "An", "Bình", "Cường")
    for report in reports[:2]:
        file(report, officer)

    page = agency.post("/duyet/tiep-nhan/", {"bao-cao": [report.pk for report in reports]})

    assert ("Tiếp nhận 2 báo cáo?" in text_of(page), [report.unit.name for report in page.context["left"]]) == (
        True,
        ["Cường"],
    )
    assert [state_of(report) for report in reports] == ["submitted", "submitted", "open"]


def test_accepting_many_accepts_those_that_wait_and_names_the_others(agency, officer, plan):
    reports = owed(plan, "An", "Bình", "Cường")
    for report in reports[:2]:
        file(report, officer)

    chosen = {"bao-cao": [report.pk for report in reports], "xac-nhan": "1"}
    page = agency.post("/duyet/tiep-nhan/?muc=cho-duyet&q=x", chosen, follow=True)

    assert [state_of(report) for report in reports] == ["accepted", "accepted", "open"]
    assert [str(message) for message in page.context["messages"]] == [
        "Đã tiếp nhận 2 báo cáo.",
        "1 báo cáo không tiếp nhận được, vì chưa nộp, đang trả lại hoặc đã tiếp nhận: Cường.",
    ]
    assert page.redirect_chain[-1][0] == f"/ke-hoach/{plan.pk}/duyet/?muc=cho-duyet&q=x"


@pytest.mark.parametrize("keys", [[], ["x"], ["9" * 40], ["-1"], ["999999"]])
def test_accepting_none_asks_to_choose(agency, plan, duty, keys):
    page = agency.post("/duyet/tiep-nhan/", {"bao-cao": keys, "xac-nhan": "1"}, follow=True)

    assert [str(message)[:24] for message in page.context["messages"]] == ["Chưa chọn báo cáo nào. H"]


def test_reports_of_another_plan_are_not_accepted_with_the_others(agency, officer, plan):
    foreign = file(owed(PlanFactory(starts_on="2024-01-01"), "Đơn vị khác")[0], officer)

    agency.post("/duyet/tiep-nhan/", {"bao-cao": [foreign.pk], "xac-nhan": "1"})

    assert state_of(foreign) == "submitted"


def test_accepting_one_goes_on_to_the_next_and_keeps_the_address(agency, officer, plan):
    first, second = owed(plan, "An", "Bình")
    file(first, officer, MONDAY)
    file(second, officer, TUESDAY)

    answers = [agency.post(f"{_url(report)}tiep-nhan/?ky=2024-W10")["Location"] for report in (first, second)]

    assert answers == [f"{_url(second)}?ky=2024-W10", f"/ke-hoach/{plan.pk}/duyet/?ky=2024-W10"]
    assert [state_of(report) for report in (first, second)] == ["accepted", "accepted"]


def test_accepting_does_not_throw_away_what_was_typed_for_a_return(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer)
    entry = report.entries.get()

    page = agency.post(f"{_url(report)}tiep-nhan/", {f"y-kien-{entry.pk}": "ghi rõ số lượng"})

    assert (page.status_code, state_of(report)) == (409, "submitted")
    assert "ghi rõ số lượng" in text_of(page)


def test_accepting_twice_says_that_it_was_accepted(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer)
    agency.post(f"{_url(report)}tiep-nhan/")

    page = agency.post(f"{_url(report)}tiep-nhan/", follow=True)

    assert [str(message)[-40:] for message in page.context["messages"]][-1] == (
        "đang trả lại hoặc đã được tiếp nhận trước đó."[-40:]
    )


# --- Returning ---


def test_report_is_returned_with_a_reason_and_remarks_on_fields(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer)
    entry = report.entries.get()

    typed = {"ly-do": " thiếu\x07 số liệu ", f"y-kien-{entry.pk}": "ghi số lượng", f"muc-{entry.pk}": "result"}
    agency.post(f"{_url(report)}tra-lai/", typed)

    report.refresh_from_db()
    remark = ReviewRemark.objects.get()
    assert (report.state, report.return_reason, report.returned_by) == ("returned", "thiếu số liệu", agency.person)
    assert (remark.entry, remark.field, remark.text, remark.by) == (entry, "result", "ghi số lượng", agency.person)


def test_remarks_alone_are_reason_enough(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer)

    agency.post(f"{_url(report)}tra-lai/", {f"y-kien-{report.entries.get().pk}": "ghi số lượng"})

    report.refresh_from_db()
    assert (report.state, report.return_reason) == ("returned", "Đề nghị sửa 1 mục có ý kiến kèm theo.")


def test_return_without_a_word_is_refused(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer)

    page = agency.post(f"{_url(report)}tra-lai/", {"ly-do": "  "})

    assert (page.status_code, state_of(report)) == (422, "submitted")
    assert "Hãy ghi lý do trả lại" in text_of(page)


@pytest.mark.parametrize("field", ["ly-do", "y-kien-{}"])
def test_return_with_words_too_long_to_read_is_refused_and_the_words_are_kept(agency, officer, plan, field):
    report = file(owed(plan, "An")[0], officer)

    page = agency.post(f"{_url(report)}tra-lai/", {field.format(report.entries.get().pk): LONG})

    assert (page.status_code, state_of(report)) == (422, "submitted")
    assert "Nội dung dài 200000 ký tự, quá 5000. Hãy viết gọn lại." in text_of(page)
    assert f">{LONG}</textarea>" in page.content.decode()


def test_remark_on_an_entry_of_another_report_is_not_taken(agency, officer, plan):
    report, other = [file(each, officer) for each in owed(plan, "An", "Bình")]

    agency.post(f"{_url(report)}tra-lai/", {"ly-do": "thiếu", f"y-kien-{other.entries.get().pk}": "của đơn vị khác"})

    assert (state_of(report), state_of(other), ReviewRemark.objects.count()) == ("returned", "submitted", 0)


def test_unknown_field_of_a_remark_means_the_whole_entry(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer)
    entry = report.entries.get()

    agency.post(f"{_url(report)}tra-lai/", {f"y-kien-{entry.pk}": "sửa", f"muc-{entry.pk}": "unit_id"})

    assert ReviewRemark.objects.get().field == ""


def test_returned_report_shows_why_for_how_long_and_what_was_said(agency, officer, plan, time_machine):
    report = file(owed(plan, "An")[0], officer, result="đã lắp 2 máy", percent=60)
    remark = Remark(report.entries.get().pk, "ghi nơi lắp", "result")
    return_report(report, reason="thiếu số liệu", remarks=[remark], by=agency.person, at=WEDNESDAY)
    time_machine.move_to(NEXT_MONDAY, tick=False)

    page = text_of(agency.get(_url(report)))

    shown = ("5 ngày trước", "thiếu số liệu", "(kết quả): ghi nơi lắp", "đã lắp 2 máy", "nộp thay đơn vị")
    assert [words for words in shown if words not in page] == []


def test_draft_begun_after_a_return_is_not_shown(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer, result="đã lắp 2 máy")
    return_report(report, reason="thiếu số liệu", by=agency.person, at=WEDNESDAY)
    entry = report.entries.get()
    entry.result = "đang viết dở"
    save_draft(report, [entry], by=officer, at=WEDNESDAY)

    assert "đang viết dở" not in text_of(agency.get(_url(report)))


def test_draft_never_filed_is_not_shown(agency, officer, plan):
    report = owed(plan, "An")[0]
    entry = report.entries.get()
    entry.result = "đang viết dở"
    save_draft(report, [entry], by=officer, at=TUESDAY)

    page = text_of(agency.get(_url(report)))

    assert ("đang viết dở" in page, "Đơn vị chưa nộp báo cáo này" in page) == (False, True)


# --- What changed ---


@pytest.fixture
def two_weeks(plan, officer, duty, time_machine):
    """Week 10 and then week 11 of one unit with two duties; the second one did not change."""
    quiet = DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=plan, name="Việc yên"))
    run_schedule(at=MONDAY)
    file(_weekly(duty, "2024-W10"), officer, percent=40, result="đã lắp 2 đầu đọc")
    time_machine.move_to(NEXT_MONDAY, tick=False)
    run_schedule(at=NEXT_MONDAY)
    report = _weekly(duty, "2024-W11")
    moved, same = report.entries.get(duty=duty), report.entries.get(duty=quiet)
    moved.work_state, moved.percent, moved.difficulty = WorkState.BLOCKED, 60, "thiếu kinh phí"
    moved.result = "đã lắp 3 đầu đọc"
    same.work_state, same.percent = WorkState.IN_PROGRESS, 40
    save_draft(report, [moved, same], by=officer, at=NEXT_MONDAY)
    return submit_report(report, by=officer, at=NEXT_MONDAY)


def _weekly(duty, code):
    return UnitReport.objects.get(unit=duty.unit, period__code=code)


def _url(report):
    return reverse("review_report", args=[report.pk])


def test_changed_entries_are_told_from_those_that_are_as_they_were(agency, two_weeks, duty, time_machine):
    time_machine.move_to(NEXT_MONDAY, tick=False)

    page = agency.get(_url(two_weeks))

    assert [line.code for line, _ in page.context["changed"]] == [duty.initiative.code]
    assert [line.name for line, _ in page.context["unchanged"]] == ["Việc yên"]


def test_change_shows_state_percent_and_new_words(agency, two_weeks, time_machine):
    time_machine.move_to(NEXT_MONDAY, tick=False)

    line = agency.get(_url(two_weeks)).context["changed"][0][0]

    assert (line.was.word, line.look.word, line.percent_was, line.percent) == (
        "Đang triển khai", "Vướng mắc", "40\u00a0%", "60\u00a0%",
    )  # fmt: skip
    assert [(text.label, text.html, text.is_new) for text in line.texts] == [
        ("Kết quả", "đã lắp <ins>3</ins> đầu đọc", False),
        ("Khó khăn", "thiếu kinh phí", True),
        ("Cấp giải quyết", "Cấp huyện", True),
    ]


def test_report_filed_before_there_were_explanations_is_still_read(agency, officer, plan):
    (report,) = owed(plan, "An")
    file(report, officer, result="đã lắp")
    version = report.versions.get()
    version.content = [
        {key: entry[key] for key in entry if key not in ("explanation", "questions")} for entry in version.content
    ]
    version.save()

    ((line, _),) = agency.get(_url(report)).context["changed"]
    return_report(report, reason="Thiếu", by=agency.person, at=WEDNESDAY)
    ((_, _, _, texts),) = agency.get(_url(report)).context["last_said"]

    assert (line.questions, [text.html for text in texts]) == ([], ["đã lắp"])


def test_reviewer_sees_what_was_asked_and_how_it_was_explained(agency, officer, plan):
    (report,) = owed(plan, "An")
    file(report, officer, work_state=WorkState.DONE, percent=80, result="đã lắp", explanation="còn bàn giao")

    ((line, _),) = agency.get(_url(report)).context["changed"]

    assert (line.questions, [(text.label, text.html) for text in line.texts]) == (
        ["Hoàn thành mà tiến độ 80\u00a0%, có đúng không?"],
        [("Giải thích", "còn bàn giao"), ("Kết quả", "đã lắp")],
    )


def test_difficulty_leads_to_the_list(agency, two_weeks, time_machine):
    time_machine.move_to(NEXT_MONDAY, tick=False)

    page = agency.get(_url(two_weeks))

    obstacle = page.context["changed"][0][0].obstacle
    assert (obstacle.text, f'href="/kho-khan/{obstacle.pk}/"' in page.content.decode()) == ("thiếu kinh phí", True)


@same_queries(21)
def test_report_under_review_takes_the_same_queries_for_any_number_of_entries(
    agency, officer, plan, duty, rows, time_machine, counted
):
    for _ in range(rows - 1):
        DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=plan))
    for at, code in ((MONDAY, "2024-W10"), (NEXT_MONDAY, "2024-W11")):
        run_schedule(at=at)
        report = file(_weekly(duty, code), officer, at, result=f"kết quả {code}")
    time_machine.move_to(NEXT_MONDAY, tick=False)

    with counted:
        assert len(agency.get(_url(report)).context["changed"]) == rows


def test_words_of_the_unit_are_never_markup(agency, officer, plan, time_machine):
    payload = "<img src=x onerror=alert(1)>\"'<script>alert(1)</script>"
    report = owed(plan, "An")[0]
    words = dict.fromkeys(("result", "difficulty", "proposal", "next_steps"), payload)
    file(report, officer, work_state=WorkState.BLOCKED, **words)

    waiting = agency.get(_url(report)).content.decode()
    agency.post(f"{_url(report)}tra-lai/", {"ly-do": payload, f"y-kien-{report.entries.get().pk}": payload})
    returned = agency.get(_url(report)).content.decode() + agency.get("/duyet/?muc=tra-lai").content.decode()

    assert [part for part in ("<img src=x", "<script>alert") if part in waiting + returned] == []
    assert waiting.count("&lt;img src=x") == 4


# --- Leaving an entry out, opening again ---


def test_entry_is_left_out_with_a_reason_and_taken_back(agency, officer, plan):
    entry = file(owed(plan, "An")[0], officer).entries.get()

    left_out = agency.post(f"/duyet/muc/{entry.pk}/khong-tong-hop/", {"ly-do": "trùng với đơn vị khác"})
    reason = ProgressEntry.objects.get(pk=entry.pk).excluded_reason
    agency.post(f"/duyet/muc/{entry.pk}/tong-hop-lai/")

    entry.refresh_from_db()
    assert (reason, entry.excluded_at) == ("trùng với đơn vị khác", None)
    assert left_out["Location"] == f"{_url(entry.report)}#muc-{entry.pk}"


@pytest.mark.parametrize(
    ("typed", "why"), [(" ", "Hãy ghi lý do không tổng hợp mục này."), (LONG, "Nội dung dài 200000 ký tự, quá 5000.")]
)
def test_entry_is_not_left_out_without_a_reason_one_can_read(agency, officer, plan, typed, why):
    entry = file(owed(plan, "An")[0], officer).entries.get()

    page = agency.post(f"/duyet/muc/{entry.pk}/khong-tong-hop/", {"ly-do": typed})

    entry.refresh_from_db()
    assert (page.status_code, entry.excluded_at) == (422, None)
    assert why in text_of(page)
    assert f"required>{typed}</textarea>" in page.content.decode()


@pytest.fixture
def missed(plan, time_machine):
    report = owed(plan, "An")[0]
    run_schedule(at=LOCKED)
    time_machine.move_to(LOCKED, tick=False)
    report.refresh_from_db()
    return report


def test_missed_report_is_reopened_until_a_new_moment(agency, missed, time_machine):
    time_machine.move_to(LOCKED, tick=False)

    agency.post(f"{_url(missed)}mo-lai/", {"until": "2024-03-15T17:00", "reason": "mất mạng cả tuần"})

    missed.refresh_from_db()
    assert (missed.state, missed.reopened_until, missed.reopen_reason) == (
        "open", vn("2024-03-15 17:00"), "mất mạng cả tuần",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"until": "2024-03-15T17:00", "reason": " "}, "Hãy ghi lý do mở lại."),
        ({"until": "", "reason": "mất mạng"}, "Hãy chọn thời điểm khóa mới."),
        ({"until": "mai", "reason": "mất mạng"}, "Ngày giờ này không đọc được. Hãy chọn lại trên lịch."),
        ({"until": "2024-03-13T07:00", "reason": "mất mạng"}, "Thời điểm khóa mới đã qua."),
    ],
)
def test_reopening_says_what_is_wrong(agency, missed, time_machine, given, said):
    time_machine.move_to(LOCKED, tick=False)

    page = agency.post(f"{_url(missed)}mo-lai/", given)

    assert (page.status_code, state_of(missed), said in text_of(page)) == (422, "missed", True)


@pytest.mark.parametrize("missing", sorted(set(FILLED_FIELDS) - {"work_state", "percent"}))
def test_returned_report_filed_before_a_field_was_asked_for_can_be_read(agency, plan, officer, missing):
    [report] = owed(plan, "Phòng Y tế")
    file(report, officer, difficulty="Thiếu máy", result="Đã lắp")
    return_report(UnitReport.objects.get(pk=report.pk), reason="Ghi rõ hơn", by=agency.person, at=WEDNESDAY)
    version = ReportVersion.objects.get(report=report)
    version.content = [{name: said for name, said in entry.items() if name != missing} for entry in version.content]
    version.save()

    page = agency.get(_url(report))

    assert (page.status_code, "Đã lắp" in text_of(page) or "Thiếu máy" in text_of(page)) == (200, True)


# --- Who, and how ---


def acts(report):
    """Every address that changes something of ``report``."""
    entry = report.entries.get()
    own = [f"{_url(report)}{act}/" for act in ("tiep-nhan", "tra-lai", "mo-lai")]
    return [*own, *(f"/duyet/muc/{entry.pk}/{act}/" for act in ("khong-tong-hop", "tong-hop-lai"))]


def test_report_of_another_plan_is_not_there(agency, officer, plan):
    foreign = file(owed(PlanFactory(starts_on="2024-01-01"), "Đơn vị khác")[0], officer)

    answers = [agency.get(_url(foreign)), *(agency.post(url, {"ly-do": "x"}) for url in acts(foreign))]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert [b"\xc4\x90\xc6\xa1n v\xe1\xbb\x8b kh\xc3\xa1c" in answer.content for answer in answers] == [False] * len(
        answers
    )
    assert state_of(foreign) == "submitted"


def test_unit_sees_nothing_of_the_desk(client, officer, outsider, plan, time_machine):
    report = file(owed(plan, "An")[0], officer)
    client.force_login(outsider)

    answers = [client.get("/duyet/"), client.get(_url(report)), *(client.post(url) for url in acts(report))]

    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert state_of(report) == "submitted"


def test_nothing_is_changed_by_looking(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer)

    answers = [agency.get(url).status_code for url in ("/duyet/tiep-nhan/", *acts(report))]

    assert (answers, state_of(report)) == ([405] * len(answers), "submitted")


def test_foreign_fields_in_the_form_change_nothing(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer)
    entry = report.entries.get()

    foreign = {"unit": 1, "state": "accepted", "by": officer.pk, f"mh-{entry.pk}-result": "khác", "percent": 100}
    agency.post(f"{_url(report)}tra-lai/", {"ly-do": "thiếu", **foreign})

    report.refresh_from_db()
    entry.refresh_from_db()
    assert (report.state, report.returned_by, entry.result, entry.percent) == ("returned", agency.person, "", None)


# --- Deciding on a report as a whole ---


def returned_report(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer)
    return return_report(report, reason="Thiếu số liệu", by=agency.person, at=TUESDAY)


@pytest.mark.parametrize(
    ("address", "typed", "state", "done"),
    [
        ("rut-tra-lai/", {}, "submitted", "Đã rút lại việc trả lại báo cáo của An; báo cáo chờ tiếp nhận."),
        ("tiep-nhan-nhu-da-nop/", {}, "accepted", "Đã tiếp nhận báo cáo của An như đã nộp."),
        ("dong/", {"ly-do": "Đã cũ"}, "concluded", "Đã đóng báo cáo của An; đơn vị không phải sửa nữa."),
    ],
)
def test_returned_report_is_decided_upon_by_a_button_of_its_page(agency, officer, plan, address, typed, state, done):
    report = returned_report(agency, officer, plan)
    offered = re.findall(rf'action="({_url(report)}{address})\?muc=tra-lai"', _page(agency, report, "?muc=tra-lai"))

    page = agency.post(f"{offered[0]}?muc=tra-lai", typed, follow=True)

    assert (state_of(report), page.redirect_chain) == (state, [(f"{_url(report)}?muc=tra-lai", 302)])
    assert [str(message) for message in page.context["messages"]] == [done]


def test_remark_of_a_return_taken_back_says_that_it_asks_for_nothing_more(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer)
    remark = Remark(report.entries.get().pk, "ghi số lượng", "result")
    return_report(report, reason="Thiếu", remarks=[remark], by=agency.person, at=TUESDAY)

    page = agency.post(f"{_url(report)}rut-tra-lai/", follow=True)

    assert "“ghi số lượng” – không cần sửa nữa, 06/03/2024" in text_of(page)


def test_closed_report_shows_why_and_what_was_filed_and_is_returned_again_from_there(agency, officer, plan):
    report = file(owed(plan, "An")[0], officer, result="đã tập huấn")
    return_report(report, reason="Thiếu số liệu", by=agency.person, at=TUESDAY)
    agency.post(f"{_url(report)}dong/", {"ly-do": "Đã có ở kỳ sau"})

    page = text_of(agency.get(_url(report)))
    agency.post(f"{_url(report)}tra-lai/", {"ly-do": "Vẫn cần"})

    assert [words in page for words in ("Đã có ở kỳ sau", "Thiếu số liệu", "đã tập huấn")] == [True] * 3
    assert state_of(report) == "returned"


def test_unit_is_excused_and_owes_again_by_buttons_of_the_page(agency, plan):
    (report,) = owed(plan, "An")
    before = _page(agency, report)

    page = agency.post(f"{_url(report)}khong-phai-nop/", {"ly-do": "Nghỉ <lễ>"}, follow=True)
    excused = state_of(report)
    after = agency.post(f"{_url(report)}phai-nop/", follow=True)

    assert f'action="{_url(report)}khong-phai-nop/"' in before
    assert (excused, "Lý do: Nghỉ &lt;lễ&gt;" in text_of(page)) == ("excused", True)
    assert [str(message) for message in after.context["messages"]] == ["An lại phải nộp báo cáo này."]
    assert state_of(report) == "open"


def test_portal_excusing_by_itself_names_nobody(agency, plan):
    (report,) = owed(plan, "An")
    excuse_report(report, reason="Đơn vị đã kết thúc", by=None, at=WEDNESDAY)

    assert "Lý do: Đơn vị đã kết thúc (09:00 06/03/2024)" in text_of(agency.get(_url(report)))


def test_reason_that_is_refused_is_not_lost(agency, plan):
    (report,) = owed(plan, "An")

    page = agency.post(f"{_url(report)}khong-phai-nop/", {"ly-do": LONG})

    assert (page.status_code, state_of(report), page.context["reason"]) == (422, "open", LONG)


@pytest.mark.parametrize("address", ["rut-tra-lai/", "tiep-nhan-nhu-da-nop/", "dong/", "phai-nop/"])
def test_decision_that_does_not_fit_the_state_changes_nothing_and_says_so(agency, plan, address):
    (report,) = owed(plan, "An")

    page = agency.post(f"{_url(report)}{address}", {"ly-do": "x"})

    assert (page.status_code, state_of(report), len(page.context["messages"])) == (422, "open", 1)


def _page(agency, report, query=""):
    return agency.get(f"{_url(report)}{query}").content.decode()
