"""Bulletins by e-mail to residents who asked for them: what is written here is what each of them reads.

Nothing is called: a bulletin is laid into the outbox, and copied from there to the addresses kept in this hall. What a
letter needs besides (who speaks, how to unsubscribe) is put around it there, the same for every bulletin.
"""

from html import escape

from weiting.channels.ports import Media, Rendered, Words
from weiting.channels.rules import rules
from weiting.channels.uncalled import Laid
from weiting.text.finding import Message, _, message

KIND = "mail"


class Mail(Laid):
    """One unit's bulletins. No settings and no secrets: the server for mail is the operator's (WEITING_EMAIL_URL)."""

    limits = rules(KIND)

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


def _paragraphs(text: str) -> str:
    parts = [each.strip() for each in text.split("\n\n")]
    return "".join(f"<p>{escape(each).replace(chr(10), '<br>')}</p>" for each in parts if each)


def _listed(media: tuple[Media, ...]) -> list[str]:
    names = {"picture": "图片", "video": "视频", "audio": "录音"}
    return [f"{names.get(each.kind, '附件')}：{each.alt or each.name} {each.url}" for each in media]
