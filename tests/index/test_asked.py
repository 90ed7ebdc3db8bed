"""What questions taught, as search uses it."""

from __future__ import annotations

from index.asked import Asked
from index.embedder import WordHashes
from index.query_encoder import QueryEncoder

QUESTION = "Can my boss see what I write to a friend at work?"
ANSWER = "Administrators of a workspace may open any conversation in it."
ALIKE = "You can write to a colleague, and invite a friend to your workspace."


def test_who_asks_about_a_boss_is_led_to_what_administrators_may_do() -> None:
    encoder = QueryEncoder()
    question = encoder.encode_query(QUESTION)
    answer, alike = encoder.encode([ANSWER, ALIKE])
    assert question @ answer < question @ alike
    aimed = question + Asked.of(encoder).toward(question)
    assert aimed @ answer > aimed @ alike


def test_another_models_questions_are_left_as_they_are() -> None:
    hashes = WordHashes()
    assert not Asked.of(hashes).toward(hashes.encode_query("can my boss read it")).any()
