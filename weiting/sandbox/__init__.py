"""Faithful fake channels with faults, for the demo, training and tests; nothing of the product imports them."""
