"""The standing agency's desk: the queue of reports, and one report under review."""

from reports.views.review.acts import review_accept, review_exclude, review_include, review_reopen, review_return
from reports.views.review.page import review_report
from reports.views.review.queue import review, review_confirm, review_summary

__all__ = (
    "review",
    "review_accept",
    "review_confirm",
    "review_exclude",
    "review_include",
    "review_reopen",
    "review_report",
    "review_return",
    "review_summary",
)
