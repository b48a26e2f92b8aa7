"""Which role may do which verb of connections."""

from weiting.units.access import rule
from weiting.units.roles import Role

R = Role
ROOM = (R.ADMINISTRATOR, R.HALL_EDITOR)

SEE = rule(
    "channels.see",
    *ROOM,
    R.EDITOR,
    R.SPOKESPERSON,
    R.FINAL_REVIEWER,
    R.DUTY_OFFICER,
    R.EMERGENCY_OFFICER,
    R.SUPERVISOR,
    R.AUDITOR,
)
# Begin and end a connection, and say who answers for it.
ARRANGE = rule("channels.arrange", *ROOM)
# Its settings and credentials, and whether it is live.
KEEP = rule("channels.keep", *ROOM, R.SPOKESPERSON)
# Stopping is open to more people than starting: whoever sees that something is wrong can stop it.
FREEZE = rule("channels.freeze", *ROOM, R.SPOKESPERSON, R.SUPERVISOR, R.DUTY_OFFICER, R.EMERGENCY_OFFICER)
