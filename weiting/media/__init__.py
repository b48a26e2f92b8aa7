"""Uploads: their type is sniffed, pictures are re-encoded, containers are cleaned, renditions made and kept."""
