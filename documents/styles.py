"""The styles of an official document by Nghị định 30/2020/NĐ-CP, Phụ lục I: one table, from which Word's part is made.

Sizes are in points, spaces in twips (20 to the point). Where the decree leaves a choice the larger size was taken, but
for the first lines: in the smaller one the name of most bodies stands on one line.
"""

from dataclasses import dataclass

from .markup import NAMESPACE

FONT = "Times New Roman"
FIRST_LINE = 720  # 1.27 cm
LINE_SINGLE, LINE_BODY = 240, 264  # single, and 1.1 of it


@dataclass(frozen=True)
class Style:
    """One paragraph style; ``code`` names the point of the decree it follows."""

    code: str
    name: str
    size: float = 14
    align: str = "center"
    bold: bool = False
    italic: bool = False
    before: int = 0
    after: int = 0
    line: int = LINE_SINGLE
    left: int = 0
    right: int = 0
    hanging: int = 0
    first_line: int = 0
    keep_next: bool = False
    outline: int | None = None


_BODY = {"align": "both", "before": 120, "line": LINE_BODY, "first_line": FIRST_LINE}
_TITLED = {"keep_next": True, **_BODY}

STYLES: dict[str, Style] = {
    "PageNumber": Style("P4", "Số trang"),
    "Nation": Style("H1", "Quốc hiệu", size=12, bold=True),
    "Motto": Style("H2", "Tiêu ngữ", size=13, bold=True),
    "Rule": Style("H3", "Đường kẻ", size=2),
    "Parent": Style("H4", "Cơ quan chủ quản", size=12),
    "Issuer": Style("H5", "Cơ quan ban hành", size=12, bold=True),
    "Number": Style("H6", "Số, ký hiệu", size=13),
    "Draft": Style("H6", "Dự thảo", size=13, bold=True, before=60),
    "PlaceDate": Style("H8", "Địa danh, thời gian", size=14, italic=True),
    "Kind": Style("H9", "Tên loại", size=14, bold=True, before=240, keep_next=True),
    "Subject": Style("H9", "Trích yếu", size=14, bold=True, keep_next=True, left=567, right=567),
    "Addressee": Style("H10", "Kính gửi", size=14, before=120),
    "AddresseeLabel": Style("H10", "Kính gửi (nhiều nơi)", size=14, align="left", left=2268, before=120),
    # The dashes stand under the colon: "Kính gửi" is 988 twips long at this size.
    "AddresseeItem": Style("H10", "Nơi kính gửi", size=14, align="left", left=3446, hanging=190),
    "Body": Style("B1", "Nội dung", **_BODY),  # type: ignore[arg-type]
    "Ground": Style("B2", "Căn cứ", italic=True, **_BODY),  # type: ignore[arg-type]
    "Part": Style("B4", "Phần", bold=True, before=240, keep_next=True, outline=0),
    "PartTitle": Style("B4", "Tiêu đề phần", bold=True, keep_next=True),
    "Section": Style("B4", "Mục", bold=True, outline=0, **_TITLED),  # type: ignore[arg-type]
    "Clause": Style("B4", "Khoản", bold=True, outline=1, **_TITLED),  # type: ignore[arg-type]
    "Point": Style("B4", "Điểm", **_TITLED),  # type: ignore[arg-type]
    "Caption": Style("B4", "Tên bảng", bold=True, before=180, after=60, keep_next=True),
    "TableHead": Style("A1", "Đầu bảng", size=13, bold=True, before=40, after=40),
    "TableGroup": Style("A1", "Nhóm trong bảng", size=13, align="left", bold=True, before=40, after=40, keep_next=True),
    "TableLeft": Style("A1", "Ô chữ", size=13, align="left", before=40, after=40),
    "TableCentre": Style("A1", "Ô giữa", size=13, before=40, after=40),
    "TableRight": Style("A1", "Ô số", size=13, align="right", before=40, after=40),
    "Authority": Style("S1", "Quyền hạn, chức vụ", size=14, bold=True, keep_next=True),
    "SignatureRoom": Style("S4", "Chỗ ký", size=14, keep_next=True),
    "Signer": Style("S2", "Họ tên người ký", size=14, bold=True),
    "RecipientsLabel": Style("S5", "Nơi nhận", size=12, align="left", bold=True, italic=True, keep_next=True),
    "Recipient": Style("S5", "Tên nơi nhận", size=11, align="left"),
    "AnnexLabel": Style("A1", "Phụ lục", size=14, bold=True, keep_next=True),
    "AnnexTitle": Style("A1", "Tên phụ lục", size=14, bold=True, keep_next=True),
    "AnnexOf": Style("A2", "Kèm theo", size=14, italic=True, keep_next=True),
    "Gap": Style("B1", "Khoảng trống", size=6),
}

_FONTS = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}" w:eastAsia="{FONT}"/>'
_TABLES = """
<w:style w:type="table" w:default="1" w:styleId="PlainTable"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>
  <w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="28" w:type="dxa"/><w:right w:w="28" w:type="dxa"/>
  </w:tblCellMar></w:tblPr></w:style>
<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:basedOn w:val="PlainTable"/>
  <w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar><w:left w:w="85" w:type="dxa"/>
  <w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
"""
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


def styles_xml() -> str:
    """Word's part of styles, whole."""
    borders = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for edge in _EDGES)
    styles = "".join(_style_xml(key, style) for key, style in STYLES.items())
    return (
        f'<w:styles xmlns:w="{NAMESPACE}"><w:docDefaults><w:rPrDefault><w:rPr>{_FONTS}<w:color w:val="000000"/>'
        '<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr>'
        "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        f"{styles}{_TABLES.format(borders=borders)}</w:styles>"
    )


def _style_xml(key: str, style: Style) -> str:
    half_points = round(style.size * 2)
    keep = "<w:keepNext/>" if style.keep_next else ""
    outline = f'<w:outlineLvl w:val="{style.outline}"/>' if style.outline is not None else ""
    indent = f'w:hanging="{style.hanging}"' if style.hanging else f'w:firstLine="{style.first_line}"'
    weight = ("<w:b/><w:bCs/>" if style.bold else "") + ("<w:i/><w:iCs/>" if style.italic else "")
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{keep}'
        f'<w:spacing w:before="{style.before}" w:after="{style.after}" w:line="{style.line}" w:lineRule="auto"/>'
        f'<w:ind w:left="{style.left}" w:right="{style.right}" {indent}/><w:jc w:val="{style.align}"/>{outline}</w:pPr>'
        f'<w:rPr>{_FONTS}{weight}<w:color w:val="000000"/><w:sz w:val="{half_points}"/>'
        f'<w:szCs w:val="{half_points}"/></w:rPr></w:style>'
    )
