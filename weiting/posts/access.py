"""Which role may do which verb with posts; the matrix of the reference is made from it."""

from weiting.units.access import rule
from weiting.units.roles import Role as R

READ = rule(
    "posts.read",
    R.EDITOR,
    R.FIRST_REVIEWER,
    R.SECOND_REVIEWER,
    R.FINAL_REVIEWER,
    R.LEGAL,
    R.SECRECY,
    R.SPOKESPERSON,
    R.DUTY_OFFICER,
    R.EMERGENCY_OFFICER,
    R.HALL_EDITOR,
    R.SUPERVISOR,
    R.AUDITOR,
)
WRITE = rule("posts.write", R.EDITOR, R.SPOKESPERSON, R.DUTY_OFFICER)
CORRECT = rule("posts.correct", R.EDITOR, R.SPOKESPERSON, R.DUTY_OFFICER)
FOLLOW_UP = rule("posts.follow_up", R.EDITOR, R.SPOKESPERSON, R.HALL_EDITOR)
COLUMNS = rule("posts.columns", R.HALL_EDITOR)
TOPICS = rule("posts.topics", R.HALL_EDITOR, R.SPOKESPERSON)
ISSUES = rule("posts.issues", R.EDITOR, R.SPOKESPERSON)
TEMPLATES = rule("posts.templates", R.SPOKESPERSON, R.HALL_EDITOR)
ASSIGN = rule("posts.assign", R.HALL_EDITOR)
TAKE_ASSIGNMENT = rule("posts.take_assignment", R.EDITOR, R.SPOKESPERSON)
