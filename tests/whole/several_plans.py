"""What home, the bell and "Báo cáo" state of several plans at once: each report, each figure with the plan it is of.

A report is known by its address, a plan by its key.
"""

import re

from lxml import html

from tests.whole.page_readers import begun_small
from tests.whole.papers import folded, words_of
from tests.whole.statements import FIGURES, RETURNED, Said, number_in

_LISTED = ".//ul[contains(@class,'report-list')]/li/a"


def of_several_plans(visitor):
    """What one person is told over all plans, also where there is but one."""
    page, plans = visitor.page("/"), plans_to_choose(visitor)
    for key, name in plans.items():
        yield Said(("plan", key), name, "chọn kế hoạch")
    yield from figures_of_plans(visitor, page)
    yield from bell(visitor)
    if words_of(visitor.page("/bao-cao/")(".//h1")[0]).startswith("Báo cáo của đơn vị"):
        yield from own_reports(page, plans.values())
        yield from listed_reports(visitor, plans.values())


def plans_to_choose(visitor):
    found = html.fromstring(visitor.get("/").decode()).xpath("//button[@name='plan']")
    return {button.get("value"): words_of(button) for button in found}


def figures_of_plans(visitor, page):
    """The figures of each plan at home, and on the page of the plan they lead to."""
    for link in page(".//section[h2[starts-with(@id,'ky-')]]//a[contains(@href,'ket_qua=da-nop')]"):
        url = link.get("href").partition("#")[0]
        key, code = re.search(r"/ke-hoach/(\d+)/.*ky=([^&]+)", url).groups()
        for name in link.xpath("ancestor::section[1]/h2/span"):  # left out where one plan alone is concerned
            yield Said(("plan", key), words_of(name).removeprefix("· "), f"{page.url} số liệu")
        for name, figure in zip(("đã nộp", "phải nộp"), words_of(link).split(" ")[0].split("/"), strict=True):
            yield Said(("filing", key, code, name), int(figure), page.url)
        whole = visitor.page(url)(".//table[@aria-labelledby='so-lieu-nop']/tbody/tr")[-1].xpath("td")[: len(FIGURES)]
        for name, figure in zip(FIGURES, whole, strict=True):
            yield Said(("filing", key, code, name), number_in(words_of(figure)), url)


# --- Reports ---


def own_reports(page, plans):
    """What is to be filed, now or later or again, what is filed of running periods, the signs of the earlier ones."""
    due = page(".//section[.//a[starts-with(., 'Báo cáo ngay')]]")
    returned = page(".//section[@aria-labelledby='tra-lai']/ul/li/a")
    lines = page(".//p[a[starts-with(., 'Báo cáo ')]]")
    later = [line for line in lines if "card" not in line.get("class")]
    named = [(card.xpath(".//a[starts-with(., 'Báo cáo ngay')]/@href")[0], card, card.xpath(".//h2")[0].text)
             for card in due]  # fmt: skip
    named += [(link.get("href"), link, words_of(link.xpath(".//b")[0])) for link in returned]
    named += [(line.xpath("a/@href")[0], line, words_of(line.xpath("a")[0])) for line in later]
    yield Said(("to be filed",), frozenset(url for url, _, _ in named), page.url)
    for url, element, title in named:
        yield Said(("period of report", url), period_in(title), page.url)
        yield from plan_beside(url, element, plans, page.url)
    for line in (line for line in lines if line not in later):
        url, word = line.xpath("a/@href")[0], words_of(line.xpath("span[contains(@class,'st ')]")[0])
        yield from report_said(url, words_of(line.xpath("a")[0]), word, "", page.url)
        yield from plan_beside(url, line, plans, page.url)
    for sign in page(".//section[@aria-labelledby='ky-truoc']//ul/li/a"):
        title, _, word = sign.get("aria-label").rpartition(": ")
        told = words_of(sign.xpath("ancestor::ul[1]/preceding-sibling::p[1]")[0]).partition(":")[0]
        plan = told if told in plans else ""
        yield from report_said(sign.get("href"), title.rpartition(", ")[2], word, plan, page.url)


def plan_beside(url, element, plans, where):
    for words in [words_of(one).removeprefix("· ") for one in element.xpath(".//span[@class='quiet small']")]:
        if words in plans:
            yield Said(("plan of report", url), words, where)


def period_in(title):
    """ "tuần 28/02 – 05/03" of "Báo cáo tuần 28/02 – 05/03", and where it begins a line."""
    return begun_small(folded(title).removeprefix("Báo cáo "))


def listed_reports(visitor, plans):
    """The list over all plans against that of each."""
    seen, to_file = 0, set()
    for page in visitor.pages("/bao-cao/"):
        count = number_in(words_of(page(".//h1")[0]).rpartition("(")[2])
        for row in page(_LISTED):
            seen += 1
            yield from report_row(row, plans, page.url)
            told = words_of(row.xpath(".//span[@class='quiet small']")[0])
            if word_in(row) == RETURNED or re.match(r"hạn .+, (còn |quá hạn |hôm nay)", told):
                to_file.add(row.get("href"))
    yield Said(("own reports",), count, "/bao-cao/ tiêu đề")
    yield Said(("own reports",), seen, "/bao-cao/ danh sách")
    yield Said(("to be filed",), frozenset(to_file), "/bao-cao/")
    yield from by_plan(visitor, plans)


def by_plan(visitor, plans):
    options = visitor.page("/bao-cao/")(".//select[@name='ke_hoach']/option[@value!='']")
    total = 0
    for option in options:
        for page in visitor.pages(f"/bao-cao/?ke_hoach={option.get('value')}"):
            for row in page(_LISTED):
                total += 1
                yield from report_row(row, plans, page.url)
                yield Said(("plan of report", row.get("href")), words_of(option), page.url)
    if options:
        yield Said(("own reports",), total, "/bao-cao/ từng kế hoạch")
    for option in options:
        yield Said(("plan", option.get("value")), words_of(option), "/bao-cao/ lọc")


def report_row(row, plans, where):
    title, *rest = words_of(row.xpath(".//*[@class='name']")[0]).split(" · ")
    plan = rest[-1] if rest and rest[-1] in plans else ""
    yield from report_said(row.get("href"), title, word_in(row), plan, where)


def word_in(row):
    return words_of(row.xpath("span[contains(@class,'st ')]")[0])


def report_said(url, title, word, plan, where):
    yield Said(("status of report", url), word, where)
    yield Said(("period of report", url), period_in(title), where)
    if plan:
        yield Said(("plan of report", url), plan, where)


# --- The bell ---


def bell(visitor):
    """What was not read: by the sign of the bell, the heading, and either list."""
    unread = html.fromstring(visitor.get("/").decode()).xpath(
        "//a[contains(@class,'band-act')][contains(@aria-label,'Thông báo')]/span"
    )
    yield Said(("unread",), sum(number_in(words_of(one)) for one in unread), "chuông")
    for url in ("/thong-bao/", "/thong-bao/?muc=chua-doc"):
        rows = [
            row for page in visitor.pages(url) for row in page(".//ul/li[.//button[contains(@class,'line-button')]]")
        ]
        heading = words_of(visitor.page(url)(".//*[@class='head']//p")[0])
        yield Said(("unread",), number_in(heading) if "chưa đọc" in heading else 0, f"{url} tiêu đề")
        yield Said(("unread",), sum("Chưa đọc ·" in words_of(row) for row in rows), f"{url} danh sách")
        for row in rows:
            yield Said(("notification", row.xpath(".//form/@action")[0]), words_of(row), url)
