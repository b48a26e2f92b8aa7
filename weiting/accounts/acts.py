"""Puts what accounts records into words for the audit; loaded when the app is ready."""

from django.utils.translation import gettext_lazy as _

from weiting.audit import labels

labels.register(
    {
        "accounts.person.create": _("Made a sign-in"),
        "accounts.person.deactivate": _("Ended a sign-in"),
        "accounts.person.reactivate": _("Gave a sign-in back"),
        "accounts.person.renew": _("Asked for new credentials"),
        "accounts.person.password": _("Set a new password"),
        "accounts.person.prefer": _("Changed own preferences"),
        "accounts.session.sign_in": _("Signed in"),
        "accounts.session.sign_out": _("Signed out"),
        "accounts.session.fail": _("Failed to sign in"),
        "accounts.session.end_others": _("Signed out elsewhere"),
        "accounts.factor.add": _("Added a second factor"),
        "accounts.factor.remove": _("Removed a second factor"),
        "accounts.factor.codes": _("Made new recovery codes"),
    }
)
