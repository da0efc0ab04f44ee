"""Where the standing agency reads what was filed."""

from django.urls import path

from . import actions, page, views

plan_urlpatterns = [
    path("duyet/", views.review, name="review"),
    path("duyet/tiep-nhan/", views.review_confirm, name="review_confirm"),
]
urlpatterns = [
    path("duyet/<int:pk>/", page.review_report, name="review_report"),
    path("duyet/<int:pk>/tiep-nhan/", actions.review_accept, name="review_accept"),
    path("duyet/<int:pk>/tra-lai/", actions.review_return, name="review_return"),
    path("duyet/<int:pk>/mo-lai/", actions.review_reopen, name="review_reopen"),
    path("duyet/<int:pk>/rut-tra-lai/", actions.review_take_back, name="review_take_back"),
    path("duyet/<int:pk>/tiep-nhan-nhu-da-nop/", actions.review_accept_as_filed, name="review_accept_as_filed"),
    path("duyet/<int:pk>/dong/", actions.review_close, name="review_close"),
    path("duyet/<int:pk>/khong-phai-nop/", actions.review_excuse, name="review_excuse"),
    path("duyet/<int:pk>/phai-nop/", actions.review_expect, name="review_expect"),
    path("duyet/muc/<int:pk>/khong-tong-hop/", actions.review_exclude, name="review_exclude"),
    path("duyet/muc/<int:pk>/tong-hop-lai/", actions.review_include, name="review_include"),
]
