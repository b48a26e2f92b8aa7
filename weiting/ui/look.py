"""How one visitor wants to see the pages: big characters, high contrast. Kept in a cookie of one word, nothing else."""

from dataclasses import dataclass, replace

from django.http import HttpRequest

COOKIE = "look"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Look:
    """The two switches; both off is the ordinary look."""

    elder: bool = False
    contrast: bool = False

    @classmethod
    def read(cls, value: str) -> "Look":
        """Return the look a cookie asks for; words we do not know are ignored."""
        words = value.split(".")
        return cls(elder="elder" in words, contrast="contrast" in words)

    def __str__(self) -> str:
        return ".".join(name for name in ("elder", "contrast") if getattr(self, name))

    def switched(self, name: str, on: bool) -> "Look":
        """Return the look with one switch moved."""
        return replace(self, **{name: on})


def look_of(request: HttpRequest | None) -> Look:
    """Return the look of a request, also before or without the middleware."""
    found = getattr(request, "look", None)
    if isinstance(found, Look):
        return found
    return Look.read(request.COOKIES.get(COOKIE, "")) if request is not None else Look()
