"""Views of the desk, one file per part of the rail: each calls one query or one action, then renders or redirects."""
