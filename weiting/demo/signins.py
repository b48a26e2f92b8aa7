"""The sign-ins of the demo city, as `weiting up` prints them and the sign-in page offers them."""

from weiting.demo.content.people import BY_NAME, SIGNINS

PASSWORD = "yunxi-2026"  # noqa: S105 - an invented city, meant to be known


def lines() -> list[str]:
    """Return one line for each sign-in: name to type, who it is, what they do."""
    width = max(len(each.username) for each in SIGNINS)
    found = [f"演示账号（密码都是 {PASSWORD}）："]
    return found + [
        f"  {each.username:<{width}}  {BY_NAME[each.person].name}，{each.can}" for each in SIGNINS
    ]
