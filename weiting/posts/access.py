"""Which role may do which verb with posts; the matrix of the reference is made from it."""

from weiting.units.access import rule
from weiting.units.roles import Role

READ = rule(
    "posts.read",
    Role.EDITOR,
    Role.FIRST_REVIEWER,
    Role.SECOND_REVIEWER,
    Role.FINAL_REVIEWER,
    Role.LEGAL,
    Role.SECRECY,
    Role.SPOKESPERSON,
    Role.DUTY_OFFICER,
    Role.EMERGENCY_OFFICER,
    Role.HALL_EDITOR,
    Role.SUPERVISOR,
    Role.AUDITOR,
)
WRITE = rule("posts.write", Role.EDITOR, Role.SPOKESPERSON, Role.DUTY_OFFICER)
CORRECT = rule("posts.correct", Role.EDITOR, Role.SPOKESPERSON, Role.DUTY_OFFICER)
FOLLOW_UP = rule("posts.follow_up", Role.EDITOR, Role.SPOKESPERSON, Role.HALL_EDITOR)
CONFIRM = rule(
    "posts.confirm_follow_up",
    Role.FIRST_REVIEWER,
    Role.SECOND_REVIEWER,
    Role.FINAL_REVIEWER,
    Role.SPOKESPERSON,
    Role.HALL_EDITOR,
)
COLUMNS = rule("posts.columns", Role.HALL_EDITOR)
TOPICS = rule("posts.topics", Role.HALL_EDITOR, Role.SPOKESPERSON)
ISSUES = rule("posts.issues", Role.EDITOR, Role.SPOKESPERSON)
TEMPLATES = rule("posts.templates", Role.SPOKESPERSON, Role.HALL_EDITOR)
WORDS = rule("posts.words", Role.HALL_EDITOR)
ASSIGN = rule("posts.assign", Role.HALL_EDITOR)
TAKE_ASSIGNMENT = rule("posts.take_assignment", Role.EDITOR, Role.SPOKESPERSON)
