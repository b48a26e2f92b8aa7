"""A year of posts of the invented city, from 2025-11-22 to 2026-11-21, and what lies on the desks after it."""
