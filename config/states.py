"""Makes docs/reference/states.md from the flows, so that the drawing cannot drift from the code."""


def page() -> str:
    """Return the reference page of all states and moves."""
    from weiting.core.flow import ALL

    parts = ["# States and moves", "", "Made from the flows in the code: `python -m config.reference`.", ""]
    for flow in sorted(ALL, key=lambda each: each.tag):
        lines = (flow.__doc__ or "").strip().splitlines()
        parts += [f"## {flow.tag}", "", *lines, "", "```mermaid", flow.mermaid(), "```", ""]
    return "\n".join(parts)
