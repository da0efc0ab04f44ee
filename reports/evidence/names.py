"""The name a file is kept and downloaded under: the officer's own words, harmless on every system."""

import re
import unicodedata

from models_registry.text import one_line

# Windows and macOS refuse names of more than 255 bytes or letters; browsers add " (1)" to a second download.
MAX_BYTES = 200
UNNAMED = "minh chứng"
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
# They turn the reading direction: "exe.fdp" would be shown as "pdf.exe" the other way round.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def safe_name(name: str, extension: str, *also: str) -> str:
    """``name`` in NFC without folders, cut at a whole letter, with an ending that tells the truth.

    ``extension`` (".pdf") is added unless the name ends with it or with one of ``also`` (".jpeg").
    """
    last = _DIRECTION.sub("", one_line(name)).replace("\\", "/").rpartition("/")[2]
    words = _FORBIDDEN.sub("_", last).rstrip(" .")
    ending = next((words[-len(known) :] for known in (extension, *also) if words.lower().endswith(known)), "")
    stem = words.removesuffix(ending).strip(" .")
    return f"{_cut(stem, MAX_BYTES - len(ending or extension)) or UNNAMED}{ending or extension}"


def _cut(text: str, limit: int) -> str:
    """The beginning of ``text`` in at most ``limit`` bytes of UTF-8; a letter never loses its marks."""
    if len(text.encode()) <= limit:
        return text
    kept = text.encode()[:limit].decode(errors="ignore")
    if unicodedata.combining(text[len(kept)]):
        kept = kept.rstrip("".join({char for char in kept if unicodedata.combining(char)}))[:-1]
    return kept.rstrip(" .")
