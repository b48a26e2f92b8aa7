"""Bulletins by e-mail to residents who asked for them: what is written here is what each of them reads.

Nothing is called: a bulletin is laid into the outbox, and copied from there to the addresses kept in this hall. What a
letter needs besides (who speaks, how to unsubscribe) is put around it there, the same for every bulletin.
"""

from datetime import datetime
from html import escape

from weiting.channels.ports import (
    Answer,
    Hook,
    InDoubt,
    Media,
    Outbox,
    Receipt,
    Rendered,
    Settings,
    Verb,
    Words,
)
from weiting.channels.rules import rules
from weiting.text.finding import Message, _, message

KIND = "mail"
SEND, CORRECT, WITHDRAW = "send", "correct", "withdraw"


class Mail:
    """One unit's bulletins. No settings and no secrets: the server for mail is the operator's (WEITING_EMAIL_URL)."""

    # Laid down under its key a second time it is there already.
    can = frozenset({Verb.SEND, Verb.REPEAT, Verb.CORRECT, Verb.WITHDRAW})
    limits = rules(KIND)

    def __init__(self, settings: Settings, outbox: Outbox) -> None:
        self.settings, self.outbox = settings, outbox

    def render(self, words: Words) -> Rendered:
        """A subject, plain text, and simple HTML without anything that is fetched when the letter is opened."""
        title = (
            " ".join(words.title.split()) or " ".join(words.summary.split()) or " ".join(words.body.split())
        )
        subject, cut = self._subject(("更正：" if words.correcting else "") + title)
        said = words.said.strip()
        plain = said or words.body.strip()
        html = _paragraphs(said) if said else words.html or _paragraphs(plain)
        listed = _listed(words.media)
        notes: list[Message] = []
        if cut:
            notes.append(message(_("The subject is shortened; the whole title stands in the letter.")))
        if words.media:
            notes.append(
                message(_("Pictures, films and recordings are described and linked, not sent along."))
            )
        head, opening = [title], f"<h1>{escape(title)}</h1>"
        if words.correcting:
            head.insert(0, words.correcting)
            opening = f"<p><strong>{escape(words.correcting)}</strong></p>{opening}"
        text = "\n\n".join([*filter(None, head), plain, *(f"［{each}］" for each in listed), words.url])
        after = "".join(f"<p>［{escape(each)}］</p>" for each in listed)
        fields = {
            "subject": subject,
            "text": text,
            "html": f'{opening}{html}{after}<p><a href="{escape(words.url)}">{escape(words.url)}</a></p>',
            "url": words.url,
            "title": title,
            "summary": words.correcting or words.summary.strip() or " ".join(plain.split())[:140],
            "content_hash": words.content_hash,
        }
        return Rendered(text, fields, (), tuple(notes))

    def _subject(self, title: str) -> tuple[str, bool]:
        most = int(self.limits.limits["subject"])
        return (title, False) if len(title) <= most else (f"{title[: most - 1]}…", True)

    def send(self, sent: Rendered, key: str) -> Receipt:
        """Lay the bulletin down for everybody who asked for this unit's texts."""
        return self.outbox.put(SEND, sent, key)

    def look_up(self, sent: Rendered, key: str, since: datetime) -> Receipt | None:
        """Never asked: the same key may be laid down again."""
        raise InDoubt("an outbox is not asked; it knows its keys")

    def follow(self, receipt: Receipt) -> Receipt | None:
        """Never asked: what the outbox took it has."""
        return receipt

    def correct(self, receipt: Receipt, sent: Rendered, key: str) -> Receipt:
        """Lay down a letter of correction for those who got the text, and for nobody else."""
        return self.outbox.put(CORRECT, sent, key, receipt)

    def withdraw(self, receipt: Receipt, key: str) -> None:
        """Lay down a short notice for those who got the text."""
        self.outbox.put(WITHDRAW, Rendered(""), key, receipt)

    def read_hook(self, hook: Hook) -> Answer:
        """Nothing calls us: what comes back is told by the mail server while a letter is handed over."""
        return Answer(404)


def _paragraphs(text: str) -> str:
    parts = [each.strip() for each in text.split("\n\n")]
    return "".join(f"<p>{escape(each).replace(chr(10), '<br>')}</p>" for each in parts if each)


def _listed(media: tuple[Media, ...]) -> list[str]:
    names = {"picture": "图片", "video": "视频", "audio": "录音"}
    return [f"{names.get(each.kind, '附件')}：{each.alt or each.name} {each.url}" for each in media]
