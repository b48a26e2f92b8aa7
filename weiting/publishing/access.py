"""Which role may do which verb of publishing."""

from weiting.units.access import rule
from weiting.units.roles import Role

SEE = rule(
    "publishing.see",
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
PLAN = rule("publishing.plan", Role.EDITOR, Role.SPOKESPERSON, Role.DUTY_OFFICER, Role.HALL_EDITOR)
# Holding is open to more people than planning: whoever sees that something is wrong can stop it.
HOLD = rule(
    "publishing.hold",
    Role.EDITOR,
    Role.FIRST_REVIEWER,
    Role.SECOND_REVIEWER,
    Role.FINAL_REVIEWER,
    Role.SPOKESPERSON,
    Role.DUTY_OFFICER,
    Role.EMERGENCY_OFFICER,
    Role.HALL_EDITOR,
)
WITHDRAW = rule(
    "publishing.withdraw", Role.FINAL_REVIEWER, Role.SPOKESPERSON, Role.EMERGENCY_OFFICER, Role.HALL_EDITOR
)
LEAD = rule("publishing.lead", Role.HALL_EDITOR)
