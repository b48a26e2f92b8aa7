"""Template tags of the media module."""
