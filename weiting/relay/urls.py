"""Addresses for machines: the calls asked of a unit, its system's answer, coverage documents, the hall's keys."""

from django.urls import path

from weiting.relay import views

app_name = "relay"
urlpatterns = [
    path("v1/keys", views.keys, name="keys"),
    path("v1/calls", views.calls, name="calls"),
    path("v1/calls/<slug:public_id>", views.call, name="call"),
    path("v1/calls/<slug:public_id>/answer", views.answer, name="answer"),
    path("v1/calls/<slug:public_id>/coverage", views.coverage, name="coverage"),
]
