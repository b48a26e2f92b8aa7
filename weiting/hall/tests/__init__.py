"""Tests of the citizens' face."""
