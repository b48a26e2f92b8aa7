"""The pages of signing in that are ours: an overview of what protects one's sign-in, and closed doors."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weiting.core.errors import NotFound


@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Show what protects the sign-in of the person who asks, and where else they are signed in."""
    person = request.user
    factors = {factor.type: factor for factor in Authenticator.objects.filter(user_id=person.pk)}
    return render(
        request,
        "accounts/security.html",
        {
            "totp": factors.get(Authenticator.Type.TOTP),
            "codes": factors.get(Authenticator.Type.RECOVERY_CODES),
            "passkeys": Authenticator.objects.filter(
                user_id=person.pk, type=Authenticator.Type.WEBAUTHN
            ).count(),
            "sessions": UserSession.objects.filter(user_id=person.pk).count(),
        },
    )


def closed(request: HttpRequest) -> HttpResponse:
    """Say that there is no such page here."""
    raise NotFound(_("Administrators make sign-ins and set lost passwords anew. Ask the one of your unit."))
