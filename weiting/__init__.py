"""Weiting 微厅: a government's publishing hall, one package, one Django app per domain noun."""
