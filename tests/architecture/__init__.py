"""Guards over the whole tree: what an import checker cannot see. Each is proven by a planted breach."""
