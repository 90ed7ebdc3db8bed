"""Every write, sync and rename of an ingest failing in turn: `python -m tests.bench_faults`."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from tests.index import faults


def main() -> None:
    with tempfile.TemporaryDirectory() as at:
        found = faults.outcomes(Path(at), every=1)
    for (fault, served, refused), number in sorted(Counter((each.fault, each.served, bool(each.refusal)) for each in found).items()):
        print(f"{fault}: {number} ingests {'refused by name' if refused else 'published'}, snapshot {served} served")
    wrong = [outcome for outcome in found if outcome.wrong]
    print(f"{len(wrong)} with anything lost, mixed or left behind")
    for outcome in wrong[:10]:
        print(outcome)
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
