"""Why a report cannot be filed, saved or reviewed; each message says what happened and what to do."""

from reports.domain.states import ReportState
from reports.domain.wording import vn_moment
from reports.models import ProgressEntry, UnitReport


class FilingError(Exception):
    """The report cannot be filed; the message says why and what to do, in words for the officer."""


class AlreadyFiled(FilingError):
    def __init__(self, report: UnitReport) -> None:
        when = vn_moment(report.submitted_at) if report.submitted_at else ""
        super().__init__(f"Báo cáo này đã được {report.submitted_by} nộp lúc {when}. Không cần nộp lại.")


class Locked(FilingError):
    def __init__(self, report: UnitReport) -> None:
        super().__init__(
            f"Kỳ này đã khóa lúc {vn_moment(report.locks_at)} nên không nộp được nữa. "
            "Hãy báo cơ quan thường trực nếu cần bổ sung."
        )


class NotOwed(FilingError):
    """The standing agency asks for this report no more: it is excused, or closed after a return."""

    def __init__(self, report: UnitReport) -> None:
        what = "ghi là không phải nộp" if report.state == ReportState.EXCUSED else "được đóng"
        reason = report.excused_reason or report.closed_reason
        super().__init__(
            f"Báo cáo này đã {what} (“{reason}”) nên không cần nộp. Thấy chưa đúng thì hãy báo cơ quan thường trực."
        )


class Unready(FilingError):
    """Some entries lack what filing asks for; ``entries`` are those."""

    def __init__(self, entries: list[ProgressEntry]) -> None:
        self.entries = entries
        super().__init__(f"Còn {len(entries)} mô hình chưa đủ để nộp. Bản nháp đã được lưu.")


class HasContent(FilingError):
    def __init__(self, count: int) -> None:
        super().__init__(
            f"Bản nháp đã có nội dung, số liệu hoặc tệp ở {count} mô hình nên không thể nộp “không phát sinh”. "
            "Hãy nộp báo cáo, hoặc xóa nội dung và tệp rồi thử lại."
        )


class NothingBefore(FilingError):
    """“Không phát sinh” refers to what was said before; of ``entries`` nothing ever was."""

    def __init__(self, entries: list[ProgressEntry]) -> None:
        self.entries = entries
        codes = ", ".join(entry.duty.initiative.code for entry in entries)
        super().__init__(
            f"Mô hình {codes} chưa báo cáo lần nào nên chưa thể nộp “không phát sinh”. "
            "Hãy mở báo cáo, chọn trạng thái công việc cho các mô hình này rồi nộp báo cáo."
        )


class NotWithdrawable(FilingError):
    def __init__(self, report: UnitReport) -> None:
        if report.state == ReportState.ACCEPTED:
            why = "Báo cáo đã được tiếp nhận nên không thu hồi được"
        elif report.state == ReportState.SUBMITTED:
            why = "Kỳ này đã khóa: thu hồi thì không nộp lại được nữa"
        else:
            why = "Báo cáo chưa nộp nên không có gì để thu hồi"
        super().__init__(f"{why}. Nếu cần sửa, hãy đề nghị cơ quan thường trực trả lại báo cáo.")


class ReviewError(Exception):
    """What the standing agency asked for cannot be done; the message says why and what to do."""
