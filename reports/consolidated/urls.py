"""Where the report that goes upward is drafted, issued and downloaded."""

from django.urls import path

from .views import downloads, editing, issuing, outline, pages

plan_urlpatterns = [
    path("bao-cao-tong-hop/", pages.consolidated_reports, name="consolidated_reports"),
    path("bao-cao-tong-hop/soan/", pages.consolidated_start, name="consolidated_start"),
    path("bao-cao-tong-hop/de-cuong/", outline.report_outline, name="report_outline"),
    path("tong-hop/bang/", downloads.rollup_workbook, name="rollup_workbook"),
]
urlpatterns = [
    path("bao-cao-tong-hop/dong/<int:pk>/nguon/", pages.consolidated_sources, name="consolidated_sources"),
    path("bao-cao-tong-hop/<int:pk>/", pages.consolidated_report, name="consolidated_report"),
    path("bao-cao-tong-hop/<int:pk>/sua/", editing.consolidated_edit, name="consolidated_edit"),
    path("bao-cao-tong-hop/<int:pk>/luu/", editing.consolidated_save, name="consolidated_save"),
    path("bao-cao-tong-hop/<int:pk>/huy/", editing.consolidated_discard, name="consolidated_discard"),
    path("bao-cao-tong-hop/<int:pk>/xem-truoc/", pages.consolidated_preview, name="consolidated_preview"),
    path("bao-cao-tong-hop/<int:pk>/ban-hanh/", issuing.consolidated_finalize, name="consolidated_finalize"),
    path("bao-cao-tong-hop/<int:pk>/the-thuc/", issuing.consolidated_letterhead, name="consolidated_letterhead"),
    path("bao-cao-tong-hop/<int:pk>/thay-the/", issuing.consolidated_correct, name="consolidated_correct"),
    path("bao-cao-tong-hop/<int:pk>/lich-su/", issuing.consolidated_history, name="consolidated_history"),
    path("bao-cao-tong-hop/<int:pk>/van-ban/", downloads.consolidated_document, name="consolidated_document"),
    path("bao-cao-tong-hop/<int:pk>/pdf/", downloads.consolidated_pdf, name="consolidated_pdf"),
    path("bao-cao-tong-hop/<int:pk>/bang/", downloads.consolidated_workbook, name="consolidated_workbook"),
]
