"""Styles and scripts as they are served: without what is written for their readers, named by their contents."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_COMMENTS = {
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
    ".js": re.compile(r"^\s*//.*$", re.MULTILINE),  # those alone on their lines: "//" stands in addresses too
}
# No style of the portal has a sign of these with a space beside it in its strings.
_AROUND_SIGNS = re.compile(r"\s*([{};,])\s*")


class LeanStaticFiles(CompressedManifestStaticFilesStorage):
    """Scripts are hashed with what they import, so that none is ever asked for again and none is old."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:
        lean = {
            name: (_Lean(storage) if _is_own(storage) else storage, path) for name, (storage, path) in paths.items()
        }
        return super().post_process(lean, dry_run=dry_run, **options)


class _Lean:
    """The project's own files, read without their comments."""

    def __init__(self, storage: FileSystemStorage) -> None:
        self._storage = storage

    def open(self, path: str) -> Any:
        file = self._storage.open(path)
        ending = Path(path).suffix
        if ending not in _COMMENTS:
            return file
        with file:
            return ContentFile(lean(file.read().decode(), ending).encode())


def _is_own(storage: FileSystemStorage) -> bool:
    return Path(storage.location) in [Path(folder) for folder in settings.STATICFILES_DIRS]


def lean(text: str, ending: str) -> str:
    """A style or script (".css", ".js") without comments and spaces that say nothing; nothing is renamed."""
    lines = (line.strip() for line in _COMMENTS[ending].sub("", text).splitlines())
    plain = "\n".join(line for line in lines if line)
    return _AROUND_SIGNS.sub(r"\1", plain) if ending == ".css" else plain
