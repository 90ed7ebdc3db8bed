from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index import gloss
from index.embedder import DIMENSION, Vectors, WordHashes


class Bilingual(WordHashes):
    """A model that reads Chinese: whatever is asked about chats means the same in both languages."""

    fingerprint = "bilingual-1"

    def encode(self, texts: Sequence[str]) -> Vectors:
        out = np.zeros((len(texts), DIMENSION), np.float32)
        for row, text in zip(out, texts, strict=True):
            row[0 if "chat" in text or "聊天" in text else 1] = 1
        return out


def test_chinese_is_put_in_english_word_by_word_for_a_model_that_reads_english_only() -> None:
    assert gloss.legible("聊天记录保存多久？", WordHashes()) == "chat messages keep how long ?"
    assert gloss.legible("How long are chats kept?", WordHashes()) == "How long are chats kept?"


def test_a_model_that_reads_chinese_gets_it_as_it_stands() -> None:
    assert gloss.legible("聊天记录保存多久？", Bilingual()) == "聊天记录保存多久？"


def test_a_text_of_unknown_words_stays_as_it_is() -> None:
    assert gloss.legible("龘龘", WordHashes()) == "龘龘"


def test_a_longer_word_wins_over_one_inside_it_and_names_of_data_are_known() -> None:
    assert gloss.in_english("注销账号") == "close the account"
    assert gloss.in_english("车牌号") == "government identifier"
