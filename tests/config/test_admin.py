"""The admin: in Vietnamese, open to one permission, and what is changed there is followed by the duties."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assignments.models import AssignmentRole, CollectiveMember, Duty, FocalPoint, Unit, UnitAlias, User
from assignments.roles import Role
from models_registry.models import Deadline, Initiative
from reports.models import Holiday, ReminderRule
from tests.factories import (
    AssignmentFactory,
    CollectiveFactory,
    InitiativeFactory,
    InitiativeGroupFactory,
    PlanFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PASSWORD = "mật khẩu ban đầu"
# Words a page would show where nobody has translated it.
ENGLISH = re.compile(
    r">\s*(Import|Export|Save|Delete|History|Add|Change|View|Search|Submit|Home|Log out|Filter|Go|Action|Reset|"
    r"Username|Password|Email|Format|Resource|Toggle navigation)\b",
)


@pytest.fixture
def administrator(client):
    user = UserFactory(role=Role.ADMIN)
    client.force_login(user)
    return user


def registered():
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def inline(prefix, rows=(), initial=0):
    """The form of an inline: ``rows`` are dictionaries of its fields."""
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    return data | {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def save_inline(client, initiative, prefix, rows, initial=None):
    """Post the form of ``initiative`` with ``rows`` of one inline; ``initial`` of them are known, None: all."""
    fields = {"plan": initiative.plan_id, "code": "7", "name": initiative.name, "position": 1, "_van_luu": "1"}
    for other in ("assignments", "deadlines", "indicators", "platform_mentions", "texts"):
        fields |= inline(other)
    posted = inline(prefix, rows, initial=len(rows) if initial is None else initial)
    return client.post(address(Initiative, "change", initiative.pk), fields | posted)


@pytest.mark.parametrize("kind", ["changelist", "add"])
def test_every_page_is_in_vietnamese(client, administrator, kind):
    pages = {model: client.get(address(model, kind)) for model in registered()}

    assert {model.__name__: page.status_code for model, page in pages.items() if page.status_code != 200} == {}
    assert {model: found for model, page in pages.items() if (found := ENGLISH.findall(page.content.decode()))} == {}
    assert len(pages) > 10


def test_error_in_a_form_is_pointed_to_in_vietnamese(client, administrator):
    pages = [
        client.post(address(Unit, "add"), {"name": name, "kind": kind, "level": "district", **inline("aliases")})
        for name, kind in (("", "department"), ("", ""))
    ]

    notes = [re.findall(r'class="errornote">\s*(.*?)\s*</p>', page.content.decode(), re.DOTALL) for page in pages]
    assert notes == [["Hãy sửa chỗ báo lỗi dưới đây."]] * 2


def test_import_and_export_speak_vietnamese(client, administrator):
    page = client.get(address(Unit, "import")).content.decode()

    assert (ENGLISH.findall(page), "Tệp cần nhập" in page) == ([], True)


def test_pages_hold_no_inline_script_or_style(client, administrator, duty):
    pages = [
        *(client.get(address(model, "add")) for model in registered()),
        client.get(address(Unit, "import")),
        client.get(address(Unit, "history", duty.unit_id)),
        client.get("/quan-tri/"),
    ]

    bodies = [page.content.decode() for page in pages]
    inline = re.compile(r'<script(?![^>]*\bsrc=)(?![^>]*type="application/json")[^>]*>|\sstyle="|\son\w+="')
    assert [inline.findall(body) for body in bodies] == [[]] * len(bodies)


def test_sign_in_of_the_admin_is_that_of_the_portal(client):
    asked = "/quan-tri/assignments/unit/"

    page = client.get(f"/quan-tri/login/?next={asked}")

    assert (page.status_code, page["Location"]) == (302, f"/dang-nhap/?next={asked}")


def test_search_needs_no_diacritics(client, administrator):
    UnitFactory(name="Phòng Văn hóa và Thông tin")
    UnitFactory(name="Phòng Nội vụ")

    page = client.get(address(Unit, "changelist"), {"q": "van hoa"})

    assert [unit.name for unit in page.context["cl"].result_list] == ["Phòng Văn hóa và Thông tin"]


@pytest.mark.parametrize("field", ["plan", "group"])
def test_picker_of_an_initiative_needs_no_diacritics(client, administrator, field):
    group = InitiativeGroupFactory(plan__short_name="Đề án 06", name="Đề án")
    InitiativeGroupFactory(plan__short_name="Mô hình số", name="Mô hình")
    asked = {"app_label": "models_registry", "model_name": "initiative", "field_name": field}

    page = client.get(reverse("admin:autocomplete"), {"term": "de an", **asked})

    wanted = {"plan": group.plan, "group": group}[field]
    assert [row["id"] for row in page.json()["results"]] == [str(wanted.pk)]


def test_deadline_settled_by_hand_is_marked_so(client, administrator, plan):
    initiative = InitiativeFactory(plan=plan)
    deadline = {"position": 0, "text": "Quý I/2024", "kind": "quarter", "due_on": "2024-03-31"}

    answer = client.post(
        address(type(initiative), "change", initiative.pk),
        {
            "plan": plan.pk,
            "code": initiative.code,
            "name": initiative.name,
            "position": 1,
            **inline("deadlines", [deadline]),
            **inline("indicators"),
            **inline("assignments"),
            **inline("platform_mentions"),
            **inline("texts"),
        },
    )

    assert answer.status_code == 302
    assert list(Deadline.objects.values_list("due_on__month", "is_corrected")) == [(3, True)]


@pytest.mark.parametrize("is_other", [True, False], ids=["another", "the-same"])
def test_unit_chosen_by_hand_is_marked_so(client, administrator, plan, unit, is_other):
    mention = AssignmentFactory(initiative=InitiativeFactory(plan=plan), unit=unit)
    chosen = UserFactory(unit=UnitFactory(name="Phòng Tài chính")).memberships.get().unit if is_other else unit
    initiative = mention.initiative
    row = {"id": mention.pk, "initiative": initiative.pk, "role": mention.role, "position": 0, "text": mention.text}

    answer = client.post(
        address(type(initiative), "change", initiative.pk),
        {
            "plan": plan.pk,
            "code": initiative.code,
            "name": initiative.name,
            "position": 1,
            **inline("deadlines"),
            **inline("indicators"),
            **inline("assignments", [row | {"unit": chosen.pk}], initial=1),
            **inline("platform_mentions"),
            **inline("texts"),
        },
    )

    mention.refresh_from_db()
    assert (answer.status_code, mention.unit, mention.is_corrected) == (302, chosen, is_other)


def test_member_added_to_a_collective_owes_what_the_collective_is_given(client, administrator):
    plan = PlanFactory(closed_on=None)
    collective, unit = CollectiveFactory(), UnitFactory()
    UserFactory(unit=unit)
    AssignmentFactory(initiative=InitiativeFactory(plan=plan), unit=collective, role=AssignmentRole.COORDINATING)

    answer = client.post(address(CollectiveMember, "add"), {"collective": collective.pk, "unit": unit.pk})

    assert answer.status_code == 302
    assert list(Duty.objects.values_list("unit", "terms__via")) == [(unit.pk, collective.pk)]


def test_new_user_must_change_the_password_given(client, administrator):
    answer = client.post(
        address(User, "add"),
        {
            "username": "xa-moi",
            "full_name": "Cán bộ xã",
            "role": "officer",
            "password1": PASSWORD,
            "password2": PASSWORD,
            **inline("memberships"),
        },
    )

    made = User.objects.get(username="xa-moi")
    assert answer.status_code == 302
    assert (made.must_change_password, made.check_password(PASSWORD)) == (True, True)


def test_password_set_again_must_be_changed(client, administrator, officer):
    url = reverse("admin:auth_user_password_change", args=[officer.pk])

    client.post(url, {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"})

    officer.refresh_from_db()
    assert (officer.must_change_password, officer.check_password(PASSWORD)) == (True, True)


def test_people_initiatives_and_units_are_never_deleted(client, administrator, officer, duty):
    for row in (officer, duty.initiative, duty.unit):
        assert client.post(address(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403


def test_page_of_a_user_shows_nothing_of_the_password(client, administrator, officer):
    officer.set_password(PASSWORD)
    officer.save()

    page = client.get(address(User, "change", officer.pk)).content.decode()

    assert (officer.password in page, "Đặt lại mật khẩu" in page) == (False, True)


def test_history_tells_who_changed_what(client, administrator, unit):
    client.post(
        address(Unit, "change", unit.pk),
        {"name": "Phòng Nội vụ", "kind": "department", "level": "province", **inline("aliases")},
    )

    latest = client.get(address(Unit, "history", unit.pk)).context["changes"][0]

    changes = [("cấp", "Cấp huyện", "Cấp tỉnh"), ("nộp báo cáo", "True", "False")]
    assert (latest.by, latest.kind, latest.fields) == (str(administrator), "sửa", changes)


def test_history_of_what_was_there_from_the_beginning_is_empty(client, administrator, reminder_rules):
    page = client.get(address(ReminderRule, "history", reminder_rules[0].pk))

    assert (page.status_code, page.context["changes"]) == (200, [])


def exported(client, model):
    answer = client.get(address(model, "export"))
    return openpyxl.load_workbook(io.BytesIO(answer.content)).active, answer.content


def import_file(client, model, content):
    file = SimpleUploadedFile("bang.xlsx", content)
    preview = client.post(address(model, "import"), {"import_file": file, "format": "0", "resource": ""})
    form = preview.context["confirm_form"]
    return client.post(address(model, "process_import"), form.initial, follow=True)


def test_exported_units_compute_nothing_and_come_back_unchanged(client, administrator):
    UnitFactory(name='=HYPERLINK("x")', code="-1")
    before = list(Unit.objects.values("name", "code", "kind", "level"))

    sheet, content = exported(client, Unit)
    page = import_file(client, Unit, content)

    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert list(Unit.objects.values("name", "code", "kind", "level")) == before
    assert [str(message) for message in page.context["messages"]] == [
        "Đã nhập xong: 0 mới, 0 sửa, 0 xóa, 1 không đổi (đơn vị)."
    ]


def test_people_come_from_a_file_with_their_units_and_without_a_password(client, administrator, unit):
    table = openpyxl.Workbook()
    table.active.append(["Tên đăng nhập", "Họ và tên", "Thư điện tử", "Vai trò", "Đơn vị", "Đang hoạt động"])
    table.active.append(["noi-vu", "Cán bộ Nội vụ", "", "Cán bộ đơn vị", "phong noi vu", "có"])
    content = io.BytesIO()
    table.save(content)

    import_file(client, User, content.getvalue())

    made = User.objects.get(username="noi-vu")
    assert [membership.unit for membership in made.memberships.all()] == [unit]
    assert (made.role, made.has_usable_password(), made.must_change_password) == ("officer", False, True)


def test_people_exported_and_imported_again_change_nothing(client, administrator, officer):
    _, content = exported(client, User)

    page = import_file(client, User, content)

    assert [str(message) for message in page.context["messages"]] == [
        "Đã nhập xong: 0 mới, 0 sửa, 0 xóa, 2 không đổi (người dùng)."
    ]


def test_units_that_have_ended_and_their_spellings_come_back_unchanged(client, administrator):
    current = UnitFactory(name="Công an huyện")
    ended = UnitFactory(name="Công an huyện", valid_to=date(2020, 12, 31), successor=current)
    alone = UnitFactory(name="Phòng Y tế", valid_to=date(2025, 2, 28), successor=current)
    for unit in (current, ended, alone):
        UnitAlias.objects.create(unit=unit, text=f"Cách viết {unit.pk}")
    CollectiveMember.objects.create(collective=CollectiveFactory(), unit=alone, valid_to=date(2025, 2, 28))
    before = [list(model.objects.order_by("pk").values()) for model in (Unit, CollectiveMember)]

    for model in (Unit, CollectiveMember):
        page = import_file(client, model, exported(client, model)[1])
        assert "0 mới, 0 sửa" in str(next(iter(page.context["messages"])))

    assert [list(model.objects.order_by("pk").values()) for model in (Unit, CollectiveMember)] == before


def test_file_may_end_a_unit_and_name_its_successor(client, administrator):
    UnitFactory(name="Phòng Nội vụ")
    UnitFactory(name="Phòng Y tế")
    table = openpyxl.Workbook()
    table.active.append(["Tên", "Loại", "Cấp", "Nộp báo cáo", "Đến hết ngày", "Đơn vị kế thừa"])
    table.active.append(["Phòng Y tế", "Phòng, ban chuyên môn", "Cấp huyện", "có", "28/02/2025", "Phòng Nội vụ"])
    content = io.BytesIO()
    table.save(content)

    import_file(client, Unit, content.getvalue())

    assert list(Unit.objects.values_list("name", "valid_to", "successor__name")) == [
        ("Phòng Nội vụ", None, None),
        ("Phòng Y tế", date(2025, 2, 28), "Phòng Nội vụ"),
    ]


def test_spellings_come_back_unchanged(client, administrator, unit):
    UnitAlias.objects.create(unit=unit, text="=P. NV")
    before = list(UnitAlias.objects.values())

    page = import_file(client, UnitAlias, exported(client, UnitAlias)[1])

    assert (list(UnitAlias.objects.values()), "0 mới, 0 sửa" in str(next(iter(page.context["messages"])))) == (
        before,
        True,
    )


def test_focal_points_come_from_a_file_and_go_back_unchanged(client, administrator, unit):
    table = openpyxl.Workbook()
    table.active.append(["Đơn vị", "Họ và tên", "Chức vụ", "Điện thoại", "Thư điện tử"])
    table.active.append(["phong noi vu", "Đầu mối một", "Phó Trưởng phòng", "+84 912 000 000", "mot@example.vn"])
    content = io.BytesIO()
    table.save(content)
    import_file(client, FocalPoint, content.getvalue())

    page = import_file(client, FocalPoint, exported(client, FocalPoint)[1])

    assert "0 mới, 0 sửa" in str(next(iter(page.context["messages"])))
    assert list(FocalPoint.objects.values_list("unit", "full_name", "position", "phone", "email")) == [
        (unit.pk, "Đầu mối một", "Phó Trưởng phòng", "+84 912 000 000", "mot@example.vn")
    ]


def days_off(*rows):
    table = openpyxl.Workbook()
    for row in (["Ngày", "Loại", "Tên"], *rows):
        table.active.append(row)
    content = io.BytesIO()
    table.save(content)
    return content.getvalue()


def test_days_off_of_a_year_come_from_a_file(client, administrator):
    Holiday.objects.all().delete()

    import_file(client, Holiday, days_off(["01/01/2028", "ngày nghỉ", "Tết"], [date(2028, 2, 5), "làm bù", "Làm bù"]))

    assert list(Holiday.objects.order_by("date").values_list("date", "kind", "name", "source")) == [
        (date(2028, 1, 1), "off", "Tết", "nhập từ tệp"),
        (date(2028, 2, 5), "make_up", "Làm bù", "nhập từ tệp"),
    ]


def test_all_that_is_wrong_with_a_file_is_said_at_once_by_row_and_column(client, administrator):
    Holiday.objects.all().delete()
    rows = (
        ["32/01/2028", "ngày nghỉ", "Sai ngày"],
        ["03/02/2028", "làm bù", "Thứ Năm"],
        ["04/02/2028", "nghỉ lễ", "Sai loại"],
        ["07/02/2028", "ngày nghỉ", ""],
    )
    file = SimpleUploadedFile("bang.xlsx", days_off(*rows))

    page = client.post(address(Holiday, "import"), {"import_file": file, "format": "0", "resource": ""})

    said = [re.sub(r"\s+", " ", line) for line in re.findall(r"<li>(Dòng .*?)</li>", page.content.decode(), re.DOTALL)]
    assert [line[:18] for line in said] == [
        "Dòng 2: “32/01/202",
        "Dòng 3, cột Ngày: ",
        "Dòng 4, cột Loại: ",
        "Dòng 5, cột Tên: T",
    ]
    assert Holiday.objects.count() == 0


def test_focal_point_is_found_by_unit_without_diacritics(client, administrator, unit):
    FocalPoint.objects.create(unit=unit, full_name="Đầu mối một")
    FocalPoint.objects.create(unit=UnitFactory(), full_name="Đầu mối hai")

    page = client.get(address(FocalPoint, "changelist"), {"q": "noi vu"})

    assert [point.full_name for point in page.context["cl"].result_list] == ["Đầu mối một"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_exports_of_the_admin_hold_no_formula_and_read_back_equal(client, administrator, begin):
    hostile = f"{begin}1+1"
    unit = UnitFactory(name=f"{begin}Phòng", short_name=hostile)
    UnitAlias.objects.create(unit=unit, text=f"{hostile} khác")
    FocalPoint.objects.create(unit=unit, full_name=hostile, position=hostile, phone=hostile)
    UserFactory(full_name=hostile)

    for model in (Unit, UnitAlias, FocalPoint, User):
        before = list(model.objects.order_by("pk").values())
        sheet, content = exported(client, model)
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert [cell.coordinate for cell in cells if cell.data_type == "f" or str(cell.value)[0] in "=+-@"] == []
        import_file(client, model, content)
        assert list(model.objects.order_by("pk").values()) == before
