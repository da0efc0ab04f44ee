"""Days off as a table: the year's announcement goes in and out as Excel."""

from typing import Any

from import_export import fields

from assignments.resources import ChoiceWidget, DayWidget, PortalResource
from reports.models import Holiday

BY_FILE = "nhập từ tệp"


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
