"""What the portal hands out, as the person who asks gets it: pages by their links, workbooks, Word files, PDF."""

import io
import shutil
import subprocess

import docx
import openpyxl
from django.test import Client
from lxml import html


class Visitor:
    """Somebody at the portal, who asks for each paper once and goes on by its links."""

    def __init__(self, person):
        self.client = Client()
        self.client.force_login(person)
        self.got, self.led_to = {}, {}

    def get(self, url):
        """What the address holds, wherever it leads now; None where this person is refused."""
        url = url.partition("#")[0]
        if url not in self.got:
            answer, self.led_to[url] = followed(self.client, url)
            assert answer.status_code in (200, 403, 404), (url, answer.status_code)
            self.got[url] = answer.getvalue() if answer.status_code == 200 else None
        return self.got[url]

    def page(self, url):
        main = html.fromstring(self.get(url).decode()).xpath("//main")[0]
        return Page(self.led_to[url.partition("#")[0]], main)

    def pages(self, url):
        """A list over several pages, one after the other."""
        while url:
            page = self.page(url)
            yield page
            url = page.link("Trang sau")

    def workbook(self, url):
        """The rows of each sheet, every value under the head of its column."""
        book = openpyxl.load_workbook(io.BytesIO(self.get(url)))
        return {sheet.title: list(rows_by_head(sheet)) for sheet in book}

    def word(self, url):
        return docx.Document(io.BytesIO(self.get(url)))

    def pdf(self, url):
        """The words of a PDF; "" where none is offered, or the machine has nothing to read it with."""
        reader = shutil.which("pdftotext")
        content = (self.get(url) if url and reader else None) or b""
        if not content.startswith(b"%PDF"):
            return ""
        # The program is found in PATH and reads what the portal made.
        read = subprocess.run([reader, "-", "-"], input=content, capture_output=True, check=True)
        return read.stdout.decode()


class Page:
    """The part of a page that is its own; called with a path (XPath) it gives the elements found."""

    def __init__(self, url, main):
        self.url, self.main = url, main

    def __call__(self, path):
        return self.main.xpath(path)

    def link(self, words):
        """Where the first link leads whose words begin so; "" where there is none."""
        found = next((one.get("href") for one in self(".//a[@href]") if words_of(one).startswith(words)), "")
        return self.url.partition("?")[0] + found if found.startswith("?") else found

    def urls(self, path):
        """The addresses its links lead to, each once."""
        return list(dict.fromkeys(one.get("href") for one in self(path)))


def followed(client, url):
    """What is found at ``url`` in the end, and where; Django's client forgets what a redirected address asked for."""
    answer = client.get(url)
    while answer.status_code in (301, 302, 303, 307, 308):
        url = answer.headers["Location"]
        answer = client.get(url)
    return answer, url


def words_of(element):
    return folded(element.text_content())


def folded(text):
    return " ".join((text or "").split())


def rows_by_head(sheet):
    heads, *rows = sheet.iter_rows(values_only=True)
    return (dict(zip(heads, row, strict=True)) for row in rows)
