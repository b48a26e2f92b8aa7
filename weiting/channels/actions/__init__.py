"""Every verb of channels; each file holds one part of it."""
