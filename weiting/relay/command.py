"""`weiting verify coverage FILE`: checks a coverage document on any machine, without a hall and without a network."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from weiting.audit.export import BadFileError, check_file
from weiting.relay import proof


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one document; the exit status is 0 when everything holds, 1 when something does not, 2 when it is none."""
    parser = argparse.ArgumentParser(prog="weiting verify coverage", description=main.__doc__)
    parser.add_argument("file", type=Path, help="the document, as the hall gave it")
    parser.add_argument("--key", default="", help="the hall's public key, or a file with it")
    parser.add_argument(
        "--stretch", type=Path, help="an exported stretch of the audit, to look the acts up in"
    )
    options = parser.parse_args(arguments)
    try:
        document = proof.read(options.file.read_bytes())
        links = _links(options.stretch) if options.stretch else None
        checked = proof.check(document, _key(options.key), links)
    except (OSError, proof.BadDocumentError, BadFileError) as error:
        sys.stderr.write(f"weiting: {error}\n")
        return 2
    _say(checked)
    return 0 if checked.ok else 1


def _key(given: str) -> str:
    if given and Path(given).is_file():
        given = Path(given).read_text(encoding="ascii", errors="replace")
    return given.strip().lower()


def _links(path: Path) -> dict[int, str]:
    """Return the digests of an exported stretch by number, after checking it link by link."""
    with path.open("rb") as lines:
        report = check_file(lines)
    if report.broken:
        raise BadFileError(report.broken.seq, report.broken.sentence)
    found = {}
    with path.open("rb") as lines:
        for line in lines:
            row = json.loads(line)
            if row["kind"] == "entry":
                found[row["entry"]["seq"]] = row["sha256"]
    return found


def _say(checked: proof.Checked) -> None:
    document = checked.document
    call, counts = document["call"], document["counts"]
    lines = [
        f"{document['source']['title']} ({document['source']['url']})",
        f"asked by {call['unit_name']}, {call['opened_at']} to {call['due_at']}; looked at {document['made_at']}",
        f"asked {counts['asked']}, passed on {counts['passed_on']} ({document['percent']} %), "
        f"declined {counts['declined']}, silent {counts['silent']}",
        f"key {checked.key}"
        + ("" if checked.is_key_known else "  (named by the file: compare it with the hall's)"),
        f"end of the record: entry {document['chain']['seq']}; head {document['chain']['head_printed'] or 'none yet'}",
    ]
    lines += [f"WRONG: {sentence}" for sentence in checked.wrong] or ["Everything holds."]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
