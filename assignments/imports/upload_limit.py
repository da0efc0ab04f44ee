"""A request that carries one file of a bounded size: what goes beyond is never kept, whatever is sent."""

import functools
from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from assignments.annex.reading.packages import MAX_FILE
from assignments.office_files import MEGABYTE
from assignments.permissions import View

TOO_LARGE = "Tệp lớn hơn 20 MB nên chưa được nhận. Hãy chỉ giữ lại trang tính có phụ lục rồi thử lại."
TOO_MANY = "Mỗi lần chỉ nhận một tệp. Hãy chọn một tệp phụ lục rồi thử lại."
# A browser hears an answer only once it has sent everything; what is longer than this is cut off without one.
_HEARD_OUT = 100 * MEGABYTE


class OneFileHandler(TemporaryFileUploadHandler):
    """Keeps the one file on disk while it arrives; says in ``request.upload_refusal`` why it stopped, if it did."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.files = 0
        self.input: Any = None

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:
        self.input = input_data if content_length <= _HEARD_OUT else None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.files += 1
        if self.files > 1:
            self._stop(TOO_MANY)
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > MAX_FILE:
            self._stop(TOO_LARGE)
        super().receive_data_chunk(raw_data, start)

    def _stop(self, refusal: str) -> None:
        """Hear the rest out here: Django would read it line by line, and a file need not have more than one."""
        self.request.upload_refusal = refusal  # type: ignore[union-attr]
        while self.input and self.input.read(self.chunk_size):
            pass
        raise StopUpload(connection_reset=True)


def takes_one_file(view: View) -> View:
    """Receive files by ``OneFileHandler``.

    The handler must be there before anything reads the request, and the check of the CSRF token reads it; so that check
    is moved from the middleware to behind the handler. The form sends its token before the file.
    """

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_refusal = ""  # type: ignore[attr-defined]
        request.upload_handlers = [OneFileHandler(request)]
        return csrf_protect(view)(request, *args, **kwargs)

    return csrf_exempt(wrapped)
