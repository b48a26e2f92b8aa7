"""A small set of line icons drawn on a 24-unit grid, put into the page as inline SVG."""

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
    "link": '<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1"/>',
    "lock": '<path d="M5.500 11h13v9h-13zM8.500 11V8a3.500 3.500 0 0 1 7 0v3"/>',
    "shield": '<path d="M12 3.500 19 6v5.500c0 4.500-3 7.500-7 9-4-1.500-7-4.500-7-9V6zM8.500 12l2.500 2.500 4.500-4.500"/>',
    "person": '<circle cx="12" cy="8" r="3.700"/><path d="M4.500 20c.5-4 3.500-6 7.500-6s7 2 7.500 6"/>',
    "people": '<circle cx="9" cy="8.500" r="3.200"/><path d="M3 19.500c.4-3.500 2.700-5.300 6-5.300s5.600 1.800 6 5.300M15.500 5.600a3.200 3.200 0 0 1 0 5.800M17.500 14.600c2 .6 3.200 2.300 3.500 4.900"/>',
    "building": '<path d="M5 20.500v-16h9v16M14 9.500h5v11M3 20.500h18M8 8.500h3M8 12h3M8 15.500h3"/>',
    "list": '<path d="M9 6.500h11M9 12h11M9 17.500h11M4.500 6.500h.01M4.500 12h.01M4.500 17.500h.01"/>',
    "filter": '<path d="M4 5.500h16l-6.200 7.500v6l-3.600-2v-4z"/>',
    "warning": '<path d="M12 4 2.800 20h18.400zM12 10v4.500M12 17.300h.01"/>',
    "info": '<circle cx="12" cy="12" r="8.500"/><path d="M12 11v5.500M12 7.700h.01"/>',
    "question": '<circle cx="12" cy="12" r="8.500"/><path d="M9.500 9.500A2.500 2.500 0 1 1 12 12.200v1.600M12 16.700h.01"/>',
    "inbox": '<path d="M4 13.500 6.500 5h11l2.500 8.500V19H4zM4 13.500h4.500l1.500 2.500h4l1.500-2.500H20"/>',
    "send": '<path d="M3.500 11.500 20.500 4l-5 16.500-4-6.500zM11.500 14l9-10"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "feed": '<path d="M5 11a8 8 0 0 1 8 8M5 5a14 14 0 0 1 14 14M6 18.200h.01"/>',
    "globe": '<circle cx="12" cy="12" r="8.500"/><path d="M3.500 12h17M12 3.500c5 5 5 12 0 17-5-5-5-12 0-17"/>',
    "text-size": '<path d="M3 18.500 8 6l5 12.500M4.800 14.500h6.400M14 18.500l3.300-8 3.300 8M15.200 15.700h4.200"/>',
    "contrast": '<circle cx="12" cy="12" r="8.500"/><path d="M12 3.500a8.500 8.500 0 0 1 0 17z" fill="currentColor"/>',
    "megaphone": '<path d="M4 9.500v5h3.500l8.500 4.500V5L7.500 9.500zM19 9.500a4 4 0 0 1 0 5M8 14.500l1 5h2.500"/>',
    "listen": '<path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11"/>',
    "history": '<path d="M4.500 5v4.500H9M4.800 9.300A8 8 0 1 1 4 13M12 8v4.500l3 2"/>',
    "compare": '<path d="M4 5h7v14H4zM13 5h7v14h-7M6.500 9h2M6.500 12h2M15.500 9h2M15.500 15h2"/>',
    "more": '<path d="M6 12h.01M12 12h.01M18 12h.01"/>',
    "out": '<path d="M14 8V4H5v16h9v-4M10 12h11m-3.500-3.500L21 12l-3.500 3.500"/>',
    "star": '<path d="m12 4 2.400 5.300 5.800.6-4.300 3.900 1.200 5.700L12 16.600l-5.100 2.900 1.200-5.700-4.300-3.900 5.800-.6z"/>',
}


def draw(name: str, label: str = "", large: bool = False) -> SafeString:
    """Return one icon as inline SVG; without a label it is hidden from screen readers. Raises KeyError."""
    spoken = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        'stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"{}>{}</svg>',
        " large" if large else "",
        spoken,
        mark_safe(PATHS[name]),
    )
