"""What a page says to a person who reads it: the words of its elements, spaces folded."""

from lxml import html


def texts(page, path):
    """The words of each element that ``path`` (XPath) finds in a response."""
    return [" ".join(found.text_content().split()) for found in html_of(page).xpath(path)]


def html_of(page):
    """The elements of a response."""
    return html.fromstring(page.content.decode())
