"""The verbs of connections in words, for readers of the audit."""

from django.utils.translation import gettext_lazy as _

from weiting import audit

audit.labels.register(
    {
        "channels.connection.plan": _("Planned a connection to a channel"),
        "channels.connection.save": _("Changed the settings of a connection"),
        "channels.connection.authorise": _("Authorised an account on its platform's page"),
        "channels.connection.try": _("Tested a connection"),
        "channels.connection.go_live": _("Put a connection live"),
        "channels.connection.thaw": _("Let a resting connection go on"),
        "channels.connection.freeze": _("Let a connection rest"),
        "channels.connection.end": _("Ended a connection"),
        "channels.connection.owner": _("Named who answers for a connection"),
        "channels.connection.import": _("Imported the archive of a closed account"),
        "channels.menu.put": _("Changed the menu of a WeChat account"),
        "channels.menu.drop": _("Took the menu of a WeChat account away"),
        "channels.answer.save": _("Kept what is answered to a word on WeChat"),
        "channels.answer.drop": _("Removed what is answered to a word on WeChat"),
        "channels.keys.rotate": _("Sealed credentials anew with the present key"),
    }
)
