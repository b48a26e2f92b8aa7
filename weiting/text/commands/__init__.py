"""`weiting text …`: the text tools on the command line, one file a verb; nothing here needs a database."""
