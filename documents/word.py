"""An official document as a Word file: the layout's markup in a package made by python-docx.

There is no template: what a person wrote is never read as an instruction, only escaped into the markup.
"""

import io

import docx
from docx.document import Document
from docx.oxml import parse_xml

from models_registry.text import one_line

from .blocks import OfficialDocument
from .layout import annex_part, main_part, section
from .markup import NAMESPACE, RELATIONSHIPS, paragraph
from .styles import styles_xml

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LOCAL = f'xmlns:w="{NAMESPACE}" xmlns:r="{RELATIONSHIPS}"'
_PAGE_NUMBER = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
# Without it Word opens the file as one of 2007, "in compatibility mode".
_SETTINGS = (
    '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
)


def word_file(document: OfficialDocument) -> bytes:
    """The file, ready to be numbered, dated and signed."""
    package = docx.Document()
    _replace(package.styles.element, styles_xml())
    _replace(package.settings.element, f"<w:settings {_LOCAL}>{_SETTINGS}</w:settings>")
    headers = (_add_header(package, ""), _add_header(package, _PAGE_NUMBER))
    _replace(package.element.body, f"<w:body {_LOCAL}>{_all_parts(document, headers)}</w:body>")
    _describe(package, document)
    file = io.BytesIO()
    package.save(file)
    return file.getvalue()


def _all_parts(document: OfficialDocument, headers: tuple[str, str]) -> str:
    """The parts in order; a section ends in a paragraph of its own, the last one at the end of the body."""
    parts = [(main_part(document), section(is_landscape=False, headers=headers))]
    for place, annex in enumerate(document.annexes, start=1):
        page = section(is_landscape=annex.is_landscape, headers=headers)
        parts.append((annex_part(annex, document, place), page))
    *inner, (last, last_page) = parts
    return "".join(content + paragraph("Gap", properties=page) for content, page in inner) + last + last_page


def _add_header(package: Document, content: str) -> str:
    """Add a header with ``content``; returns its relationship."""
    part, relationship = package.part.add_header_part()  # type: ignore[no-untyped-call]  # of python-docx
    _replace(part.element, f"<w:hdr {_LOCAL}>{paragraph('PageNumber', content)}</w:hdr>")
    return str(relationship)


def _replace(element: object, markup: str) -> None:
    """Give ``element``, which its part holds on to, the children of ``markup``."""
    element[:] = parse_xml(markup)[:]  # type: ignore[index]


def _describe(package: Document, document: OfficialDocument) -> None:
    about = package.core_properties
    about.title = one_line(f"{document.kind}: {document.subject}")[:255]
    about.author = about.last_modified_by = one_line(document.head.issuer_name)[:255]
    about.comments = about.keywords = ""
    about.language = "vi-VN"
    if document.made_at:
        about.created = about.modified = document.made_at
