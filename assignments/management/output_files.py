"""Files that commands write."""

from pathlib import Path

from django.core.management.base import CommandError


def write_file(path: Path, content: bytes) -> None:
    """All of it or nothing: what was there stays until the new file is whole. Raises CommandError."""
    try:
        _write(path, content)
    except OSError as error:
        reason = "thư mục không có, không cho ghi, hoặc ổ đĩa đã đầy"
        raise CommandError(f"Không ghi được {path}: {reason}.") from error


def _write(path: Path, content: bytes) -> None:
    if path.exists() and not path.is_file():  # a pipe, a device; a folder refuses
        path.write_bytes(content)
        return
    half = path.with_name(f".{path.name}.dang-ghi")
    try:
        half.write_bytes(content)
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise
