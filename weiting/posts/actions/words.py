"""The city's own words for the check of misprints: added, changed, switched off and on."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Invalid, NotAllowed
from weiting.posts import access, content
from weiting.posts.models import OwnWord
from weiting.units.access import may_anywhere

_FIELDS = frozenset({"wrong", "right", "reason", "source", "but", "is_on"})


@action
def save_word(word: OwnWord | None, *, by: Person, **fields: Any) -> OwnWord:
    """Add a word or change one; every text is checked with it from now on.

    Raises NotAllowed for who keeps no words, Invalid for a form of one character, one that is right itself, or one
    that is there already.
    """
    if not may_anywhere(by, access.WORDS):
        raise NotAllowed(_("Your roles do not allow this. Ask the hall's editor."))
    if unknown := set(fields) - _FIELDS:
        raise TypeError(f"not written here: {sorted(unknown)}")
    is_new = word is None
    word = word or OwnWord()
    for name, value in fields.items():
        setattr(word, name, content.clean(value, is_line=True) if isinstance(value, str) else value)
    _check(word)
    word.by, word.changed_at = by, clock.now()
    try:
        with transaction.atomic():
            word.save()
    except IntegrityError as error:
        field = "wrong" if word.wrong else "right"
        sentence = _("This is on the list already. Change it there.")
        raise Invalid(sentence, fields={field: [sentence]}) from error
    audit.record(
        "posts.word.add" if is_new else "posts.word.change",
        by=by,
        subject=word,
        wrong=word.wrong,
        right=word.right,
        is_on=word.is_on,
    )
    jobs.announce("words")
    return word


def _check(word: OwnWord) -> None:
    try:
        word.clean_fields(exclude={"by"})
    except ValidationError as error:
        raise Invalid(_("Some of it does not fit."), fields=dict(error.message_dict)) from error
    right = [each.strip(" #") for each in word.right.split("|") if each.strip(" #")]
    form = word.wrong.strip("#")
    problems: dict[str, list[str]] = {}
    if word.wrong and len(form) < 2:
        problems["wrong"] = [_("A single character is no slip by itself: give the word it stands in.")]
    elif form in right:
        problems["wrong"] = [_("The wrong form and the right one are the same.")]
    if not right or (not word.wrong and any(len(each) < 2 for each in right)):
        problems["right"] = [_("Write what is right, in two characters at least.")]
    if problems:
        raise Invalid(_("Some of it does not fit."), fields=problems)
