"""Makes the page of a channel for the documentation: what is written beside its rules, and a table of its codes."""

from weiting.channels import registry
from weiting.channels.ports import Action
from weiting.channels.rules import DATA, Outcome, Rules, rules

DOES = {
    Action.AUTHORISE: "authorise the account anew",
    Action.SHORTEN: "shorten the text",
    Action.CHANGE_WORDS: "change the words",
    Action.CHANGE_MEDIA: "change the picture",
    Action.ASK_PLATFORM: "ask the platform",
    Action.BY_HAND: "do it by hand on the platform, and paste the address",
    Action.SETTINGS: "look at the connection's settings",
    Action.NOTHING: "nothing",
}


def page(kind: str) -> str:
    """Return the page of a kind of channel as Markdown; raises KeyError when there is no such kind."""
    found = rules(kind)
    rows = "\n".join(
        f"| {code} | {each.says} | {_follows(each)} | {_person(each)} |"
        for code, each in found.errors.items() if not code.startswith("publish_")
    )  # fmt: skip
    ends = "\n".join(
        f"| {code.removeprefix('publish_')} | {each.says} | {_person(each)} |"
        for code, each in found.errors.items() if code.startswith("publish_")
    )  # fmt: skip
    head = "## How a publication can fail\n| status | what it means | a person has to |\n|---|---|---|"
    ended = f"\n\n{head}\n{ends}" if ends else ""
    return (
        f"# {found.title}\n\nMade from the code (`weiting/channels/data/{kind}.md`, `{kind}.toml`) by "
        "`python -m config.reference`.\n\n"
        f"{(DATA / f'{kind}.md').read_text(encoding='utf-8').strip()}\n\n"
        "## Its codes\nWhat is not in this table is refused, and somebody has to ask the platform.\n\n"
        f"| code | what it means | what follows | a person has to |\n|---|---|---|---|\n{rows}{ended}\n"
    )


def assisted() -> str:
    """Return the page of the platforms without an open interface as Markdown."""
    found = [rules(kind) for kind in registry.BY_HAND if "text" in rules(kind).limits]
    rows = "\n".join(
        f"| {each.title} | {_limit(each, 'heading')} | {_limit(each, 'text')} | "
        f"{each.limits.get('pictures', 0)} | {each.limits.get('films', 0)} | "
        f"{'kept' if each.limits.get('links') == 'kept' else 'left out'} | "
        f"{', '.join(f'`{host}`' for host in each.limits.get('hosts', ())) or 'the setting says it'} |"
        for each in found
    )
    return (
        "# Platforms without an open interface\n\nMade from the code (`weiting/channels/data/assisted.md` and each "
        "platform's table beside it) by `python -m config.reference`.\n\n"
        f"{(DATA / 'assisted.md').read_text(encoding='utf-8').strip()}\n\n"
        "## What each takes\n| platform | heading | text | pictures | films | links | its texts stand at |\n"
        f"|---|---|---|---|---|---|---|\n{rows}\n\n"
        "No published interface names these figures: they are from use, and unconfirmed. A city that sees others "
        "changes the platform's table.\n"
    )


def _limit(each: Rules, name: str) -> str:
    said = each.limits.get(name)
    return f"{said['limit']}{' (half for ASCII)' if said['count'] == 'half' else ''}" if said else "none"


def _follows(each: Outcome) -> str:
    if each.outcome == "later":
        return f"tried again after {_span(each.after)}{'; the account waits' if each.whole else ''}"
    if each.outcome == "in_doubt":
        return "the channel is asked whether it has the text"
    general = each.action in {Action.AUTHORISE, Action.ASK_PLATFORM, Action.SETTINGS}
    is_whole = general if each.whole is None else each.whole
    return "the account rests, nothing is lost" if is_whole else "the text is refused, others go on"


def _person(each: Outcome) -> str:
    return DOES[each.action] if each.outcome == "refused" else "nothing"


def _span(seconds: float) -> str:
    if seconds >= 3600:
        return f"{seconds / 3600:g} h"
    return f"{seconds / 60:g} min"
