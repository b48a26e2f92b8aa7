"""Chinese text: cutting, searching, comparing and converting. Pure Python, no Django."""
