"""Every role against every page about something: for whom it opens, and that nobody else ever sees a word of it."""
