"""Measures the text tools on labelled sets and on real data; `python -m bench.text.<name>` runs one part."""
