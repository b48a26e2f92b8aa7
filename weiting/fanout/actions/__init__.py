"""Lays copies down, and tidies away what arrived long ago."""

from weiting.fanout.actions.spreading import Target, spread, tidy

__all__ = ["Target", "spread", "tidy"]
