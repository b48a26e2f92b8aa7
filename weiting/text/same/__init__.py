"""Same matter: finds the messages that speak of one trouble at one place, and says why.

    index = Index()
    for match in index.query(message): print(match.id, match.sure, match.reasons)
    index.add(message)

Copies that differ only in the place are different matters. Adding and asking need no rebuilding.
"""

from weiting.text.same.features import Message, common
from weiting.text.same.index import Index, Match
from weiting.text.same.reasons import places

__all__ = ["Index", "Match", "Message", "common", "places"]
