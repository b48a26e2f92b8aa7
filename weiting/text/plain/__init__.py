"""Plain language: office talk, promises without a day, hidden doers, wrapped verbs, riddles, lecturing; and 实度, how
much in a text can be checked.

`check(text, profile)` gives findings with better wordings, `facts(text)` what can be checked, `score(text, profile)`
a mark with its parts. Pure Python; one pass over the text for each list; no text makes it fail.
"""

from weiting.text.plain.checking import PROFILES, Profile, check
from weiting.text.plain.facts import Facts, facts
from weiting.text.plain.rules import FAMILIES, RULES
from weiting.text.plain.scoring import Part, Score, score

__all__ = ["FAMILIES", "PROFILES", "RULES", "Facts", "Part", "Profile", "Score", "check", "facts", "score"]
