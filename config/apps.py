from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers the project itself, so that its own commands (``serve``) are found."""

    name = "config"
    verbose_name = "Cổng theo dõi kế hoạch"
