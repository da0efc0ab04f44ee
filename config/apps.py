from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PortalConfig(AppConfig):
    """Registers the project itself, so that its own commands (``serve``) are found."""

    name = "config"
    verbose_name = "Cổng theo dõi kế hoạch"


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin.PortalAdminSite"


class PortalStaticFilesConfig(StaticFilesConfig):
    """Leaves out extensions of htmx: none is used, and one imports a file that is not there."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]
