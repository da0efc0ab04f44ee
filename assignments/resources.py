"""Units, their spellings and members as tables: the same columns for the files of a plan and for the admin's Excel."""

from typing import Any

from import_export import fields, resources, widgets

from assignments.models import CollectiveMember, Unit, UnitAlias
from models_registry.text import fold, one_line

_DATES = ("%d/%m/%Y", "%Y-%m-%d")


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


class UnitWidget(widgets.ForeignKeyWidget):
    """A standing unit by its name, whatever its case, marks or dashes."""

    def __init__(self) -> None:
        super().__init__(Unit, field="name")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Unit | None:
        """Raise ValueError, in words, where no standing unit has that name."""
        if not value:
            return None
        found = Unit.objects.filter(search_key=fold(str(value)), valid_to=None).first()
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


class UnitResource(PortalResource):
    name = fields.Field("name", "Tên")
    short_name = fields.Field("short_name", "Tên ngắn")
    code = fields.Field("code", "Mã")
    kind = fields.Field("kind", "Loại", widget=ChoiceWidget(Unit.Kind))
    level = fields.Field("level", "Cấp", widget=ChoiceWidget(Unit.Level))
    files_reports = fields.Field("files_reports", "Nộp báo cáo", widget=YesNoWidget())
    valid_from = fields.Field("valid_from", "Từ ngày", widget=widgets.DateWidget(_DATES))
    valid_to = fields.Field("valid_to", "Đến hết ngày", widget=widgets.DateWidget(_DATES))

    class Meta(PortalResource.Meta):
        model = Unit
        import_id_fields = ("name",)
        fields = ("name", "short_name", "code", "kind", "level", "files_reports", "valid_from", "valid_to")

    def get_instance(self, instance_loader: Any, row: Any) -> Unit | None:
        return Unit.objects.filter(search_key=fold(str(row.get("Tên") or "")), valid_to=None).first()

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
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
    valid_from = fields.Field("valid_from", "Từ ngày", widget=widgets.DateWidget(_DATES))
    valid_to = fields.Field("valid_to", "Đến hết ngày", widget=widgets.DateWidget(_DATES))

    class Meta(PortalResource.Meta):
        model = CollectiveMember
        import_id_fields = ("collective", "unit")
        fields = ("collective", "unit", "valid_from", "valid_to")

    def get_instance(self, instance_loader: Any, row: Any) -> CollectiveMember | None:
        return CollectiveMember.objects.filter(
            collective__search_key=fold(str(row.get("Đơn vị tập hợp") or "")),
            unit__search_key=fold(str(row.get("Thành viên") or "")),
            valid_to=None,
        ).first()
