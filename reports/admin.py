"""Settings of reporting in the admin."""

from django.contrib import admin

from models_registry.admin import HistoryAdmin
from reports.models import Letterhead


@admin.register(Letterhead)
class LetterheadAdmin(HistoryAdmin):
    list_display = ("unit", "symbol", "place", "drafter")
    list_select_related = ("unit",)
    search_fields = ("unit__search_key",)
    autocomplete_fields = ("unit",)
