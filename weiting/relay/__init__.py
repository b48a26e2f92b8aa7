"""Relay: one public text, many units asked to pass it on, the proof of who did; rooms in which units act together."""
