"""Relay calls: one post, many units asked to pass it on, and the proof of who did."""
