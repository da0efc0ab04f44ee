"""What home, the bell and "Báo cáo" state of several plans at once: each report, each figure with the plan it is of.

A report is known by its address, a plan by its key.
"""

import re

from lxml import html

from tests.whole.papers import Page, words_of
from tests.whole.statements import Said, figures, number_in, state_in

_LISTED = ".//ul[contains(@class,'portal-list')]/li[div/span[contains(@class,'state ')]]"


def of_several_plans(visitor):
    """What one person is told over all plans, also where there is but one."""
    page, plans = visitor.page("/"), plans_to_choose(visitor)
    for key, name in plans.items():
        yield Said(("plan", key), name, "chọn kế hoạch")
    yield from figures_of_plans(visitor, page)
    yield from bell(visitor)
    if words_of(visitor.page("/bao-cao/")(".//h1")[0]).startswith("Báo cáo của đơn vị tôi"):
        yield from own_reports(page, plans.values())
        yield from listed_reports(visitor)


def plans_to_choose(visitor):
    found = html.fromstring(visitor.get("/").decode()).xpath("//button[@name='plan']")
    return {button.get("value"): words_of(button) for button in found}


def figures_of_plans(visitor, page):
    """The figures of each plan at home, and on the page of the plan they lead to."""
    for section in page(".//section[.//dl[contains(@class,'portal-figures')]]"):
        name = " ".join(words_of(one) for one in section.xpath("h2/span"))
        period = words_of(section.xpath("h2")[0]).removeprefix("Báo cáo ").partition(" · hạn")[0]
        url = section.xpath(".//a[contains(., 'Xem tổng hợp')]/@href")[0]
        key = re.search(r"/ke-hoach/(\d+)/", url)[1]
        if name:  # left out where one plan alone is concerned
            yield Said(("plan", key), name, f"{page.url} số liệu")
        for paper in (Page(page.url, section), visitor.page(url)):
            yield from figures(f"{period}, kế hoạch {key}", paper)


# --- Reports ---


def own_reports(page, plans):
    """The cards of what is to be filed, the lines of the running periods, the signs of the earlier ones."""
    cards = page(".//section[.//a[contains(., 'Báo cáo ngay') or contains(., 'Sửa và nộp lại')]]")
    yield Said(("to be filed",), frozenset(card.xpath(".//a/@href")[0] for card in cards), page.url)
    for card in cards:
        url = card.xpath(".//a/@href")[0]
        title = re.sub(r"^↩ | bị trả lại$", "", words_of(card.xpath(".//h2")[0]))
        yield Said(("period of report", url), title, page.url)
        for plan in [words_of(one) for one in card.xpath("p") if words_of(one) in plans]:
            yield Said(("plan of report", url), plan, page.url)
    for row in page(f".//section[h2='Kỳ này']{_LISTED.removeprefix('.')}"):
        yield from report_row(row, page.url)
    for sign in page(".//section[h2='Các kỳ trước']//a[contains(@class,'portal-tile')]"):
        title, _, word = sign.get("aria-label").partition(": ")
        plan = sign.xpath("string(ancestor::ul/preceding-sibling::*[1][self::h3])").strip()
        yield from report_said(sign.get("href"), title, word, plan, page.url)


def listed_reports(visitor):
    """The list over all plans against that of each."""
    seen, to_file = 0, set()
    for page in visitor.pages("/bao-cao/"):
        count = number_in(words_of(page(".//h1")[0]).rpartition("(")[2])
        for row in page(_LISTED):
            seen += 1
            yield from report_row(row, page.url)
            if row.xpath("div/span[not(@class)]"):
                to_file.add(row.xpath("a/@href")[0])
    yield Said(("own reports",), count, "/bao-cao/ tiêu đề")
    yield Said(("own reports",), seen, "/bao-cao/ danh sách")
    yield Said(("to be filed",), frozenset(to_file), "/bao-cao/")
    yield from by_plan(visitor)


def by_plan(visitor):
    options = visitor.page("/bao-cao/")(".//select[@name='ke_hoach']/option[@value!='']")
    total = 0
    for option in options:
        for page in visitor.pages(f"/bao-cao/?ke_hoach={option.get('value')}"):
            for row in page(_LISTED):
                total += 1
                yield from report_row(row, page.url)
                yield Said(("plan of report", row.xpath("a/@href")[0]), words_of(option), page.url)
    if options:
        yield Said(("own reports",), total, "/bao-cao/ từng kế hoạch")
    for option in options:
        yield Said(("plan", option.get("value")), words_of(option), "/bao-cao/ lọc")


def report_row(row, where):
    link = row.xpath("a")[0]
    title, _, rest = words_of(link).partition(" – ")
    yield from report_said(link.get("href"), title, state_in(row.xpath("div/span")[0]), rest.partition(" · ")[2], where)


def report_said(url, title, word, plan, where):
    yield Said(("status of report", url), word, where)
    yield Said(("period of report", url), title, where)
    if plan:
        yield Said(("plan of report", url), plan, where)


# --- The bell ---


def bell(visitor):
    """What was not read: by the sign of the bell, the heading, and either list."""
    unread = html.fromstring(visitor.get("/").decode()).xpath("//*[contains(@class, 'portal-unread')]")
    yield Said(("unread",), sum(number_in(words_of(one)) for one in unread), "chuông")
    for url in ("/thong-bao/", "/thong-bao/?muc=chua-doc"):
        rows = [
            row for page in visitor.pages(url) for row in page(".//ul/li[.//button[contains(@class,'notification')]]")
        ]
        heading = words_of(visitor.page(url)(".//h1")[0])
        yield Said(("unread",), number_in(heading) if "chưa đọc" in heading else 0, f"{url} tiêu đề")
        yield Said(("unread",), sum("Chưa đọc ·" in words_of(row) for row in rows), f"{url} danh sách")
        for row in rows:
            yield Said(("notification", row.xpath(".//form/@action")[0]), words_of(row), url)
