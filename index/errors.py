"""Every way we refuse, as one tree. A message names the thing refused and the next step.

VpiError
├── PolicyError            a source that cannot become a policy
│   ├── FetchRefused       an address, redirect, size, time or content type we do not accept
│   ├── FormatUnknown      no reader for this media type
│   ├── Unreadable         the bytes are damaged, encrypted, too large to parse, or hold no text
│   └── EvidenceBroken     a quote that is not the text at its offsets: a defect of ours, never stored
├── IndexError_            the index as a whole
│   ├── SnapshotMissing    nothing has been ingested yet
│   ├── SnapshotDamaged    a file of the snapshot is missing or altered
│   ├── ModelMismatch      the index was built with other weights
│   ├── WeightsDamaged     a file of weights that ships with the code is missing or damaged
│   ├── ModelUnsupported   a model that cannot be run without torch: torch runs it
│   ├── IngestRunning      another ingest holds the lock
│   ├── IngestOvertaken    another ingest published meanwhile, by other rules or another model
│   ├── ClusterRefused     a Dask cluster that is not there, or whose workers would find something else
│   ├── StoreUnreachable   the database does not answer
│   └── StorageFailed      the disk is full or broken: what was being written is thrown away
├── NotIndexed             what was asked for is not in the index
│   ├── VendorUnknown
│   ├── DocumentUnknown
│   ├── ClauseUnknown
│   ├── FactUnknown
│   └── VersionUnknown
├── SettingRefused         a setting that cannot be followed, or would leave the service open unawares
└── RequestRefused         a parameter whose form is right and whose value is not
    ├── RuleUnknown        a buyer's rule in words that are not understood
    ├── ParameterUnknown   a query parameter that the endpoint does not take
    └── CursorInvalid
"""

from __future__ import annotations

from collections.abc import Sequence


class VpiError(Exception):
    """The root: anything this project refuses on purpose."""


class PolicyError(VpiError):
    """One source could not become a policy; the others are not touched."""


class FetchRefused(PolicyError):
    """The address, or what it answered, is not accepted."""


class FormatUnknown(PolicyError):
    """No reader for this media type."""


class Unreadable(PolicyError):
    """The bytes are damaged, encrypted, over a limit, or hold no text."""


class EvidenceBroken(PolicyError):
    """A quote differs from the text at its offsets."""


class IndexError_(VpiError):
    """The index as a whole cannot be used."""


class SnapshotMissing(IndexError_):
    """There is no snapshot yet."""


class SnapshotDamaged(IndexError_):
    """A file of the snapshot is missing or does not match its sha256."""


class ModelMismatch(IndexError_):
    """The index was built with other weights than the ones at hand."""


class WeightsDamaged(IndexError_):
    """A file of weights that ships with the code is missing or damaged."""


class ModelUnsupported(IndexError_):
    """The model cannot be run without torch, or gives other vectors there; who asked goes back to torch."""


class IngestRunning(IndexError_):
    """Another ingest holds the lock."""


class IngestOvertaken(IndexError_):
    """Another ingest published something meanwhile that this one must not be mixed with."""


class ClusterRefused(IndexError_):
    """Workers on other machines cannot be used: none answers, or they have other code, rules or weights."""


class StoreUnreachable(IndexError_):
    """The database does not answer, or takes no more connections."""


class StorageFailed(IndexError_):
    """The disk is full or broken: what was being written is thrown away."""


class NotIndexed(VpiError):
    """What was asked for is not in the index."""


class VendorUnknown(NotIndexed):
    def __init__(self, vendor: str, near: Sequence[str] = ()) -> None:
        hint = f"Did you mean {' or '.join(near)}?" if near else "GET /v1/vendors lists those that are."
        super().__init__(f"No policy of {vendor!r} is indexed. {hint}")


class DocumentUnknown(NotIndexed):
    def __init__(self, document: str) -> None:
        super().__init__(f"No document {document!r} is indexed. GET /v1/documents lists those that are.")


class ClauseUnknown(NotIndexed):
    def __init__(self, clause: str) -> None:
        super().__init__(f"No clause {clause!r} is indexed. GET /v1/documents/{{id}}/clauses lists a document's clauses.")


class FactUnknown(NotIndexed):
    def __init__(self, fact: str) -> None:
        super().__init__(f"No fact {fact!r} is indexed. GET /v1/facts lists those that are.")


class VersionUnknown(NotIndexed):
    def __init__(self, vendor: str, wanted: str, held: Sequence[str]) -> None:
        advice = f"Ask for one of {', '.join(held)}." if held else "`GET /v1/documents` lists those that are."
        super().__init__(f"No version {wanted!r} of the policy of {vendor!r} is indexed. {advice}")


class SettingRefused(VpiError):
    """A setting cannot be followed."""


class RequestRefused(VpiError):
    """A parameter whose form is right and whose value is not."""


class CursorInvalid(RequestRefused):
    def __init__(self, cursor: str) -> None:
        super().__init__(f"The cursor {cursor[:40]!r} was not given by this index. Leave it out to start from the first page.")


class RuleUnknown(RequestRefused):
    def __init__(self, rule: str, examples: Sequence[str]) -> None:
        written = "; ".join(f"“{example}”" for example in examples)
        super().__init__(f"The rule {rule[:120]!r} is not understood. What can be written: {written}. Or give it as fields (see /docs).")


class ParameterUnknown(RequestRefused):
    """A query parameter that the endpoint does not take."""
