"""The layout of an administrative document by Nghị định 30/2020/NĐ-CP, Phụ lục I.

The letters in the comments are the points of the decree as the tests name them: P page, H first page, B body,
S signature, A annexes.
"""

from collections.abc import Sequence
from datetime import date

from .blocks import Annex, OfficialDocument
from .body import body, closing
from .markup import KEEP_NEXT, Cell, line, paragraph, row, rule, run, table, twips
from .measures import text_width
from .numbering import roman
from .styles import STYLES

# P1, P2: A4, and margins within 20–25 (top, bottom), 30–35 (left), 15–20 mm (right).
SHORT_SIDE, LONG_SIDE = 11906, 16838
TOP, BOTTOM, LEFT, RIGHT = twips(20), twips(20), twips(30), twips(15)
HEADER = twips(10)
PORTRAIT_WIDTH = SHORT_SIDE - LEFT - RIGHT
LANDSCAPE_WIDTH = LONG_SIDE - LEFT - RIGHT
HEAD_LEFT = 4190
SIGN_LEFT = 4300

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DRAFT = "DỰ THẢO"
_RULE_SHARE = 0.42  # "dài từ 1/3 đến 1/2 độ dài của dòng chữ"
_GAP = "\u00a0"  # kept as wide as written
_BOXED = '<w:bdr w:val="single" w:sz="6" w:space="4" w:color="000000"/>'
_SIGNING_LINES = 4


# --- First page ---


def first_page(document: OfficialDocument) -> str:
    """Everything above the body: who, number, date, title, to whom, on what grounds."""
    return (
        _letterhead(document)
        + line("Kind", document.kind.upper())
        + line("Subject", document.subject)
        + _rule_under("Subject", document.subject.splitlines()[-1], PORTRAIT_WIDTH, space_after=120)
        + _addressees(document.addressees)
        + "".join(line("Ground", text) for text in _ended_lines(document.grounds))
    )


def _letterhead(document: OfficialDocument) -> str:
    """H1–H8: two columns and two rows, so that number and date stand on one line whatever is above them."""
    head, right = document.head, PORTRAIT_WIDTH - HEAD_LEFT
    issuer = "".join(line("Issuer", text.upper()) for text in head.issuer)
    issuer_rule = _rule_under("Issuer", head.issuer[-1].upper() if head.issuer else "", HEAD_LEFT)
    parent = line("Parent", head.parent.upper()) if head.parent else ""
    motto_rule = rule(text_width(MOTTO, STYLES["Motto"].size), right)
    nation = line("Nation", NATION) + line("Motto", MOTTO) + motto_rule
    draft = paragraph("Draft", run(DRAFT, _BOXED)) if document.is_draft else ""
    number = line("Number", f"Số: {number_and_symbol(document)}") + draft
    when = line("PlaceDate", f"{head.place or '…'}, {signed_day(document.signed_on)}")
    return table(
        "PlainTable",
        (HEAD_LEFT, right),
        [
            row([Cell(parent + issuer + issuer_rule, HEAD_LEFT), Cell(nation, right)]),
            row([Cell(number, HEAD_LEFT), Cell(when, right)]),
        ],
    )


def number_and_symbol(document: OfficialDocument) -> str:
    """ "05/BC-CAH"; a number below ten is written with a 0, one not given yet leaves room (H6)."""
    number = _GAP * 6 if document.number is None else f"{document.number:02d}"
    return f"{number}/{document.head.symbol or '…'}"


def signed_day(day: date | None) -> str:
    """ "ngày 05 tháng 01 năm 2024"; only days below ten and the months 1 and 2 take a 0 (H8)."""
    if day is None:
        return f"ngày{_GAP * 5}tháng{_GAP * 5}năm{_GAP * 7}"
    return f"ngày {day.day:02d} tháng {month_number(day)} năm {day.year}"


def month_number(day: date) -> str:
    """ "02", "3": as the decree writes it."""
    return f"{day.month:02d}" if day.month <= 2 else str(day.month)


def _addressees(names: Sequence[str]) -> str:
    """H10: one on the line of "Kính gửi:", several below it with their dashes under the colon."""
    if not names:
        return ""
    if len(names) == 1:
        return line("Addressee", f"Kính gửi: {names[0]}")
    items = "".join(line("AddresseeItem", f"- {text}") for text in _ended_lines(names))
    return line("AddresseeLabel", "Kính gửi:") + items


def _ended_lines(texts: Sequence[str]) -> list[str]:
    """Each line ends with ";" and the last one with "."."""
    ends = [";"] * (len(texts) - 1) + ["."]
    return [f"{text.rstrip(' .;,')}{end}" for text, end in zip(texts, ends, strict=False)]


def _rule_under(style: str, text: str, width: int, *, space_after: int = 0) -> str:
    """A rule a good third as long as the line of ``text`` above it (H5, H9, A2)."""
    length = min(text_width(text, STYLES[style].size), width)
    return rule(length * _RULE_SHARE, width, space_after=space_after)


# --- Body and signature ---


def main_part(document: OfficialDocument) -> str:
    return first_page(document) + closing(document.blocks, PORTRAIT_WIDTH) + _signature(document)


def _signature(document: OfficialDocument) -> str:
    """S1–S5: recipients on the left, level with who signs on the right; room to sign, no picture of a signature."""
    head, right = document.head, PORTRAIT_WIDTH - SIGN_LEFT
    same = ["Như trên"] if document.addressees else []
    kept = f"Lưu: VT, {head.drafter}" if head.drafter else "Lưu: VT"
    places = _ended_lines([*same, *head.recipients, kept])
    recipients = line("RecipientsLabel", "Nơi nhận:") + "".join(line("Recipient", f"- {text}") for text in places)
    authority = "".join(line("Authority", text.upper()) for text in head.authority) or line("Authority", "")
    room = paragraph("SignatureRoom") * _SIGNING_LINES
    office = line("Authority", head.office.upper()) if head.office else ""  # S3: above the name
    signed = authority + room + office + line("Signer", head.signer)
    # Kept with the table, as the last words are with it: nobody signs a page that says nothing.
    gap = paragraph("Gap", properties=KEEP_NEXT)
    return gap + table("PlainTable", (SIGN_LEFT, right), [row([Cell(recipients, SIGN_LEFT), Cell(signed, right)])])


# --- Annexes ---


def annex_label(document: OfficialDocument, place: int) -> str:
    """ "Phụ lục", with a Roman number where there are several."""
    return f"Phụ lục {roman(place)}" if len(document.annexes) > 1 else "Phụ lục"


def annex_part(annex: Annex, document: OfficialDocument, place: int) -> str:
    """A1, A2: its label, its title, what it belongs to."""
    width = LANDSCAPE_WIDTH if annex.is_landscape else PORTRAIT_WIDTH
    belongs = (
        f"(Kèm theo {document.kind} số {number_and_symbol(document)} {signed_day(document.signed_on)} "
        f"của {document.head.issuer_name})"
    )
    return (
        line("AnnexLabel", annex_label(document, place))
        + line("AnnexTitle", annex.title.upper())
        + line("AnnexOf", belongs)
        + _rule_under("AnnexOf", belongs, width, space_after=120)
        + body(annex.blocks, width)
    )


def section(*, is_landscape: bool, headers: tuple[str, str]) -> str:
    """P1, P2, P4, A3: the page of a part, which counts its pages from 1 and shows no number on the first.

    ``headers`` are the relationships of the header of the first page and of the others.
    """
    first, others = headers
    width, height = (LONG_SIDE, SHORT_SIDE) if is_landscape else (SHORT_SIDE, LONG_SIDE)
    turned = ' w:orient="landscape"' if is_landscape else ""
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="{others}"/>'
        f'<w:headerReference w:type="first" r:id="{first}"/><w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="{HEADER}"'
        ' w:footer="567" w:gutter="0"/><w:pgNumType w:start="1"/><w:titlePg/></w:sectPr>'
    )
