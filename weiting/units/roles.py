"""The roles a person may hold at a unit [features A10]; which verbs a role may do is in each module's access.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    EDITOR = "editor", _("editor")
    FIRST_REVIEWER = "first_reviewer", _("first reviewer")
    SECOND_REVIEWER = "second_reviewer", _("second reviewer")
    FINAL_REVIEWER = "final_reviewer", _("final reviewer")
    LEGAL = "legal", _("legal reviewer")
    SECRECY = "secrecy", _("secrecy reviewer")
    SPOKESPERSON = "spokesperson", _("spokesperson")
    LIAISON = "liaison", _("liaison")
    DUTY_OFFICER = "duty_officer", _("duty officer")
    EMERGENCY_OFFICER = "emergency_officer", _("emergency officer")
    DISPATCHER = "dispatcher", _("dispatcher")
    SUPERVISOR = "supervisor", _("supervisor")
    ASSESSOR = "assessor", _("assessor")
    ANALYST = "analyst", _("analyst")
    TRAINER = "trainer", _("trainer")
    HALL_EDITOR = "hall_editor", _("hall editor")
    PARTNER = "partner", _("alliance partner")
    AUDITOR = "auditor", _("auditor (reads only)")
    ADMINISTRATOR = "administrator", _("administrator")
