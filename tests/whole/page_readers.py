"""What the pages of today state: the roll-up, initiatives, units, reports, difficulties, the first page."""

import re
from collections import Counter

from tests.whole.papers import folded, words_of
from tests.whole.statements import (
    FIGURES,
    HINDERED,
    IN_EFFECT,
    NOT_HEARD_OF,
    NOTHING,
    RETURNED,
    SHOWN,
    UNFILED,
    Said,
    asked_of_unit,
    code_in_row,
    counted,
    document_title,
    filed,
    late_codes,
    number_in,
    old_ones,
    percent_in,
    progress,
)

# --- The roll-up ---


def of_rollup(visitor):
    """As things stand now: the period that runs, or where none does the last one."""
    closed = visitor.page("/tong-hop/")
    front = visitor.page(closed(".//nav[@aria-label='Kỳ báo cáo']/a/@href")[-1])
    yield from attention(front, visitor)
    for page in visitor.pages(part_of(front, "Đơn vị × mô hình")):
        yield from matrix(page)
    for url in front.urls(".//td[@class='spread']/p/a[1]"):
        for entries in visitor.pages(url):
            yield from entry_list(entries)
    yield from dashboard(front)
    for looked_at in (front, closed, visitor.page(front(".//nav[@aria-label='Loại kỳ']/a/@href")[-1])):
        yield from filing(visitor, looked_at)
    yield from changes(visitor.page(part_of(front, "Thay đổi trong kỳ")))
    yield from timeline(visitor.page(part_of(front, "Dòng thời gian")))
    yield from trends(visitor.page(part_of(front, "Xu hướng, chỉ tiêu")))


def part_of(front, name):
    return next(one.get("href") for one in front(".//nav[contains(@class, 'tabs')]/a") if words_of(one) == name)


def dashboard(page):
    rows = page(".//table[contains(@class, 'tbl-plan')]//tr[th/a]")
    yield Said(("initiatives",), len(rows), page.url)
    yield Said(("late ones",), late_codes(page), page.url)
    heard_of = Counter()
    for row in rows:
        lead = words_of(row.xpath("td[@class='lead']")[0]).removesuffix(" của đơn vị chủ trì")
        if "/" not in lead:
            yield Said(("spread", code_in_row(row)), frozenset({(lead, 1)}), page.url)
        yield Said(("late", code_in_row(row)), bool(row.xpath(".//*[@class='over']")), page.url)
        reported, _, whole = lead.partition(" ")[0].partition("/")
        heard_of[NOT_HEARD_OF] += ("hưa báo cáo" in lead and reported == whole) or lead == NOTHING
        heard_of[HINDERED] += "ướng mắc" in lead
    for words in (NOT_HEARD_OF, HINDERED):
        yield Said(("initiatives", words), heard_of[words], page.url)


def matrix(page):
    for row in page(".//tbody/tr[not(contains(@class, 'grp'))]"):
        unit = words_of(row.xpath("th/a")[0])
        for said in row.xpath("td/a/@aria-label"):
            code, _, told = said.partition(" (")
            role, _, state = told.partition("): ")
            word = re.split(r" \d+\s%|, ", state)[0]
            yield from progress((code, unit), word, percent_in(state.partition(", kỳ trước")[0]), "", page.url)
            yield Said(("role", code, unit), role, page.url)


def entry_list(page):
    """The lines behind a number of the roll-up."""
    rows = page(".//ul[contains(@class,'lines')]/li[.//a/b]")
    if not page(".//nav[@aria-label='Các trang của danh sách']"):
        count = words_of(page(".//h1/following-sibling::p")[0]).rpartition(" · ")[2]
        yield Said(("lines", page.url), number_in(count), page.url)
        yield Said(("lines", page.url), len(rows), page.url)
    for row in rows:
        head, told = row.xpath("div/p")[:2]
        about = (words_of(head.xpath("a")[0]), folded(head.xpath("a")[0].tail))
        state = words_of(told.xpath("span[contains(@class, 'st ')]")[0])
        words = [words_of(one) for one in (*row.xpath("div/p[@class='words'][not(b)]"), *told.xpath(".//a"))]
        yield from progress(about, state, percent_in(words_of(told)), " ".join(words), page.url)
        yield Said(("role", *about), words_of(head.xpath("span")[0])[1:-1], page.url)


def attention(front, visitor):
    """What cannot wait: each heading and its names, and what the verdict counts of it."""
    for link in front(".//p[contains(@class, 'verdict')]/a[contains(@href, 'can-chu-y')]"):
        heading = visitor.page(link.get("href"))(".//section//h2")[0]
        yield Said(("attention", kind_of(heading)), number_in(words_of(link)), front.url)
    page = visitor.page(front.url.replace("/tong-hop/", "/tong-hop/can-chu-y/"))
    for section in page(".//section[.//h2]"):
        heading, items = section.xpath(".//h2")[0], section.xpath("ul/li")
        kind = kind_of(heading)
        yield Said(("attention", kind), number_in(words_of(heading)), page.url)
        yield Said(("attention", kind), len(items), f"{page.url}, danh sách")
        if kind == "đơn vị quá hạn chưa nộp":
            yield Said(("overdue",), frozenset(overdue_items(items)), page.url)
        if kind == "mô hình quá hạn":
            late = (re.search(r"MH \S+", words_of(one))[0] for one in items)
            yield Said(("late ones",), frozenset(late), page.url)
        if kind.startswith("khó khăn chờ"):
            aged = {one.xpath("a")[0].get("href"): words_of(one).rpartition(", ")[2] for one in items}
            yield Said(("old difficulties",), frozenset(old_ones(aged)), page.url)
            for url, age in aged.items():
                yield Said(("age", url), age, page.url)


def kind_of(heading):
    return words_of(heading).partition(" ")[2]


def overdue_items(items):
    """Each unit with each period it let pass."""
    for item in items:
        told = item.xpath(".//div[br]")[-1]
        for title in words_of(told.xpath("span")[0]).split(", "):
            yield folded(told.text), title


def filing(visitor, front):
    """How the period looked at was filed: figures, kinds of units, the lists behind the figures, the grid."""
    period = folded(front("string(.//nav[@aria-label='Kỳ báo cáo']/a[@aria-current]/text())")).lower()
    page = visitor.page(part_of(front, "Nộp báo cáo"))
    for name, figure in zip(FIGURES[1:4], front(".//section[.//h2[@id='nop-bao-cao']]//dd/a"), strict=True):
        yield Said(("filing", period, name), number_in(words_of(figure)), f"{front.url} số liệu")
    table = page(".//table[@aria-labelledby='so-lieu-nop']/tbody/tr")
    rows = [[number_in(words_of(cell)) for cell in row.xpath("td")[: len(FIGURES)]] for row in table]
    for name, sum_, whole in zip(FIGURES, map(sum, zip(*rows[:-1], strict=True)), rows[-1], strict=False):
        yield Said(("filing", period, name), whole, f"{page.url} tất cả loại")
        yield Said(("filing", period, name), sum_, f"{page.url} từng loại")
    for name, link in zip(FIGURES, table[-1].xpath("td/a"), strict=True):
        listed = visitor.page(link.get("href").partition("#")[0])
        reports = listed(".//*[@id='danh-sach']/ul/li[a]")
        heading = words_of(listed(".//*[@id='bao-cao-trong-ky']")[0])
        yield Said(("filing", period, name), number_in(heading.rpartition("(")[2]), f"{listed.url} tiêu đề")
        yield Said(("filing", period, name), len(reports), f"{listed.url} danh sách")
        units = frozenset(words_of(one.xpath("a")[0]) for one in reports)
        yield Said(("filing", period, name, "units"), units, listed.url)
        for one in reports:
            yield from filed(words_of(one.xpath("a")[0]), period, one.xpath("span/@title")[0], listed.url)
    for said in page(".//table[contains(@class, 'grid')]//td/a/@aria-label"):
        about, _, word = said.rpartition(": ")
        unit, _, told = about.rpartition(", ")
        yield from filed(unit, told, word, page.url)


def changes(page):
    for section in page(".//section[starts-with(@id, 'mo-hinh-')]"):
        code = words_of(section.xpath(".//h2/a")[0])
        for row in section.xpath(".//ul[@class='changes']/li[span[contains(@class, 'st ')]]"):
            state = words_of(row.xpath("span[contains(@class, 'st ')]")[-1])
            yield Said(("state word", code, words_of(row.xpath("a")[0])), state, page.url)


def timeline(page):
    late = {words_of(code) for code in page(".//tr[td[contains(@class, 'c-red')]]/th/a")}
    yield Said(("late ones",), frozenset(late), page.url)


def trends(page):
    for row in page(".//table[@aria-labelledby='chi-tieu']/tbody/tr"):
        name, code, told, _, _, units = map(words_of, row)
        total, _, reached = told.partition(" · ")
        yield from counted(code, name, total, units, page.url)
        yield Said(("reached", code, name), percent_in(reached), page.url)


# --- Initiatives and units ---


def of_plan(visitor):
    units = {}
    for page in visitor.pages("/mo-hinh/"):
        for row in page(".//table[contains(@class, 'tbl-plan')]//tr[th/a]"):
            code = code_in_row(row)
            yield from standing(code, row.xpath("td[@class='lead']")[0], row.xpath("td[@class='until']")[0], page.url)
            own = visitor.page(row.xpath("th/a/@href")[0])
            yield from initiative(code, own)
            units |= dict.fromkeys(own.urls(".//a[contains(@href, '/don-vi/')]"))
    for url in units:
        yield from of_unit(visitor.page(url))


def standing(code, lead, until, where):
    """How an initiative stands: the state of its only lead, whether it is late."""
    states = lead.xpath("span[contains(@class, 'st ')]")
    words = words_of(states[0]) if states else ""
    if words and not words[0].isdigit():
        yield Said(("spread", code), frozenset({(words, 1)}), where)
    yield Said(("late", code), bool(until.xpath("span[@class='over']")), where)


def initiative(code, page):
    head = page(".//p[@id='trang-thai']")[0]
    yield from standing(code, head, head, page.url)
    for row in page(".//table[contains(@class, 'tbl-units')]/tbody/tr"):
        about = (code, words_of(row.xpath("th/a")[0]))
        state, percents = row.xpath("td[1]/span[contains(@class, 'st ')]")[0], row.xpath("td[1]/span[@class='small']")
        result = " ".join(words_of(one) for one in row.xpath("td[@class='full']/span[@class='words'][not(span)]"))[1:-1]
        percent = percent_in(words_of(percents[0])) if percents else None
        yield from progress(about, words_of(state), percent, result, page.url)
        yield Said(("role", *about), words_of(row.xpath("th/span")[0]), page.url)
        yield Said(("result", *about), result[:SHOWN], page.url)
    for card in page(".//section[contains(@class, 'indicator')]"):
        yield from indicator(code, card, page.url)


def indicator(code, card, where):
    name, rows = words_of(card.xpath("h2")[0]).removeprefix("Chỉ tiêu: "), card.xpath(".//tbody/tr")
    totals = [words_of(one) for one in card.xpath("p/b")]
    yield Said(("counted", code, name), totals[0] if totals else "", where)
    yield Said(("units that counted", code, name), len(rows), where)
    for reached in card.xpath("p/span[starts-with(normalize-space(), 'đạt ')]"):
        yield Said(("reached", code, name), percent_in(words_of(reached)), where)
    for row in rows:
        unit, latest = words_of(row.xpath("th")[0]), words_of(row.xpath("td[b]")[0])
        yield Said(("counted by", code, name, unit), latest, where)


def of_unit(page):
    name = words_of(page("./h1 | .//h1")[0])
    rows = page(".//section[.//h2[contains(., 'Phải báo cáo')]]/ul/li/a")
    for heading in page(".//h2[contains(., 'Phải báo cáo')]") if rows else ():  # a unit that ended may have none
        yield Said(("owed by", name), number_in(words_of(heading)), f"{page.url} tiêu đề")
    yield Said(("owed by", name), len(rows), f"{page.url} danh sách")
    for row in rows:
        about = (code_in_row(row), name)
        yield Said(("role", *about), words_of(row.xpath("div/span")[0]).partition(", qua ")[0], page.url)
        for stands in row.xpath("span[@class='st-end']"):
            state = words_of(stands.xpath("span")[0])
            yield from progress(about, state, percent_in(words_of(stands)), "", page.url)
    yield from report_list(page, whose=name)


# --- Reports ---


def of_reports(visitor):
    for page in report_pages(visitor):
        yield from report_list(page)
    yield from review_desk(visitor)
    yield from to_chase(visitor)


def report_pages(visitor):
    """Every page of the list of reports, which shows who reads those of all units one period at a time."""
    periods = visitor.page("/bao-cao/")(".//select[@name='ky']/option[@value != '']/@value")
    for url in [f"/bao-cao/?ky={period}" for period in periods] or ["/bao-cao/"]:
        yield from visitor.pages(url)


def report_list(page, whose=""):
    """A line is named by period and unit, by its unit alone under the one period of the page, or by its period alone
    where all are of one unit: ``whose``.
    """
    chosen = [begun_small(words_of(one)) for one in page(".//nav[@aria-label='Kỳ báo cáo']/a[@aria-current]")]
    for row in page(".//ul[contains(@class,'report-list')]/li/a"):
        named = words_of(row.xpath(".//*[@class='name']")[0])
        title, _, unit_name = (named.partition(" · ")[0], "", whose) if whose else named.rpartition(" · ")
        word = words_of(row.xpath("span[contains(@class,'st ')]")[0])
        yield from due(row, word, page.url)
        if title or chosen:
            yield from filed(unit_name, title.removeprefix("Báo cáo ") or chosen[0], word, page.url)
        for period in chosen:
            yield Said(("whose report", row.get("href")), (f"Báo cáo {document_title(period)}", unit_name), page.url)


def due(row, word, where):
    """Whether a report is still to be filed, and by when; of one that was filed the page says who did."""
    url, told = row.get("href"), words_of(row.xpath(".//span[@class='quiet small']")[0])
    yield Said(("to be filed", url), word in UNFILED or word == RETURNED, where)
    if told.startswith("hạn "):
        due_on, _, left = told.removeprefix("hạn ").partition(", ")
        yield Said(("due", url), due_on, where)
        if left and word != RETURNED:
            yield Said(("left", url), left, where)


def begun_small(words):
    return words[:1].lower() + words[1:]


def review_desk(visitor):
    front = visitor.page("/duyet/")
    for link in front(".//nav[contains(@class,'tabs')]/a"):
        name, count = words_of(link).rsplit(" ", 1)
        first = front.url + link.get("href")
        listed, rows = visitor.page(first), []
        for page in visitor.pages(first):
            rows += page(".//li[contains(@class, 'row-of')]")
        yield Said(("desk", name), number_in(count), f"{front.url} {name}")
        yield Said(("desk", name), number_in(words_of(listed(".//h2")[0]).rpartition("(")[2]), f"{first} tiêu đề")
        yield Said(("desk", name), len(rows), f"{first} danh sách")
        known = [words_of(row.xpath(".//a/div/p")[0]).split(" · ", 1) for row in rows]
        for (unit_name, title), row in zip(known, rows, strict=True):
            yield from filed(unit_name, title, words_of(row.xpath(".//span[contains(@class,'st ')]")[0]), first)
        if name == "Quá hạn, chưa nộp" and rows:
            yield Said(("overdue",), frozenset(map(tuple, known)), first)


def to_chase(visitor):
    """Who can be pressed by hand: those that have not filed, and those whose report was returned."""
    front = visitor.page("/don-doc/")
    for link in front(".//nav[contains(@class,'tabs')]/a"):
        title, count = words_of(link).lower().rsplit(" ", 1)
        page = visitor.page(f"{front.url.partition('?')[0]}{link.get('href')}")
        rows = page(".//form//ul/li")
        about = ("to chase", title)
        yield Said(about, number_in(count), front.url)
        yield Said(about, number_in(words_of(page(".//*[@class='head']//p")[0])), f"{page.url} tiêu đề")
        yield Said(about, len(rows), f"{page.url} danh sách")
        for row in rows:
            for word in row.xpath(".//span[contains(@class,'st ')]")[:1]:  # a request has none
                is_filed = "trả lại" in words_of(word).lower()
                yield Said(("filed", words_of(row.xpath(".//b")[0]), title), is_filed, page.url)


# --- Difficulties ---


def of_obstacles(visitor):
    ages, count, url = {}, 0, "/kho-khan/?trang_thai=dang-cho"
    in_effect = reports_in_effect(visitor)
    told = 0
    for page in visitor.pages(url):
        count = number_in(f"{words_of(page('.//h1')[0])} 0")  # where none waits there is no number
        for link in page(".//ul[@class='lines']/li/a"):
            state = link.xpath(".//span[contains(@class, 'st ')]")[0]
            ages[link.get("href")] = words_of(state.xpath("following-sibling::span[not(@class)]")[0])
            own = visitor.page(link.get("href"))
            told += any(one in in_effect for one in mentions_in(own))
            for about, said, where in (
                ("text", words_of(link.xpath("div/span[@class='words']")[0]), url),
                ("text", words_of(own(".//h1")[0]), own.url),
                ("state", words_of(state), url),
                ("state", words_of(own(".//span[contains(@class, 'st ')]")[0]), own.url),
            ):
                yield Said(("difficulty", own.url, about), said, where)
    yield Said(("open difficulties",), count, f"{url} tiêu đề")
    yield Said(("open difficulties",), len(ages), f"{url} danh sách")
    yield Said(("difficulties told upward",), told, f"{url} theo báo cáo có hiệu lực")
    yield Said(("old difficulties",), frozenset(old_ones(ages)), url)
    for one, age in ages.items():
        yield Said(("age", one), age, url)


def mentions_in(page):
    """The reports that speak of a difficulty, each as its unit and its period."""
    for event in page(".//li[contains(., 'nêu trong báo cáo')]"):
        unit, _, period = folded(event.xpath("string(b/following-sibling::text())")).partition(" nêu trong báo cáo ")
        yield unit, period


def reports_in_effect(visitor):
    """What a report upward is made from: those sent back, taken back or never filed are not among them."""
    listed = [said for page in report_pages(visitor) for said in report_list(page) if said.about[0] == "report"]
    return {said.about[1:] for said in listed if said.what in IN_EFFECT}


# --- Requests ---


def of_requests(visitor):
    """What waits for an answer: the list, and whom one can press for it."""
    waiting, overdue = [], 0
    for page in visitor.pages("/yeu-cau/"):
        for row in page(".//ul[@class='lines']/li/a"):
            told = row.xpath(".//span[contains(@class,'facts')]/span")[:3]
            left, due_on, unit_name = map(words_of, told)
            if not re.match("st ", told[0].get("class")):  # one that is answered or withdrawn shows its state
                text = words_of(row.xpath(".//span[@class='words']")[0])
                yield from asked_of_unit(row.get("href"), text, unit_name, due_on, left, page.url)
                waiting.append(unit_name)
                overdue += left.startswith("quá hạn")
    yield Said(("overdue requests",), overdue, "/yeu-cau/")
    front = visitor.page("/don-doc/")
    if front(".//nav[contains(@class,'tabs')]/a[@href='?ky=yeu-cau']"):
        yield Said(("to chase", "yêu cầu trả lời"), len(set(waiting)), "/yeu-cau/")


# --- Home ---


DESK = {"báo cáo quá hạn chưa nộp": "Quá hạn, chưa nộp", "báo cáo chờ tiếp nhận": "Chờ tiếp nhận"}


def of_home(visitor):
    page = visitor.page("/")
    for link in page(".//section[h2[starts-with(@id,'ky-')]]//a[contains(@href,'ket_qua=da-nop')]"):
        filed_now, owed = map(int, words_of(link).split(" ")[0].split("/"))
        period = begun_small(folded(link.xpath("ancestor::section[1]/h2")[0].text))
        yield Said(("filing", period, "đã nộp"), filed_now, page.url)
        yield Said(("filing", period, "phải nộp"), owed, page.url)
    for link in page(".//ol[@class='todo']//h3/a"):
        count, _, words = words_of(link).partition(" ")
        if words in DESK:
            yield Said(("desk", DESK[words]), int(count), page.url)
        else:
            yield Said(("new difficulties",), int(count), page.url)
            yield Said(("new difficulties",), number_in(words_of(visitor.page(link.get("href"))(".//h1")[0])), page.url)
    for link in page(".//a[contains(., 'Đang chờ giải quyết')]"):
        about = ("open difficulties", words_of(page(".//*[@class='head']//p")[0]))
        listed = visitor.page(link.get("href"))
        yield Said(about, number_in(words_of(link)), page.url)
        yield Said(about, number_in(words_of(listed(".//h1")[0])), f"{listed.url} tiêu đề")
