"""Which role may do which verb of relay."""

from weiting.units.access import rule
from weiting.units.roles import Role

SEE = rule(
    "relay.see",
    Role.EDITOR,
    Role.FIRST_REVIEWER,
    Role.SECOND_REVIEWER,
    Role.FINAL_REVIEWER,
    Role.SPOKESPERSON,
    Role.DUTY_OFFICER,
    Role.EMERGENCY_OFFICER,
    Role.HALL_EDITOR,
    Role.SUPERVISOR,
    Role.AUDITOR,
)
CALL = rule("relay.call", Role.HALL_EDITOR, Role.SPOKESPERSON)
# Whoever answers writes and releases in the unit's name: the same people who may do both.
ANSWER = rule("relay.answer", Role.EDITOR, Role.SPOKESPERSON, Role.DUTY_OFFICER)
EXEMPT = rule("relay.exempt", Role.HALL_EDITOR, Role.EMERGENCY_OFFICER)
RULES = rule("relay.rules", Role.HALL_EDITOR)
ROOM = rule("relay.room", Role.HALL_EDITOR, Role.SPOKESPERSON, Role.EMERGENCY_OFFICER)
# Whoever lets words of a room out has not written them.
LET_OUT = rule("relay.let_out", Role.FINAL_REVIEWER, Role.SPOKESPERSON)
TAKE_PART = rule(
    "relay.take_part", Role.EDITOR, Role.SPOKESPERSON, Role.LIAISON, Role.DUTY_OFFICER, Role.HALL_EDITOR
)
