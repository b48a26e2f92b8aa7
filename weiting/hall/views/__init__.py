"""The hall's pages: each view asks one or a few queries and renders."""
