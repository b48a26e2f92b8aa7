"""The desk: what people at work see. It composes the modules' queries and actions and decides nothing itself."""
