"""What Word files and workbooks state: of one unit, and of all."""

import re

from docx.table import Table

from reports.domain.numbers import Figure, write_figure
from tests.whole.papers import folded, words_of
from tests.whole.statements import (
    HINDERED,
    NOT_HEARD_OF,
    SHOWN,
    UNFILED,
    Said,
    code_in,
    codes_in,
    counted,
    document_title,
    late_codes,
    number_in,
    percent_in,
)

_TO_DATE = "Lũy kế"
# Each has a page and a Word file of its own.
_REPORTS_READ = 16

# --- The report of a unit ---


def of_unit_reports(visitor):
    """The latest ones."""
    for url in visitor.page("/bao-cao/").urls(".//ul[contains(@class,'report-list')]/li/a")[:_REPORTS_READ]:
        yield from unit_report(visitor, url)


def unit_report(visitor, url):
    """A report as it was filed, its page against its Word file."""
    if not visitor.get(url):
        return
    page = visitor.page(url)
    document = page.link("Tải bản Word")
    if not document or not visitor.get(document):
        return
    for row in page(".//table[contains(@class,'tbl-filed')]/tbody/tr"):
        told = row.xpath("td[contains(@class,'nowrap')]")[0]
        result = " ".join(words_of(one) for one in row.xpath(".//p[contains(@class,'result')]"))
        about = (url, f"Mô hình {words_of(row.xpath('td')[0])}")
        state = words_of(told.xpath("span[contains(@class, 'st ')]")[0])
        yield Said(("line", *about), (state, percent_in(words_of(told)), result), url)
    for cells in rows_of(visitor.word(document).tables, "Kết quả trong kỳ"):
        about = (url, cells["Mô hình"].partition(":")[0])
        result = "" if cells["Kết quả trong kỳ"].startswith("Không thay đổi") else cells["Kết quả trong kỳ"]
        told = (cells["Tình trạng"], percent_in(cells["Tiến độ"]), result)
        yield Said(("line", *about), told, document)


def rows_of(tables, head):
    """The rows of the Word tables that have a column called ``head``, by the heads of their columns."""
    for table in tables:
        heads, *rows = [[folded(cell.text) for cell in row.cells] for row in table.rows]
        if head in heads:
            yield from (dict(zip(heads, row, strict=True)) for row in rows if len(set(row)) > 1)


# --- The report upward ---


def of_consolidated(visitor):
    """Drafts of the running week and month: page, Word file, PDF where the machine makes and reads one, workbook."""
    listed = visitor.page("/bao-cao-tong-hop/")
    seen = set()
    for row in listed(".//li[contains(@class,'draft-period')]"):
        title = document_title(words_of(row.xpath(".//h2")[0]).lower())
        rhythm = title.partition(" ")[0]
        if rhythm in seen:
            continue
        seen.add(rhythm)
        yield from drafted(visitor, title, draft_of(visitor, row))
        # Late today is late at the end of the period; what comes to be late until then is not yet.
        for code in late_codes(visitor.page("/tong-hop/")):
            yield Said(("late", title, code), True, "/tong-hop/")


def draft_of(visitor, row):
    """The draft of a period, begun where there is none."""
    for form in row.xpath(".//form"):
        posted = {one.get("name"): one.get("value") for one in form.xpath(".//input[@name='ky']")}
        answer = visitor.client.post(form.get("action"), posted, follow=True)
        return answer.redirect_chain[-1][0]
    return row.xpath(".//a/@href")[0]


def drafted(visitor, title, url):
    page = visitor.page(url)
    reading, document = visitor.page(page.link("Xem trước")), visitor.word(page.link("Tải Word"))
    yield from same_text(reading, document)
    if pdf := visitor.pdf(page.link("Tải PDF")):
        yield from same_words(reading, pdf)
    tables = [tr for table in reading(".//table") for tr in table_rows(table)]
    yield from sentences(title, [words_of(one) for one in reading(".//article//p")], reading.url)
    yield from annexes(title, tables, reading.url)
    yield from workbook(title, visitor.workbook(page.link("Tải bảng số liệu")), url)


def same_text(reading, document):
    """The page and the Word file say the same rows and the same sentences."""
    page_rows = [tuple(words_of(cell) for cell in row) for row in reading(".//table/tbody/tr")]
    word_rows = [row for table in document.tables for row in word_table(table)]
    for row in page_rows:
        yield Said(("row of the document", reading.url, row), True, reading.url)
        yield Said(("row of the document", reading.url, row), row in word_rows, "Word")
    text = "\n".join(folded(one.text) for one in document.paragraphs)
    for words in sentences_of(reading):
        yield Said(("sentence", reading.url, words), True, reading.url)
        yield Said(("sentence", reading.url, words), words in text, "Word")


def sentences_of(reading):
    return [words_of(one).lstrip("-+ ") for one in reading(".//article/p[@class='words']")]


def same_words(reading, pdf):
    """A PDF says the same sentences; where its lines and pages end says nothing."""
    text = unspaced(re.sub(r"\f\s*\d+\s*\n", "", pdf))
    for words in sentences_of(reading):
        yield Said(("sentence", reading.url, words), True, reading.url)
        yield Said(("sentence", reading.url, words), unspaced(words) in text, "PDF")


def unspaced(text):
    return re.sub(r"\s", "", text)


def word_table(table: Table):
    for row in table.rows:
        cells = [folded(cell.text) for cell in row.cells]
        yield tuple(cells[:1] if len(set(cells)) == 1 else cells)


def table_rows(table):
    heads = [words_of(one) for one in table.xpath("thead//th")]
    for row in table.xpath("tbody/tr[td]"):
        yield dict(zip(heads, row.xpath("td"), strict=True))


def sentences(title, paragraphs, where):
    text = "\n".join(paragraphs)
    if found := re.search(r"Trong kỳ có (\d+)/(\d+) đơn vị nộp báo cáo", text):
        yield Said(("filing", title, "đã nộp"), int(found[1]), where)
        yield Said(("filing", title, "phải nộp"), int(found[2]), where)
        own = next(one for one in paragraphs if found[0] in one).partition("Về báo cáo tuần")[0]
        missing = re.search(r"; (\d+) đơn vị chưa nộp", own)
        late = re.search(r"(\d+) đơn vị nộp muộn", own)
        yield Said(("filing", title, "chưa nộp"), int(missing[1]) if missing else 0, where)
        yield Said(("filing", title, "nộp muộn"), int(late[1]) if late else 0, where)
    if found := re.search(r"trong ([\d.]+) mô hình có ([^;.\n]*)(?:; chậm [^:]*: ([^\n]*))?", text):
        counts = {words: int(count) for count, words in re.findall(r"(\d+) mô hình (.+?)(?=, | và \d|$)", found[2])}
        yield Said(("initiatives",), number_in(found[1]), where)
        yield Said(("initiatives",), sum(counts.values()), f"{where} cộng lại")
        yield Said(("late ones", title), codes_in(found[3] or ""), where)
        for words in (NOT_HEARD_OF, HINDERED):
            yield Said(("initiatives", words), counts.get(words, 0), where)
    if "Không còn khó khăn, vướng mắc nào" in text:
        yield Said(("difficulties told upward",), 0, where)
    elif found := re.search(r"Còn ([\d.]+) khó khăn, vướng mắc đang chờ giải quyết \(([^)]*)\)", text):
        yield Said(("difficulties told upward",), number_in(found[1]), where)
        yield Said(("difficulties told upward",), sum(map(int, re.findall(r"\d+", found[2]))), f"{where} từng cấp")
    for silent in re.findall(r"- ([^\n]*): trong kỳ chưa có kết quả mới", text):
        for code in codes_in(silent):
            yield Said(("has news", title, code), False, where)
    for code in re.findall(r"^- Mô hình (\w+): [^\n]*\n\+ ", text, re.M):
        yield Said(("has news", title, f"MH {code}"), True, where)


def annexes(title, rows, where):
    standing_rows = [row for row in rows if "Kết quả gần nhất" in row]
    late = [row for row in standing_rows if "Chậm so với" in words_of(row["Tình trạng"])]
    yield Said(("late ones", title), frozenset(code_in(row["Mô hình"]) for row in late), f"{where} phụ lục")
    yield Said(("initiatives",), len(standing_rows), f"{where} phụ lục")
    for row in standing_rows:
        lines = row["Tình trạng"].text_content().split("\n")
        yield from standing_in_lines(title, code_in(row["Mô hình"]), lines, f"{where} phụ lục")
    for row in rows:
        if "Số đơn vị có số liệu" in row:
            name, code = words_of(row["Chỉ tiêu"]), f"MH {words_of(row['Mô hình'])}"
            if words_of(row["Cách tính"]).startswith(_TO_DATE):
                total, units = words_of(row["Kết quả"]), words_of(row["Số đơn vị có số liệu"])
                yield from counted(code, name, total, units, f"{where} phụ lục")
        if "Nộp lúc" in row:
            word = words_of(row["Tình trạng"])
            yield Said(("filed", words_of(row["Đơn vị"]), title), word not in UNFILED, f"{where} phụ lục")


def standing_in_lines(title, code, lines, where):
    """ "Đang triển khai: 3", "Chậm so với thời hạn": how the leads stand, a line for each state."""
    states = [line.strip() for line in lines if not line.startswith("Chậm")]
    pairs = [state.partition(": ") for state in states if state]
    yield Said(("spread", code), frozenset((word, int(count or 1)) for word, _, count in pairs), where)
    yield Said(("late", title, code), any(line.startswith("Chậm") for line in lines), where)


def workbook(title, sheets, where):
    where = f"{where} bảng"
    yield Said(("initiatives",), len(sheets["Mô hình"]), where)
    for row in sheets["Mô hình"]:
        code = f"MH {row['Mô hình']}"
        lines = (row["Tình trạng"] or "").split("\n")
        yield from standing_in_lines(title, code, [*lines, *(["Chậm"] if row["Chậm"] else [])], where)
        for line in re.split(r"\n(?=[^\n]+: )", row["Kết quả gần nhất"] or ""):
            if line:
                name, _, text = line.partition(": ")
                name = name.partition(" (theo báo cáo ")[0]
                yield Said(("result", code, name), folded(text)[:SHOWN], where)
    for row in sheets["Nộp báo cáo"]:
        yield Said(("filed", row["Đơn vị"], row["Kỳ"]), row["Tình trạng"] not in UNFILED, where)
    own = [row for row in sheets["Nộp báo cáo"] if row["Kỳ"] == title]
    yield Said(("filing", title, "phải nộp"), len(own), where)
    missing = frozenset(row["Đơn vị"] for row in own if row["Tình trạng"] in UNFILED)
    yield Said(("filing", title, "chưa nộp", "units"), missing, where)
    yield Said(("difficulties told upward",), len(sheets["Khó khăn"]), where)
    yield from workbook_counts(sheets["Chỉ tiêu"], where)
    for row in sheets["Thay đổi"]:
        yield Said(("state word", f"MH {row['Mô hình']}", row["Đơn vị"]), row["Cuối kỳ"], where)
    for row in sheets["Báo cáo chi tiết"]:
        if row["Kết quả trong kỳ"] and not row["Giữ như kỳ trước"]:
            yield Said(("has news", title, f"MH {row['Mô hình']}"), True, where)


def workbook_counts(rows, where):
    """What was counted to date, by all units and by each."""
    for row in rows:
        code, name, who = f"MH {row['Mô hình']}", row["Chỉ tiêu"], row["Đơn vị"]
        if not row["Cách tính"].startswith(_TO_DATE):
            continue
        figure = write_figure(Figure(row["Số liệu"], row["Trên tổng số"])) if row["Số liệu"] is not None else ""
        if who in ("Tất cả đơn vị", "Chưa có số liệu"):
            yield Said(("counted", code, name), f"{figure} {row['Đơn vị tính']}" if figure else "", where)
        else:
            yield Said(("counted by", code, name, who), figure, where)
