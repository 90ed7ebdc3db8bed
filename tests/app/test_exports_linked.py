"""Linked data as a parser reads it back: DPV terms that exist, denials that are no processing, and the words each statement rests on."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft7Validator
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from app.exports import dpv, tilt
from app.exports.linked import contacts
from index import facts, taxonomy
from tests.app import hostile

# rdflib's parser of JSON-LD uses a class that rdflib calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

DPV, PD, OA = (Namespace(address) for address in ("https://w3id.org/dpv#", "https://w3id.org/dpv/pd#", "http://www.w3.org/ns/oa#"))
VPI = Namespace("urn:vendor-privacy-index:term:")
SCHEMA = json.loads((files("tests") / "app" / "tilt.schema.json").read_text(encoding="utf-8"))


def graph(client: TestClient, path: str = "/v1/vendors/acme/dpv") -> Graph:
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/ld+json"
    return Graph().parse(data=answer.text, format="json-ld")


def known() -> set[str]:
    """The addresses of the terms of DPV 2.3 that the list allows."""
    return {dpv.namespaces()[prefix] + name for prefix, _, name in (term.partition(":") for term in dpv.terms())}


def foreign(found: Graph) -> set[str]:
    """Addresses under DPV's name that are not in DPV."""
    named = {str(each) for triple in found for each in triple if isinstance(each, URIRef)}
    return {each for each in named if each.startswith("https://w3id.org/dpv")} - known()


def test_every_term_is_one_of_dpv(client: TestClient, evil: TestClient) -> None:
    for found in (graph(client), graph(client, "/v1/dpv"), graph(evil, "/v1/vendors/evil/dpv")):
        assert len(found) > 100
        assert foreign(found) == set()


def test_every_entry_of_the_vocabularies_has_a_term_of_dpv() -> None:
    entries = [*taxonomy.categories().values(), *(term for facet in taxonomy.FACETS for term in taxonomy.facet(facet).values())]
    assert {entry.dpv_iri for entry in entries if entry.dpv_iri} <= known()


def closed() -> Iterator[facts.Evidence]:
    """A fact for each value that has a meaning in DPV, stated and denied."""
    place: dict[str, Any] = {"vendor": "v", "document": "d", "quote": "q", "start": 0, "end": 1}
    for polarity in ("yes", "no"):
        place["polarity"] = polarity
        span = {"span": "s", "span_start": 0, "span_end": 1}
        for category in taxonomy.categories():
            group = taxonomy.group_of(category)
            yield facts.Collection(**place, **span, category=category, group=group, source="third_party", necessity="optional")
        for purpose in taxonomy.facet("purpose"):
            yield facts.Collection(
                **place, **span, category="name", group="identity", purpose_category=purpose, role="processor", source="provided"
            )
        for rule in facts.RetentionRule.__args__:  # type: ignore[attr-defined]
            yield facts.Retention(**place, scope="s", rule=rule, working_days=True, items=20)
        for recipient in taxonomy.facet("recipient"):
            yield facts.Sharing(**place, recipient=None, recipient_category=recipient, condition="consent")
        for mode in ("storage", "cross_border_transfer"):
            yield facts.StorageLocation(**place, mode=mode, country="CN", provider="P", safeguards=list(taxonomy.facet("transfer")))
            yield facts.StorageLocation(**place, mode=mode, country="ZZ")
        for measure in taxonomy.facet("security"):
            yield facts.Security(**place, measure=measure)
        for right in taxonomy.facet("right"):
            yield facts.Right(**place, right=right, deadline="P2W")
        for practice in facts.Practice.__args__:  # type: ignore[attr-defined]
            yield facts.PracticeFact(**place, practice=practice)
        yield facts.BreachNotification(**place, deadline="PT72H", channel=["e-mail"], to="user")
        yield facts.Children(**place, age=14, rule="guardian_consent")
        yield facts.Contact(**place, channel="email", value="a@b.example")
        yield facts.DocumentFact(**place, field="version", value="1")


def test_no_value_of_any_fact_leads_to_a_term_that_dpv_does_not_have() -> None:
    nodes = [dpv.node(fact, "urn:vendor-privacy-index:vendor:v") for fact in closed()]
    whole = {"@context": {"@version": 1.1, **dpv.namespaces()}, "@graph": nodes}
    found = Graph().parse(data=json.dumps(whole), format="json-ld")
    assert len(nodes) > 300
    assert foreign(found) == set()
    assert [str(value) for value in found.objects() if isinstance(value, Literal) and value.ill_typed] == []
    assert Literal("P14D", datatype="http://www.w3.org/2001/XMLSchema#duration") in set(found.objects(predicate=VPI.deadline))


def test_what_is_collected_is_a_process_on_that_data(client: TestClient) -> None:
    rows = graph(client).query(
        """SELECT ?category ?source ?necessity WHERE {
             ?process a dpv:Process ; dpv:hasProcessing ?way ; dpv:hasPersonalData [ a pd:EmailAddress ; vpi:category ?category ] ;
                      dpv:hasDataSource ?source ; dpv:hasNecessity ?necessity . FILTER (?way = dpv:Collect) }""",
        initNs={"dpv": DPV, "pd": PD, "vpi": VPI},
    )
    assert [tuple(row) for row in rows] == [(Literal("email_address"), DPV.DataSubjectDataSource, DPV.Required)]  # type: ignore[arg-type]


def test_what_is_denied_is_no_process(client: TestClient) -> None:
    found = graph(client)
    assert list(found.subjects(RDF.type, PD.GPSCoordinate)) == []
    assert {str(each) for each in found.objects(predicate=DPV.hasProcess)} == {
        str(each) for each in found.subjects(RDF.type, DPV.Process)
    } - {"urn:vendor-privacy-index:policy:acme"}
    denial = next(found.subjects(RDF.type, VPI.Denial))
    assert set(found.objects(denial, VPI.denies)) == {DPV.Collect, PD.GPSCoordinate}
    assert list(graph(client, "/v1/vendors/nilsoft/dpv").subjects(DPV.hasPersonalData)) == []


def test_not_kept_and_on_the_device_only_are_no_storing() -> None:
    place: dict[str, Any] = {"vendor": "v", "document": "d", "quote": "q", "start": 0, "end": 1}
    for rule in ("not_retained", "on_device_only"):
        for polarity in ("yes", "no"):
            told = dpv.node(facts.Retention(**place, polarity=polarity, scope="calls", categories=["audio"], rule=rule), "urn:v")
            assert (told["@type"], told["vpi:denies"]) == ("vpi:Denial", [{"@id": "dpv:Store"}, {"@id": "pd:VoiceCommunicationRecording"}])


def test_a_denial_with_an_exception_names_it() -> None:
    shared = facts.Sharing(
        vendor="v", document="d", quote="q", start=0, end=1, polarity="no", recipient="others", recipient_category="advertiser",
        condition="consent",
    )  # fmt: skip
    told = dpv.node(shared, "urn:v")
    assert (told["rdfs:label"], told["vpi:except"]) == ("Denied: Advertisers and ad networks: others (except with consent)", "consent")
    assert "dpv:hasLegalBasis" not in told


def test_a_menu_of_the_product_is_no_contact_of_the_vendor() -> None:
    place: dict[str, Any] = {"vendor": "v", "document": "d", "quote": "q", "start": 0, "end": 1}
    menu = facts.Contact(**place, channel="in_app", value="Me > Settings")
    mail = facts.Contact(**place, channel="email", value="privacy@v.example")
    assert contacts([menu, mail, mail]) == ["privacy@v.example"]


def test_linked_data_is_refused_to_who_cannot_take_it(client: TestClient) -> None:
    for path, accept in (("/v1/dpv", "text/turtle"), ("/v1/vendors/acme/dpv", "text/csv"), ("/v1/vendors/acme/tilt", "text/html")):
        answer = client.get(path, headers={"Accept": accept})
        assert (answer.status_code, accept in answer.json()["detail"]) == (406, True)


def test_silence_is_said(client: TestClient) -> None:
    silent = {str(kind) for kind in graph(client, "/v1/vendors/hush/dpv").objects(predicate=VPI.silentOn)}
    assert silent == set(facts.KINDS)


def test_each_statement_and_denial_is_annotated_with_its_words(client: TestClient) -> None:
    found = graph(client)
    text = client.get("/v1/documents/acme-2026/text").text
    told = {str(fact) for fact in found.subjects(VPI.kind)}
    annotated = set()
    for annotation in found.subjects(RDF.type, OA.Annotation):
        annotated.add(str(found.value(annotation, OA.hasBody)))
        target = found.value(annotation, OA.hasTarget)
        assert str(found.value(target, OA.hasSource)) == "urn:vendor-privacy-index:document:acme-2026"
        position, quote = sorted(found.objects(target, OA.hasSelector), key=lambda each: (each, OA.exact, None) in found)
        start, end = (found.value(position, name).toPython() for name in (OA.start, OA.end))  # type: ignore[union-attr]
        assert text[start:end] == str(found.value(quote, OA.exact))
    assert annotated == told
    assert len(told) == 8


def test_the_card_answers_the_same_by_its_header(client: TestClient) -> None:
    by_header = client.get("/v1/vendors/acme", headers={"Accept": "application/ld+json"})
    assert by_header.content == client.get("/v1/vendors/acme/dpv").content == client.get("/v1/vendors/acme?format=jsonld").content


def test_all_vendors_come_page_by_page(client: TestClient) -> None:
    first = client.get("/v1/dpv?limit=2")
    assert (first.headers["x-total-count"], len(vendors(first.text))) == ("3", 2)
    rest = client.get("/v1/dpv", params={"cursor": first.headers["x-next-cursor"]})
    assert vendors(first.text) | vendors(rest.text) == vendors(client.get("/v1/dpv").text)
    assert "x-next-cursor" not in rest.headers


def vendors(text: str) -> set[str]:
    return {str(each) for each in Graph().parse(data=text, format="json-ld").subjects(RDF.type, DPV.LegalEntity)}


def test_hostile_words_are_literals(evil: TestClient) -> None:
    found = graph(evil, "/v1/vendors/evil/dpv")
    assert {str(each) for each in found.objects(predicate=OA.exact)} == set(hostile.QUOTES)
    addresses = {str(each) for triple in found for each in triple if isinstance(each, URIRef)}
    assert [each for each in addresses if not re.fullmatch(r"(?:https?://[\w./#-]+|urn:vendor-privacy-index:[\w:.-]+)", each)] == []


@pytest.mark.parametrize("vendor", ["acme", "hush", "nilsoft"])
def test_tilt_is_valid_and_says_no_more_than_the_policy(client: TestClient, vendor: str) -> None:
    document = client.get(f"/v1/vendors/{vendor}/tilt").json()
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(document)] == []
    stated = client.get(f"/v1/facts?vendor={vendor}&polarity=yes").json()["total"]
    assert bool(document["dataDisclosed"]) is (stated > 0)
    assert document["dataProtectionOfficer"] == {
        "name": "", "address": "", "country": "ZZ", "email": "not-stated@policy.invalid", "_status": "silent"
    }  # fmt: skip


def contact(channel: str, value: str, quote: str) -> facts.Contact:
    return facts.Contact.model_construct(
        channel=channel, value=value, quote=quote, polarity="yes", document="d", start=0, end=len(quote), section=()
    )


@pytest.mark.parametrize(
    ("quote", "value", "email"),
    [
        ("write to our Data Protection Officer at guard@acme.example", "guard@acme.example", "guard@acme.example"),
        ("our data protection officer, Ann Ward: ward[at]acme[dot]example", "ward[at]acme[dot]example", "ward@acme.example"),
        ("contact us at dpo@acme.example", "dpo@acme.example", "dpo@acme.example"),
        ("请联系个人信息保护负责人：dpo-cn@acme.example", "dpo-cn@acme.example", "dpo-cn@acme.example"),
        # An address for privacy is anybody's, a customer's officer is the customer's, and of two addresses the nearer one is meant.
        ("contact us at privacy@acme.example", "privacy@acme.example", None),
        ("write to our Privacy Officer at office@acme.example", "office@acme.example", None),
        ("ask your data protection officer or help@acme.example", "help@acme.example", None),
        ("your employer's DPO may write to us at help@acme.example", "help@acme.example", None),
        ("our DPO (dpo@acme.example) or sales@acme.example", "sales@acme.example", None),
        ("email help@acme.example; our data protection officer is in Berlin", "help@acme.example", None),
        ("our data protection officer at [email protected]", "[email protected]", None),
    ],
)
def test_an_officer_is_reached_where_the_words_say_so(quote: str, value: str, email: str | None) -> None:
    found = tilt._officer([contact("email", value, quote)])
    assert found["_status"] == ("stated" if email else "silent")
    assert found["email"] == (email or tilt.NO_EMAIL)
    assert [each["quote"] for each in found.get("_evidence", [])] == ([quote] if email else [])
    Draft7Validator(SCHEMA["properties"]["dataProtectionOfficer"]).validate(found)


def test_an_officer_has_an_address_where_a_letter_says_so() -> None:
    street = "Acme Ltd., Attn: Data Protection Officer, 1 High Street, Cork"
    found = tilt._officer(
        [contact("address", "Acme Ltd., 2 Low Street, Cork", "Acme Ltd.\n2 Low Street"), contact("address", street, street)]
    )
    assert (found["address"], found["email"], found["_status"]) == (street, tilt.NO_EMAIL, "stated")


def test_tilt_places_each_fact_where_tilt_asks_for_it(client: TestClient) -> None:
    document = client.get("/v1/vendors/acme/tilt").json()
    entries = {entry["_id"]: entry for entry in document["dataDisclosed"]}
    assert list(entries) == ["email_address", "phone_number", "ip_address", "transactions", "any"]
    assert entries["email_address"]["nonDisclosure"]["obligationToProvide"] is True
    assert entries["ip_address"]["nonDisclosure"]["_status"] == "silent"
    assert [times["ttl"] for kept in entries["any"]["storage"] for times in kept["temporal"]] == ["P30D", "P90D"]
    assert document["rightToRectificationOrDeletion"]["available"] is True
    assert document["rightToRectificationOrDeletion"]["_evidence"][0]["quote"] == "We answer a request for deletion within 15 days"
    assert document["rightToComplain"] == {"description": "The policy does not say.", "_status": "silent"}
    assert [denied["says"] for denied in document["_denied"]] == ["Denied: Precise location"]
    assert document["meta"] == {
        "_id": "urn:vendor-privacy-index:document:acme-2026", "name": "Acme Notes", "created": document["meta"]["created"],
        "modified": "2026-03-18", "version": 2, "language": "en", "status": "active", "url": "https://acme.example/privacy",
        "_hash": "0" * 64,
    }  # fmt: skip


def test_the_reading_of_the_tilt_schema_refuses_what_tilt_refuses(client: TestClient) -> None:
    document = client.get("/v1/vendors/acme/tilt").json()
    for spoil in (
        lambda found: found.pop("sources"),
        lambda found: found["meta"].update(version="2"),
        lambda found: found["controller"].update(country="cn"),
        lambda found: found["dataDisclosed"][0].pop("storage"),
        lambda found: found["rightToRectificationOrDeletion"].pop("description"),
    ):
        spoiled = json.loads(json.dumps(document))
        spoil(spoiled)
        assert not Draft7Validator(SCHEMA).is_valid(spoiled)
