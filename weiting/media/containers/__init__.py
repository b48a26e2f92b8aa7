"""Readers of sound and film: each proves what a file is and takes out what tells about its maker.

Nothing is transcoded: the sound and the pictures themselves stay byte for byte as they were. Each
`clean(file)` gets a private copy opened for reading and writing, edits it in place, and returns what it is.
"""

from weiting.media.containers.common import Track

__all__ = ["Track"]
