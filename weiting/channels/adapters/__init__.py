"""The channels, one file each; only the registry imports them."""
