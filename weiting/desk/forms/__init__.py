"""Forms that only the desk has: shape and words of what is typed; rules live in the modules."""
