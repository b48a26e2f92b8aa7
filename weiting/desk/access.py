"""Verbs that only the desk has: the audit knows no roles, so who may read it is said here."""

from weiting.units.access import rule
from weiting.units.roles import Role

READ_AUDIT = rule("desk.audit.read", Role.AUDITOR, Role.ADMINISTRATOR)
