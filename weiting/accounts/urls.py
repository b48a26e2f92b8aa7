"""The addresses of signing in that are ours; those of allauth that we do not offer end here."""

from django.urls import path, re_path

from weiting.accounts import views

urlpatterns = [
    path("", views.security, name="account_security"),
    # Sign-ins are made by administrators, mail addresses are in the preferences, lost passwords are set anew by hand.
    re_path(
        r"^(?:signup|email|confirm-email|password/(?:set|reset)|login/code|2fa/webauthn/signup)(?:/.*)?$",
        views.closed,
    ),
]
