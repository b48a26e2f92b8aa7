"""Uploads: sniffed, pictures drawn anew, containers cleaned, renditions made and kept."""
