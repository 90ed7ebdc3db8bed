"""Vendors as linked data: JSON-LD with its context inside, DPV 2.3 for what is said, Web Annotations for where it is said."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from app.exports.dpv import PROCESSES, Node, address, namespaces, node
from app.forms import file_headers
from app.silence import denies
from index import facts as models
from index import queries
from index.domain import Document
from index.queries import FactFilter, VendorEntry
from index.store import Session


def linked(session: Session, vendors: Iterable[VendorEntry]) -> Node:
    """A JSON-LD document on these vendors: what their current policies state, deny and leave unsaid."""
    graph = [each for vendor in vendors for each in _vendor(session, vendor)]
    return {"@context": {"@version": 1.1, **namespaces()}, "@graph": graph}


def ld_json(document: Node, name: str) -> Response:
    """The document as an answer; half a character that a policy may hold is written as JSON can."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return Response(body, media_type="application/ld+json", headers=file_headers(name, "jsonld"))


def _vendor(session: Session, entry: VendorEntry) -> list[Node]:
    vendor = entry.vendor
    me = address("vendor", vendor.id)
    found = queries.every_fact(session, FactFilter(vendor=vendor.id))
    documents = queries.documents(session, vendor.id, current=True, limit=500).items
    stated = [fact for fact in found if not denies(fact)]
    nodes = {fact.id: node(fact, me) for fact in found}
    measures = [fact for fact in stated if fact.kind in ("security", "breach_notification") and nodes[fact.id]["@type"] != "vpi:Statement"]
    policy: Node = {
        "@id": address("policy", vendor.id),
        "@type": "dpv:Process",
        "dpv:hasResponsibleEntity": {"@id": me},
        "dpv:hasNotice": [{"@id": address("document", document.id)} for document in documents],
        "dpv:hasProcess": _links(fact for fact in stated if fact.kind in PROCESSES),
        "dpv:hasTechnicalOrganisationalMeasure": _links(measures),
        "dpv:hasRight": _links(fact for fact in stated if fact.kind == "right"),
        "vpi:states": _links(fact for fact in stated if nodes[fact.id]["@type"] == "vpi:Statement"),
        "vpi:hasDenial": _links(fact for fact in found if denies(fact)),
        "vpi:silentOn": [kind for kind in models.KINDS if not any(fact.kind == kind for fact in found)],
    }
    about: Node = {
        "@id": me,
        "@type": "dpv:LegalEntity",
        "dpv:hasName": vendor.name,
        "skos:altLabel": list(vendor.aliases),
        "dpv:hasContact": contacts(stated),
    }
    return [_whole(about), _whole(policy), *map(_document, documents), *nodes.values(), *map(_annotation, found)]


def contacts(stated: Iterable[Any]) -> list[str]:
    """Where a vendor is reached, each once; a menu of its product is no address."""
    return list(dict.fromkeys(fact.value for fact in stated if fact.kind == "contact" and fact.channel != "in_app"))


def _links(found: Iterable[Any]) -> list[Node]:
    return [{"@id": address("fact", fact.id)} for fact in found]


def _document(document: Document) -> Node:
    return _whole(
        {
            "@id": address("document", document.id),
            "@type": "dpv:PrivacyNotice",
            "dct:title": document.title,
            "dct:language": document.language,
            "dct:valid": _day(document.effective_date),
            "dct:modified": _day(document.last_updated),
            "dct:hasVersion": document.version,
            "dct:publisher": {"@id": address("vendor", document.vendor)},
            "vpi:source": document.source,
            "vpi:sha256": document.sha256,
        }
    )


def _annotation(fact: Any) -> Node:
    """The words that a fact rests on, as a Web Annotation on the document's canonical text."""
    return {
        "@id": address("annotation", fact.id),
        "@type": "oa:Annotation",
        "oa:motivatedBy": {"@id": "oa:describing"},
        "oa:hasBody": {"@id": address("fact", fact.id)},
        "oa:hasTarget": {
            "@type": "oa:SpecificResource",
            "oa:hasSource": {"@id": address("document", fact.document)},
            "oa:hasSelector": [
                {"@type": "oa:TextPositionSelector", "oa:start": fact.start, "oa:end": fact.end},
                {"@type": "oa:TextQuoteSelector", "oa:exact": fact.quote},
            ],
            **({"vpi:section": " › ".join(fact.section)} if fact.section else {}),
        },
    }


def _day(date: str | None) -> Node | None:
    return {"@value": date, "@type": "xsd:date"} if date else None


def _whole(told: Node) -> Node:
    """Without what is not known."""
    return {name: value for name, value in told.items() if value is not None and value != []}
