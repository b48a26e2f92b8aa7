"""The one door to search: terms of a document, queries, marked snippets, suggestions."""

from weiting.text.index import index_terms, to_tsvector_literal
from weiting.text.query import Query, query_terms
from weiting.text.snippet import highlight
from weiting.text.suggest import Vocabulary, suggest

__all__ = ["Query", "Vocabulary", "highlight", "index_terms", "query_terms", "suggest", "to_tsvector_literal"]
