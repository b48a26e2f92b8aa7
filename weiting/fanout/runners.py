"""What fanout has every worker do beside its jobs."""

from weiting import jobs

jobs.alongside("copies", "weiting.fanout.alongside.carry")
