"""Days off as a table: the year's announcement goes in and out as Excel."""

from datetime import date, datetime
from typing import Any

from import_export import fields, widgets

from assignments.resources import ChoiceWidget, PortalResource
from reports.models import Holiday

BY_FILE = "nhập từ tệp"
_FORMATS = ("%d/%m/%Y", "%Y-%m-%d")


class DayWidget(widgets.Widget):
    """A day as people write it ("05/02/2027"), or as a spreadsheet keeps it."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        """Raise ValueError, in words, for what is no day."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date) or not value:
            return value or None
        for form in _FORMATS:
            try:
                return datetime.strptime(str(value).strip(), form).date()
            except ValueError:
                continue
        raise ValueError(f"“{value}” không phải là ngày. Hãy ghi như 05/02/2027.")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{value:%d/%m/%Y}" if value else ""


class HolidayResource(PortalResource):
    date = fields.Field("date", "Ngày", widget=DayWidget())
    kind = fields.Field("kind", "Loại", widget=ChoiceWidget(Holiday.Kind))
    name = fields.Field("name", "Tên")

    class Meta(PortalResource.Meta):
        model = Holiday
        import_id_fields = ("date",)
        fields = ("date", "kind", "name")

    def before_save_instance(self, instance: Holiday, row: Any, **kwargs: Any) -> None:
        instance.source = BY_FILE
