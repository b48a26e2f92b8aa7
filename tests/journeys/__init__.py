"""Whole journeys in a real browser against a hall that really runs."""
