"""Everything that writes notices: telling, marking read, and mailing what is due."""

from weiting.notices.actions.sending import send_due
from weiting.notices.actions.telling import mark_all_read, mark_read, tell

__all__ = ["mark_all_read", "mark_read", "send_due", "tell"]
