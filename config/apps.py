from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    """Registers the project itself, so that its own commands (``serve``) are found."""

    name = "config"
    verbose_name = "Cổng theo dõi kế hoạch"


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin.PortalAdminSite"
