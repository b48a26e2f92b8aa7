"""The sentences in which the audit shows what the demo brought in."""

from django.utils.translation import gettext_lazy as _

from weiting import audit

audit.labels.register(
    {
        "demo.city.load": _("Loaded the demo city"),
        "demo.person.load": _("Demo: gave a role"),
        "demo.account.load": _("Demo: entered an official account"),
        "demo.post.load": _("Demo: laid in a published post"),
        "demo.issue.load": _("Demo: laid in a published issue"),
    }
)
