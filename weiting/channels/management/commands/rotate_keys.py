"""`weiting channels rotate`: seal credentials anew with the present key, or say which keys are in use."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from weiting.channels.actions import rotate_keys
from weiting.channels.sealed import uses


class Command(BaseCommand):
    """Seal anew whatever an earlier key of WEITING_CHANNEL_KEYS_OLD has sealed."""

    help = "Seal credentials anew with the present key; may be broken off and repeated."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing, only say which keys are in use"
        )
        parser.add_argument("--part", type=int, default=200, help="rows sealed in one transaction")

    def handle(self, *, check: bool, part: int, **_: Any) -> None:
        """Rotate, or look."""
        if not check:
            done = rotate_keys(part=max(1, part))
            self.stdout.write(f"{done.anew} sealed anew with the present key.")
        shut = old = 0
        for each in uses():
            said = (
                "present key"
                if each.is_present
                else "earlier key"
                if each.is_known
                else "a key this machine lacks"
            )
            old += each.rows if each.is_known and not each.is_present else 0
            shut += 0 if each.is_known else each.rows
            self.stdout.write(f"{each.table}: {each.rows} with {each.key}, {said}")
        if shut:
            raise CommandError(
                f"{shut} cannot be opened: add their key to WEITING_CHANNEL_KEYS_OLD, or put the credentials in anew."
            )
        if not old:
            self.stdout.write("No earlier key is needed any more: WEITING_CHANNEL_KEYS_OLD may be emptied.")
