"""The encoder's last layers as the tagger tunes them: what they begin as, and that clauses do not see one another."""

from __future__ import annotations

import torch
from safetensors.torch import load_file

from index.embedder import Embedder
from ingest.learning.train_network import marks
from ingest.tagger.upper import WIDTH, Upper


def test_a_clause_is_read_the_same_alone_and_among_others() -> None:
    torch.manual_seed(0)
    upper = Upper(8, 4, 3).eval()
    lengths = (3, 40, 7)
    states, word = torch.randn(sum(lengths), WIDTH), torch.randn(sum(lengths), 3)
    clause = torch.repeat_interleave(torch.arange(3), torch.tensor(lengths))
    around, context = torch.randn(3, 8), torch.randn(3, 4)
    torch.nn.init.normal_(upper.around.weight)  # a new one does not look at what stands around
    with torch.inference_mode():
        together = upper(states, word, clause, around, context)
        alone = upper(states[3:43], word[3:43], torch.zeros(40, dtype=torch.long), around[1:2], context[1:2])
    assert torch.allclose(together[3:43], alone, atol=1e-4)
    assert not torch.allclose(together[:3], alone[:3], atol=0.1)


def test_tuning_begins_with_the_states_of_the_encoder() -> None:
    encoder = Embedder()
    weights = load_file(encoder.folder / "model.safetensors")
    upper = Upper(8, 4, 3).eval()
    upper.take(weights, *marks(weights, encoder.folder))
    (found,) = encoder.token_states(["When you sign up for an account, we ask for your nickname and the city in which you live."], (-3, -1))
    states = torch.from_numpy(found.states)
    none = torch.zeros(len(states), dtype=torch.long)
    with torch.inference_mode():
        read = upper(states[:, :WIDTH], torch.zeros(len(states), 3), none, torch.zeros(1, 8), torch.zeros(1, 4))
    alike = torch.nn.functional.cosine_similarity(read, states[:, WIDTH:], dim=1)
    assert float(alike.min()) > 0.9  # not 1: the marks are those of an average text
