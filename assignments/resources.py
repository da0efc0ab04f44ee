"""Units, their spellings and members as tables: the same columns for the files of a plan and for the admin's Excel."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from import_export import fields, resources, widgets

from assignments.models import CollectiveMember, FocalPoint, Unit, UnitAlias, UnitMembership, User
from assignments.roles import Role
from models_registry.text import as_cell, fold, from_cell, one_line

_IN_FORCE_FIRST = F("valid_to").desc(nulls_first=True)


class ChoiceWidget(widgets.CharWidget):
    """A choice written by its label, as people read it; the folded label is enough to recognise it."""

    def __init__(self, choices: Any) -> None:
        super().__init__()
        self.choices = choices

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Raise ValueError, in words, for a label that is not one of the choices."""
        for stored, label in self.choices.choices:
            if fold(str(value or "")) == fold(str(label)):
                return str(stored)
        labels = "; ".join(str(label) for label in self.choices.labels)
        raise ValueError(f"“{value}” không có trong danh sách. Hãy ghi một trong: {labels}.")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(dict(self.choices.choices).get(value, ""))


class YesNoWidget(widgets.CharWidget):
    """Yes or no, written "có" or "không"."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        return fold(str(value or "")) in ("co", "1", "true", "x")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "có" if value else "không"


class DayWidget(widgets.DateWidget):
    """A day as people type it, or as a cell of Excel that is a date."""

    def __init__(self) -> None:
        super().__init__("%d/%m/%Y")
        self.formats = ("%d/%m/%Y", "%Y-%m-%d")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        """Raise ValueError, in words, for what is not a day."""
        if isinstance(value, datetime):
            return value.date()
        try:
            day: date | None = super().clean(value, row, **kwargs)
        except ValueError as error:
            raise ValueError(f"“{value}” không phải là ngày. Hãy ghi như 05/03/2024.") from error
        return day


class UnitWidget(widgets.ForeignKeyWidget):
    """A unit by its name, whatever its case, marks or dashes; the one in force where others of that name have ended."""

    def __init__(self) -> None:
        super().__init__(Unit, field="name")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Unit | None:
        """Raise ValueError, in words, where no unit has that name."""
        if not value:
            return None
        found = Unit.objects.filter(search_key=fold(str(value))).order_by(_IN_FORCE_FIRST).first()
        if found is None:
            raise ValueError(f"Chưa có đơn vị “{value}”. Hãy thêm đơn vị này trước.")
        return found


class PortalResource(resources.ModelResource):
    """What all tables share: unchanged rows are left alone, and every row is checked as a form would."""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        store_instance = False

    def export_field(self, field: fields.Field, instance: Any, **kwargs: Any) -> Any:
        value = super().export_field(field, instance, **kwargs)
        return as_cell(value) if isinstance(value, str) else value

    def validate_instance(self, *args: Any, **kwargs: Any) -> None:
        """Raise what is wrong by the column's own name, not by the field's."""
        try:
            super().validate_instance(*args, **kwargs)
        except ValidationError as error:
            columns = {field.attribute: field.column_name for field in self.fields.values()}
            said = {columns.get(name, name): messages for name, messages in error.message_dict.items()}
            raise ValidationError(said) from error

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Raise ValueError, in words, for a file without the column its rows are known by."""
        known_by = [self.fields[name].column_name for name in self.get_import_id_fields()]
        missing = [column for column in known_by if column not in (dataset.headers or ())]
        if missing:
            raise ValueError(f"Tệp thiếu cột “{'”, “'.join(missing)}”. Hãy thêm cột này ở dòng đầu rồi tải lên lại.")

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        for column, value in row.items():
            row[column] = _typed(value)


def _typed(value: Any) -> Any:
    """What a spreadsheet's cell holds as somebody would have typed it; a date stays a date."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(int(value) if value == int(value) else value)
    return from_cell(value) if isinstance(value, str) else value


def _same_or_in_force(named: QuerySet[Any], row: Any) -> Any:
    """The row that ends on the day the file gives, else the one in force: a file may end it."""
    try:
        ends = DayWidget().clean(row.get("Đến hết ngày"))
    except ValueError:
        ends = None  # said in words when the field itself is read
    return named.filter(valid_to=ends).first() or named.filter(valid_to=None).first()


class UnitResource(PortalResource):
    name = fields.Field("name", "Tên")
    short_name = fields.Field("short_name", "Tên ngắn")
    code = fields.Field("code", "Mã")
    kind = fields.Field("kind", "Loại", widget=ChoiceWidget(Unit.Kind))
    level = fields.Field("level", "Cấp", widget=ChoiceWidget(Unit.Level))
    files_reports = fields.Field("files_reports", "Nộp báo cáo", widget=YesNoWidget())
    valid_from = fields.Field("valid_from", "Từ ngày", widget=DayWidget())
    valid_to = fields.Field("valid_to", "Đến hết ngày", widget=DayWidget())
    successor = fields.Field("successor", "Đơn vị kế thừa", widget=UnitWidget())

    class Meta(PortalResource.Meta):
        model = Unit
        import_id_fields = ("name",)
        fields = ("name", "short_name", "code", "kind", "level", "files_reports", "valid_from", "valid_to", "successor")

    def get_instance(self, instance_loader: Any, row: Any) -> Unit | None:
        return _same_or_in_force(Unit.objects.filter(search_key=fold(str(row.get("Tên") or ""))), row)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        super().before_import_row(row, **kwargs)
        row["Tên"] = one_line(str(row.get("Tên") or ""))


class UnitAliasResource(PortalResource):
    unit = fields.Field("unit", "Đơn vị", widget=UnitWidget())
    text = fields.Field("text", "Cách viết")

    class Meta(PortalResource.Meta):
        model = UnitAlias
        import_id_fields = ("text",)
        fields = ("unit", "text")

    def get_instance(self, instance_loader: Any, row: Any) -> UnitAlias | None:
        return UnitAlias.objects.filter(key=fold(str(row.get("Cách viết") or ""))).first()


class CollectiveMemberResource(PortalResource):
    collective = fields.Field("collective", "Đơn vị tập hợp", widget=UnitWidget())
    unit = fields.Field("unit", "Thành viên", widget=UnitWidget())
    valid_from = fields.Field("valid_from", "Từ ngày", widget=DayWidget())
    valid_to = fields.Field("valid_to", "Đến hết ngày", widget=DayWidget())

    class Meta(PortalResource.Meta):
        model = CollectiveMember
        import_id_fields = ("collective", "unit")
        fields = ("collective", "unit", "valid_from", "valid_to")

    def get_instance(self, instance_loader: Any, row: Any) -> CollectiveMember | None:
        named = CollectiveMember.objects.filter(
            collective__search_key=fold(str(row.get("Đơn vị tập hợp") or "")),
            unit__search_key=fold(str(row.get("Thành viên") or "")),
        )
        return _same_or_in_force(named, row)


class FocalPointResource(PortalResource):
    """Whom to call at a unit; a name is one person at one unit on a day."""

    unit = fields.Field("unit", "Đơn vị", widget=UnitWidget())
    full_name = fields.Field("full_name", "Họ và tên")
    position = fields.Field("position", "Chức vụ")
    phone = fields.Field("phone", "Điện thoại")
    email = fields.Field("email", "Thư điện tử")
    valid_from = fields.Field("valid_from", "Từ ngày", widget=DayWidget())
    valid_to = fields.Field("valid_to", "Đến hết ngày", widget=DayWidget())

    class Meta(PortalResource.Meta):
        model = FocalPoint
        import_id_fields = ("unit", "full_name")
        fields = ("unit", "full_name", "position", "phone", "email", "valid_from", "valid_to")

    def get_instance(self, instance_loader: Any, row: Any) -> FocalPoint | None:
        named = FocalPoint.objects.filter(
            unit__search_key=fold(str(row.get("Đơn vị") or "")),
            full_name=one_line(str(row.get("Họ và tên") or "")),
        )
        return _same_or_in_force(named, row)


class UnitsWidget(widgets.CharWidget):
    """Several units in force, by name, separated by ";"."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Unit]:
        named = [UnitWidget().clean(name.strip()) for name in str(value or "").split(";")]
        return [unit for unit in named if unit]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "; ".join(unit.name for unit in value)


class UnitsField(fields.Field):
    """The units a person serves now. They are memberships, so they are compared and kept beside the person."""

    def get_value(self, instance: User) -> list[Unit]:
        if instance.pk is None:
            return []
        return [membership.unit for membership in instance.memberships.filter(valid_to=None).select_related("unit")]

    def save(self, instance: User, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Raise ValueError, in words, for a unit there is none of; ``keep`` writes, once the row is judged."""
        self.clean(row, **kwargs)

    def new_units(self, instance: User, row: Any) -> list[Unit]:
        """Those the file names and the person does not serve; a file without the column names none."""
        known = self.get_value(instance)
        wanted = self.clean(row) if self.column_name in row else []
        return [unit for unit in dict.fromkeys(wanted) if unit not in known]

    def keep(self, instance: User, row: Any) -> None:
        """Leaving a unit is dated by hand, never by a missing name."""
        UnitMembership.objects.bulk_create(
            UnitMembership(user=instance, unit=unit) for unit in self.new_units(instance, row)
        )


class UserResource(PortalResource):
    """People without their passwords; somebody new gets one from the administrator."""

    username = fields.Field("username", "Tên đăng nhập")
    full_name = fields.Field("full_name", "Họ và tên")
    email = fields.Field("email", "Thư điện tử")
    role = fields.Field("role", "Vai trò", widget=ChoiceWidget(Role))
    is_active = fields.Field("is_active", "Đang hoạt động", widget=YesNoWidget())
    units = UnitsField(column_name="Đơn vị", attribute="memberships", widget=UnitsWidget())

    class Meta(PortalResource.Meta):
        model = User
        import_id_fields = ("username",)
        fields = ("username", "full_name", "email", "role", "is_active", "units")

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        super().before_import_row(row, **kwargs)
        row["Tên đăng nhập"] = User.normalize_username(str(row["Tên đăng nhập"]).strip())

    def init_instance(self, row: Any = None) -> User:
        user: User = super().init_instance(row)
        user.set_unusable_password()
        return user

    def skip_row(self, instance: User, original: User, row: Any, import_validation_errors: Any = None) -> bool:
        """A row that only brings another unit is not unchanged."""
        is_new_to_unit = self.fields["units"].new_units(instance, row)
        return not is_new_to_unit and super().skip_row(instance, original, row, import_validation_errors)

    def after_save_instance(self, instance: User, row: Any, **kwargs: Any) -> None:
        """Somebody new has a key only now."""
        self.fields["units"].keep(instance, row)
