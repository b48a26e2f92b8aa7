"""A small set of line icons drawn on a 24-unit grid, put into the page as inline SVG."""

# ruff: noqa: E501 - a drawing is one line

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
    "home": '<path d="M4 11 12 4l8 7v9h-5.5v-5.5h-5V20H4z"/>',
    "bell": '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "cross": '<path d="m6 6 12 12M18 6 6 18"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "minus": '<path d="M5 12h14"/>',
    "arrow-left": '<path d="M19 12H5m6-6-6 6 6 6"/>',
    "arrow-right": '<path d="M5 12h14m-6-6 6 6-6 6"/>',
    "chevron-down": '<path d="m7 10 5 5 5-5"/>',
    "external": '<path d="M14 4h6v6M20 4l-9 9M18 14v6H4V6h6"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10.5h16M8 3.5V8M16 3.5V8"/>',
    "pen": '<path d="m4 20 1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5"/>',
    "eye": '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.7"/>',
    "trash": '<path d="M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5"/>',
    "undo": '<path d="M8.5 5 4.5 9l4 4M4.5 9H14a5.5 5.5 0 0 1 0 11H9"/>',
    "copy": '<path d="M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4"/>',
    "download": '<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M4.5 19.5h15"/>',
    "upload": '<path d="M12 15.5v-11M7.5 9 12 4.5 16.5 9M4.5 19.5h15"/>',
    "image": '<path d="M4 5h16v14H4zM4 16l4.5-4.5L13 16l3-3 4 4"/><circle cx="15.5" cy="9" r="1.4"/>',
    "video": '<path d="M3.5 6.5h12v11h-12zM15.5 11l5-3v8l-5-3"/>',
    "link": '<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1"/>',
    "lock": '<path d="M5.5 11h13v9h-13zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "shield": '<path d="M12 3.5 19 6v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6zM8.5 12l2.5 2.5 4.5-4.5"/>',
    "person": '<circle cx="12" cy="8" r="3.7"/><path d="M4.5 20c.5-4 3.5-6 7.5-6s7 2 7.5 6"/>',
    "people": '<circle cx="9" cy="8.5" r="3.2"/><path d="M3 19.5c.4-3.5 2.7-5.3 6-5.3s5.6 1.8 6 5.3M15.5 5.6a3.2 3.2 0 0 1 0 5.8M17.5 14.6c2 .6 3.2 2.3 3.5 4.9"/>',
    "building": '<path d="M5 20.5v-16h9v16M14 9.5h5v11M3 20.5h18M8 8.5h3M8 12h3M8 15.5h3"/>',
    "list": '<path d="M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01"/>',
    "filter": '<path d="M4 5.5h16l-6.2 7.5v6l-3.6-2v-4z"/>',
    "warning": '<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.3h.01"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.7h.01"/>',
    "question": '<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.5A2.5 2.5 0 1 1 12 12.2v1.6M12 16.7h.01"/>',
    "inbox": '<path d="M4 13.5 6.5 5h11l2.5 8.5V19H4zM4 13.5h4.5l1.5 2.5h4l1.5-2.5H20"/>',
    "send": '<path d="M3.5 11.5 20.5 4l-5 16.5-4-6.5zM11.5 14l9-10"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "feed": '<path d="M5 11a8 8 0 0 1 8 8M5 5a14 14 0 0 1 14 14M6 18.2h.01"/>',
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17-5-5-5-12 0-17"/>',
    "text-size": '<path d="M3 18.5 8 6l5 12.5M4.8 14.5h6.4M14 18.5l3.3-8 3.3 8M15.2 15.7h4.2"/>',
    "contrast": '<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor"/>',
    "megaphone": '<path d="M4 9.5v5h3.5l8.5 4.5V5L7.5 9.5zM19 9.5a4 4 0 0 1 0 5M8 14.5l1 5h2.5"/>',
    "listen": '<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>',
    "history": '<path d="M4.5 5v4.5H9M4.8 9.3A8 8 0 1 1 4 13M12 8v4.5l3 2"/>',
    "compare": '<path d="M4 5h7v14H4zM13 5h7v14h-7M6.5 9h2M6.5 12h2M15.5 9h2M15.5 15h2"/>',
    "more": '<path d="M6 11.3v1.4M12 11.3v1.4M18 11.3v1.4" stroke-width="2.6"/>',
    "out": '<path d="M14 8V4H5v16h9v-4M10 12h11m-3.5-3.5L21 12l-3.5 3.5"/>',
    "star": '<path d="m12 4 2.4 5.3 5.8.6-4.3 3.9 1.2 5.7L12 16.6l-5.1 2.9 1.2-5.7-4.3-3.9 5.8-.6z"/>',
}


def draw(name: str, label: str = "", large: bool = False) -> SafeString:
    """Return one icon as inline SVG; without a label it is hidden from screen readers. Raises KeyError."""
    spoken = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        'stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"{}>{}</svg>',
        " large" if large else "",
        spoken,
        mark_safe(PATHS[name]),  # noqa: S308 - constants of this file
    )
