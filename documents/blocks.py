"""What an official document says, without how it looks: letterhead, addressees, body, annexes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True)
class Heading:
    """``level`` 0 "Phần I", 1 "I. KẾT QUẢ", 2 "1. Mô hình", 3 "a) …"; the layout counts them."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Words of a person or of the portal; each line of them becomes a paragraph of its own."""

    text: str


@dataclass(frozen=True)
class Bullet:
    """One line that begins with a dash."""

    text: str


@dataclass(frozen=True)
class Column:
    """``width`` is a share of the table's whole; neighbours of one ``group`` get a heading over them."""

    title: str
    width: float
    align: Align = Align.LEFT
    group: str = ""


@dataclass(frozen=True)
class GroupRow:
    """A row merged across the table, such as the name of a group of initiatives."""

    text: str


@dataclass(frozen=True)
class Table:
    """``caption`` stands above it; a row has one text for each column."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str] | GroupRow]
    caption: str = ""


Block = Heading | Paragraph | Bullet | Table


@dataclass(frozen=True)
class Annex:
    """``number`` and date of the document it belongs to are repeated under its title by the layout."""

    title: str
    blocks: Sequence[Block]
    is_landscape: bool = True


@dataclass(frozen=True)
class Head:
    """Who issues the document and how that body writes and signs: the letterhead as it stood on the day.

    ``symbol`` is what follows the number ("BC-CAH"); ``authority`` the lines over the signature; ``recipients`` those
    named under "Nơi nhận", without "Như trên" and "Lưu", which follow by themselves; ``office`` what who signs for a
    working group is in the body whose seal it uses.
    """

    issuer: Sequence[str]
    issuer_name: str
    parent: str = ""
    symbol: str = ""
    place: str = ""
    authority: Sequence[str] = ()
    signer: str = ""
    office: str = ""
    recipients: Sequence[str] = ()
    drafter: str = ""


@dataclass(frozen=True)
class OfficialDocument:
    """A document with a named type ("Báo cáo") and its subject (trích yếu).

    ``number`` and ``signed_on`` stay blank until the clerk gives them; ``grounds`` are the căn cứ, one a line.
    """

    head: Head
    kind: str
    subject: str
    blocks: Sequence[Block]
    addressees: Sequence[str] = ()
    grounds: Sequence[str] = ()
    annexes: Sequence[Annex] = ()
    number: int | None = None
    signed_on: date | None = None
    is_draft: bool = False
    made_at: datetime | None = field(default=None, compare=False)
