"""What the hall has every worker do beside its jobs."""

from weiting import jobs

jobs.alongside("feeds", "weiting.hall.followed.carry")
