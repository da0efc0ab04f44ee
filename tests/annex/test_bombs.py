"""Files that would fill the memory or never end: each is refused in words, at once and in little room.

Each is read in a process of its own, whose peak tells what a worker of the portal would have needed.
"""

import itertools
import json
import subprocess
import sys

import pytest

from tests.annex.packages import document, package, workbook

pytestmark = pytest.mark.slow

MEGABYTE = 1024 * 1024
_READ = """
import json, sys, time
from pathlib import Path
from assignments.annex.problems import AnnexUnreadable
from assignments.annex.parsed import read_annex
from assignments.annex.cells.units import UnitDirectory

def peak():
    # Not ru_maxrss: a process begins with that of the one it came from.
    line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024

directory = UnitDirectory([(1, "Công an huyện", [])])
idle, begun, code = peak(), time.perf_counter(), ""
try:
    read_annex(Path(sys.argv[1]), directory)
except AnnexUnreadable as error:
    code = error.problem.code
print(json.dumps([code, time.perf_counter() - begun, peak() - idle]))
"""
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>TT</t></is></c></row>'


def read_apart(path):
    """(code of the refusal, seconds, MiB above the idle process)"""
    run = subprocess.run([sys.executable, "-c", _READ, path], capture_output=True, text=True, timeout=60, check=True)
    return json.loads(run.stdout)


def sheet(*rows):
    return ["<worksheet><sheetData>", *rows, "</sheetData></worksheet>"]


def times(count, piece, per=1000):
    return itertools.repeat(piece * per, count // per)


def _reference(number):
    return f"&a{number};"


def laughs(levels=10):
    entities = "".join(f'<!ENTITY a{n} "{10 * _reference(n - 1)}">' for n in range(1, levels))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><worksheet>&a{levels - 1};</worksheet>'


BOMBS = {
    "six million rows": ("too_large", lambda path: workbook(path, sheet(*times(6_000_000, "<row><c/></row>")))),
    "a million empty formatted rows": (
        "too_many_rows",
        lambda path: workbook(path, sheet(*times(1_000_000, '<row s="1" customFormat="1" ht="15"/>'))),
    ),
    "one cell of 500 MB": (
        "too_large",
        lambda path: workbook(
            path, sheet(ROW), strings=["<sst><si><t>", *times(500 * MEGABYTE, "a", MEGABYTE), "</t></si></sst>"]
        ),
    ),
    "one cell of 60 MB": (
        "cell_too_long",
        lambda path: workbook(
            path, sheet(ROW), strings=["<sst><si><t>", *times(60 * MEGABYTE, "a", MEGABYTE), "</t></si></sst>"]
        ),
    ),
    "one cell at XFD1048576": (
        "too_many_rows",
        lambda path: workbook(path, sheet(ROW, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    ),
    "one cell at XFD1": (
        "too_many_columns",
        lambda path: workbook(path, sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')),
    ),
    "ten million cells in one row": (
        "unreadable",
        lambda path: workbook(path, sheet(ROW, "<row>", *times(10_000_000, "<c/>"), "</row>")),
    ),
    "one long text in a million cells": (
        "too_much_text",
        lambda path: workbook(
            path,
            sheet(*times(15_000, "<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>", 100)),
            strings=f"<sst><si><t>{'a' * 30_000}</t></si></sst>",
        ),
    ),
    "many long texts": (
        "too_much_text",
        lambda path: workbook(
            path, sheet(ROW), strings=["<sst>", *times(2_100, f"<si><t>{'ắ' * 10_000}</t></si>", 10), "</sst>"]
        ),
    ),
    "thirty million elements of no meaning": (
        "too_large",
        lambda path: workbook(path, sheet(ROW, *times(15_000_000, "<a/>"))),
    ),
    "merged areas on one another": (
        "unreadable",
        lambda path: workbook(
            path,
            [
                "<worksheet><sheetData>",
                ROW,
                "</sheetData>",
                *times(9_000, '<mergeCell ref="A1:A20000"/>'),
                "</worksheet>",
            ],
        ),
    ),
    "a million styles": (
        "unreadable",
        lambda path: workbook(
            path,
            sheet(ROW),
            styles=["<styleSheet><cellXfs>", *times(1_000_000, '<xf numFmtId="0"/>'), "</cellXfs></styleSheet>"],
        ),
    ),
    "billion laughs": ("unsafe", lambda path: workbook(path, laughs())),
    "quadratic entities": (
        "unsafe",
        lambda path: workbook(
            path, ['<!DOCTYPE x [<!ENTITY a "', "a" * 100_000, '">]><worksheet>', "&a;" * 100_000, "</worksheet>"]
        ),
    ),
    "entity of another file": (
        "unsafe",
        lambda path: workbook(path, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'),
    ),
    "entities in UTF-16": (
        "unsafe",
        lambda path: workbook(path, laughs().replace('<?xml version="1.0"?>', "").encode("utf-16")),
    ),
    "entities behind a long comment": (
        "unsafe",
        lambda path: workbook(path, f"<!--{'x' * 100_000}-->" + laughs().replace('<?xml version="1.0"?>', "")),
    ),
    "a hundred thousand parts": (
        "too_large",
        lambda path: package(path, {"xl/workbook.xml": "<x/>", **{f"p{n}": "" for n in range(100_000)}}),
    ),
    "document of three million empty paragraphs": (
        "too_large",
        lambda path: document(path, times(3_000_000, "<w:p/>")),
    ),
    "document of long attributes": ("too_large", lambda path: document(path, times(2_000_000, '<w:p w:a="" w:b=""/>'))),
    "document with entities": (
        "unsafe",
        lambda path: package(path, {"word/document.xml": laughs()}),
    ),
    "document with one cell of 50 MB": (
        "cell_too_long",
        lambda path: document(
            path,
            [
                "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>",
                *times(50 * MEGABYTE, "a", MEGABYTE),
                "</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
            ],
        ),
    ),
    "document with a cell a billion columns wide": (
        "no_header",
        lambda path: document(
            path,
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>'
            "<w:p><w:r><w:t>TT</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        ),
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_at_once_and_in_little_room(name, tmp_path):
    expected, make = BOMBS[name]

    code, seconds, megabytes = read_apart(make(tmp_path / "bom.xlsx"))
    print(f"{name}: {seconds:.2f} s, {megabytes} MiB")

    assert code == expected
    assert seconds < 10
    assert megabytes < 150
