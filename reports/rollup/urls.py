"""The roll-up and what stands behind its numbers."""

from django.urls import path

from . import views

plan_urlpatterns = [
    path("tong-hop/", views.rollup, name="rollup"),
    path("tong-hop/can-chu-y/", views.rollup_attention, name="rollup_attention"),
    path("tong-hop/ma-tran/", views.rollup_matrix, name="rollup_matrix"),
    path("tong-hop/nop/", views.rollup_filing, name="rollup_filing"),
    path("tong-hop/thay-doi/", views.rollup_changes, name="rollup_changes"),
    path("tong-hop/thoi-gian/", views.rollup_timeline, name="rollup_timeline"),
    path("tong-hop/xu-huong/", views.rollup_trends, name="rollup_trends"),
    path("tong-hop/chi-tiet/", views.rollup_entries, name="rollup_entries"),
]
