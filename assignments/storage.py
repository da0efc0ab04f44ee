"""Where what people upload lies."""

import os
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

_PART = ".part"


class PrivateFiles(FileSystemStorage):
    """Files without an address, readable by the portal's own account only; each is there whole or not at all.

    A file is written beside its place under another name, brought to the disk, and only then given its own.
    ``location`` is a folder of DATA_DIR, looked up when a file is read or written and not when the storage is made.
    """

    def __init__(self, *, location: str | Path) -> None:
        super().__init__(location, file_permissions_mode=0o600, directory_permissions_mode=0o700)
        self.folder = location

    @property
    def base_location(self) -> Path:
        return settings.DATA_DIR / self.folder

    @property
    def location(self) -> str:
        return str(self.base_location.absolute())

    def url(self, name: str | None) -> NoReturn:
        """Raise ValueError: these files are handed out by views, which see who asks."""
        raise ValueError("Tệp này không có địa chỉ.")

    def _save(self, name: str, content: File) -> str:
        """Raise OSError on a full disk, and then leave nothing behind; that ``name`` is free has been looked at."""
        path = Path(self.path(name))
        part = path.with_name(f"{path.name}{_PART}")
        try:
            super()._save(f"{name}{_PART}", content)  # type: ignore[misc]  # Django's hook, which the stubs leave out
            _bring_to_disk(part)
            part.replace(path)
            _bring_to_disk(path.parent)  # the name as well as the bytes
        except BaseException:
            part.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise
        return name


def _bring_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
