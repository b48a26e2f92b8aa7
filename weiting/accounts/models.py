"""Columns and constraints of a person who signs in. What they may do is in units, not here."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core import clock, ids


class PersonManager(BaseUserManager["Person"]):
    """Finds people by the name they sign in with, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username__iexact=username)


class Person(AbstractBaseUser):
    """One human being with one own sign-in. Shared accounts do not exist."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    username = models.CharField(_("sign-in name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("work telephone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)

    by_email = models.BooleanField(_("notices by e-mail too"), default=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    # Raised on hand-over or theft: it is part of the session's fingerprint, so every session ends.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    must_renew = models.BooleanField(_("must set a new password at next sign-in"), default=False)
    password_set_at = models.DateTimeField(null=True, blank=True, editable=False)
    joined_at = models.DateTimeField(default=clock.now, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="accounts_person_quiet_both_or_none",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name, as Django's own pages ask for it."""
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        base = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{base}.{self.session_epoch}"
