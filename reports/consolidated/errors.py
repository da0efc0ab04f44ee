"""Why a consolidated report cannot be written to or issued; each message says what happened and what to do."""

from reports.models import ConsolidatedReport


class ConsolidatedError(Exception):
    """The message says why and what to do, in words for the standing agency."""


class AlreadyFinal(ConsolidatedError):
    def __init__(self, report: ConsolidatedReport) -> None:
        super().__init__(
            f"{report} đã ban hành nên không sửa được nữa. Nếu cần đính chính, hãy lập bản thay thế ở trang báo cáo."
        )
