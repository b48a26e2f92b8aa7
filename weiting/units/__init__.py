"""The tree of units, their remits, who holds which role there, and the register of official voices."""
