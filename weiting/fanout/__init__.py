"""One text to many addresses: the copies that followers and subscribers get, host by host."""
