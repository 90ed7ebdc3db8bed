"""What the law wants stated."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from fastapi.testclient import TestClient

from app import coverage
from app.schemas.coverage import ItemOut
from index import facts, taxonomy
from index.facts import Contact, Right
from index.rows import IndexedClause

LAWS: tuple[coverage.Law, ...] = ("gdpr", "pipl", "ccpa")


def clause(text: str) -> IndexedClause:
    return IndexedClause("c1", "acme", "d1", 1, (), None, text, 0, len(text), "en", None)


def statuses(law: coverage.Law, found: list[facts.Evidence], text: str = "") -> dict[str, str]:
    items = coverage.covered(coverage.load(law), found, [clause(text)] if text else [])
    return {covered.item.id: covered.status for covered in items}


def contact(channel: Literal["email", "in_app"], value: str) -> Contact:
    return Contact(vendor="acme", document="d1", quote=value, start=0, end=len(value), channel=channel, value=value)


def right(name: str, quote: str, polarity: facts.Polarity = "yes", section: Sequence[str] = ()) -> Right:
    return Right(vendor="acme", document="d1", quote=quote, start=0, end=1, right=name, polarity=polarity, section=list(section))


def test_every_item_names_its_source_and_is_told_by_facts_or_words() -> None:
    for law in LAWS:
        items = coverage.load(law).items
        assert len({item.id for item in items}) == len(items) > 10
        assert [
            item.id for item in items if not (item.source and (item.facts or item.patterns) and set(item.questions) == {"en", "zh"})
        ] == []


def test_items_name_only_what_facts_can_say() -> None:
    fields = {model.model_fields["kind"].default: set(model.model_fields) for model in facts_models()}
    values = {"right": set(taxonomy.facet("right")), "measure": set(taxonomy.facet("security")), "category": set(taxonomy.categories()),
              "group": set(taxonomy.groups())}  # fmt: skip
    for item in (item for law in LAWS for item in coverage.load(law).items):
        for wanted in item.facts:
            named = {wanted[name] if name in ("filled", "shown") else name for name in wanted.keys() - {"says"}}
            assert named <= fields[wanted["kind"]], item.id
            for name in wanted.keys() & values.keys():
                assert set(wanted[name]) <= values[name], item.id


def facts_models() -> list[type[facts.Evidence]]:
    return facts.Evidence.__subclasses__()


def test_an_item_is_stated_denied_or_not_found() -> None:
    found = statuses("gdpr", [right("erasure", "You may have it deleted."), right("objection", "You cannot object to this.", "no")])
    assert (found["right_erasure"], found["right_objection"], found["right_access"]) == ("stated", "denied", "not_found")


def test_a_right_is_stated_where_its_words_stand_in_the_quote_or_above_it() -> None:
    assert statuses("gdpr", [right("erasure", "You may ask us at any time.")])["right_erasure"] == "not_found"
    assert statuses("gdpr", [right("erasure", "You may ask us at any time.", section=["Deletion"])])["right_erasure"] == "stated"
    assert statuses("gdpr", [right("erasure", "Most browsers can delete cookies.")])["right_erasure"] == "not_found"
    assert statuses("gdpr", [right("copy_portability", "We retain a copy of your invoices.")])["right_portability"] == "not_found"
    assert statuses("pipl", [right("withdraw_consent", "您可以随时撤回授权。")])["withdraw_consent"] == "stated"


def test_a_complaint_to_the_company_is_none_to_an_authority() -> None:
    assert statuses("gdpr", [right("complaint", "Send any complaint to our privacy team.")])["complaint"] == "not_found"
    assert statuses("gdpr", [right("complaint", "You may complain to your data protection authority.")])["complaint"] == "stated"


def test_what_says_most_comes_first() -> None:
    vague, heading, plain = (
        right("erasure", "Deleted files can be had back."),
        right("erasure", "Ask us.", section=["Deletion"]),
        right("erasure", "You have the right to have your data erased."),
    )
    items = coverage.covered(coverage.load("gdpr"), [vague, heading, plain], [])
    assert next(each.facts for each in items if each.item.id == "right_erasure") == [plain, vague, heading]


def test_a_menu_is_where_requests_are_made_and_no_contact_details() -> None:
    menu, mail = contact("in_app", "Me > Settings > Notifications"), contact("email", "privacy@acme.example")
    assert [statuses(law, [menu])["contact"] for law in ("gdpr", "pipl")] == ["not_found", "not_found"]
    assert [statuses(law, [menu, mail])["contact"] for law in ("gdpr", "pipl")] == ["stated", "stated"]
    assert statuses("ccpa", [menu])["requests"] == "stated"


def test_what_no_fact_holds_is_found_by_its_words() -> None:
    assert statuses("gdpr", [], "Our legal basis is the performance of a contract.")["legal_basis"] == "stated"
    assert statuses("gdpr", [], "You may write to our Data Protection Officer.")["dpo"] == "stated"
    assert statuses("pipl", [], "本政策修订时，我们会以弹窗形式通知您。")["policy_changes"] == "stated"
    assert statuses("ccpa", [], "We will not discriminate against you for asking.")["no_retaliation"] == "stated"
    assert set(statuses("gdpr", [], "Our office is open from nine to five.").values()) == {"not_found"}


def test_a_sentence_that_announces_what_is_described_does_not_state_it() -> None:
    told = "This Statement describes how we use personal data and the legal bases on which we process it."
    assert statuses("gdpr", [], told)["legal_basis"] == "not_found"
    assert statuses("gdpr", [], "本政策将说明我们如何使用您的信息及其法律依据。")["legal_basis"] == "not_found"
    assert statuses("gdpr", [], f"{told} Where a law obliges us, that law is the legal basis.")["legal_basis"] == "stated"
    assert statuses("gdpr", [], "This section sets out our grounds: the performance of a contract with you.")["legal_basis"] == "stated"
    assert statuses("gdpr", [], "Our notice explains that our legal basis is consent.")["legal_basis"] == "stated"


def test_a_principle_of_lawfulness_names_no_legal_basis() -> None:
    for principle in ("Each processing has a lawful basis and a proper purpose.", "处理个人信息应当具有合法性基础。"):
        assert statuses("gdpr", [], principle)["legal_basis"] == "not_found"
    for named in (
        "The legal bases are contract and law.",
        "With your consent as the legal basis, we send news.",
        "处理的法律依据是您的同意。",
    ):
        assert statuses("gdpr", [], named)["legal_basis"] == "stated"


def test_clauses_come_by_how_much_their_words_say() -> None:
    vague, plain, exact = (clause(text) for text in ("It is in our legitimate interests.", "The legal basis is consent.", "Art. 6(1)(b)."))
    items = coverage.covered(coverage.load("gdpr"), [], [vague, plain, exact])
    assert next(each.clauses for each in items if each.item.id == "legal_basis") == [exact, plain, vague]


def collected(quote: str, purpose: str | None, polarity: facts.Polarity = "yes") -> facts.Collection:
    return facts.Collection(
        vendor="acme", document="d1", quote=quote, start=0, end=len(quote), span="email", span_start=0, span_end=5, polarity=polarity,
        category="email_address", group="contact", purpose=purpose, purpose_category="account_management",
    )  # fmt: skip


def test_the_purpose_is_shown_by_a_quote_that_holds_it_or_by_a_clause_before_one_that_does_not() -> None:
    bare = collected("name, email and phone", "to sign you in")
    full = collected("we take your email to sign you in", "to sign you in")
    used = clause("We use this information to sign you in.")
    around = replace(clause("Give us your name, email and phone to sign you in."), id="c2")

    def purposes(*found: facts.Evidence) -> coverage.Covered:
        return next(each for each in coverage.covered(coverage.load("gdpr"), found, [used, around]) if each.item.id == "purposes")

    assert (purposes(bare, full).facts, purposes(bare, full).clauses, purposes(bare, full).beside) == ([full], [], [bare])
    assert (purposes(bare).facts, purposes(bare).clauses, purposes(bare).beside) == ([], [used], [bare])
    within = bare.model_copy(update={"clause": around.id})
    assert purposes(within).clauses == [around]
    shown = ItemOut.of(purposes(bare), [], None)
    assert (shown.status, shown.total) == ("stated", 2)
    assert [each.quote for each in shown.evidence] == [used.text, bare.quote]


def test_each_item_comes_with_its_evidence_or_with_what_to_ask(client: TestClient) -> None:
    found = client.get("/v1/vendors/acme/coverage?against=gdpr").json()
    items = {item["id"]: item for item in found["items"]}
    text = client.get("/v1/documents/acme-2026/text").text
    kept = items["retention"]
    assert (kept["status"], kept["source"], kept["total"]) == ("stated", "GDPR art. 13(2)(a), 14(2)(a)", 3)
    assert [text[each["start"] : each["end"]] for each in kept["evidence"]] == [each["quote"] for each in kept["evidence"]]
    silent = items["complaint"]
    assert (silent["status"], silent["evidence"]) == ("not_found", [])
    assert (silent["question"], len(silent["nearest"])) == ("Can a complaint be lodged with a supervisory authority?", 3)
    assert found["counts"] == {"stated": 4, "denied": 0, "not_found": 19}


def test_a_policy_that_denies_everything_denies_the_categories(client: TestClient) -> None:
    items = {item["id"]: item for item in client.get("/v1/vendors/nilsoft/coverage?against=ccpa").json()["items"]}
    assert items["categories"]["status"] == "denied"
    assert [each["quote"] for each in items["categories"]["evidence"]] == ["We do not collect any personal data"]


def test_only_laws_that_are_known_are_asked_against(client: TestClient) -> None:
    assert client.get("/v1/vendors/acme/coverage?against=hipaa").status_code == 422
    assert client.get("/v1/vendors/acme/coverage").status_code == 422
    assert "right\\_erasure" in client.get("/v1/vendors/acme/coverage?against=gdpr&format=markdown").text
