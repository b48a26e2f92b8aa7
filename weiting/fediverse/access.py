"""Which role may do which verb in the fediverse."""

from weiting.units.access import rule
from weiting.units.roles import Role

# Follow accounts elsewhere, relay and answer in the name of a unit.
SPEAK = rule("fediverse.speak", Role.EDITOR, Role.SPOKESPERSON, Role.HALL_EDITOR)
# Open an account, give it a new key.
KEEP = rule("fediverse.keep", Role.ADMINISTRATOR, Role.HALL_EDITOR, Role.SPOKESPERSON)
# Shut out hosts and accounts: for the whole hall.
BLOCK = rule("fediverse.block", Role.HALL_EDITOR, Role.ADMINISTRATOR)
