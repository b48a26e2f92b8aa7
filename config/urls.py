"""Every address of the product: the hall for citizens, the desk for staff, signing in."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from weiting.ui import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("ui/", include("weiting.ui.urls")),
    # Asked for by browsers wherever an answer names no icon: a text file, a picture, a page that failed.
    path("favicon.ico", views.favicon),
    path("media/", include("weiting.media.urls")),
    path("channels/", include("weiting.channels.urls")),
    path("", include("weiting.fediverse.urls")),
    path("", include("weiting.audit.urls")),
    path("account/", include("weiting.accounts.urls")),
    path("account/", include("allauth.urls")),
    path("desk/", include("weiting.desk.urls")),
    path("relay/", include("weiting.relay.urls")),
    *i18n_patterns(path("", include("weiting.hall.urls")), prefix_default_language=False),
]
