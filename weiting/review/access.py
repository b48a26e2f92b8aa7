"""Which role may do which verb of review. Who may decide a step is asked of the step itself: see standing.py."""

from weiting.units.access import rule
from weiting.units.roles import Role

# The roles a policy's step may ask for.
DECIDING = (
    Role.FIRST_REVIEWER,
    Role.SECOND_REVIEWER,
    Role.FINAL_REVIEWER,
    Role.LEGAL,
    Role.SECRECY,
    Role.SPOKESPERSON,
    Role.EMERGENCY_OFFICER,
    Role.HALL_EDITOR,
)

SUBMIT = rule("review.submit", Role.EDITOR, Role.SPOKESPERSON, Role.DUTY_OFFICER)
EMERGENCY = rule(
    "review.emergency", Role.EDITOR, Role.SPOKESPERSON, Role.DUTY_OFFICER, Role.EMERGENCY_OFFICER
)
DECIDE = rule("review.decide", *DECIDING)
SEE = rule("review.see", Role.EDITOR, Role.DUTY_OFFICER, Role.SUPERVISOR, Role.AUDITOR, *DECIDING)
LINK = rule("review.link", Role.EDITOR, Role.DUTY_OFFICER, *DECIDING)
AFTER = rule("review.after", Role.FINAL_REVIEWER, Role.HALL_EDITOR)
POLICIES = rule("review.policies", Role.ADMINISTRATOR, Role.HALL_EDITOR)
REPORT = rule(
    "review.report",
    Role.FINAL_REVIEWER,
    Role.SPOKESPERSON,
    Role.HALL_EDITOR,
    Role.SUPERVISOR,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)
