"""Questionnaires prefilled from policies: every draft has its words, what no policy tells stays blank, and the mapping is data."""

import csv
import io
import re
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from app.exports.questionnaire import ELSEWHERE, SAYS, Set, drafted, load
from app.schemas.questionnaire import QuestionOut
from index import facts, taxonomy

SETS: tuple[Set, ...] = get_args(Set)


def answers(client: TestClient, name: str, vendor: str = "acme") -> dict[str, dict[str, Any]]:
    found = client.get(f"/v1/vendors/{vendor}/questionnaire?set={name}").json()
    assert (found["vendor"], found["set"]) == (vendor, name)
    return {item["id"]: item for item in found["items"]}


def test_each_set_has_the_questions_of_its_questionnaire() -> None:
    ids = {name: [question.id for question in load(name).questions] for name in SETS}
    assert [id for id in ids["caiq-dsp"] if re.fullmatch(r"DSP-(?:0[1-9]|1\d)\.[12]", id)] == ids["caiq-dsp"]
    assert len(ids["caiq-dsp"]) == 24
    numbers = {"PDAT": 8, "PRPO": 13, "INTL": 5, "DRPV": 15, "DPAI": 8}
    assert ids["hecvat-privacy"] == [f"{part}-{number:02}" for part, last in numbers.items() for number in range(1, last + 1)]
    assert {id[:8] for id in ids["gdpr-art30"]} == {f"30(1)({letter})" for letter in "abcdefg"} | {f"30(2)({letter})" for letter in "abcd"}


@pytest.mark.parametrize("name", SETS)
def test_the_mapping_names_only_what_facts_hold(name: Set) -> None:
    models = {model.model_fields["kind"].default: model for model in get_args(get_args(facts.Fact)[0])}
    vocabularies = {
        "category": taxonomy.categories(), "group": taxonomy.groups(), "purpose_category": taxonomy.facet("purpose"),
        "recipient_category": taxonomy.facet("recipient"), "right": taxonomy.facet("right"), "measure": taxonomy.facet("security"),
        "safeguards": taxonomy.facet("transfer"),
    }  # fmt: skip
    for question in load(name).questions:
        assert question.answer in ("list", "yes_no", "yes", "read", "none")
        assert bool(question.facts or question.patterns) is (question.answer != "none"), question.id
        assert question.answer == "read" or not question.patterns, question.id
        for wanted in question.facts:
            model = models[wanted["kind"]]
            for field, values in wanted.items():
                if field == "filled":
                    assert values in model.model_fields
                elif field != "kind":
                    assert field in model.model_fields, (question.id, field)
                    allowed = vocabularies.get(field) or get_args(model.model_fields[field].annotation)
                    assert [value for value in values if field != "country" and value not in allowed] == []
            if question.says:
                assert SAYS[question.says][0] in model.model_fields


def test_a_list_is_drafted_from_what_is_stated_with_its_words(client: TestClient) -> None:
    found = answers(client, "gdpr-art30")
    assert found["30(1)(c) personal data"]["draft"] == "Email address; Phone number; IP address"
    assert (found["30(1)(c) personal data"]["status"], found["30(1)(c) personal data"]["note"]) == ("both", "Stated and denied: read both.")
    assert {citation["polarity"] for citation in found["30(1)(c) personal data"]["citations"]} == {"yes", "no"}
    assert found["30(1)(f)"]["draft"] == "Server logs: 30 days; Invoices: 10 years (data: Transactions and orders); 操作日志: 90 days"


def test_yes_and_no_follow_from_statements_and_denials(client: TestClient) -> None:
    acme, nilsoft = answers(client, "hecvat-privacy"), answers(client, "hecvat-privacy", "nilsoft")
    assert (acme["PDAT-05"]["draft"], acme["PDAT-05"]["status"]) == ("Yes", "stated")
    assert (acme["DRPV-05"]["draft"]) == "Email address; Phone number; IP address"
    assert (nilsoft["DRPV-05"]["draft"], nilsoft["DRPV-05"]["status"]) == ("Denied: Personal information (unspecified)", "denied")


def test_what_the_policy_does_not_tell_stays_blank(client: TestClient) -> None:
    for name in SETS:
        found = answers(client, name, "hush")
        assert {item["draft"] for item in found.values()} == {""}
        assert {item["status"] for item in found.values()} == {"blank"}
        assert {item["note"] for item in found.values()} == {"The policy does not say.", ELSEWHERE}
        assert all(item["citations"] == [] for item in found.values())


@pytest.mark.parametrize("name", SETS)
def test_every_draft_has_the_words_that_carry_it(client: TestClient, evil: TestClient, name: str) -> None:
    for service, vendor in ((client, "acme"), (client, "nilsoft"), (evil, "evil")):
        for item in answers(service, name, vendor).values():
            assert bool(item["draft"]) <= bool(item["citations"]), item["id"]
            for citation in item["citations"]:
                text = service.get(f"/v1/documents/{citation['document']}/text").text
                assert text[citation["start"] : citation["end"]] == citation["quote"]


def fact(kind: type[facts.Evidence], at: int, polarity: str = "yes", **fields: Any) -> Any:
    return kind(vendor="v", document="d", quote="q", start=at, end=at + 1, polarity=polarity, **fields)  # type: ignore[arg-type]


def one(name: Set, id: str, *found: Any) -> tuple[str, str, str]:
    answer = next(each for each in drafted(load(name), found, []) if each.question.id == id)
    return answer.status, answer.draft, answer.note


def test_what_is_stated_and_denied_is_neither_yes_nor_no() -> None:
    stated, denied = (
        fact(facts.PracticeFact, 0, practice="automated_decision"),
        fact(facts.PracticeFact, 1, "no", practice="automated_decision"),
    )
    assert one("hecvat-privacy", "PRPO-09", stated) == ("stated", "Yes", "")
    assert one("hecvat-privacy", "PRPO-09", denied) == ("denied", "No", "")
    assert one("hecvat-privacy", "PRPO-09", stated, denied) == ("both", "", "Stated and denied: read both.")


def test_a_denial_of_one_thing_is_no_answer_to_a_question_about_several() -> None:
    span = {"span": "s", "span_start": 0, "span_end": 1}
    every = [
        fact(facts.Collection, at, "no", category=term.id, group="biometric", **span)
        for at, term in enumerate(term for term in taxonomy.categories().values() if term.group == "biometric")
    ]
    assert len(every) > 1
    assert one("hecvat-privacy", "PDAT-02", every[0]) == ("to_read", "", "Denied in part: read the words cited.")
    assert one("hecvat-privacy", "PDAT-02", *every) == ("denied", "No", "")
    abroad = fact(facts.StorageLocation, 0, "no", country="DE")
    assert one("hecvat-privacy", "INTL-01", abroad)[:2] == ("to_read", "")
    assert one("hecvat-privacy", "INTL-04", fact(facts.StorageLocation, 0, "no", country="CN"))[:2] == ("denied", "No")
    seen = fact(facts.Right, 0, right="access")
    assert one("hecvat-privacy", "DRPV-07", seen)[:2] == ("stated", "Access")


def test_a_denial_of_training_is_no_denial_of_ai() -> None:
    denied = fact(facts.PracticeFact, 0, "no", practice="ai_training")
    assert one("hecvat-privacy", "DPAI-01", denied) == ("to_read", "", "A denial does not answer this: read the words cited.")


def test_every_thing_listed_is_cited_however_many_there_are() -> None:
    span = {"span": "s", "span_start": 0, "span_end": 1}
    found = [
        fact(facts.Collection, at, category=term.id, group=str(term.group), **span)
        for at, term in enumerate(list(taxonomy.categories().values())[:30] * 2)
    ]
    answer = next(each for each in drafted(load("gdpr-art30"), found, []) if each.question.id == "30(1)(c) personal data")
    assert len(answer.draft.split("; ")) == answer.carrying == 30
    assert len({each.category for each in answer.facts[: answer.carrying]}) == 30


def test_the_citations_hold_a_place_for_every_thing_listed() -> None:
    span = {"span": "s", "span_start": 0, "span_end": 1}
    terms = list(taxonomy.categories().values())[:25]
    # The words that carry the first thing are cited once more at the end.
    found = [fact(facts.Collection, at % 25, category=term.id, group=str(term.group), **span) for at, term in enumerate([*terms, terms[0]])]
    answer = next(each for each in drafted(load("gdpr-art30"), found, []) if each.question.id == "30(1)(c) personal data")
    shown = QuestionOut.of(answer)
    assert {citation.start for citation in shown.citations} == set(range(25))
    assert shown.total == 25


def test_a_questionnaire_comes_as_a_table(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/vendors/acme/questionnaire?set=gdpr-art30&format=csv").text)))
    kept = next(row for row in rows if row["id"] == "30(1)(f)")
    assert kept["quotes"].startswith("“Server logs are kept for 30 days”; “Invoices are kept for ten years”")
    assert kept["where"].startswith("2. How long (acme-2026, ")
    markdown = client.get("/v1/vendors/acme/questionnaire?set=caiq-dsp", headers={"Accept": "text/markdown"})
    assert len(markdown.text.splitlines()) == 26


def test_a_cell_of_markdown_shows_a_few_quotes_and_counts_the_rest(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.routes.exports_questionnaires.QUOTED", 2)
    asked = "/v1/vendors/acme/questionnaire?set=gdpr-art30"
    items = client.get(asked).json()["items"]
    at = next(place for place, item in enumerate(items) if item["id"] == "30(1)(c) personal data")
    data, row = items[at], client.get(f"{asked}&format=markdown").text.splitlines()[2 + at]
    assert (len(data["citations"]), row.count("“"), "and 1 more, which CSV and JSON have" in row) == (3, 2, True)
    whole = next(row for row in csv.DictReader(io.StringIO(client.get(f"{asked}&format=csv").text)) if row["id"] == data["id"])
    assert (whole["quotes"].count("“"), "more" in whole["quotes"]) == (3, False)


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_hostile_words_do_nothing_in_a_questionnaire(evil: TestClient, form: str) -> None:
    text = evil.get(f"/v1/vendors/evil/questionnaire?set=gdpr-art30&format={form}").text
    assert re.findall("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) == []
    if form == "csv":
        assert [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell.lstrip()[:1] in tuple("=+-@")] == []
    else:
        assert re.findall(r"(?<!\\)[<>`]", text) == []


def test_a_set_that_does_not_exist_is_refused_by_name(client: TestClient) -> None:
    answer = client.get("/v1/vendors/acme/questionnaire?set=sig")
    assert answer.status_code == 422
    assert "'gdpr-art30', 'hecvat-privacy' or 'caiq-dsp'" in answer.json()["detail"]
