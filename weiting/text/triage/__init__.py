"""Triage of messages: category, kind, urgency, places and the units whose remit fits; each may be "not sure"."""
