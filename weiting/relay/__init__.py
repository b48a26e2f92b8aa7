"""Relay: one public text, many units asked to pass it on, and the proof of who did; rooms in which units act together."""
