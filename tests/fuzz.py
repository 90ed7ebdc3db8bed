"""Requests made up from the OpenAPI document, any number of them: `python -m tests.fuzz --cases 100000`. What is wrong is printed.

The tests make a few hundred of the same (`tests/app/test_schema.py`); here the seeds differ, so that two runs do not ask the same.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import BaseSchema

from app.main import create_app
from index.embedder import WordHashes
from index.settings import Settings
from tests.app.policies import publish
from tests.app.test_schema import CHECKS, KNOWN, follow

# Of work, for on a busy machine the clock tells what others do; and until a request counts as one that hangs.
SLOW_SECONDS, HANGS_SECONDS = 2.0, 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    asked: Counter[int] = Counter()
    wrong: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as at:
        publish(Path(at))
        with TestClient(create_app(Settings(data_dir=Path(at), log_level="ERROR"), WordHashes())) as client:
            schema = schemathesis.openapi.from_asgi("/openapi.json", client.app)
            turn = args.seed
            while asked.total() < args.cases:
                ask_all(schema, turn, asked, wrong)
                turn += 1
                print(f"{asked.total()} cases: {dict(asked)}; {len(wrong)} wrong", flush=True)
    raise SystemExit(bool(wrong))


def ask_all(schema: BaseSchema, turn: int, asked: Counter[int], wrong: dict[str, str]) -> None:
    """Each operation up to two hundred times, half as the schema says, half against it; then a hundred scenarios of one after the other."""
    for operation in (result.ok() for result in schema.get_all_operations()):
        told = operation.definition.raw
        modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if told.get("parameters") or told.get("requestBody") else [])]
        for mode in modes:
            cases = given(case=operation.as_strategy(generation_mode=mode))
            plain = settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            plain(seed(turn)(cases(asking(mode, asked, wrong))))()
    try:
        asked.update(status for _, status in follow(schema, 100, turn))
    except (AssertionError, FailureGroup) as failure:
        wrong.setdefault("one request after the other", str(failure))
        print(f"\none request after the other\n{str(failure)[:1500]}\n", flush=True)


def asking(mode: GenerationMode, asked: Counter[int], wrong: dict[str, str]) -> Callable[[schemathesis.Case], None]:
    """Asks one case; the first thing wrong with each operation is kept."""

    def ask(case: schemathesis.Case) -> None:
        if mode is GenerationMode.POSITIVE:
            for values in (case.path_parameters, case.query):
                values.update({name: value for name, value in KNOWN.items() if name in values})
        began, worked = time.perf_counter(), time.process_time()
        answer = case.call()
        took, worked = time.perf_counter() - began, time.process_time() - worked
        asked[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
            assert worked < SLOW_SECONDS, f"took {worked:.1f} s of work"
            assert took < HANGS_SECONDS, f"took {took:.1f} s"
        except (AssertionError, FailureGroup) as failure:
            told = f"{failure}\n{case.as_curl_command()}"[:1500]
            if wrong.setdefault(f"{case.method} {case.path}", told) is told:
                print(f"\n{case.method} {case.path}\n{told}\n", flush=True)

    return ask


if __name__ == "__main__":
    main()
