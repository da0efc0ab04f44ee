"""What the pages of today state: the roll-up, initiatives, units, reports, difficulties, the first page."""

import re
from collections import Counter

from tests.whole.papers import Page, folded, words_of
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
    code_of,
    counted,
    figures,
    filed,
    last_result,
    late_codes,
    number_in,
    old_ones,
    percent_in,
    progress,
    spread_in,
    standing,
    state_in,
    unit_line,
)

# --- The roll-up ---


def of_rollup(visitor):
    front = visitor.page("/tong-hop/")
    yield from attention(front, visitor)
    parts = {words_of(one): one.get("href") for one in front("//nav[contains(@class, 'rollup-parts')]/a")}
    names, read = names_in(visitor.page(parts["Nộp báo cáo"])), []
    for page in visitor.pages(parts["Mô hình × đơn vị"]):
        names |= names_in(page)
        read += matrix(page, names)
        for url in page.urls(".//tbody/tr/th/a"):
            for entries in visitor.pages(url):
                yield from entry_list(entries)
    yield from read
    yield from dashboard(front, names)
    for looked_at in (front, visitor.page(front.link("Xem theo tháng"))):
        yield from filing(visitor, looked_at, names)
    yield from changes(visitor.page(parts["Thay đổi trong kỳ"]))
    yield from timeline(visitor.page(parts["Dòng thời gian"]))
    yield from trends(visitor.page(parts["Xu hướng, chỉ tiêu"]))


def names_in(page):
    """The whole name of each unit by what it is called in narrow places."""
    return {words_of(one): one.get("title") for one in page(".//table[contains(@class, 'matrix')]//a[@title]")}


def dashboard(page, names):
    rows = page(".//tr[contains(@class, 'line')][th/a]")
    yield Said(("initiatives",), len(rows), page.url)
    yield Said(("late ones",), late_codes(page), page.url)
    heard_of = Counter()
    for row in rows:
        code = code_of(row)
        state, last = (row.xpath(f"td[contains(@class,'line-{name}')]")[0] for name in ("state", "last"))
        yield from standing(code, state, page.url)
        words = {word for word, _ in spread_in(state)}
        heard_of[NOT_HEARD_OF] += words <= {NOTHING}
        heard_of[HINDERED] += "Vướng mắc" in words
        if "chưa có kết quả nào" in words_of(last):
            yield from last_result(code, "", "", page.url)
        else:
            text, _, whose = words_of(last).rpartition("” – ")
            label = whose.rpartition(", ")[0]
            yield from last_result(code, text.removeprefix("“"), names.get(label, label), page.url)
    for words in (NOT_HEARD_OF, HINDERED):
        yield Said(("initiatives", words), heard_of[words], page.url)


def matrix(page, names):
    labels = [words_of(one) for one in page(".//thead//th/a")]
    for row in page(".//tbody/tr"):
        code = words_of(row.xpath("th/a")[0])
        for label, cell in zip(labels, row.xpath("td"), strict=True):
            for said in cell.xpath("a/@aria-label"):
                role, _, state = said.removeprefix(f"{code} – {label} (").partition("): ")
                word = re.split(r" \d+ %|, ", state)[0]
                about = (code, names[label])
                yield from progress(about, word, percent_in(state.partition(", kỳ trước")[0]), "", page.url)
                yield Said(("role", *about), role, page.url)


def entry_list(page):
    """The lines behind a number of the roll-up."""
    rows = page(".//ul[contains(@class,'portal-list')]/li[a/strong]")
    if not page(".//nav[@aria-label='Các trang của danh sách']"):
        yield Said(("lines", page.url), number_in(words_of(page(".//h2")[0]).rpartition(": ")[2]), page.url)
        yield Said(("lines", page.url), len(rows), page.url)
    for row in rows:
        about = (code_of(row), folded(row.xpath("a[strong]")[0].tail).strip("· "))
        yield from unit_line(row, about, page.url)


def attention(front, visitor):
    """What cannot wait: each heading, its names, and the page it opens."""
    for notice in front(".//*[contains(@class, 'attention-notice ')]"):
        heading = notice.xpath("h3/a")[0]
        count, _, kind = re.sub(r"^[^\d]*", "", words_of(heading)).partition(" ")
        page = visitor.page(heading.get("href"))
        items = page(".//section/ul/li")
        where = f"{front.url} cần chú ý"
        yield Said(("attention", kind), int(count), where)
        yield Said(("attention", kind), len(notice.xpath(".//li")), f"{where}, danh sách")
        yield Said(("attention", kind), number_in(words_of(page(".//section/h2")[0])), page.url)
        yield Said(("attention", kind), len(items), f"{page.url}, danh sách")
        if kind == "đơn vị quá hạn chưa nộp":
            yield Said(("overdue",), frozenset(overdue_items(items)), page.url)
        if kind.startswith("mô hình chậm"):
            yield Said(("late ones",), frozenset(words_of(one.xpath("a")[0]) for one in items), page.url)
        if kind.startswith("khó khăn chờ"):
            aged = {one.xpath("a")[0].get("href"): words_of(one).rpartition(", ")[2] for one in items}
            yield Said(("old difficulties",), frozenset(old_ones(aged)), page.url)
            for url, age in aged.items():
                yield Said(("age", url), age, page.url)


def overdue_items(items):
    """Each unit with each period it let pass."""
    for item in items:
        unit = item.xpath("a")[0].get("title")
        for title in words_of(item.xpath("span")[0]).split(", "):
            yield unit, title


def filing(visitor, front, names):
    """How the period looked at was filed: figures, kinds of units, the lists behind the figures, the grid."""
    period = folded(front("string(.//h1)")).removeprefix("Tổng hợp ").partition(" (")[0]
    page = visitor.page(front("string(.//nav[contains(@class, 'rollup-parts')]/a[contains(., 'Nộp')]/@href)"))
    yield from figures(period, front)
    yield from figures(period, page)
    table = page(".//table[@aria-label='Nộp báo cáo theo loại đơn vị']/tbody/tr")
    rows = [[number_in(words_of(cell)) for cell in row.xpath("td")[: len(FIGURES)]] for row in table]
    for name, sum_, whole in zip(FIGURES, map(sum, zip(*rows[:-1], strict=True)), rows[-1], strict=False):
        yield Said(("filing", period, name), whole, f"{page.url} tất cả loại")
        yield Said(("filing", period, name), sum_, f"{page.url} từng loại")
    for name, link in zip(FIGURES, page(".//dl[contains(@class,'portal-figures')]//a"), strict=True):
        listed = visitor.page(link.get("href").partition("#")[0])
        reports = listed(".//li[contains(@class,'filing-row')]")
        heading = words_of(listed(".//*[@id='bao-cao-trong-ky']")[0])
        yield Said(("filing", period, name), number_in(heading.rpartition("(")[2]), f"{listed.url} tiêu đề")
        yield Said(("filing", period, name), len(reports), f"{listed.url} danh sách")
        units = frozenset(words_of(one.xpath("a")[0]) for one in reports)
        yield Said(("filing", period, name, "units"), units, listed.url)
        for one in reports:
            yield from filed(words_of(one.xpath("a")[0]), period, one.xpath("span/@title")[0], listed.url)
    yield from grid(page, names)


def grid(page, names):
    names = names | {words_of(one): one.get("title") for one in page(".//tbody/tr/th/a[@title]")}
    for said in page(".//table[contains(@class, 'filing-grid')]//td/a/@aria-label"):
        about, _, word = said.rpartition(": ")
        label, _, period = about.rpartition(", ")
        yield from filed(names[label], period, word, page.url)


def changes(page):
    for section in page(".//section[starts-with(@id, 'mo-hinh-')]"):
        code = words_of(section.xpath("h2/a")[0])
        for row in section.xpath("ul[@class='changes-states']/li[span]"):
            unit = words_of(row.xpath("a")[0])
            state = state_in(row.xpath("span[contains(@class, 'state ')]")[-1])
            yield Said(("state word", code, unit), state, page.url)


def timeline(page):
    late = {code.text_content().strip() for code in page(".//tr[td[@class='state-red']]/th/a")}
    yield Said(("late ones",), frozenset(late), page.url)


def trends(page):
    for row in page(".//table[@aria-labelledby='chi-tieu']/tbody/tr"):
        name, code, _, total, reached, _, units = map(words_of, row)
        yield from counted(code, name, total, units, page.url)
        yield Said(("reached", code, name), percent_in(reached), page.url)


# --- Initiatives and units ---


def of_plan(visitor):
    units = {}
    for page in visitor.pages("/mo-hinh/"):
        for row in page(".//ul[contains(@class,'portal-list')]/li"):
            code = code_of(row)
            yield from standing(code, row.xpath("div/span")[0], page.url)
            unit, _, text = words_of(row.xpath("p")[0]).partition(": “") if row.xpath("p") else ("", "", "")
            yield from last_result(code, text.removesuffix("”"), unit, page.url)
            own = visitor.page(row.xpath("a/@href")[0])
            yield from initiative(code, own)
            units |= dict.fromkeys(own.urls(".//a[contains(@href, '/don-vi/')]"))
    for url in units:
        yield from of_unit(visitor.page(url))


def initiative(code, page):
    head = page(".//section")[0]
    if not head.xpath("p[contains(., 'không phải báo cáo')]"):
        yield from standing(code, head.xpath("p[contains(@class,'fs-3')]")[0], page.url)
    for last in head.xpath("p[not(contains(@class,'fs-3'))]"):
        text, _, whose = words_of(last).rpartition("” – ")
        yield from last_result(code, text.removeprefix("“"), whose.rpartition(", lúc ")[0], page.url)
    for row in page(".//section[h2='Từng đơn vị nói gì lần gần nhất']//li"):
        about = (code, words_of(row.xpath("a")[0]))
        yield from unit_line(row, about, page.url)
        result = " ".join(words_of(one) for one in row.xpath("p[not(strong)]"))
        yield Said(("result", *about), result[:SHOWN], page.url)
    for heading in page(".//section[@id='chi-tieu']/h3"):
        yield from indicator(code, heading, page.url)


def indicator(code, heading, where):
    name, told = words_of(heading), [words_of(one) for one in heading.xpath("following-sibling::p[1]/span")]
    totals = [one.removeprefix("đến nay ").partition(" (")[0] for one in told if one.startswith("đến nay")]
    table = heading.xpath("following-sibling::*[preceding-sibling::h3[1] = $name]//tbody/tr", name=heading.text)
    yield Said(("counted", code, name), totals[0] if totals else "", where)
    yield Said(("units that counted", code, name), len(table), where)
    for reached in [one for one in told if one.startswith("đạt ")]:
        yield Said(("reached", code, name), percent_in(reached), where)
    for row in table:
        unit, latest = words_of(row.xpath("th")[0]), words_of(row.xpath("td[strong]")[0])
        yield Said(("counted by", code, name, unit), latest, where)


def of_unit(page):
    name = words_of(page("./h1 | .//h1")[0])
    rows = page(".//section[h2[contains(., 'Phải báo cáo')]]//li[a/strong]")
    for heading in page(".//h2[contains(., 'Phải báo cáo')]") if rows else ():  # a unit that ended may have none
        yield Said(("owed by", name), number_in(words_of(heading)), f"{page.url} tiêu đề")
    yield Said(("owed by", name), len(rows), f"{page.url} danh sách")
    for row in rows:
        about = (code_of(row), name)
        yield Said(("role", *about), words_of(row.xpath("div/span")[0]), page.url)
        for state in row.xpath("div/span/span[contains(@class, 'state ')]"):
            yield from progress(about, state_in(state), percent_in(state.tail or ""), "", page.url)
    yield from report_list(page)


# --- Reports ---


def of_reports(visitor):
    for page in visitor.pages("/bao-cao/"):
        yield from report_list(page)
    yield from review_desk(visitor)
    yield from to_chase(visitor)


def report_list(page):
    for row in page(".//ul[contains(@class,'portal-list')]/li[div/span[contains(@class,'state ')]]"):
        title, dash, unit_name = words_of(row.xpath("a")[0]).partition(" – ")
        if dash:
            word = state_in(row.xpath("div/span")[0])
            yield from filed(unit_name, title.removeprefix("Báo cáo "), word, page.url)
            yield from due(row, word, title, unit_name.partition(" · ")[0], page.url)


def due(row, word, title, unit_name, where):
    """By when a report is to be filed, and whether it still is."""
    url = row.xpath("a/@href")[0]
    told = [words_of(one) for one in row.xpath("div/span")]
    yield Said(("to be filed", url), word in UNFILED or word == RETURNED, where)
    yield Said(("whose report", url), (title, unit_name), where)
    yield Said(("due", url), told[1].removeprefix("hạn "), where)
    left = next((words for words in told[2:] if re.match(r"còn |quá hạn |hôm nay", words)), None)
    if left and word != RETURNED:
        yield Said(("left", url), left, where)


def review_desk(visitor):
    front = visitor.page("/duyet/")
    for link in front(".//nav[contains(@class,'review-parts')]/a"):
        name, count = words_of(link).rsplit(" ", 1)
        first = front.url + link.get("href")
        listed, rows = visitor.page(first), []
        for page in visitor.pages(first):
            rows += page(".//li[contains(@class, 'review-row')]")
        yield Said(("desk", name), number_in(count), f"{front.url} {name}")
        yield Said(("desk", name), number_in(words_of(listed(".//h2")[0]).rpartition("(")[2]), f"{first} tiêu đề")
        yield Said(("desk", name), len(rows), f"{first} danh sách")
        known = [words_of(row.xpath(".//a")[0]).split(" · ") for row in rows]
        for (unit_name, title), row in zip(known, rows, strict=True):
            yield from filed(unit_name, title, state_in(row.xpath(".//span[contains(@class,'state ')]")[0]), first)
        if name == "Quá hạn, chưa nộp" and rows:
            yield Said(("overdue",), frozenset(map(tuple, known)), first)


def to_chase(visitor):
    """Who can be pressed by hand: those that have not filed, and those whose report was returned."""
    front = visitor.page(visitor.page("/nhac-viec/").link("Đôn đốc"))
    for link in front(".//nav[contains(@class,'review-parts')]/a"):
        title, count = words_of(link).rsplit(" ", 1)
        page = visitor.page(f"{front.url.partition('?')[0]}{link.get('href')}")
        rows = page(".//form//ul/li")
        about = ("to chase", title.lower())
        yield Said(about, number_in(count), front.url)
        yield Said(about, number_in(words_of(page(".//form//h2")[0])), f"{page.url} tiêu đề")
        yield Said(about, len(rows), f"{page.url} danh sách")
        for row in rows:
            word = words_of(row.xpath(".//span[contains(@class,'state ')]")[0])
            yield Said(("filed", words_of(row.xpath(".//strong")[0]), title.lower()), "trả lại" in word, page.url)


# --- Difficulties ---


def of_obstacles(visitor):
    ages, count, url = {}, 0, "/kho-khan/?trang_thai=dang-cho"
    in_effect = reports_in_effect(visitor)
    told = 0
    for page in visitor.pages(url):
        count = number_in(words_of(page(".//h1")[0]))
        for row in page(".//ul[contains(@class,'portal-list')]/li"):
            link, state = row.xpath(".//a")[0], row.xpath(".//span[contains(@class,'state ')]")[0]
            ages[link.get("href")] = words_of(state.xpath("following-sibling::span[not(@class)]")[0])
            own = visitor.page(link.get("href"))
            told += any(one in in_effect for one in mentions_in(own))
            for about, said, where in (
                ("text", words_of(link), url),
                ("text", words_of(own(".//h1")[0]), own.url),
                ("state", words_of(state), url),
                ("state", words_of(own(".//span[contains(@class,'state ')]")[0]), own.url),
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
        yield words_of(event.xpath("strong")[0]), words_of(event).partition("nêu trong báo cáo ")[2]


def reports_in_effect(visitor):
    """What a report upward is made from: those sent back, taken back or never filed are not among them."""
    listed = [said for page in visitor.pages("/bao-cao/") for said in report_list(page) if said.about[0] == "report"]
    return {said.about[1:] for said in listed if said.what in IN_EFFECT}


# --- Requests ---


def of_requests(visitor):
    """What waits for an answer: the list, and whom one can press for it."""
    waiting, overdue = [], 0
    for page in visitor.pages("/yeu-cau/"):
        for row in page(".//ul[contains(@class,'portal-list')]/li"):
            left, due_on, unit_name = [words_of(one) for one in row.xpath("div/span")[:3]]
            if left.startswith("○"):
                url, left = row.xpath("p/a/@href")[0], left.removeprefix("○ ")
                yield from asked_of_unit(url, words_of(row.xpath("p/a")[0]), unit_name, due_on, left, page.url)
                waiting.append(unit_name)
                overdue += left.startswith("quá hạn")
    yield Said(("overdue requests",), overdue, "/yeu-cau/")
    front = visitor.page(visitor.page("/nhac-viec/").link("Đôn đốc"))
    if front(".//nav[contains(@class,'review-parts')]/a[@href='?ky=yeu-cau']"):
        yield Said(("to chase", "yêu cầu trả lời"), len(set(waiting)), "/yeu-cau/")


# --- Home ---


def of_home(visitor):
    page = visitor.page("/")
    for section in page(".//section[.//dl[contains(@class,'portal-figures')]]"):
        period = words_of(section.xpath("h2")[0]).removeprefix("Báo cáo ").partition(" · hạn")[0]
        yield from figures(period, Page(page.url, section))
    for link in page(".//nav[@aria-label='Hàng chờ duyệt']/a"):
        name, count = words_of(link).rsplit(" ", 1)
        yield Said(("desk", name), number_in(count), page.url)
    told = page(".//section[h2[starts-with(normalize-space(), 'Khó khăn, vướng mắc')]]")
    if told:
        counts = [number_in(words_of(one)) for one in told[0].xpath(".//a[contains(@class, 'state ')]")]
        yield Said(("open difficulties",), sum(counts), page.url)
    for link in page(".//a[contains(., 'Khó khăn của đơn vị:')][contains(., 'đang chờ')]"):
        listed = visitor.page(link.get("href"))
        about = ("open difficulties", words_of(page("./h1 | .//h1")[0]))
        yield Said(about, number_in(words_of(link)), page.url)
        yield Said(about, number_in(words_of(listed(".//h1")[0])), f"{listed.url} tiêu đề")
        yield Said(about, len(listed(".//ul[contains(@class,'portal-list')]/li")), f"{listed.url} danh sách")
