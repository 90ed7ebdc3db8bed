"""A fact in terms of the Data Privacy Vocabulary 2.3. What is stated becomes a process, a measure or a right; what is denied never does.

DPV has a term for what is forbidden (`dpv:Prohibition`, a rule) and none for what a policy says is not done. A denial is therefore a
`vpi:Denial` of our own, which points at the terms it denies by `vpi:denies`: whoever looks for processes finds none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from app.saying import line
from app.silence import denies
from index import taxonomy
from index.taxonomy import Term

Node = dict[str, Any]
# DPV's namespaces; in them only terms of dpv_terms.tsv are written.
DPV = ("dpv", "pd", "eu-gdpr", "ai", "tech", "loc")
# Facts on how data is processed; the others are on measures, rights, or on the document.
PROCESSES = ("collection", "retention", "sharing", "storage_location", "practice")
# A safeguard that is no legal basis of a transfer.
NO_BASIS = ("local_only", "unspecified")
# Of a denial: what only frames it, and what would narrow it.
FRAMES = ("dpv:Process", "dpv:StorageDuration", "dpv:StorageLocation")
NARROWS = ("dpv:hasDataSource", "dpv:hasNecessity", "dpv:hasLegalBasis", "dpv:hasDuration")
WEEKS = re.compile(r"P(\d+)W")


def node(fact: Any, vendor: str) -> Node:
    """The fact as a node; `vendor` is the address of the vendor's node."""
    head: Node = {"@id": address("fact", fact.id), "rdfs:label": line(fact), "vpi:kind": fact.kind}
    told = _statement(fact, vendor)
    if not denies(fact):
        return head | told
    denied = [{"@id": term} for term in dict.fromkeys(_terms(told)) if term not in FRAMES]
    return head | {"@type": "vpi:Denial", **_if("vpi:denies", denied), **_if("vpi:except", told.get("vpi:condition"))}


def address(what: str, id: str) -> str:
    return f"urn:vendor-privacy-index:{what}:{id}"


def _statement(fact: Any, vendor: str) -> Node:
    match fact.kind:
        case "collection":
            return {
                "@type": "dpv:Process",
                table("role")[fact.role]: {"@id": vendor},
                "dpv:hasProcessing": _id(table("processing")["automatic" if fact.source == "automatic" else "collection"]),
                "dpv:hasPersonalData": _data(fact.category, fact.span),
                **_if("dpv:hasPurpose", _purpose(fact)),
                **_if("dpv:hasDataSource", _id(table("source").get(fact.source))),
                **_if("dpv:hasNecessity", _id(table("necessity").get(fact.necessity))),
            }
        case "retention":
            return {
                "@type": "dpv:Process",
                "dpv:hasProcessing": _id(table("processing")["retention"]),
                "dpv:hasPersonalData": [_data(each, fact.scope) for each in fact.categories],
                "dpv:hasStorageCondition": {"@type": "dpv:StorageDuration", "dpv:hasDuration": _duration(fact)},
            }
        case "sharing":
            return {
                "@type": "dpv:Process",
                "dpv:hasProcessing": _id(table("processing")["sharing"]),
                "dpv:hasRecipient": {**_kind("recipient", fact.recipient_category), **_if("dpv:hasName", fact.recipient)},
                "dpv:hasPersonalData": [_data(each, None) for each in fact.data],
                **_if("dpv:hasLegalBasis", _id(table("condition").get(fact.condition))),
                **_if("vpi:condition", None if fact.condition == "none" else fact.condition),
            }
        case "storage_location":
            return _stored(fact)
        case "security":
            # What DPV has no term for ("no guarantee") is a statement and no measure.
            return {**_kind("security", fact.measure, "vpi:Statement"), **_if("skos:prefLabel", fact.name)}
        case "right":
            return {**_kind("right", fact.right, "dpv:DataSubjectRight"), **_if("vpi:deadline", _time(fact.deadline)), **_working(fact)}
        case "breach_notification":
            return {
                "@type": "dpv:DataBreachNotification",
                **_if("vpi:deadline", _time(fact.deadline)),
                **_if("vpi:channel", fact.channel),
                **_if("vpi:to", fact.to),
            }
        case "practice":
            return {
                "@type": "dpv:Process",
                "vpi:category": fact.practice,
                **{name: _id(to) for name, to in table("practice")[fact.practice].items()},
            }
        case "contact":
            return {"@type": "vpi:Statement", "vpi:channel": fact.channel, "dpv:hasContact": fact.value}
        case "children":
            return {"@type": "vpi:Statement", "vpi:category": fact.rule, **_if("vpi:age", fact.age)}
        case _:
            return {"@type": "vpi:Statement", "vpi:category": fact.field, "vpi:value": fact.value}


def _stored(fact: Any) -> Node:
    place = _id(f"loc:{fact.country}" if fact.country and f"loc:{fact.country}" in terms() else None)
    bases = [_id(_term(taxonomy.facet("transfer")[each])) for each in fact.safeguards if each not in NO_BASIS]
    where = (
        {"dpv:hasStorageCondition": {"@type": "dpv:StorageLocation", "dpv:hasLocation": place}} if fact.mode == "storage" and place else {}
    )
    return {
        "@type": "dpv:Process",
        "dpv:hasProcessing": _id(table("processing")[fact.mode]),
        **(where or _if("dpv:hasLocation", place)),
        **_if("vpi:country", fact.country if not place else None),
        **_if("vpi:provider", fact.provider),
        **_if("dpv:hasLegalBasis", [basis for basis in bases if basis]),
        **_if("vpi:safeguard", list(fact.safeguards)),
    }


def _kind(facet: str, id: str, otherwise: str = "") -> Node:
    """A thing of a vocabulary's kind; where DPV has no term as narrow, `vpi:match` says how near its term is."""
    term = taxonomy.categories()[id] if facet == "category" else taxonomy.facet(facet)[id]
    match = {} if term.dpv_match in ("exact", None) else {"vpi:match": term.dpv_match}
    return {"@type": _term(term) or otherwise, "vpi:category": id, **match}


def _data(category: str, named: str | None) -> Node:
    """Personal data of a category, or any."""
    kind = {"@type": "dpv:PersonalData"} if category == "any" else _kind("category", category, "dpv:PersonalData")
    return {**kind, **_if("skos:prefLabel", named)}


def _purpose(fact: Any) -> Node | None:
    if not fact.purpose and not fact.purpose_category:
        return None
    kind = _kind("purpose", fact.purpose_category, "dpv:Purpose") if fact.purpose_category else {"@type": "dpv:Purpose"}
    return {**kind, **_if("skos:prefLabel", fact.purpose)}


def _duration(fact: Any) -> Node:
    kind = "dpv:TemporalDuration" if _time(fact.period) else table("duration")[fact.rule]
    return {
        "@type": kind,
        "vpi:rule": fact.rule,
        **_if("rdf:value", _time(fact.period)),
        **_if("vpi:bound", fact.bound),
        **_if("vpi:event", fact.event),
        **_if("vpi:latestItems", fact.items),
        **_working(fact),
    }


def _working(fact: Any) -> Node:
    return {"vpi:workingDays": True} if fact.working_days else {}


def _time(duration: str | None) -> Node | None:
    """A duration as XML Schema has it, which knows no weeks."""
    if duration is None:
        return None
    return {"@value": WEEKS.sub(lambda found: f"P{int(found[1]) * 7}D", duration), "@type": "xsd:duration"}


def _if(name: str, value: Any) -> Node:
    """The property where there is a value: what is not stated is not there."""
    return {} if value is None or value == [] else {name: value}


def _id(term: str | None) -> Node | None:
    return {"@id": term} if term else None


def _term(term: Term) -> str | None:
    """The DPV term of a vocabulary's entry, as `prefix:name`; None where DPV has none."""
    if term.dpv_iri is None:
        return None
    prefix = next(prefix for prefix in DPV if term.dpv_iri.startswith(namespaces()[prefix]))
    return f"{prefix}:{term.dpv_iri.removeprefix(namespaces()[prefix])}"


def _terms(value: Any) -> Iterator[str]:
    """Every DPV term that a node is, or that says what it is about."""
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, dict):
            continue
        for name, inner in each.items():
            if name in ("@id", "@type"):
                if inner.partition(":")[0] in DPV:
                    yield inner
            elif name not in NARROWS:
                yield from _terms(inner)


@cache
def data() -> dict[str, Any]:
    return tomllib.loads((files("app") / "exports" / "dpv.toml").read_text(encoding="utf-8"))


def table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = data()[name]
    return found


def namespaces() -> dict[str, str]:
    return table("namespaces")


@cache
def terms() -> frozenset[str]:
    """The terms of DPV 2.3 that may be written, as `prefix:name`."""
    rows = (files("app") / "exports" / "dpv_terms.tsv").read_text(encoding="utf-8").splitlines()
    return frozenset(row.partition("\t")[0] for row in rows if not row.startswith("#"))
