"""Where uploaded files lie."""

from typing import Any, NoReturn

from django.core.files.storage import FileSystemStorage


class PrivateFiles(FileSystemStorage):
    """Files without an address, readable by the portal's own account only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700, **options})

    def url(self, name: str | None) -> NoReturn:
        """Raise ValueError: these files are handed out by views, which see who asks."""
        raise ValueError("Tệp này không có địa chỉ.")
