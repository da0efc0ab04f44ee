"""What is wrong with an annex, in words for the administrator."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """An error stops the import; a warning is shown and the words are kept as printed."""

    ERROR = "error"
    WARNING = "warning"


class Problem(NamedTuple):
    """One finding: ``row`` and ``column`` as Excel counts them ("C"), empty where it concerns the whole file.

    ``text`` is what the cell says, where there is one; ``sheet`` the name of the sheet, or "Bảng 2" of a document.
    """

    level: Level
    code: str
    message: str
    row: int | None = None
    column: str = ""
    text: str = ""
    sheet: str = ""

    @property
    def place(self) -> str:
        """ "dòng 18, cột C"; empty where the finding concerns the whole file."""
        named = [f"dòng {self.row}" if self.row else "", f"cột {self.column}" if self.column else ""]
        return ", ".join(part for part in named if part)

    def as_json(self) -> dict[str, object]:
        return {
            "row": self.row,
            "column": self.column or None,
            "level": self.level.value,
            "code": self.code,
            "message": self.message,
        }


class AnnexUnreadable(Exception):
    """The file cannot be read at all; ``problem`` says why and what to do."""

    def __init__(self, code: str, message: str, *, sheet: str = "", row: int | None = None, text: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(Level.ERROR, code, message, row, text=text[:200], sheet=sheet)
