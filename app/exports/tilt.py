"""A vendor in TILT, the Transparency Information Language (github.com/Transparency-Information-Language): what articles 13 to 15 GDPR ask.

TILT wants a value in places where a policy may say nothing. There the value that claims least stands, and `_status: "silent"` beside it:
a name is empty, a country `ZZ`, an address under `.invalid`, what must be true or false is false. `_evidence` holds the words that the rest
rests on, `_denied` what the policy denies. Properties that begin with `_` are ours; TILT admits others than its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from app.display import label
from app.saying import SILENT, line, whole
from app.silence import denies, status_of
from index import facts as models
from index import queries, taxonomy
from index.errors import VersionUnknown
from index.periods import period_days
from index.queries import FactFilter, VendorEntry
from index.search import Index
from index.store import Session

EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
NO_COUNTRY, NO_EMAIL = "ZZ", "not-stated@policy.invalid"
# Where TILT asks for a right → the rights of ours that answer.
RIGHTS = {
    "accessAndDataPortability": ("access", "copy_portability"),
    "rightToInformation": ("explanation_information", "access"),
    "rightToRectificationOrDeletion": ("rectification", "erasure", "account_closure"),
    "rightToDataPortability": ("copy_portability",),
    "rightToWithdrawConsent": ("withdraw_consent",),
    "rightToComplain": ("complaint",),
}
# What protects a transfer → where TILT asks for it.
SAFEGUARDS = {
    "adequacy": "adequacyDecision",
    "scc": "standardDataProtectionClause",
    "bcr": "appropriateGuarantees",
    "certification": "appropriateGuarantees",
    "security_assessment": "appropriateGuarantees",
}


def tilt(vendor: VendorEntry, index: Index, session: Session) -> dict[str, Any]:
    """The TILT document of a vendor's current policy."""
    found = queries.every_fact(session, FactFilter(vendor=vendor.vendor.id))
    of = {kind: [fact for fact in found if fact.kind == kind and not denies(fact)] for kind in models.KINDS}
    rights = [fact for fact in found if fact.kind == "right"]
    abroad = [fact for fact in of["storage_location"] if fact.mode == "cross_border_transfer" and fact.country]
    automated = [fact for fact in found if fact.kind == "practice" and fact.practice == "automated_decision"]
    return {
        "meta": _meta(vendor, index, session),
        "controller": _controller(vendor, of),
        "dataProtectionOfficer": _officer(of["contact"]),
        "dataDisclosed": _disclosed(of),
        "thirdCountryTransfers": [_transfer(fact) for fact in abroad],
        "sources": _sources(of["collection"]),
        **{name: _right(name, [fact for fact in rights if fact.right in asked]) for name, asked in RIGHTS.items()},
        "automatedDecisionMaking": _automated(automated),
        "changesOfPurpose": [],
        "_denied": [{"says": line(fact), "_evidence": _evidence([fact])} for fact in found if denies(fact)],
        "_silent": [kind for kind in models.KINDS if not any(fact.kind == kind for fact in found)],
    }


def _meta(vendor: VendorEntry, index: Index, session: Session) -> dict[str, Any]:
    versions = queries.versions(session, vendor.vendor.id)
    if not versions:
        raise VersionUnknown(vendor.vendor.id, "current", [])
    current = versions[-1]
    return {
        "_id": f"urn:vendor-privacy-index:document:{current.id}",
        "name": vendor.vendor.name,
        "created": index.manifest.created_at[:10],
        "modified": current.last_updated or current.effective_date or current.retrieved_at[:10],
        "version": len(versions),
        "language": current.language.partition("-")[0],
        "status": "active",
        "url": vendor.vendor.url or "",
        "_hash": current.sha256,
    }


def _officer(contacts: list[Any]) -> dict[str, Any]:
    """Where the data protection officer is reached, by contacts whose own words say that they are the officer's."""
    theirs = [fact for fact in contacts if fact.channel in ("email", "address", "phone") and officers(fact.quote, fact.value)]
    used = {channel: next((each for each in theirs if _reached(each, channel)), None) for channel in ("email", "address", "phone")}
    told = {channel: _reached(fact, channel) for channel, fact in used.items() if fact}
    found: dict[str, Any] = {"name": "", "address": told.get("address", ""), "country": NO_COUNTRY, "email": told.get("email", NO_EMAIL)}
    if "phone" in told:
        found["phone"] = told["phone"]
    if not told:
        return {**found, "_status": "silent"}
    return {**found, "_status": "stated", "_evidence": _evidence(fact for fact in used.values() if fact)}


def _reached(contact: Any, channel: str) -> str:
    """What a contact holds for a channel; empty where it holds nothing that TILT takes as one."""
    if contact.channel != channel:
        return ""
    if channel != "email":
        return str(contact.value)
    # Written out against those who gather addresses.
    plain = re.sub(r"\s*[\[({]\s*dot\s*[\])}]\s*", ".", re.sub(r"\s*[\[({]\s*at\s*[\])}]\s*", "@", contact.value, flags=re.I), flags=re.I)
    return plain if EMAIL.fullmatch(plain) else ""


def officers(quote: str, value: str) -> bool:
    """Whether words that lead to an address, or the address itself, say that it is the data protection officer's and nobody else's."""
    names, of_others = _officer_words()
    begins = quote.find(value.split(",")[0])
    lead = quote[: max(begins, 0)]
    for text in (lead, value):
        for name in names.finditer(text):
            # Another address in between is the officer's, and this one is not.
            if not of_others.search(text[: name.start()]) and (text is value or "@" not in text[name.end() :]):
                return True
    return False


@cache
def _officer_words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    told = tomllib.loads((files("app") / "exports" / "tilt.toml").read_text(encoding="utf-8"))["officer"]
    return re.compile("|".join(told["names"]), re.IGNORECASE), re.compile(told["of_others"], re.IGNORECASE)


def _controller(vendor: VendorEntry, of: dict[str, list[Any]]) -> dict[str, Any]:
    entity = [fact for fact in of["document"] if fact.field == "legal_entity"]
    reached = {channel: [fact for fact in of["contact"] if _reached(fact, channel)] for channel in ("email", "address")}
    used = [*entity[:1], *reached["email"][:1], *reached["address"][:1]]
    email = next((_reached(fact, "email") for fact in reached["email"]), NO_EMAIL)
    return {
        "name": entity[0].value if entity else vendor.vendor.name,
        "address": next((fact.value for fact in reached["address"]), ""),
        "country": NO_COUNTRY,
        "representative": {"name": "", "email": email, "_status": "stated" if reached["email"] else "silent"},
        "_status": "stated" if entity else "silent",
        "_evidence": _evidence(used),
    }


def _disclosed(of: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """One entry a category of data that the policy says it collects, keeps or shares; what it says of all data stands in one of its own."""
    entries = []
    for category in [*taxonomy.categories(), "any"]:
        collected = [fact for fact in of["collection"] if fact.category == category]
        kept = [fact for fact in of["retention"] if category in fact.categories]
        shared = [fact for fact in of["sharing"] if category in fact.data]
        if collected or kept or shared:
            entries.append(_entry(category, collected, kept, shared))
    return entries


def _entry(category: str, collected: list[Any], kept: list[Any], shared: list[Any]) -> dict[str, Any]:
    stated = [fact for fact in collected if fact.purpose or fact.purpose_category]
    purposes = {(label(fact.purpose_category or "any_other", "purpose"), fact.purpose or fact.quote): None for fact in stated}
    recipients = {(fact.recipient, fact.recipient_category): None for fact in shared}
    obliged = [fact for fact in collected if fact.necessity != "unspecified"]
    return {
        "_id": category,
        "category": "Any personal data" if category == "any" else label(category, "category"),
        "purposes": [{"purpose": name, "description": words} for name, words in purposes],
        "legalBases": [],
        "legitimateInterests": [],
        "recipients": [{**({"name": name} if name else {}), "category": label(kind, "recipient")} for name, kind in recipients],
        "storage": [_storage(fact) for fact in kept],
        "nonDisclosure": {
            "legalRequirement": False,
            "contractualRegulation": False,
            "obligationToProvide": any(fact.necessity == "required" for fact in obliged),
            "consequences": SILENT,
            "_status": "stated" if obliged else "silent",
        },
        "_evidence": _evidence([*collected, *kept, *shared]),
    }


def _storage(fact: Any) -> dict[str, Any]:
    """Weeks are written as days, which is all that TILT's pattern knows."""
    days = period_days(fact.period)
    ttl = f"P{round(days or 0)}D" if fact.period and "W" in fact.period else fact.period
    return {
        "temporal": [{"description": whole(fact), "ttl": ttl}] if ttl else [],
        "purposeConditional": [] if ttl else [whole(fact)],
        "legalBasisConditional": [],
        "aggregationFunction": "max",
    }


def _transfer(fact: Any) -> dict[str, Any]:
    named = {SAFEGUARDS[each]: {"available": True, "description": fact.quote} for each in fact.safeguards if each in SAFEGUARDS}
    return {"country": fact.country, **named, "_evidence": _evidence([fact])}


def _sources(collected: list[Any]) -> list[dict[str, Any]]:
    by_category: dict[str, list[Any]] = {}
    for fact in collected:
        if fact.source == "third_party":
            by_category.setdefault(fact.category, []).append(fact)
    return [
        {
            "_id": f"{category}-source",
            "dataCategory": label(category, "category"),
            "sources": [{"description": fact.quote, "url": "", "publiclyAvailable": False, "_status": "silent"} for fact in facts],
            "_evidence": _evidence(facts),
        }
        for category, facts in by_category.items()
    ]


def _right(name: str, found: list[Any]) -> dict[str, Any]:
    status = status_of(found)
    if status == "silent":
        # TILT wants a word on access alone; of the others it may be left open.
        open_ = {"available": False} if name == "accessAndDataPortability" else {}
        return {**open_, "description": SILENT, "_status": status}
    stated = [fact for fact in found if fact.polarity == "yes"] or found
    right: dict[str, Any] = {
        "available": status == "stated",
        "description": stated[0].quote,
        "_status": status,
        "_evidence": _evidence(stated),
    }
    if name == "rightToComplain":
        right["supervisoryAuthority"] = {"name": "", "_status": "silent"}
    return right


def _automated(found: list[Any]) -> dict[str, Any]:
    status = status_of(found)
    if status == "silent":
        return {"logicInvolved": SILENT, "_status": status}
    stated = [fact for fact in found if fact.polarity == "yes"] or found
    return {
        "inUse": status == "stated",
        "logicInvolved": stated[0].quote,
        "scopeAndIntendedEffects": SILENT,
        "_status": status,
        "_evidence": _evidence(stated),
    }


def _evidence(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Each place once, in order."""
    places = {(fact.document, fact.start, fact.end): fact for fact in found}
    return [
        {"document": document, "section": list(fact.section), "start": start, "end": end, "quote": fact.quote}
        for (document, start, end), fact in sorted(places.items())
    ]
