"""The body of a plan, read from its text: number, period, and what it says of each initiative. Pure."""

import calendar
import re
from dataclasses import dataclass, field
from datetime import date

from models_registry.text import clean, fold, one_line

# Headings of a passage as the plan writes them, folded, and the passage they begin.
_PASSAGES = {
    "muc tieu": "objective",
    "phan cong nhiem vu": "tasks",
    "don vi thuc hien": "units",
    "thoi gian hoan thanh": "deadline",
    "thoi gian thuc hien": "deadline",
    "cong cu trien khai": "platforms",
    "dia diem trien khai": "location",
    "ghi chu": "note",
}
_INITIATIVE = re.compile(r"^\d+\.\s+Mô hình\s+(?P<code>\w+):\s*(?P<name>.+)$")
_PASSAGE = re.compile(r"^(?:-\s*)?(?P<heading>[^\W\d][\w ]{5,25}?)\s*:\s*(?P<text>.*)$")
_CHAPTER = re.compile(r"^[IVX]+\.\s+\S")
_PERIOD = re.compile(r"Thời gian thực hiện:\s*(Từ tháng (\d{1,2})/(\d{4}) đến tháng (\d{1,2})/(\d{4}))")


@dataclass
class ParsedInitiative:
    """``passages`` maps objective, tasks, units, deadline, platforms, location, note to the text as printed."""

    code: str
    name: str
    passages: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ParsedPlan:
    number: str
    issued_text: str
    title: str
    basis: str
    period_text: str
    starts_on: date
    ends_on: date
    stated_initiatives: int | None
    initiatives: list[ParsedInitiative]


def read_body(text: str) -> ParsedPlan:
    """Read the body of a plan; raises ValueError, in words for the administrator, where the period is not found."""
    lines = [line for line in (_plain(raw) for raw in clean(text).splitlines()) if line]
    period = _PERIOD.search("\n".join(lines))
    if not period:
        raise ValueError("Không tìm thấy dòng “Thời gian thực hiện: Từ tháng … đến tháng …” trong kế hoạch.")
    first_month, first_year, last_month, last_year = map(int, period.groups()[1:])
    title_at = next((n for n, line in enumerate(lines) if line == "KẾ HOẠCH"), 0) + 1
    stated = re.search(r"gồm (\d+) mô hình", text)
    return ParsedPlan(
        number=_after(lines, "Số:"),
        issued_text=_issued(lines),
        title=lines[title_at],
        basis=lines[title_at + 1],
        period_text=period[1],
        starts_on=date(first_year, first_month, 1),
        ends_on=date(last_year, last_month, calendar.monthrange(last_year, last_month)[1]),
        stated_initiatives=int(stated[1]) if stated else None,
        initiatives=_initiatives(lines),
    )


def _plain(line: str) -> str:
    """One line without the marks of bold and italic, and without the second mark of a doubled list item."""
    return re.sub(r"^- \+ ", "+ ", one_line(line.replace("*", "")))


def _after(lines: list[str], label: str) -> str:
    return next((line.removeprefix(label).strip() for line in lines if line.startswith(label)), "")


def _issued(lines: list[str]) -> str:
    found = (re.search(r",\s*(ngày.*tháng.*năm \d{4})$", line) for line in lines)
    return next((match[1] for match in found if match), "")


def _initiatives(lines: list[str]) -> list[ParsedInitiative]:
    found: list[ParsedInitiative] = []
    passage = ""
    for line in lines:
        heading = _INITIATIVE.match(line)
        if heading:
            found.append(ParsedInitiative(heading["code"], heading["name"]))
            passage = ""
        elif _CHAPTER.match(line) and found:
            break
        elif found:
            passage = _take(found[-1], line, passage)
    return found


def _take(initiative: ParsedInitiative, line: str, passage: str) -> str:
    """Add ``line`` to the passage it begins or continues; returns the passage now open."""
    begun = _PASSAGE.match(line)
    kind = _PASSAGES.get(fold(begun["heading"])) if begun else None
    if begun and kind:
        initiative.passages[kind] = begun["text"]
        return kind
    if passage:
        known = initiative.passages[passage]
        # A line that begins in lower case is the rest of one broken by the page.
        joint = " " if line[0].islower() else "\n"
        initiative.passages[passage] = f"{known}{joint}{line}" if known else line
    return passage
