"""Measures speed and memory beside a baseline taken in the same run: `python -m bench`."""
