"""What both fake platforms have besides their own answers: call-backs, spells of faults, a clock that ends things."""

import asyncio
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from weiting.sandbox.backs import Backs, Wrong
from weiting.sandbox.schedule import Schedule
from weiting.sandbox.state import Channel


@dataclass
class Platform(Channel):
    """A fake platform that calls back."""

    backs: Backs = field(default_factory=lambda: Backs(lambda *_given: ({}, b"", "")))
    schedule: Schedule = field(default_factory=Schedule)
    # Spells: every token is over, every quota is used up.
    is_expired: bool = False
    is_used_up: bool = False
    _before: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    _task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Begin to send call-backs and to let time pass."""
        self._task = asyncio.create_task(self.backs.run(self.tick))

    async def stop(self) -> None:
        """Send no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def switch(self, name: str, said: dict[str, Any], now: float) -> None:
        """Set where call-backs go (`hooks`), how they go wrong (`backs`), and when what goes wrong (`schedule`)."""
        if name == "hooks":
            self.backs.receive(said["hooks"])
        elif name == "backs":
            self.backs.set(said)
        elif name == "schedule":
            self._end_spells()
            self._before = (asdict(self.faults), asdict(self.backs.wrong))
            self.schedule.begin(said, now)

    def tick(self, now: float) -> None:
        """Turn on and off what the schedule says."""
        spells = self.schedule.changed(now)
        if spells is None:
            return
        self._end_spells()
        for each in spells:
            self.faults.set(each.does.get("faults", {}))
            self.backs.wrong.set(each.does.get("backs", {}))
            self.is_expired = self.is_expired or bool(each.does.get("expired"))
            self.is_used_up = self.is_used_up or bool(each.does.get("quota"))

    def _end_spells(self) -> None:
        faults, wrong = self._before
        self.faults.set(faults)
        self.backs.wrong.set(wrong)
        self.is_expired = self.is_used_up = False

    def forget(self) -> None:
        """Forget what was said, what was to go out, and the schedule; addresses stay, nothing goes wrong any more."""
        super().forget()
        self.backs.forget()
        self._end_spells()
        self._before = ({}, {})
        self.schedule = Schedule()
        self.backs.wrong = Wrong()

    def as_dict(self) -> dict[str, Any]:
        """Return everything, with what was called back and which spells are on."""
        on = [self.schedule.spells[n].name for n in sorted(self.schedule.is_on)]
        return super().as_dict() | {"backs": self.backs.sent, "spells": on, "wrong": asdict(self.backs.wrong)}
