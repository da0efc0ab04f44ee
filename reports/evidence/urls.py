"""Files that show what an entry says."""

from django.urls import path

from . import views

urlpatterns = [
    path("minh-chung/<int:pk>/", views.evidence, name="evidence"),
    path("minh-chung/<int:pk>/anh-nho/", views.evidence_thumbnail, name="evidence_thumbnail"),
    path("minh-chung/<int:pk>/go/", views.evidence_remove, name="evidence_remove"),
    path("minh-chung/dong/<int:pk>/", views.evidence_attach, name="evidence_attach"),
]
