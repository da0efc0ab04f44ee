"""Documents that leave the portal, laid out by Nghị định 30/2020/NĐ-CP.

A report is put together from the blocks of ``blocks`` and handed to ``word_file``; nothing else knows of Word.
"""

from .blocks import Align, Annex, Block, Bullet, Column, GroupRow, Head, Heading, OfficialDocument, Paragraph, Table
from .word import MEDIA_TYPE, word_file

__all__ = (
    "MEDIA_TYPE",
    "Align",
    "Annex",
    "Block",
    "Bullet",
    "Column",
    "GroupRow",
    "Head",
    "Heading",
    "OfficialDocument",
    "Paragraph",
    "Table",
    "word_file",
)
