"""Facts: one statement a policy makes, with the words it rests on. One model a kind, told apart by `kind`.

The same models are what ingest finds, what the store keeps and what the API serves: a field is always there, null when unknown.
Vocabularies stand in `index/taxonomy/`; the closed value sets here are those of the fact schema.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Polarity = Literal["yes", "no"]
Source = Literal["provided", "automatic", "third_party", "unspecified"]
Role = Literal["controller", "processor", "unspecified"]
Necessity = Literal["optional", "required", "unspecified"]
Bound = Literal["exact", "at_least", "at_most", "default", "configurable"]
RetentionRule = Literal[
    "fixed_period", "until_event", "period_after_event", "as_long_as_needed", "not_retained", "legal_requirement",
    "customer_instruction", "on_device_only", "last_n_items", "indefinite",
]  # fmt: skip
Condition = Literal["consent", "law", "user_action", "customer_instruction", "business_transfer", "none"]
Practice = Literal[
    "sale", "advertising", "marketing_messages", "profiling_personalisation", "automated_decision", "ai_training", "cookies",
    "third_party_sdk", "cross_border", "background_collection", "public_disclosure",
]  # fmt: skip
ChildrenRule = Literal["not_intended", "guardian_consent", "definition", "special_rules"]
Channel = Literal["email", "phone", "address", "url", "in_app"]
StorageMode = Literal["storage", "cross_border_transfer"]
DocumentField = Literal[
    "title", "vendor", "legal_entity", "product", "effective_date", "last_updated", "version", "language", "prevailing_language",
    "governing_law",
]  # fmt: skip

QUOTE_LIMIT = 700


class Evidence(BaseModel):
    """What every fact carries: where it stands and the words that make it."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    id: str = Field("", description="Stable while the document is and the fact is found in it.", examples=["f-3b1f0c2a9d7e"])
    vendor: str = Field(description="Vendor id.", examples=["welink"])
    document: str = Field(description="Document id.", examples=["welink-1f2e3d4c"])
    clause: str | None = Field(None, description="The clause the quote starts in; null when it starts in a heading or front matter.")
    polarity: Polarity = Field("yes", description="`yes`: the policy says so; `no`: it denies it.")
    quote: str = Field(description="Verbatim: the document's text from `start` to `end`.", max_length=QUOTE_LIMIT)
    start: int = Field(ge=0, description="Offset of the quote in the document's text, in Unicode characters.")
    end: int = Field(ge=0, description="End of the quote, exclusive.")
    section: list[str] = Field(default_factory=list, description="The headings above the quote, from the outermost in.")
    origin: str = Field("", description="The rule or model that gave the fact, so that a wrong one can be traced.")

    @model_validator(mode="after")
    def _identify(self) -> Evidence:
        """The id follows from what is said and where, so that it does not depend on the order facts are found in."""
        if not self.id:
            said = self.model_dump(mode="json", exclude={"id", "origin", "section", "clause"})
            digest = hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()
            object.__setattr__(self, "id", f"f-{digest[:12]}")
        return self


class Collection(Evidence):
    """The vendor collects, obtains, records or processes this type of personal data; with polarity `no`, it says that it does not."""

    kind: Literal["collection"] = "collection"
    span: str = Field(description="The noun phrase of the data type, verbatim, inside the quote.", examples=["phone number"])
    span_start: int
    span_end: int
    category: str = Field(description="Taxonomy id.", examples=["phone_number"])
    group: str = Field(description="Group of the category.", examples=["contact"])
    source: Source = "unspecified"
    role: Role = "unspecified"
    necessity: Necessity = "unspecified"
    purpose: str | None = Field(None, description="The stated purpose, verbatim.")
    purpose_category: str | None = Field(None, description="Facet `purpose`.")
    generic: bool = Field(False, description="An umbrella term (`device information`) beside or instead of its members.")


class Retention(Evidence):
    """How long something is kept, or that it is not."""

    kind: Literal["retention"] = "retention"
    scope: str = Field(description="What is kept, verbatim.", examples=["chat records"])
    categories: list[str] = Field(default_factory=lambda: ["any"], description="Taxonomy ids, or `any`.")
    period: str | None = Field(None, description="ISO 8601 duration.", examples=["P90D"])
    bound: Bound | None = None
    rule: RetentionRule = "fixed_period"
    event: str | None = Field(None, description="The event that starts or ends the period, verbatim.")
    items: int | None = Field(None, description="For `last_n_items`: how many are kept.")
    working_days: bool = False


class Sharing(Evidence):
    """A disclosure to another party, entrusted processing included; with polarity `no`, a denial of it."""

    kind: Literal["sharing"] = "sharing"
    recipient: str | None = Field(description="The recipient, verbatim; null where the policy names none.", examples=["our affiliates"])
    recipient_category: str = Field(description="Facet `recipient`.", examples=["affiliate"])
    data: list[str] = Field(default_factory=lambda: ["any"], description="Taxonomy ids, or `any`.")
    condition: Condition = "none"


class StorageLocation(Evidence):
    """Where data lies, or to which country it goes."""

    kind: Literal["storage_location"] = "storage_location"
    country: str | None = Field(None, description="ISO 3166 alpha-2.", examples=["CN"])
    provider: str | None = Field(None, description="The named host.", examples=["Amazon Web Services"])
    mode: StorageMode = "storage"
    safeguards: list[str] = Field(default_factory=list, description="Facet `transfer`.")


class Security(Evidence):
    """A security measure or a certification."""

    kind: Literal["security"] = "security"
    measure: str = Field(description="Facet `security`.", examples=["encryption_transit"])
    name: str | None = Field(None, description="A certification's name as written.", examples=["ISO/IEC 27001"])


class BreachNotification(Evidence):
    """What happens after an incident."""

    kind: Literal["breach_notification"] = "breach_notification"
    deadline: str | None = Field(None, description="ISO 8601 duration.", examples=["PT72H"])
    channel: list[str] = Field(default_factory=list, description="The channels named, verbatim.")
    to: str | None = Field(None, description="`user`, `customer` or `authority`.")


class Right(Evidence):
    """A right the policy grants (or, with polarity `no`, withholds)."""

    kind: Literal["right"] = "right"
    right: str = Field(description="Facet `right`.", examples=["erasure"])
    deadline: str | None = Field(None, description="ISO 8601 time in which the vendor answers.", examples=["P15D"])
    working_days: bool = Field(False, description="The deadline counts working days.")


class Children(Evidence):
    """Ages and rules for minors."""

    kind: Literal["children"] = "children"
    age: int | None = None
    rule: ChildrenRule = "special_rules"


class PracticeFact(Evidence):
    """A practice buyers ask about; with polarity `no`, a denial of it."""

    kind: Literal["practice"] = "practice"
    practice: Practice


class Contact(Evidence):
    """How to reach the vendor about privacy."""

    kind: Literal["contact"] = "contact"
    channel: Channel
    value: str = Field(description="As written.", examples=["privacy@example.com"])


class DocumentFact(Evidence):
    """What the document says of itself."""

    kind: Literal["document"] = "document"
    field: DocumentField
    value: str = Field(description="Normalised: dates ISO 8601, languages BCP 47.", examples=["2024-02-01"])


Fact = Annotated[
    Collection | Retention | Sharing | StorageLocation | Security | BreachNotification | Right | Children | PracticeFact | Contact
    | DocumentFact,
    Field(discriminator="kind"),
]  # fmt: skip
FACT: TypeAdapter[Any] = TypeAdapter(Fact)
KINDS = (
    "collection", "retention", "sharing", "storage_location", "security", "breach_notification", "right", "children", "practice",
    "contact", "document",
)  # fmt: skip
