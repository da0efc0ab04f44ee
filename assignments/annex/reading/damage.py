"""Whatever is raised over a damaged file, in words for the administrator."""

import errno
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers import expat

from docx.opc.exceptions import PackageNotFoundError

from ..problems import AnnexUnreadable

# What archive, XML and the libraries raise where a file is not what it says it is: any byte of it may be wrong.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, PackageNotFoundError, SyntaxError, EOFError),
    *(LookupError, ValueError, TypeError, AttributeError, AssertionError, ArithmeticError, RuntimeError),
)


@contextmanager
def damage_in_words() -> Iterator[None]:
    """Raise AnnexUnreadable instead of anything that a damaged file makes the readers raise."""
    try:
        yield
    except (*_DAMAGED, OSError) as error:
        # A place before the beginning of the file is the fault of the file; a disk that fails is not.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise AnnexUnreadable("unreadable", "Tệp bị hỏng. Hãy mở bằng Excel hoặc Word, lưu lại rồi thử lại.") from error
