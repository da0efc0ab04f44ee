"""Imports of the annex in the words and signs of the screens."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from assignments.models import AnnexImport, AnnexImportQuerySet, AssignmentRole, User

from .preview import CellPlace, Counts, Mention, Preview, PreviewFieldChange, PreviewProblem

State = AnnexImport.State
# How long a worker may take to begin, or to end, before the page says that it is silent.
_PATIENCE_TO_BEGIN = 20
_PATIENCE_TO_END = 120
_MENTIONS_SHOWN = 5


class ImportLook(NamedTuple):
    """A sign that survives grey print, a colour name of the style sheet, the word."""

    sign: str
    colour: str
    word: str


LOOKS: dict[str, ImportLook] = {
    State.WAITING: ImportLook("r-open", "grey", "Chờ đọc"),
    State.READING: ImportLook("w-in_progress", "blue", "Đang đọc"),
    State.READY: ImportLook("r-late", "amber", "Chờ quyết định"),
    State.WRITING: ImportLook("w-in_progress", "blue", "Đang ghi"),
    State.DONE: ImportLook("r-accepted", "green", "Đã nhập"),
    State.REFUSED: ImportLook("r-missed", "red", "Không đọc được"),
    State.CANCELLED: ImportLook("r-excused", "grey", "Đã hủy, chưa ghi gì"),
    State.UNDONE: ImportLook("r-returned", "amber", "Đã hoàn tác"),
}


class ImportRow(NamedTuple):
    """One import as a list shows it."""

    url: str
    file_name: str
    plan: str
    uploaded: str
    look: ImportLook
    outcome: str


class ImportProgress(NamedTuple):
    """What a worker is at; ``silent_for`` says how long nothing was heard of it, empty while that is no wonder."""

    stage: str
    percent: int
    silent_for: str

    @property
    def is_silent(self) -> bool:
        return bool(self.silent_for)


class ProblemLine(NamedTuple):
    """One finding: where, what and what to do, the words of the cell where the message does not hold them."""

    place: str
    message: str
    text: str


class FieldLine(NamedTuple):
    """One part of an initiative: what goes, what comes."""

    label: str
    removed: list[str]
    added: list[str]


class ChangeRow(NamedTuple):
    """One initiative of the file; ``place`` is "18", "19, 23" where a page break had split it."""

    code: str
    name: str
    group: str
    place: str
    is_joined: bool
    lines: list[FieldLine]


# --- The list ---


def with_counts(imports: AnnexImportQuerySet) -> AnnexImportQuerySet:
    """For ``import_row``: the figures of each preview without the preview itself."""
    return imports.without_contents().annotate(counts=F("preview__counts")).select_related("plan", "uploaded_by")


def import_row(each: AnnexImport) -> ImportRow:
    counts = each.counts if each.state in (State.READY, State.DONE) else None  # type: ignore[attr-defined]
    return ImportRow(
        url=reverse("annex_import", args=[each.pk]),
        file_name=each.file_name,
        plan=str(each.plan.short_name or each.plan),
        uploaded=who_and_when(each.uploaded_by, each.uploaded_at),
        look=LOOKS[each.state],
        outcome=counts_in_words(counts) if counts else "",
    )


def who_and_when(person: User | None, at: datetime | None) -> str:
    """ "Nguyễn Văn A, 09:41 05/03/2024"; a command has no person."""
    when = f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else ""
    return ", ".join(filter(None, (str(person) if person else "lệnh trên máy chủ", when)))


def counts_in_words(counts: Counts) -> str:
    """ "2 mới · 1 thay đổi · 18 giữ nguyên"."""
    said = [
        (counts["created"], "mới"),
        (counts["updated"], "thay đổi"),
        (counts["unchanged"], "giữ nguyên"),
        (counts["gone"], "không còn trong tệp"),
    ]
    return " · ".join(f"{number} {words}" for number, words in said if number) or "không có mô hình nào"


def listed(counts: Counts) -> int:
    """How many initiatives the file lists."""
    return counts["created"] + counts["updated"] + counts["unchanged"]


# --- While a worker is at it ---


def progress_of(found: AnnexImport, at: datetime) -> ImportProgress:
    waiting = "Đang chờ tiến trình nền ghi…" if found.state == State.WRITING else "Đang chờ tiến trình nền đọc tệp…"
    since, patience = (
        (found.started_at, _PATIENCE_TO_END) if found.started_at else (found.queued_at, _PATIENCE_TO_BEGIN)
    )
    seconds = int((at - since).total_seconds())
    return ImportProgress(
        stage=(found.stage or LOOKS[found.state].word.capitalize()) if found.started_at else waiting,
        percent=found.progress,
        silent_for=_duration(seconds) if seconds > patience else "",
    )


def _duration(seconds: int) -> str:
    return f"{seconds} giây" if seconds < 120 else f"{seconds // 60} phút"


# --- The preview ---


def preview_of(found: AnnexImport) -> Preview:
    """What was read; of an import that has got so far."""
    return cast(Preview, found.preview)


def place_in_words(place: CellPlace) -> str:
    """ "trang “Sheet1”, dòng 18, cột C"; "cả tệp" where it concerns the whole of it."""
    row, column = place["row"], place["column"]
    if not row and not column:
        return "cả tệp"
    named = (f"trang “{place['sheet']}”" if place["sheet"] else "", f"dòng {row}" if row else "")
    return ", ".join(filter(None, (*named, f"cột {column}" if column else "")))


def problem_lines(preview: Preview, level: str) -> list[ProblemLine]:
    """Findings of one level; names nobody knows stand on cards of their own."""
    return [
        _problem_line(each) for each in preview["problems"] if each["level"] == level and each["code"] != "unknown_unit"
    ]


def _problem_line(problem: PreviewProblem) -> ProblemLine:
    is_said = problem["text"] in problem["message"]
    return ProblemLine(place_in_words(problem), problem["message"], "" if is_said else problem["text"])


def change_rows(preview: Preview, kind: str) -> list[ChangeRow]:
    return [
        ChangeRow(
            code=change["code"],
            name=change["name"],
            group=change["group"],
            place=", ".join(map(str, change["rows"])),
            is_joined=len(change["rows"]) > 1,
            lines=[_field_line(field) for field in change["fields"]],
        )
        for change in preview["changes"]
        if change["kind"] == kind
    ]


def _field_line(field: PreviewFieldChange) -> FieldLine:
    """Only the items that go and come; where merely their order differs, all of them."""
    gone, new = Counter(field["old"]), Counter(field["new"])
    removed, added = list((gone - new).elements()), list((new - gone).elements())
    if not removed and not added:
        removed, added = field["old"], field["new"]
    return FieldLine(field["label"], removed, added)


def mentions_in_words(mentions: Sequence[Mention]) -> str:
    """ "MH 6, chủ trì (dòng 18, cột D); … và 3 chỗ khác"."""
    shown = [
        f"MH {each['code']}, {AssignmentRole(each['role']).label.lower()} (dòng {each['row']}, cột {each['column']})"
        for each in mentions[:_MENTIONS_SHOWN]
    ]
    more = len(mentions) - len(shown)
    return "; ".join(shown) + (f" và {more} chỗ khác" if more > 0 else "")


def why_not_importable(counts: Counts) -> str:
    """Why the button cannot be pressed; empty where it can."""
    if counts["errors"]:
        return f"Còn {counts['errors']} lỗi: hãy sửa trong tệp rồi tải lên lại."
    return ""
