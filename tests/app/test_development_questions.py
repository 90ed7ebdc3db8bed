"""Ask and search over real policies with the model that ships: what is answered rests on citations, and the right words are found.

The facts are those of careful readers, so that what is tested is how questions are understood and not how policies are read.
`questions.jsonl` holds questions of our own (`read`: their misses were looked at while words and thresholds were set; the others were
written afterwards) with the offsets of what answers them; those without are not answered by the policy.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.asking import reply
from app.asking.spoken import spoken
from app.main import create_app
from index import facts, taxonomy
from index.domain import Policy, Vendor
from index.embedder import Embedder, Encoder
from index.query_encoder import QueryEncoder
from index.settings import Settings
from ingest import pipeline
from ingest.evidence import evidence
from ingest.sources import Source
from tests import scoring

OURS = [json.loads(line) for line in Path(__file__).with_name("questions.jsonl").read_text(encoding="utf-8").splitlines()]
SHARED = scoring.SHARED / "eval" / "questions.jsonl"
ALIASES = {"wecom": ("企业微信",), "dingtalk": ("钉钉",), "basecamp": ("37signals", "HEY")}
VENDORS = [Vendor(doc, doc.replace("-", " ").title(), ALIASES.get(doc, ())) for doc in sorted({question["doc"] for question in OURS})]
MODELS = {model.model_fields["kind"].default: model for model in facts.Evidence.__subclasses__()}
# The least share of questions answered with the right words, or with silence where the policy does not say.
FLOORS = {"en": 0.85, "zh": 0.94}

pytestmark = pytest.mark.skipif(not SHARED.is_file(), reason="../shared/eval is not here")


def by_hand(policy: Policy, encoder: Encoder) -> Sequence[Any]:
    """The facts that readers marked in a policy."""
    found = []
    for fact in scoring.gold(policy.vendor.id):
        model = MODELS[fact["kind"]]
        said = {name: fact[name] for name in model.model_fields if fact.get(name) is not None}
        said |= evidence(policy, fact["start"], fact["end"], "by-hand")
        if fact["kind"] == "collection":
            said["group"] = taxonomy.group_of(fact["category"])
        # Words that a reader did not mark apart, such as a recipient, stand in the quote.
        wanting = [name for name, field in model.model_fields.items() if field.is_required() and name not in said]
        found.append(model(**said, **dict.fromkeys(wanting, fact["quote"])))
    return found


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings, embedder = Settings(data_dir=tmp_path_factory.mktemp("questions"), log_level="ERROR"), Embedder()
    report = pipeline.ingest([Source(vendor, str(scoring.path(vendor.id))) for vendor in VENDORS], settings, embedder, find=by_hand)
    assert not report.refused
    with TestClient(create_app(settings, QueryEncoder())) as opened:
        yield opened


def ask(client: TestClient, question: str, vendor: str | None) -> Any:
    answer = client.post("/v1/ask", json={"question": question, "vendor": vendor})
    assert answer.status_code == 200, answer.text
    return answer.json()


def uncarried(answer: dict[str, Any]) -> list[str]:
    """What an answer says that no citation carries; nothing, if all is well."""
    said = answer["answer"]
    cited = {citation["vendor"] for citation in answer["citations"]}
    texts = [spoken(citation["quote"]) for citation in answer["citations"]]
    wrong = [quote for quote in re.findall("“(.+?)”", said) if not any(quote.removesuffix(" …") in text for text in texts)]
    around = re.sub("“.+?”", "", said)
    for vendor in sorted(VENDORS, key=lambda vendor: -len(vendor.name)):
        if vendor.name in around and vendor.id not in cited:
            silent = f"The policy of {vendor.name} does not say." in around or f"{vendor.name}没有说明这一点。" in around
            wrong += [] if silent else [f"names {vendor.name}"]
        around = around.replace(vendor.name, "")
    wrong += re.findall(r"\d+", around.replace(reply.WHAT_CAN_BE_ASKED, ""))
    wrong += [vendor for vendor in answer["vendors"] if answer["status"] == "answered" and vendor not in cited]
    wrong += [fact["id"] for fact in answer["facts"] if fact["vendor"] not in cited]
    return wrong


def test_nothing_in_any_answer_is_without_a_citation_that_carries_it(client: TestClient) -> None:
    theirs = [json.loads(line) for line in SHARED.read_text(encoding="utf-8").splitlines() if line.strip()]
    asked = [(question["question"], None if question["doc"] == "all" else question["doc"]) for question in [*theirs, *OURS]]
    asked += [("Do Signal and Thunderbird sell data, and do GitHub and Basecamp?", None), ("GitHub 和钉钉把数据存在哪里?", None)]
    wrong = {question: found for question, vendor in asked if (found := uncarried(ask(client, question, vendor)))}
    assert wrong == {}


@pytest.mark.parametrize("language", FLOORS)
def test_our_own_questions_are_answered_with_the_right_words_or_not_at_all(client: TestClient, language: str) -> None:
    right = Counter[bool]()
    for question in (each for each in OURS if each["language"] == language):
        answer = ask(client, question["question"], question["doc"])
        spans = [(citation["start"], citation["end"]) for citation in answer["citations"]]
        met = any(start < end_ and start_ < end for start, end in spans for start_, end_ in question["answers"])
        right[met if question["answers"] else answer["status"] == "silent"] += 1
    assert right[True] / right.total() >= FLOORS[language]
