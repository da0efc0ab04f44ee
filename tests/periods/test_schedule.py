"""The schedule of beat, the command that does it by hand, the settings of the channels, the calendar in the admin."""

import io
import json
from datetime import date, datetime

import openpyxl
import pytest
from celery import current_app
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

import reports.tasks  # noqa: F401 - registers the tasks
from assignments.roles import Role
from config.celery import app, tick_at_once
from reports.domain.calendar import VIETNAM
from reports.models import Holiday, ScheduleTick
from reports.periods.holidays import seed_holidays
from tests.config.test_settings import COMPLETE, copy, run, setting
from tests.factories import UserFactory, vn

__all__ = ("copy",)  # a fixture

BEAT = settings.CELERY_BEAT_SCHEDULE


def test_every_entry_of_the_schedule_names_a_task_there_is():
    assert {entry["task"] for entry in BEAT.values()} <= set(current_app.tasks)
    assert set(BEAT) == {
        "heartbeat", "open-periods", "weekly-reminders", "monthly-reminders", "chasers", "agency-digest", "retry-sweep",
        "requeue-imports", "sweep-evidence",
    }  # fmt: skip


def test_beat_sends_at_its_start_all_but_the_sweep_of_evidence(monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda task, **options: sent.append(task))

    tick_at_once()

    assert set(sent) == {entry["task"] for entry in BEAT.values()} - {"reports.tasks.sweep_evidence"}


@pytest.mark.parametrize(
    ("entry", "last", "now", "is_due"),
    [
        ("weekly-reminders", "2024-03-04 07:00", "2024-03-04 08:00", True),  # Monday
        ("weekly-reminders", "2024-03-05 08:00", "2024-03-05 15:00", True),  # Tuesday
        ("weekly-reminders", "2024-03-06 07:00", "2024-03-06 08:00", False),  # Wednesday
        ("monthly-reminders", "2024-03-13 09:00", "2024-03-14 08:00", True),
        ("monthly-reminders", "2024-03-14 09:00", "2024-03-15 08:00", False),
        ("chasers", "2024-03-15 07:59", "2024-03-15 08:00", True),
        ("agency-digest", "2024-03-05 08:00", "2024-03-05 18:00", True),
        ("agency-digest", "2024-03-05 08:00", "2024-03-05 17:59", False),
        ("sweep-evidence", "2024-03-05 02:00", "2024-03-05 02:30", True),
        ("sweep-evidence", "2024-03-05 08:05", "2024-03-05 08:30", True),  # what the night missed
    ],
)
def test_entry_is_due_by_the_clock_of_vietnam(entry, last, now, is_due):
    crontab = BEAT[entry]["schedule"]
    crontab.nowfun = lambda: vn(now).astimezone(VIETNAM)

    assert crontab.is_due(vn(last)).is_due is is_due


@pytest.mark.django_db
def test_command_says_in_json_what_it_did(duty, officer, reminder_rules, capsys):
    call_command("run_schedule", at="2024-03-05T08:00")
    first = json.loads(capsys.readouterr().out)
    call_command("run_schedule", at="2024-03-05T08:00")

    assert first == {
        "opened": ["2024-W10", "2024-03"],
        "reminders": [
            {
                "unit": "Phòng Nội vụ",
                "period": "2024-W10",
                "rule": "Báo cáo tuần: sáng thứ Ba",
                "channel": "portal",
                "recipients": [officer.username],
            }
        ],
        "missed": [],
        "alarms": [],
    }
    assert json.loads(capsys.readouterr().out) == {"opened": [], "reminders": [], "missed": [], "alarms": []}


# --- Settings ---


@pytest.mark.parametrize(
    ("url", "secret", "word"),
    [
        ("http://tin.tinh.gov.vn/portal", "a-secret-of-enough-length", "https://"),
        ("ftp://localhost/", "a-secret-of-enough-length", "https://"),
        ("https://tin.tinh.gov.vn/portal", "short", "PORTAL_WEBHOOK_SECRET"),
    ],
)
def test_webhook_in_the_clear_or_without_a_key_is_refused(copy, url, secret, word):
    result = run(copy, ["manage.py", "check"], **COMPLETE, PORTAL_WEBHOOK_URL=url, PORTAL_WEBHOOK_SECRET=secret)

    assert (result.returncode == 0, word in result.stderr) == (False, True)


def test_mail_server_comes_from_one_address(copy):
    url = {"EMAIL_URL": "smtp+tls://portal:pass@mail.example.vn:587"}
    names = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "DEFAULT_FROM_EMAIL", "PORTAL_MAIL_IS_ON")

    values = setting(copy, "PORTAL_URL" + "".join(f", settings.{name}" for name in names), **COMPLETE, **url)

    assert values == (
        "https://kehoach.example.vn reports.reminders.channels.smtp.EmailBackend mail.example.vn 587 True "
        "cong-ke-hoach@kehoach.example.vn True"
    )


def test_real_portal_without_a_mail_server_writes_no_letters(copy):
    assert setting(copy, "PORTAL_MAIL_IS_ON", **COMPLETE) == "False"


# --- The calendar in the admin ---


@pytest.fixture
def administrator(client):
    user = UserFactory(role=Role.ADMIN)
    client.force_login(user)
    return user


@pytest.mark.django_db
def test_day_entered_by_hand_says_so_and_by_whom(client, administrator):
    answer = client.post("/quan-tri/reports/holiday/add/", {"date": "2024-03-04", "kind": "off", "name": "Nghỉ bão"})

    holiday = Holiday.objects.get()
    assert (answer.status_code, holiday.source) == (302, "nhập tay")
    assert holiday.history.get().history_user == administrator


@pytest.mark.django_db
def test_announcement_of_a_year_comes_from_excel_and_unchanged_days_stay(client, administrator):
    seed_holidays([2027], at=vn("2027-01-01 00:00"))
    table = openpyxl.Workbook()
    table.active.append(["Ngày", "Loại", "Tên"])
    table.active.append([datetime(2027, 2, 3), "ngày nghỉ", "28 Tết"])
    table.active.append(["06/02/2027", "Ngày nghỉ", "Tết Nguyên Đán"])
    table.active.append(["13/02/2027", "làm bù", "Làm bù cho ngày 03/02/2027"])
    content = io.BytesIO()
    table.save(content)

    file = SimpleUploadedFile("lich-nghi.xlsx", content.getvalue())
    preview = client.post("/quan-tri/reports/holiday/import/", {"import_file": file, "format": "0", "resource": ""})
    page = client.post(
        "/quan-tri/reports/holiday/process_import/", preview.context["confirm_form"].initial, follow=True
    )

    assert [str(message) for message in page.context["messages"]] == [
        "Đã nhập xong: 2 mới, 0 sửa, 0 xóa, 1 không đổi (ngày nghỉ, ngày làm bù)."
    ]
    assert Holiday.objects.get(date=date(2027, 2, 13)).source == "nhập từ tệp"


@pytest.mark.django_db
def test_rules_of_reminding_are_switched_off_not_deleted(client, administrator, reminder_rules):
    rule = reminder_rules[0]

    assert client.post(f"/quan-tri/reports/reminderrule/{rule.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.django_db
def test_what_is_no_day_is_refused_in_words(client, administrator):
    file = SimpleUploadedFile("lich.csv", "Ngày,Loại,Tên\n31/02/2027,ngày nghỉ,Tết\n".encode())

    page = client.post("/quan-tri/reports/holiday/import/", {"import_file": file, "format": "1", "resource": ""})

    assert ("“31/02/2027” không phải là ngày" in page.content.decode(), Holiday.objects.count()) == (True, 0)


# --- The moment given by hand ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["2024-03-05T08:00", "2024-03-05 08:00", " 2024-03-05T08:00 ", "2024-03-05T01:00Z", "2024-03-05T08:00+07:00"],
)
def test_moment_is_read_in_vietnam_unless_it_says_where(duty, officer, reminder_rules, capsys, text):
    call_command("run_schedule", at=text)

    told = json.loads(capsys.readouterr().out)
    assert [line["rule"] for line in told["reminders"]] == ["Báo cáo tuần: sáng thứ Ba"]
    assert ScheduleTick.objects.get(name="run-schedule").at == vn("2024-03-05 08:00")


@pytest.mark.django_db
def test_day_alone_is_its_first_moment(duty, capsys):
    call_command("run_schedule", at="2024-03-05")

    assert ScheduleTick.objects.get(name="run-schedule").at == vn("2024-03-05 00:00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["hôm qua", "2024-02-30T08:00", "2024-03-05T25:00", "08:00", "0001-01-01", "9999-12-31T23:59", "-1", "2024-W10"],
)
def test_moment_that_cannot_be_read_or_lies_beyond_any_calendar_is_refused_in_words(duty, text):
    with pytest.raises(CommandError, match=r"Hãy viết như 2024-03-05T08:00") as refused:
        call_command("run_schedule", at=text)

    assert (refused.value.returncode, ScheduleTick.objects.count()) == (1, 0)
