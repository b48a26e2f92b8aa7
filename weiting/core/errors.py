"""The one family of errors a person may see: six kinds, each a sentence that says what to do next."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


class DomainError(Exception):
    """An act was refused. `message` is a full translated sentence; `code` is for machines."""

    status = 400
    default_code = "error"

    def __init__(self, message: Text, *, code: str = "", **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.facts = facts


class NotFound(DomainError):
    """It is not there, or not for this person: the two are not told apart."""

    status = 404
    default_code = "not_found"


class NotAllowed(DomainError):
    """The person sees it but may not do this."""

    status = 403
    default_code = "not_allowed"


class Invalid(DomainError):
    """What was typed cannot be used; `fields` maps a field's name to its sentences."""

    status = 422
    default_code = "invalid"

    def __init__(
        self,
        message: Text,
        *,
        code: str = "",
        fields: Mapping[str, Sequence[Text]] | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(message, code=code, **facts)
        self.fields = dict(fields or {})


class Conflict(DomainError):
    """Somebody else was faster, or the thing is no longer in the state the act needs."""

    status = 409
    default_code = "conflict"


class TooMany(DomainError):
    """Too often or too much at once."""

    status = 429
    default_code = "too_many"


class Unavailable(DomainError):
    """A part that is needed does not answer now; trying later may help."""

    status = 503
    default_code = "unavailable"
