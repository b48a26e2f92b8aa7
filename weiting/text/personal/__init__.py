"""Personal data in a text: numbers, plates, addresses, mailboxes, children in cases, lists; found and masked.

`check` says where it stands, `mask` hides it so that the sentence can still be read, `check_metadata` looks through
what a picture says about itself. Nothing is collected: no name and no number is kept after the answer.
"""

from weiting.text.personal.checking import Masked, check, mask, mask_all
from weiting.text.personal.metadata import RULES as METADATA_RULES, check_metadata
from weiting.text.personal.rules import RULES

__all__ = ["METADATA_RULES", "RULES", "Masked", "check", "check_metadata", "mask", "mask_all"]
