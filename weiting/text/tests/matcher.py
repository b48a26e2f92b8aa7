"""What PostgreSQL would answer: a plain reading of tsvector literals and query expressions, for tests."""

import re

from weiting.text.tsquery import All, Any, Node, Phrase, Term, Without

_LEXEME = re.compile(r"'((?:[^']|'')*)'(?::([\dABC,]+))?")
Document = dict[str, set[int]]


def document(literal: str) -> Document:
    """Lexemes with their positions."""
    return {
        term.replace("''", "'").replace("\\\\", "\\"): {
            int(place.rstrip("ABC")) for place in (places or "0").split(",")
        }
        for term, places in _LEXEME.findall(literal)
    }


def places(held: Document, term: Term) -> set[int]:
    if not term.is_prefix:
        return held.get(term.text, set())
    return {place for text, found in held.items() if text.startswith(term.text) for place in found}


def matches(held: Document, node: Node | None) -> bool:
    """Whether the document meets the query; nothing meets an empty one."""
    match node:
        case Term():
            return bool(places(held, node))
        case All(nodes):
            return all(matches(held, inner) for inner in nodes)
        case Any(nodes):
            return any(matches(held, inner) for inner in nodes)
        case Without(inner):
            return not matches(held, inner)
        case Phrase(terms):
            starts = [{place - offset for place in places(held, term)} for term, offset in terms]
            base = min(offset for _term, offset in terms)
            return bool(set.intersection(*starts)) if base >= 0 else False
    return False
