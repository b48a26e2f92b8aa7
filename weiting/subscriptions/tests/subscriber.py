"""A small WebSub subscriber for tests: a real server that answers challenges and checks each signature."""

import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Got:
    """One distribution as it came."""

    path: str
    body: bytes
    headers: dict[str, str]
    is_signed: bool


@dataclass
class Subscriber:
    """What the subscriber was asked and sent; `agrees` and `status` say how it answers."""

    port: int = 0
    secret: str = ""
    agrees: bool = True
    status: int = 204
    asked: list[dict[str, str]] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)

    def callback(self, name: str = "a") -> str:
        """Return one of its addresses."""
        return f"http://127.0.0.1:{self.port}/{name}?from=weiting"


@contextmanager
def subscriber() -> Iterator[Subscriber]:
    """Run a subscriber on a free port of this machine."""
    found = Subscriber()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            found.asked.append(asked)
            body = asked.get("hub.challenge", "").encode() if found.agrees else b"no"
            self.send_response(200 if found.agrees else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            wanted = hmac.new(found.secret.encode(), body, sha256).hexdigest()
            is_signed = hmac.compare_digest(self.headers.get("X-Hub-Signature", ""), f"sha256={wanted}")
            found.got.append(Got(self.path, body, dict(self.headers), is_signed))
            self.send_response(found.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
