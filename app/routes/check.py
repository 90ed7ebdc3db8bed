"""Do these vendors keep to a buyer's own rules?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter

from app.accept import FormDep
from app.checks.rules import Rule, question, understand
from app.checks.verdicts import judge
from app.deps import SessionDep
from app.endpoint import Endpoint
from app.forms import TABLE, table
from app.schemas.answers import VendorName
from app.schemas.checks import MOST, CheckIn, CheckOut, RuleOut, VerdictOut
from index import queries
from index.errors import RequestRefused
from index.queries import FactFilter

router = APIRouter(route_class=Endpoint, prefix="/v1", tags=["comparison"])

COLUMNS = ("vendor", "rule", "outcome", "reason", "quote", "section", "document", "start", "end", "question")


@router.post("/check", operation_id="check", response_model=CheckOut, responses=TABLE)
def check(asked: CheckIn, session: SessionDep, form: FormDep) -> Any:
    """`pass`, `fail` or `unknown` for each vendor and rule, with quotes. A rule not understood is refused with what can be written."""
    rules = [understand(rule) if isinstance(rule, str) else rule for rule in asked.rules]
    known = queries.all_vendors(session) if asked.vendors is None else []
    if len(known) > MOST:
        raise RequestRefused(f"{len(known)} vendors are indexed, and a check holds at most {MOST}. Name them in `vendors`.")
    vendors = known if asked.vendors is None else [queries.vendor(session, vendor).vendor for vendor in dict.fromkeys(asked.vendors)]
    kinds = tuple(dict.fromkeys(rule.kind for rule in rules))
    results = []
    for vendor in vendors:
        facts = queries.every_fact(session, FactFilter(vendor=vendor.id, kinds=kinds))
        results += [VerdictOut.of(vendor.id, number, judge(rule, facts), question(rule)) for number, rule in enumerate(rules)]
    if form != "json":
        return table(form, COLUMNS, _rows(asked.rules, rules, results), "check")
    counts = Counter(result.outcome for result in results)
    return CheckOut(
        rules=[RuleOut(given=given, understood=rule) for given, rule in zip(asked.rules, rules, strict=True)],
        vendors=[VendorName(id=vendor.id, name=vendor.name) for vendor in vendors],
        results=results,
        counts={"pass": counts["pass"], "fail": counts["fail"], "unknown": counts["unknown"]},
    )


def _rows(given: Sequence[str | Rule], rules: Sequence[Rule], results: Sequence[VerdictOut]) -> Iterator[dict[str, Any]]:
    for result in results:
        written = given[result.rule]
        row = result.model_dump(include={"vendor", "outcome", "reason", "question"})
        row["rule"] = written if isinstance(written, str) else f"{rules[result.rule].kind}: {rules[result.rule].topic}"
        if result.evidence:
            best = result.evidence[0]
            row |= {
                "quote": best.quote,
                "section": " › ".join(best.section),
                "document": best.document,
                "start": best.start,
                "end": best.end,
            }
        yield row
