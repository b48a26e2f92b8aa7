"""The one address of the audit itself: the page that checks an exported stretch."""

from django.urls import path

from weiting.audit import views

app_name = "audit"
urlpatterns = [path("verify.html", views.verify_page, name="verify")]
