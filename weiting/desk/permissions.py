"""Lists every address of the product with who may open it, for the matrix test and docs/reference/permissions.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from weiting.desk.gate import SIGNED_IN, SIGNED_LINK
from weiting.units.access import RULES
from weiting.units.roles import Role

# Addresses that need no declaration of their own, and why.
OPEN_PREFIXES = {
    "ui/": "style sheets, icons, the switches of look and language; the guide asks for a sign-in itself",
    "favicon.ico": "the icon of answers that name none",
    "media/": "stored files ask for each file whether its text is public or the reader may see it",
    "relay/v1/": "systems sign with the secret of their unit's connection; documents and keys are for everybody",
    "channels/": "platforms call it for their account; a call is heard only with the platform's signature",
    "ap/": "other servers read the public accounts and texts; what they send is heard only with their signature",
    ".well-known/": "other servers ask where the public accounts of this hall are",
    "nodeinfo/": "other servers ask which program this is",
    "verify.html": "the page that checks an export is for everybody",
    "account/": "signing in, and a person's own credentials, guarded by the sign-in pages themselves",
    "hall": "the hall is for everybody and shows only what is public",
}
DESK = "desk/"


@dataclass(frozen=True)
class Address:
    """One address: its pattern, its name, its view, and the verbs that open it (none: nobody declared any)."""

    route: str
    name: str
    view: Any
    who_may: tuple[str, ...]

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles that may open it; everybody's for a page that only asks for a sign-in."""
        if SIGNED_IN in self.who_may:
            return frozenset(Role)
        return frozenset(role for verb in self.who_may if verb in RULES for role in RULES[verb])

    @property
    def is_signed_link(self) -> bool:
        """Say whether it opens to the holder of a secret address."""
        return SIGNED_LINK in self.who_may


def addresses() -> list[Address]:
    """List every address of the URL conf, those of included parts too."""
    return list(_walk(get_resolver(), "", is_hall=False))


def _walk(resolver: URLResolver, prefix: str, *, is_hall: bool) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        # Addresses below a language are the hall's: nothing else is translated.
        in_hall = is_hall or type(pattern.pattern).__name__ == "LocalePrefixPattern"
        route = (
            prefix
            if type(pattern.pattern).__name__ == "LocalePrefixPattern"
            else prefix + str(pattern.pattern)
        )
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route, is_hall=in_hall)
        elif isinstance(pattern, URLPattern):
            shown = f"hall:{route}" if in_hall else route
            yield Address(
                shown, pattern.name or "", pattern.callback, getattr(pattern.callback, "who_may", ())
            )


def desk_addresses() -> list[Address]:
    """List the addresses of the desk, in the order of the URL conf."""
    return [each for each in addresses() if each.route.startswith(DESK)]


def undeclared() -> list[str]:
    """List the addresses of which nobody has said who may open them."""
    return [
        each.route
        for each in addresses()
        if not each.who_may
        and (each.route.startswith(DESK) or not each.route.startswith(tuple(OPEN_PREFIXES)))
    ]


def page() -> str:
    """Return docs/reference/permissions.md: verbs with their roles, then pages with their verbs."""
    lines = [
        "# Permissions",
        "",
        "Made from the rules in the code by `weiting manage docs_permissions FILE`; do not edit by hand.",
        "",
        "A role counts at the unit where it is held, and below it where its reach says so. Whoever may not see",
        "something is told that it does not exist. A page opens to those who may do one of its verbs somewhere;",
        "what they see and do on it is asked again for each unit.",
        "",
        "## Verbs",
        "",
        "| verb | roles |",
        "|---|---|",
    ]
    lines += [f"| `{verb}` | {', '.join(sorted(roles)) or '—'} |" for verb, roles in sorted(RULES.items())]
    lines += ["", "## Pages of the desk", "", "| address | opens to |", "|---|---|"]
    for each in desk_addresses():
        said = ", ".join(f"`{verb}`" if verb in RULES else verb for verb in each.who_may)
        lines.append(f"| `/{each.route}` | {said} |")
    lines += ["", "## Everything else", "", "| address | why it needs no role |", "|---|---|"]
    lines += [
        f"| `{'/' if prefix == 'hall' else f'/{prefix}'}` | {why} |" for prefix, why in OPEN_PREFIXES.items()
    ]
    return "\n".join(lines) + "\n"
