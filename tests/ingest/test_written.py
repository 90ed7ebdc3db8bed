import pytest

from index.facts import FACT
from ingest.learning import written


def test_marks_give_spans_and_statements_with_offsets_in_the_plain_text() -> None:
    policy = written.parse(
        "# Sharing\n\n<<We give your [[email|email_address|src=provided]] to Acme, our host."
        "||sharing:service_provider;practice:cross_border>> Bye."
    )
    assert policy.text == "# Sharing\n\nWe give your email to Acme, our host. Bye."
    assert [(fact["kind"], policy.text[fact["start"] : fact["end"]]) for fact in policy.facts] == [
        ("sharing", "We give your email to Acme, our host."),
        ("practice", "We give your email to Acme, our host."),
        ("collection", "email"),
    ]
    assert policy.facts[0]["recipient_category"] == "service_provider"
    assert policy.facts[2]["source"] == "provided"


def test_a_denial_has_polarity_no() -> None:
    (fact,) = written.parse("<<We do not sell data.||practice:sale:no>>").facts
    assert (fact["practice"], fact["polarity"]) == ("sale", "no")


@pytest.mark.parametrize(
    "source", ["<<open", "closed||right:access>>", "<<a <<b||right:access>>", "<<a||right:flying>>", "<<a||nothing:x>>", "[[a|no_such]]"]
)
def test_a_mark_that_does_not_parse_is_refused_by_name(source: str) -> None:
    with pytest.raises(ValueError, match="p1"):
        written.parse(source, "p1")


def test_every_policy_of_the_folder_parses_and_its_statements_are_facts_of_the_schema() -> None:
    for policy in written.read():
        for fact in policy.facts:
            assert 0 <= fact["start"] < fact["end"] <= len(policy.text), (policy.name, fact)
            if fact["kind"] in ("practice", "right", "security", "children"):
                FACT.validate_python({"vendor": "v", "document": "d", "quote": "q", **fact})
