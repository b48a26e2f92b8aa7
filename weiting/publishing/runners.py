"""What publishing has every worker do beside its jobs."""

from weiting import jobs

jobs.alongside("deliveries", "weiting.publishing.delivery.alongside.carry")
jobs.alongside("heeding", "weiting.publishing.delivery.heeding.carry")
