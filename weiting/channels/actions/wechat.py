"""What a WeChat account says by itself: its menu, set there, and its answers to words, kept with the connection."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from django.db import connection as database
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.accounts.models import Person
from weiting.channels import access, talking, wechat_menu
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.channels.wechat_menu import ANSWER, HOLDS, KEPT, LINK, Button
from weiting.channels.wechat_talk import MOST_ANSWER, answers_of
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.posts import concerns, content
from weiting.posts.concerns import Part
from weiting.units.access import permit

KIND = "wechat"
# A longer word stands in nobody's message; more of them nobody keeps in order.
MOST_WORD, MOST_ANSWERS = 30, 200
TAG = "connections"
Problems = dict[str, list[str]]


# --- the menu -----------------------------------------------------------------------------------------------


@action
def show_menu(
    connection: Connection, buttons: Sequence[Button], *, by: Person | None, seen: str = ""
) -> list[Button]:
    """Have an account show a menu, or none of no buttons, and return it as it was put there.

    Raises Invalid with what is wrong under "0.name", "0.2.at" (the third below button 0); Conflict when it is not the
    menu of the mark `seen` any more; Unavailable when WeChat does not answer.
    """
    permit(by, access.KEEP, connection.unit)
    _check_open(connection)
    wanted = _checked_menu(buttons)
    with database.cursor() as cursor:
        # The platform takes whatever comes last: of two who save at once the second must see the first.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"menu:{connection.pk}"])
    now = wechat_menu.buttons_of(talking.read_menu(connection))
    if seen and wechat_menu.mark_of(now) != seen:
        raise Conflict(
            _(
                "Somebody else has changed the menu meanwhile. Both are here: look at theirs beside yours, then save"
                " yours over it or leave it."
            ),
            code="stale",
        )
    if wanted:
        talking.put_menu(connection, wechat_menu.said_of(wanted))
    else:
        talking.drop_menu(connection)
    audit.record(
        "channels.menu.put" if wanted else "channels.menu.drop",
        by=by, subject=connection, unit=connection.unit,
        channel=connection.name, menu=_lines(wanted), before=_lines(now),
    )  # fmt: skip
    jobs.announce(TAG)
    return wanted


def _lines(buttons: Sequence[Button]) -> list[str]:
    """Write a menu as lines for a reader of the audit."""
    shown = [(each, [f"{each.name} › {one.name} → {one.at}" for one in each.below]) for each in buttons]
    return [line for each, below in shown for line in (below or [f"{each.name} → {each.at}"])]


def _checked_menu(buttons: Sequence[Button]) -> list[Button]:
    problems: Problems = {}
    wanted = [_checked_button(each, f"{n}", problems) for n, each in enumerate(buttons)]
    if len(wanted) > wechat_menu.BUTTONS:
        problems.setdefault(f"{wechat_menu.BUTTONS}.name", []).append(
            _("WeChat shows at most %(n)s buttons.") % {"n": wechat_menu.BUTTONS}
        )
    _look_through(
        {key: said for n, each in enumerate(wanted) for key, said in _names(each, f"{n}")}, problems
    )
    if problems:
        raise Invalid(_("The menu cannot stand there as it is."), fields=problems)
    return wanted


def _names(button: Button, at: str) -> list[tuple[str, str]]:
    below = [pair for n, each in enumerate(button.below) for pair in _names(each, f"{at}.{n}")]
    return [(f"{at}.name", button.name), *below]


def _checked_button(button: Button, at: str, problems: Problems) -> Button:
    is_below = "." in at
    name = content.clean(button.name, is_line=True).strip()
    most = wechat_menu.NAME_BELOW_BYTES if is_below else wechat_menu.NAME_BYTES
    if not name:
        _problem(problems, f"{at}.name", _("Give the button a name."))
    elif len(name.encode()) > most:
        sentence = _("%(used)s bytes, and WeChat takes %(most)s: at most %(letters)s Chinese letters.")
        facts = {"used": len(name.encode()), "most": most, "letters": most // 3}
        _problem(problems, f"{at}.name", sentence % facts)
    if (button.kind == HOLDS or button.below) and not is_below:
        if button.at:
            sentence = _("It holds buttons below it, so it does nothing itself: empty this, or those below.")
            _problem(problems, f"{at}.at", sentence)
        if not 1 <= len(button.below) <= wechat_menu.BELOW:
            sentence = _("Put 1 to %(n)s buttons below it, or choose what it does itself.")
            _problem(problems, f"{at}.kind", sentence % {"n": wechat_menu.BELOW})
        below = [_checked_button(each, f"{at}.{n}", problems) for n, each in enumerate(button.below)]
        return Button(name, HOLDS, below=tuple(below))
    if button.kind == KEPT and button.raw:
        return Button(name, KEPT, button.at, raw=button.raw)
    where = content.clean(button.at, is_line=True).strip()
    sentence = _said_of_link(where) if button.kind == LINK else _said_of_word(where)
    if sentence:
        _problem(problems, f"{at}.at", sentence)
    return Button(name, LINK if button.kind == LINK else ANSWER, where)


def _said_of_link(url: str) -> str:
    """Say what is wrong with an address; "" when nothing is."""
    if not url.startswith(("https://", "http://")) or any(sign.isspace() for sign in url):
        return _("Write the whole address, beginning with https://.")
    return (
        ""
        if len(url.encode()) <= wechat_menu.URL_BYTES
        else _("The address is too long: WeChat takes 1,024 bytes.")
    )


def _said_of_word(word: str) -> str:
    """Say what is wrong with a word that a button stands for; "" when nothing is."""
    if not word:
        return _("Write the word that is answered when somebody presses it.")
    return "" if len(word) <= MOST_WORD else _("At most %(n)s characters.") % {"n": MOST_WORD}


# --- the answers to words -----------------------------------------------------------------------------------


def mark_of(answer: str) -> str:
    """Return a digest of an answer: what a form was made from."""
    return sha256(answer.encode()).hexdigest()[:16]


@action
def save_answer(
    connection: Connection, word: str, answer: str, *, by: Person | None, was: str = "", seen: str = ""
) -> None:
    """Keep what is answered to a word; `was` is the word that is changed, "" for a new one.

    Raises Invalid for what cannot stand there, Conflict when it is not the answer of the mark `seen` any more, NotFound
    when the word `was` is not there.
    """
    permit(by, access.KEEP, connection.unit)
    said = {
        "word": content.clean(word, is_line=True).strip(),
        "answer": content.clean(answer).strip(),
    }
    held = _held(connection)
    answers = answers_of(held.values.get("answers"))
    if was:
        _check_seen(answers, was, seen)
    _check_answer(said, [each for each in answers if each != was])
    pairs = [(said["word"], said["answer"]) if each == was else (each, old) for each, old in answers.items()]
    if not was:
        pairs.append((said["word"], said["answer"]))
    _keep(connection, held, pairs)
    audit.record(
        "channels.answer.save", by=by, subject=connection, unit=connection.unit,
        channel=connection.name, word=said["word"], answer=said["answer"], before=concerns.masked(answers.get(was, "")),
    )  # fmt: skip


@action
def drop_answer(connection: Connection, word: str, *, by: Person | None, seen: str = "") -> None:
    """Answer a word no more; raise Conflict when its answer is not that of the mark `seen` any more."""
    permit(by, access.KEEP, connection.unit)
    held = _held(connection)
    answers = answers_of(held.values.get("answers"))
    _check_seen(answers, word, seen)
    before = answers.pop(word)
    _keep(connection, held, list(answers.items()))
    audit.record(
        "channels.answer.drop", by=by, subject=connection, unit=connection.unit,
        channel=connection.name, word=word, before=concerns.masked(before),
    )  # fmt: skip


def _check_seen(answers: Mapping[str, str], word: str, seen: str) -> None:
    if word not in answers:
        raise NotFound(_("“%(word)s” is not answered any more: somebody removed it.") % {"word": word})
    if seen and mark_of(answers[word]) != seen:
        raise Conflict(
            _(
                "Somebody else has changed this answer meanwhile. Both are here: look at theirs beside yours, then save"
                " yours over it or leave it."
            ),
            code="stale",
        )


def _check_answer(said: Mapping[str, str], others: Sequence[str]) -> None:
    problems: Problems = {}
    if not said["word"]:
        _problem(problems, "word", _("Write the word that is answered."))
    elif len(said["word"]) > MOST_WORD:
        _problem(problems, "word", _("At most %(n)s characters.") % {"n": MOST_WORD})
    elif said["word"].casefold() in {each.strip().casefold() for each in others}:
        _problem(problems, "word", _("There is an answer to this word already: change that one."))
    elif len(others) >= MOST_ANSWERS:
        _problem(
            problems, "word", _("There are %(n)s answers already: remove one first.") % {"n": MOST_ANSWERS}
        )
    if not said["answer"]:
        _problem(problems, "answer", _("Write what is answered."))
    elif len(said["answer"]) > MOST_ANSWER:
        sentence = _("%(used)s characters, and WeChat takes %(most)s: leave something out.")
        _problem(problems, "answer", sentence % {"used": len(said["answer"]), "most": MOST_ANSWER})
    _look_through(said, problems)
    if problems:
        raise Invalid(_("This cannot stand there as it is."), fields=problems)


def _held(connection: Connection) -> Connection:
    """Lock a connection's row; raise Conflict when it has ended."""
    held = Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    _check_open(held)
    return held


def _keep(connection: Connection, held: Connection, pairs: list[tuple[str, str]]) -> None:
    # As a list: a mapping would not come back from the database in its order.
    held.values = {**held.values, "answers": [list(each) for each in pairs]}
    held.save(update_fields=["values"])
    connection.values = held.values
    jobs.announce(TAG)


# --- both ---------------------------------------------------------------------------------------------------


def _check_open(connection: Connection) -> None:
    if connection.kind != KIND:
        raise NotFound(_("This page does not exist, or it is not for you."))
    if connection.state == ConnectionState.ENDED:
        raise Conflict(_("This connection has ended. Plan a new one instead."), code="ended")


def _look_through(texts: Mapping[str, str], problems: Problems) -> None:
    """What everybody is shown holds nothing personal, as in every public text."""
    checked = concerns.look_through([Part(name, text) for name, text in texts.items()], concerns.known())
    for found in concerns.concerns_in(checked):
        for place in found.places:
            sentence = _("Something personal stands in it: %(words)s. Leave it out.") % {"words": found.shown}
            _problem(problems, place.field, sentence)


def _problem(problems: Problems, field: str, sentence: str) -> None:
    problems.setdefault(field, []).append(sentence)
