"""Which words for data a Chinese policy states, denies or only mentions, and who brings the data: learned from annotated policies.

The encoder reads English, so nothing here needs it: logistic models over the rules' signs and the characters around a word, with readable
weights in `chinese.json`, written by `python -m ingest.learning.train_chinese`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from index.facts import Polarity, Source
from index.shipped import shipped
from ingest.tagger.topics import odds

WEIGHTS = Path(__file__).with_name("chinese.json")
# At this chance that a statement is denied it is not served as one of collecting, and is a denial where the rules say so too. Where the
# rules see a plain statement there may be more doubt (若您不提供，将无法注册 denies nothing).
DOUBT = 0.05
MORE_DOUBT = 0.15
# Without the rules' word a denial must be as likely as not.
SURE = 0.5
# So likely must a statement be that the rules do not see in a text of few sentences, or beside a denying word, or of a word that only
# stands before another (微信账号昵称), within one, or in an exception (除手机号以外); or of one beside a denying word, below a lead-in on
# something else.
LIKELY = 0.65
DOUBTFUL = ("bare verdict:None", "modifier", "inside", "exempt")
# A sentence that denies something itself is not stated by a verb lent from above it.
UNSAID = "lent beside a denial"
# So likely one that the rules see beside a denying word: by folds 8 of 30 below this were right.
BESIDE_DENIAL = 0.5


class Judge:
    """The weights as they ship."""

    def __init__(self, made: Mapping[str, Any]) -> None:
        self.made = made

    @classmethod
    @cache
    def load(cls) -> Judge:
        """The weights that ship with the project."""
        with shipped(WEIGHTS):
            return cls(json.loads(WEIGHTS.read_text(encoding="utf-8")))

    def polarity(self, verdict: Polarity | None, features: Mapping[str, float]) -> Polarity | None:
        """What is said of a word with these features, where the rules say `verdict`; None for a mention, and where a denial is in doubt."""
        denied = self.chance("denied", features)
        if denied >= SURE or (verdict == "no" and denied >= DOUBT):
            return "no"
        if verdict == "no" or UNSAID in features or denied >= (MORE_DOUBT if verdict == "yes" else DOUBT):
            return None
        doubtful = any(name in features for name in DOUBTFUL) or ("denies" in features and (verdict is None or "lead:aside" in features))
        least = LIKELY if doubtful else BESIDE_DENIAL if "denies" in features else self.made["threshold"]
        return "yes" if self.chance("stated", features) >= least else None

    def chance(self, question: str, features: Mapping[str, float]) -> float:
        """How likely it is that the word is `stated`, or that it is `denied`."""
        model = self.made["judges"][question]
        return odds(model["weights"], model["bias"], features)

    def source(self, said: Source, features: Mapping[str, float]) -> Source:
        """Who brings the data; `said` is what the rules make of it."""
        seen = {**features, f"said:{said}": 1.0}
        sources: dict[Source, Any] = self.made["source"]
        return max(sources, key=lambda name: odds(sources[name]["weights"], sources[name]["bias"], seen))
