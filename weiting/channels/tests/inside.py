"""For tests: a wire that leads into a fake platform in the same process, so that its clock can stand still."""

from json import dumps
from typing import Any
from urllib.parse import urlencode, urlsplit

from weiting.channels.wire import Reply, Wire, _judge
from weiting.core import clock
from weiting.sandbox.platform import Platform
from weiting.sandbox.state import Call


class Inside(Wire):
    """Every call is answered by the fake; `asked` lists the paths."""

    def __init__(self, fake: Platform) -> None:
        self.fake = fake
        self.asked: list[str] = []

    def close(self) -> None:
        """Nothing is open."""

    def call(self, method: str, url: str, *, acts: bool, **given: Any) -> Reply:
        """Answer as over HTTP."""
        parts = urlsplit(url)
        path = parts.path.removeprefix(f"/{self.fake.name}")
        self.asked.append(path)
        body, kind = given.get("content") or b"", "application/json"
        if given.get("json") is not None:
            body = dumps(given["json"], ensure_ascii=False).encode()
        elif given.get("data"):
            body, kind = urlencode(given["data"]).encode(), "application/x-www-form-urlencoded"
        if given.get("files"):
            body, kind = _parts(given.get("data") or {}, given["files"])
        query = urlencode(given.get("params") or {}) or parts.query
        made = Call(method, path, query, {"content-type": kind}, body, clock.now().timestamp())
        status, found = self.fake.answer(made)[:2]
        return _judge(Reply(status, found if isinstance(found, bytes) else dumps(found).encode(), {}), acts)


def _parts(data: dict[str, Any], files: dict[str, Any]) -> tuple[bytes, str]:
    head = 'Content-Disposition: form-data; name="{}"'
    parts = [f"{head.format(name)}\r\n\r\n{value}".encode() for name, value in data.items()]
    for name, (file, content, mime) in files.items():
        said = f'{head.format(name)}; filename="{file}"\r\nContent-Type: {mime}\r\n\r\n'
        parts.append(said.encode() + content)
    body = b"".join(b"--edge\r\n" + each + b"\r\n" for each in parts) + b"--edge--\r\n"
    return body, "multipart/form-data; boundary=edge"
