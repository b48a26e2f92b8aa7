"""A fake receiver of webhooks: checks a call as docs/reference/channels/webhook.md says, and takes each key once."""

import hmac
import json
import re
from hashlib import sha256

from weiting.sandbox.state import Call, Channel, Reply

SECRET = "sandbox"  # noqa: S105 - the fake receivers' own, known to everybody
STAMP = re.compile(r"t=(\d+),sha256=([0-9a-f]{64})")
SKEW = 300


class Webhook(Channel):
    """The receivers; each has an address of its own, which is its name."""

    def answer(self, call: Call) -> Reply:
        """Check a call and take it."""
        found = STAMP.fullmatch(call.headers.get("weiting-signature", ""))
        if found is None or abs(call.now - int(found[1])) > SKEW:
            return 401, {"error": "no signature, or of another time"}
        wanted = hmac.new(SECRET.encode(), found[1].encode() + b"." + call.body, sha256).hexdigest()
        if not hmac.compare_digest(wanted, found[2]):
            return 401, {"error": "the signature does not fit"}
        said = json.loads(call.body)
        if said.get("event") == "ping":
            return 200, {"id": "ping"}
        account, key = call.path.strip("/"), str(said.get("key"))
        known = next((each for each in self.of(account) if each.key == key), None)
        if known is None:
            text = str(said.get("text") or said.get("of") or "")
            known = self.say(account, text, call.now, key=key, event=str(said.get("event")))
        return 200, {"id": str(known.id)}
