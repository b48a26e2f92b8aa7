"""What an import did or would do, and how it is made all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from weiting.core.tables import RowError
from weiting.units.imports.columns import title_of


@dataclass
class Outcome:
    """How many rows were new, changed or the same, what each did in a sentence, and what is wrong."""

    is_dry_run: bool = False
    created: int = 0
    changed: int = 0
    same: int = 0
    lines: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    # First passwords of new people, to be handed over once; they are kept nowhere else.
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def has_failed(self) -> bool:
        """Say whether anything was wrong: then nothing was written."""
        return self.error_count > 0

    def faults(self) -> list[RowError]:
        """List what is wrong with columns named as the reader knows them: for showing."""
        return [RowError(error.row, title_of(error.column), error.message) for error in self.errors]

    def fail(self, row: int, column: str, message: str) -> None:
        """Note what is wrong in a row."""
        self.errors.append(RowError(row, column, message))
        self.error_count += 1


def all_or_nothing(outcome: Outcome, work: Callable[[], None]) -> Outcome:
    """Run the work in one transaction, and undo it after a fault or when it was only to be shown."""
    with transaction.atomic():
        work()
        if outcome.has_failed or outcome.is_dry_run:
            transaction.set_rollback(True)
    if outcome.has_failed:
        outcome.created = outcome.changed = outcome.same = 0
        outcome.lines.clear()
        outcome.passwords.clear()
        outcome.errors.sort(key=lambda error: error.row)
    return outcome
