"""Addresses of stored files; uploads are posted to the pages that compose them."""

from django.urls import path

from weiting.media import views

app_name = "media"
urlpatterns = [
    path("captions/<slug:public_id>.vtt", views.captions, name="captions"),
    path("<path:path>", views.serve, name="serve"),
]
