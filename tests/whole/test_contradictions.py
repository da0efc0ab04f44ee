"""The checker itself: silent where the portal tells the truth, and loud for each paper that lies."""

import io
import os
import re
import textwrap
import zipfile
from datetime import date

import pytest

from assignments.models import AssignmentRole, StandingAgency, User
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Indicator, InitiativeGroup, Plan
from reports.consolidated.services.report_drafts import start_draft
from reports.models import Alarm, IndicatorFigure, Obstacle, ReportingPeriod, UnitReport
from reports.periods.services import run_schedule
from reports.requests.services import ask_unit
from tests.acts import WEEK, filed, report_of
from tests.factories import AssignmentFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory, vn
from tests.whole.contradictions import contradictions, contradictions_today, told_to
from tests.whole.document_readers import sentences_of
from tests.whole.letter_readers import (
    evening_digest,
    leaders_letter,
    letters_to_units,
    of_digest,
    of_leaders_letter,
    of_letters,
    of_own_letters,
)
from tests.whole.papers import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MONDAY = vn("2024-03-04 08:00")
NOW = vn("2024-04-11 08:00")


@pytest.fixture(scope="module")
def agency(shared_world):
    """Two units, two initiatives: one blocked at 40 % since March, one past its deadline of which nobody was heard.

    The unit that is silent is asked to help with what the other one is blocked by, and answers nothing.
    """
    with shared_world():
        plan = PlanFactory()
        office, justice, police = [
            UnitFactory(name=name) for name in ("Phòng Nội vụ", "Phòng Tư pháp", "Công an huyện")
        ]
        StandingAgency.objects.create(plan=plan, unit=police)
        group = InitiativeGroup.objects.create(plan=plan, numeral="I", name="Nhóm tiện ích")
        first, second = [InitiativeFactory(plan=plan, code=code, group=group) for code in ("6", "9")]
        Deadline.objects.create(
            initiative=second, position=0, text="Quý I", kind=DeadlineKind.DAY, due_on=date(2024, 3, 31)
        )
        AssignmentFactory(initiative=first, unit=office)
        AssignmentFactory(initiative=first, unit=justice, role=AssignmentRole.COORDINATING)
        AssignmentFactory(initiative=second, unit=justice)
        indicator = Indicator.objects.create(
            initiative=first, name="Cơ sở", kind="at_least", target=100, unit_of_measure="cơ sở", is_cumulative=True,
            aggregation="sum", source_phrase="100 cơ sở",
        )  # fmt: skip
        officer = UserFactory(unit=office)
        for week in range(6):
            run_schedule(at=MONDAY + week * WEEK)
            if week in (0, 5):
                report = report_of(office, f"2024-W{10 + week}")
                IndicatorFigure.objects.create(entry=report.entries.get(), indicator=indicator, value=7)
                filed(report, officer, MONDAY + week * WEEK, work_state="blocked", percent=40,
                      result=f"Đã lắp {week + 4} máy", difficulty="Thiếu đầu đọc")  # fmt: skip
        run_schedule(at=NOW)
        UserFactory(unit=justice, username="tu-phap")
        writer = UserFactory(role="standing_agency", unit=police)
        asked = ask_unit(
            justice, plan=plan, about={"obstacle": Obstacle.objects.get()}, text="Cấp đầu đọc thẻ",
            due_on=date(2024, 3, 20), by=writer, at=MONDAY,
        )  # fmt: skip
        silent = {"kind": "unanswered", "plan": plan, "unit": justice, "rhythm": "weekly", "raised_at": NOW}
        Alarm.objects.create(**silent, period=ReportingPeriod.objects.get(code="2024-W15"), chasers=3)
        Alarm.objects.create(**silent, request=asked, chasers=4)
        for code in ("2024-W16", "2024-04"):
            start_draft(ReportingPeriod.objects.get(code=code), by=writer, at=NOW)
        yield writer


@pytest.fixture
def today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(scope="module")
def read():
    """Every paper, got once, and where each was found; a lie is told in a copy."""
    return []


@pytest.fixture
def visitor(agency, read, today):
    visitor = Visitor(agency)
    if not read:
        told_to(visitor)
        read += [dict(visitor.got), visitor.led_to]
    visitor.got, visitor.led_to = dict(read[0]), read[1]
    return visitor


def test_portal_that_tells_the_truth_contradicts_itself_nowhere(agency, today):
    assert contradictions_today(agency, *User.objects.filter(role="officer")) == []


def altered(content, words, others):
    """A page, or each part of a Word file or a workbook, with other words in it."""
    if not content.startswith(b"PK"):
        plain = re.sub(r"&#(\d{3,});", lambda sign: chr(int(sign[1])), content.decode())  # as a workbook writes letters
        return re.sub(words, others, plain).encode()
    kept, made = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(made, "w") as lying:
        for name in kept.namelist():
            part = kept.read(name)
            lying.writestr(name, altered(part, words, others) if name.endswith(".xml") else part)
    return made.getvalue()


# The address, what is said there, what is said instead, and what the checker finds to be told twice.
LIES = {
    "dashboard, state": (r"/tong-hop/\?ky=2024-W16$", "Vướng mắc", "Hoàn thành", {"spread", "initiatives"}),
    "dashboard, lateness": (r"/tong-hop/\?ky=2024-W16$", 'class="over"', "", {"late ones", "late"}),
    "dashboard, a figure": (r"/tong-hop/\?ky=2024-W16$", r"(ket_qua=da-nop[^>]*>)\d", r"\g<1>7", {"filing"}),
    "dashboard, the verdict": (r"/tong-hop/\?ky=2024-W16$", r"\d( mô hình</a>)", r"9\1", {"attention"}),
    "dashboard, nobody heard of": (
        r"/tong-hop/\?ky=2024-W16$",
        "Vướng mắc",
        "Chưa có báo cáo",
        {"spread", "initiatives"},
    ),
    "list behind a heading": (r"/can-chu-y/", r"(<h2[^>]*>)\d+", r"\g<1>9", {"attention"}),
    "matrix, percent": (r"/ma-tran/", r"40\s%", "41 %", {"state"}),
    "matrix, nobody heard of": (r"/ma-tran/", "Vướng mắc", "Chưa có báo cáo", {"state", "state word", "was heard of"}),
    "entries, role": (r"/chi-tiet/", "Phối hợp", "Chủ trì", {"role"}),
    "entries, count": (r"/chi-tiet/", r"(\d) nhiệm vụ", "5 nhiệm vụ", {"lines"}),
    "entries, no report beside a result": (
        r"/chi-tiet/",
        "Vướng mắc",
        "Chưa có báo cáo",
        {"state", "state word", "was heard of"},
    ),
    "filing, heading": (r"/tong-hop/nop/", r"phải nộp \(\d\)", "phải nộp (5)", {"filing"}),
    "filing, grid": (
        r"/tong-hop/nop/",
        "Phòng Nội vụ, tuần 03/04 – 09/04: Đã nộp",
        "Phòng Nội vụ, tuần 03/04 – 09/04: Quá hạn",
        {"report", "filed"},
    ),
    "timeline": (r"/thoi-gian/", '<td class="c c-red">', "<td>", {"late ones"}),
    "trends, sum": (r"/xu-huong/", ">7</a>", ">8</a>", {"counted"}),
    "initiatives, state": (r"/mo-hinh/$", "Vướng mắc", "Hoàn thành", {"spread"}),
    "initiative, sum": (r"/mo-hinh/6/", "7 cơ sở", "8 cơ sở", {"counted"}),
    "initiative, rows": (r"/mo-hinh/6/", "<b>7</b>", "<b>8</b>", {"counted by"}),
    "unit, heading": (r"/don-vi/\d+/", r"Phải báo cáo\s+2", "Phải báo cáo 3", {"owed by"}),
    "reports, status": (r"/bao-cao/\?ky=", "Không nộp", "Đã nộp", {"report", "filed", "to be filed"}),
    "report": (r"/bao-cao/\d+/$", r"40\s%", "41 %", {"line"}),
    "report in Word": (r"/bao-cao/\d+/van-ban/", "Vướng mắc", "Hoàn thành", {"line"}),
    "desk": (r"/duyet/$", r"(Không nộp&nbsp;<b>)\d+", r"\g<1>99", {"desk"}),
    "to chase": (r"/don-doc/", r"\d đơn vị còn phải nộp", "7 đơn vị còn phải nộp", {"to chase"}),
    "requests to chase": (r"/don-doc/", r"\d đơn vị còn phải trả lời", "7 đơn vị còn phải trả lời", {"to chase"}),
    "requests, day": (r"/yeu-cau/$", "20/03/2024", "21/03/2024", {"request"}),
    "requests, time left": (r"/yeu-cau/$", "quá hạn 22 ngày", "còn 2 ngày", {"request", "overdue requests"}),
    "reports, day": (r"/bao-cao/\?ky=", "hạn thứ Ba 16/04", "hạn thứ Tư 17/04", {"due"}),
    "alarms, how often": (r"/canh-bao/", "3 lần đôn đốc", "5 lần đôn đốc", {"silent"}),
    "alarms, heading": (r"/canh-bao/", r"không trả lời \(1\)", "không trả lời (2)", {"silent units"}),
    "difficulties, count": (
        r"/kho-khan/\?trang_thai=dang-cho",
        r"\b1( khó khăn, vướng mắc)",
        r"2\1",
        {"open difficulties"},
    ),
    "difficulty, age": (r"/kho-khan/\?", "5 tuần", "9 tuần", {"age"}),
    "home, difficulties": (r"^/$", r"1(</span> khó khăn mới)", r"2\1", {"new difficulties"}),
    "home, a figure": (r"^/$", r"(ket_qua=da-nop[^>]*><b>)\d", r"\g<1>7", {"filing"}),
    "upward, filed": (r"/xem-truoc/", r"Trong kỳ có \d/", "Trong kỳ có 7/", {"filing", "sentence"}),
    "upward, difficulties": (
        r"/xem-truoc/",
        "Còn 01 khó khăn",
        "Còn 03 khó khăn",
        {"difficulties told upward", "sentence"},
    ),
    "upward, states": (
        r"/xem-truoc/",
        "01 mô hình chưa có báo cáo",
        "02 mô hình chưa có báo cáo",
        {"initiatives", "sentence"},
    ),
    "upward, annex": (r"/xem-truoc/", ">Vướng mắc", ">Hoàn thành", {"spread", "row of the document"}),
    "upward in Word": (r"/bao-cao-tong-hop/\d+/van-ban/", "Vướng mắc", "Hoàn thành", {"row of the document"}),
    "workbook, state": (r"/bang/", "Vướng mắc: 1", "Hoàn thành: 1", {"spread"}),
    "workbook, result": (r"/bang/", "Đã lắp 9 máy", "Đã lắp 2 máy", {"result"}),
    "workbook, filing": (r"/bang/", "Chưa nộp", "Đã nộp", {"filed", "filing"}),
}


@pytest.mark.parametrize(("address", "words", "others", "things"), LIES.values(), ids=LIES.keys())
def test_paper_that_lies_is_found(visitor, address, words, others, things):
    visitor.got |= {url: altered(said, words, others) for url, said in visitor.got.items() if re.search(address, url)}

    found = contradictions([*told_to(visitor), *of_letters(letters_to_units()), *of_digest(evening_digest())])

    assert {one.about[0] for one in found} == things


@pytest.fixture
def with_pdf(visitor, tmp_path, monkeypatch):
    """The visitor, where a draft has a PDF of so many words, and the machine a program that reads it."""
    program = tmp_path / "pdftotext"
    program.write_text("#!/bin/sh\ntail -n +2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def offered(pages):
        url = next(one for one in visitor.got if re.fullmatch(r"/bao-cao-tong-hop/\d+/", one))
        link = f'<a href="{url}pdf/">Tải PDF</a></main>'
        visitor.got[url] = visitor.got[url].replace(b"</main>", link.encode())
        visitor.got[f"{url}pdf/"] = f"%PDF\n{pages}".encode()
        visitor.led_to[f"{url}pdf/"] = f"{url}pdf/"
        return visitor

    return offered


def pages_of(visitor):
    """What the first draft says, as a PDF has it: broken into narrow lines, with the number of the second page."""
    reading = visitor.page(next(one for one in visitor.got if one.endswith("/xem-truoc/")))
    lines = [line for words in sentences_of(reading) for line in textwrap.wrap(words, 40)]
    return "\n".join([*lines[:3], "\f2", *lines[3:]])


@pytest.mark.parametrize(
    ("words", "others", "things"),
    [("", "", set()), ("Còn 01 khó", "Còn 03 khó", {"sentence"})],
    ids=["as on the page", "otherwise"],
)
def test_pdf_that_lies_is_found(visitor, with_pdf, words, others, things):
    said = pages_of(visitor).replace(words, others)

    found = contradictions(told_to(with_pdf(said)))

    assert {one.about[0] for one in found} == things


def test_digest_that_lies_is_found(visitor):
    truth, lie = "0/2.\nChưa nộp (2): Phòng Nội vụ; ", "1/2.\nChưa nộp (1): "
    letter = evening_digest().replace(f"tuần 16/2024: đã nộp {truth}", f"tuần 16/2024: đã nộp {lie}")

    found = contradictions([*told_to(visitor), *of_digest(letter)])

    week = ("filing", "tuần 16/2024")
    assert {one.about for one in found} == {(*week, "đã nộp"), (*week, "chưa nộp"), (*week, "chưa nộp", "units")}


# What a letter says, what it says instead, and what the checker finds to be told twice.
LIES_IN_LETTERS = {
    "report, day": ("Hạn thứ Năm 14/03", "Hạn thứ Sáu 15/03", {"due"}),
    "report, time left": (r"quá hạn 28 ngày\. Nộp", "quá hạn 8 ngày. Nộp", {"left"}),
    "report, whose": ("– Phòng Nội vụ\n", "– Phòng Y tế\n", {"whose report"}),
    "report, besides": (r"\(còn 3 ngày\)", "(còn 30 ngày)", {"left"}),
    "report, one that is filed": (
        r"/bao-cao/\d+/",
        "/bao-cao/{filed}/",
        {"to be filed", "whose report", "due", "left", "to do"},
    ),
    "report, left out": (r"- Báo cáo tháng 4/2024 – Phòng Nội vụ[^\n]*\n", "", {"to do"}),
    "request, what": ("- Cấp đầu đọc thẻ", "- Cấp máy in", {"request"}),
    "request, day": ("Hạn thứ Tư 20/03", "Hạn thứ Sáu 22/03", {"request"}),
    "request, time left": ("quá hạn 22 ngày", "còn 2 ngày", {"request"}),
    "request, named twice": (r"(- Cấp đầu.*?/yeu-cau/\d+/)\n", r"\1\n\1\n", {"asked for"}),
}


@pytest.mark.parametrize(("words", "others", "things"), LIES_IN_LETTERS.values(), ids=LIES_IN_LETTERS.keys())
def test_letter_to_a_unit_that_lies_is_found(visitor, agency, words, others, things):
    filed_one = str(UnitReport.objects.filed().order_by("pk").first().pk)
    letters = [
        one._replace(text=re.sub(words, others.replace("{filed}", filed_one), f"\n{one.text}", flags=re.S))
        for one in letters_to_units()
    ]
    own = [
        said
        for person in User.objects.filter(role="officer")
        for said in of_own_letters(Visitor(person), person, letters)
    ]

    found = contradictions([*told_to(visitor), *of_letters(letters), *own])

    assert {one.about[0] for one in found} == things


LIES_TO_LEADERS = {
    "how often": ("3 lần đôn đốc", "2 lần đôn đốc", {"silent"}),
    "how many units": (
        "1 đơn vị không trả lời đôn đốc báo cáo",
        "2 đơn vị không trả lời đôn đốc báo cáo",
        {"silent units"},
    ),
    "which unit": ("- Phòng Tư pháp: 4", "- Phòng Nội vụ: 4", {"silent units"}),
    "one left out": (r"- Phòng Tư pháp: 4[^\n]*\n", "", {"silent units"}),
}


@pytest.mark.parametrize(("words", "others", "things"), LIES_TO_LEADERS.values(), ids=LIES_TO_LEADERS.keys())
def test_letter_to_the_leaders_that_lies_is_found(visitor, words, others, things):
    letter = re.sub(words, others, leaders_letter(Plan.objects.get()))

    found = contradictions([*told_to(visitor), *of_leaders_letter(letter)])

    assert {one.about[0] for one in found} == things
