"""Markup and formulas in every text of every table: no page, letter or file takes them for more than text (12, 14)."""

import io

import openpyxl
import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import CharField, F, FileField, Model, TextField, Value
from django.db.models.functions import Concat, Left
from django.urls import NoReverseMatch, reverse

from assignments.models import FocalPoint
from assignments.roles import Role
from models_registry.models import Platform
from reports.consolidated.services.line_edits import LineEdit, save_lines
from reports.consolidated.services.report_drafts import start_draft
from reports.models import Holiday, Letterhead, Notification
from reports.reminders.delivery import deliver_all
from reports.reminders.manual import remind_by_hand
from tests.consolidated.district import THURSDAY, live_a_week, make_district
from tests.factories import UserFactory
from tests.whole.test_hostile_addresses import NOT_READ, address_of
from tests.whole.test_permissions import PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# A formula, a way out of an attribute and an element, in one.
PAYLOAD = """=1+1&hostile"'><img src=x onerror=alert(1)>"""
RAW = ('hostile"', "hostile'", "<img src=x")
# What is no text anybody wrote, or is looked up by the portal itself.
NOT_WRITTEN = (
    "code", "email", "key", "kind", "numeral", "number", "ordinal", "password", "recipient", "search_key", "sha256",
    "sort_key", "stage", "url", "username",
)  # fmt: skip


@pytest.fixture
def district(time_machine, reminder_rules):
    """A week lived, a draft begun and edited, a unit pressed, with every text of every table hostile."""
    time_machine.move_to(THURSDAY, tick=False)
    district = make_district()
    live_a_week(district)
    agency, son = district.agency, district.units["son"]
    district.draft = start_draft(district.period(), by=agency, at=THURSDAY)
    line = district.draft.sections.filter(lines__isnull=False)[0].lines.all()[0]
    save_lines(district.draft, [LineEdit(line.pk, "sửa tay", [line.text])], by=agency, at=THURSDAY)
    texts = ("parent", "issuer", "symbol", "place", "authority", "signer", "recipients", "drafter")
    Letterhead.objects.create(unit=district.draft.unit, **dict.fromkeys(texts, "Công an"))
    FocalPoint.objects.create(unit=son, full_name="Người nghe máy", phone="0900", valid_from=THURSDAY.date())
    Platform.objects.create(name="VNeID").initiatives.add(district.initiatives["6"])
    Holiday.objects.get_or_create(date=THURSDAY.date(), defaults={"name": "Ngày nghỉ"})
    Notification.objects.create(user=agency, text="Tin", url="/", created_at=THURSDAY)
    district.officers["son"].email = "son@example.vn"
    district.officers["son"].save()
    for model in written_models():
        poison(model)
    district.hand = remind_by_hand([district.period()], [son], text=f"a{PAYLOAD}", by=agency, at=THURSDAY).hand
    return district


def written_models():
    """The tables of the portal with their histories."""
    return [
        model
        for label in ("models_registry", "assignments", "reports")
        for model in apps.get_app_config(label).get_models()
    ]


def poison(model: type[Model]) -> None:
    """Put the payload in front of every text of every row; what is empty often must be."""
    texts = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and not isinstance(field, FileField)
        and not field.choices
        and field.name not in NOT_WRITTEN
        and (field.max_length or 999) >= len(PAYLOAD)
    ]
    for field in texts:
        value = Concat(Value(PAYLOAD), F(field.name), output_field=TextField())
        told = model._base_manager.exclude(**{field.name: ""})
        told.update(**{field.name: Left(value, field.max_length) if field.max_length else value})


def pages_of_the_portal(district):
    for one in PORTAL:
        if one.name not in NOT_READ:
            yield address_of(one.name, one.path, district)
    yield from (f"{reverse('any_plan:rollup')}?{choice}" for choice in ("man-hinh=1", "ky=2024-W10", "nhip=thang"))


def pages_of_the_admin():
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        row = model._base_manager.first()
        for page in ("change", "history") if row else ():
            yield reverse(f"{name}_{page}", args=[row.pk])
        try:
            yield reverse(f"{name}_preview")
        except NoReverseMatch:
            continue


def read(client, urls):
    """What each address that answers says."""
    answers = {url: client.get(url) for url in urls}
    return {url: answer for url, answer in answers.items() if answer.status_code == 200}


def is_html(answer):
    return answer["Content-Type"].startswith("text/html")


def test_no_text_of_any_table_is_markup_on_any_page(client, district):
    pages = {}
    for role, who in [
        ("agency", district.agency),
        ("officer", district.officers["le"]),
        ("leader", UserFactory(role=Role.LEADER)),
    ]:
        client.force_login(who)
        pages |= {(role, url): answer for url, answer in read(client, pages_of_the_portal(district)).items()}
    client.force_login(UserFactory(role=Role.ADMIN))
    pages |= {("admin", url): answer for url, answer in read(client, pages_of_the_admin()).items()}
    shown = {at: answer.content.decode() for at, answer in pages.items() if is_html(answer)}

    assert {
        at: [raw for raw in RAW if raw in page] for at, page in shown.items() if any(raw in page for raw in RAW)
    } == {}
    assert sum("hostile&quot;" in page for page in shown.values()) >= 40
    assert sum(at[0] == "admin" for at in shown) >= 20


def test_no_text_of_any_table_is_markup_in_a_letter(district, mailoutbox):
    deliver_all(at=THURSDAY)

    (letter,) = mailoutbox
    html = str(letter.alternatives[0].content)
    assert [raw for raw in RAW if raw in html] == []
    assert PAYLOAD in letter.body
    assert "\n" not in letter.subject


def test_no_text_of_any_table_is_a_formula_in_any_workbook(client, district):
    client.force_login(district.agency)
    files = [
        answer
        for answer in read(client, pages_of_the_portal(district)).values()
        if "spreadsheet" in answer["Content-Type"]
    ]
    client.force_login(UserFactory(role=Role.ADMIN))
    exports = [client.get(f"{url}export/") for url in pages_of_the_admin() if url.count("/") == 4]
    files += [answer for answer in exports if "spreadsheet" in answer.get("Content-Type", "")]

    kinds = [
        (cell.data_type, "hostile" in str(cell.value))
        for file in files
        for sheet in openpyxl.load_workbook(io.BytesIO(file.content)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert len(files) >= 6
    assert {kind for kind, _ in kinds} <= {"s", "n", "d"}
    assert ("s", True) in kinds
