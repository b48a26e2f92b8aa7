"""Addresses of the design system: style sheets, icon, look, language, guide."""

from django.urls import path

from weiting.ui import views

app_name = "ui"
urlpatterns = [
    path("look/", views.set_look, name="look"),
    path("language/", views.set_language, name="language"),
    path("<slug:name>-<slug:digest>.css", views.styles, name="styles"),
    path("favicon.svg", views.favicon, name="favicon"),
    path("guide/", views.guide, name="guide"),
    path("guide/desk/", views.guide, {"face": "desk"}, name="guide_desk"),
    path("guide/refuse/", views.refuse, name="guide_refuse"),
    path("guide/gate/", views.guide, {"face": "gate"}, name="guide_gate"),
]
