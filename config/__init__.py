"""The composition root: environment, settings, processes and the command line. Nothing in `weiting` imports
it.
"""
