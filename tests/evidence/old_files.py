"""Files of Word and Excel from before 2007, as small as may be: a header, one table, the directory, the streams."""

import struct

_SECTOR, _FREE, _END, _TABLE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_AT_LEAST = 4096  # what is smaller would lie in another place


def old_document(*, flags=0, **more):
    return container({"WordDocument": bytes(10) + struct.pack("<H", flags), **more})


def old_workbook(*records):
    """``records``: (kind, content) after the beginning of the workbook."""
    told = b"".join(
        struct.pack("<HH", kind, len(content)) + content for kind, content in ((0x809, b"\0\6\5\0"), *records)
    )
    return container({"Workbook": told + struct.pack("<HH", 0x0A, 0)})


def sheet(kind):
    return 0x85, bytes([0, 0, 0, 0, 0, kind, 1, 0]) + b"A"


def container(streams, *, sector_of_directory=1):
    entries, sectors, table = [_entry("Root Entry", 5, _END, 0)], [], [_TABLE]
    table += [_END] * _sectors_for((len(streams) + 1) * 128)
    for name, content in streams.items():
        if content is None:
            entries.append(_entry(name, 1, 0, 0))
            continue
        whole = content.ljust(_AT_LEAST, b"\0")
        start, count = len(table), _sectors_for(len(whole))
        table += [*range(start + 1, start + count), _END]
        sectors.append(whole.ljust(count * _SECTOR, b"\0"))
        entries.append(_entry(name, 2, start, len(whole)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, sector_of_directory, 0, _AT_LEAST, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    directory = b"".join(entries)
    directory = directory.ljust(_sectors_for(len(directory)) * _SECTOR, b"\0")
    return header + struct.pack("<128I", *table, *[_FREE] * (128 - len(table))) + directory + b"".join(sectors)


def _entry(name, kind, start, size):
    words = name.encode("utf-16-le") + b"\0\0"
    return (
        words.ljust(64, b"\0") + struct.pack("<HBB", len(words), kind, 1) + bytes(48) + struct.pack("<IQ", start, size)
    )


def _sectors_for(size):
    return -(-size // _SECTOR)
