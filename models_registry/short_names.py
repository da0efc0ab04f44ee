"""Short names of initiatives for rows, heads of tables and the wall; documents have the official ones. Pure."""

import csv
import re

from models_registry.text import one_line

LONGEST = 45
COLUMNS = ("Mô hình", "Tên gọi tắt")
# What most names begin with, and what most go on with after they have said what they are.
_BEGIN = re.compile(r"^(?:tiếp tục\s+)?(?:triển khai|tổ chức|thực hiện)\s+", re.IGNORECASE)
_MORE = re.compile(r"\s*[(;]|\s+(?:để|nhằm|phục vụ)\s")


def propose_short_name(name: str) -> str:
    """What an official name may be called where there is little room; "" where it is short enough itself."""
    if len(name) <= LONGEST:
        return ""
    core = _MORE.split(_BEGIN.sub("", name))[0].strip(" ,.:")
    if len(core) > LONGEST:
        core = core[: LONGEST - 1].rsplit(" ", 1)[0].strip(" ,.:;") + "…"
    return core[:1].upper() + core[1:]


def read_short_names(table: str) -> dict[str, str]:
    """The short name of each initiative, by its code, from a CSV table with COLUMNS.

    Raises ValueError, in words for the administrator, naming the line.
    """
    rows = csv.DictReader(table.lstrip("\ufeff").splitlines())
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise ValueError(f"dòng đầu phải là: {', '.join(COLUMNS)}.")
    found: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        code, name = (one_line(row[column] or "") for column in COLUMNS)
        if len(name) > LONGEST:
            raise ValueError(f"dòng {number}: “{name}” dài {len(name)} ký tự; tên gọi tắt không quá {LONGEST} ký tự.")
        found[code] = name
    return found
