"""Carries released texts to channels: never lost, never twice, in order for each connection.

A worker takes the head of a line and commits that it will call before it calls; nothing is held across the network.
What was being sent when a worker died is in doubt: the channel is asked, and only then may it be sent again.
docs/explanation/delivery.md says why.
"""

from weiting.publishing.delivery.engine import Engine, Pace

__all__ = ["Engine", "Pace"]
