"""A BERT sentence encoder run by ONNX Runtime instead of torch: the same vectors for a third of the time, loaded in a second.

The graph is written here, node by node in ONNX Runtime's own operators, and the weights go from the model's safetensors straight into it:
no exported file is kept that could be damaged or belong to another model. The only door to onnx and onnxruntime.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnsupported

Floats = npt.NDArray[np.float32]
# One pass holds 12 heads × tokens² floats a text: 16 texts of 256 tokens take 50 MB.
BATCH = 16
MICROSOFT = "com.microsoft"


class OnnxEncoder:
    """Text to unit vectors, the mean of the last layer's tokens. Safe to share between threads, which run beside each other."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Loads the SentenceTransformer in `folder`. Raises ModelUnsupported, saying why, when it is not one this graph fits."""
        self._tokenizer = _tokenizer(folder)
        self._session = _session(folder, threads)
        self._size: int = self._session.get_outputs()[0].shape[1]

    def encode(self, texts: Sequence[str]) -> Floats:
        """One unit vector a text, in order. Batches are of like length, so that little of a batch is padding."""
        # One by one: a batch would start a thread pool of the tokenizer's own.
        read = [self._tokenizer.encode(text).ids for text in texts]
        if not read:
            return np.zeros((0, self._size), np.float32)
        order = sorted(range(len(read)), key=lambda at: len(read[at]))
        found: dict[int, Floats] = {}
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            found.update(zip(batch, self._run([read[each] for each in batch]), strict=True))
        return np.array([found[at] for at in range(len(read))], np.float32)

    def _run(self, read: Sequence[Sequence[int]]) -> Floats:
        longest = max(map(len, read))
        ids = np.array([[*each, *[0] * (longest - len(each))] for each in read], np.int32)
        mask = np.array([[1] * len(each) + [0] * (longest - len(each)) for each in read], np.int32)
        vectors: Floats = self._session.run(None, {"ids": ids, "types": np.zeros_like(ids), "mask": mask})[0]
        return vectors


class _Graph:
    """Nodes in the making, and the arrays they are handed by name."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self.nodes: list[Any] = []
        self.arrays: dict[str, npt.NDArray[Any]] = {}
        self._weights = weights

    def add(self, op: str, inputs: Sequence[str], domain: str = "", **options: Any) -> str:
        """A node; the name of its output."""
        from onnx import helper

        name = f"{op.lower()}.{len(self.nodes)}"
        # What embeds tokens has a second output, which nothing reads.
        outputs = [name, f"{name}.unused"] if op == "EmbedLayerNormalization" else [name]
        self.nodes.append(helper.make_node(op, inputs, outputs, domain=domain, **options))
        return name

    def given(self, name: str) -> str:
        """A weight as the model has it."""
        return self.array(name, self._weights[name])

    def across(self, name: str) -> str:
        """A matrix of weights the other way round: torch keeps (out, in), a product of matrices wants (in, out)."""
        return self.array(name, self._weights[name].T)

    def array(self, name: str, value: npt.NDArray[Any]) -> str:
        self.arrays[name] = np.ascontiguousarray(value)
        return name

    def beside(self, name: str, names: Sequence[str]) -> str:
        """Several weights side by side in one: query, key and value are one product."""
        return self.array(name, np.concatenate([self._weights[each].T for each in names], axis=-1))

    def layer(self, before: str, number: int, heads: int, epsilon: float) -> str:
        """One layer of BERT over the output of the one before."""
        at = f"encoder.layer.{number}"
        parts = [f"{at}.attention.self.{each}" for each in ("query", "key", "value")]
        packed = [self.beside(f"{at}.qkv.{end}", [f"{part}.{end}" for part in parts]) for end in ("weight", "bias")]
        heard = self.add("Attention", [before, *packed, "mask"], MICROSOFT, num_heads=heads)
        middle = self._joined(heard, before, f"{at}.attention.output", epsilon)
        wide = self.add("MatMul", [middle, self.across(f"{at}.intermediate.dense.weight")])
        wide = self.add("BiasGelu", [wide, self.given(f"{at}.intermediate.dense.bias")], MICROSOFT)
        return self._joined(wide, middle, f"{at}.output", epsilon)

    def _joined(self, value: str, before: str, at: str, epsilon: float) -> str:
        product = self.add("MatMul", [value, self.across(f"{at}.dense.weight")])
        norm = [self.given(f"{at}.LayerNorm.weight"), self.given(f"{at}.LayerNorm.bias"), self.given(f"{at}.dense.bias")]
        return self.add("SkipLayerNormalization", [product, before, *norm], MICROSOFT, epsilon=epsilon)


def _graph(config: Mapping[str, Any], weights: Mapping[str, Floats]) -> tuple[_Graph, str]:
    """The whole encoder, and the name of what it gives. A mean over tokens needs no division: the vector is made a unit's length."""
    graph, epsilon = _Graph(weights), config["layer_norm_eps"]
    tables = [graph.given(f"embeddings.{each}_embeddings.weight") for each in ("word", "position", "token_type")]
    norm = [graph.given(f"embeddings.LayerNorm.{end}") for end in ("weight", "bias")]
    states = graph.add("EmbedLayerNormalization", ["ids", "types", *tables, *norm], MICROSOFT, epsilon=epsilon)
    for number in range(config["num_hidden_layers"]):
        states = graph.layer(states, number, config["num_attention_heads"], epsilon)
    rows = graph.array("rows", np.array([1], np.int64))
    marks = graph.add("Unsqueeze", [graph.add("Cast", ["mask"], to=1), rows])
    total = graph.add("Squeeze", [graph.add("MatMul", [marks, states]), rows])
    return graph, graph.add("LpNormalization", [total], axis=-1, p=2)


def _session(folder: Path, threads: int) -> Any:
    import onnxruntime
    from onnx import TensorProto, helper
    from safetensors.numpy import load_file

    config = _config(folder)
    path = folder / "model.safetensors"
    try:
        graph, vector = _graph(config, load_file(path))
    except (OSError, KeyError) as fault:
        raise ModelUnsupported(f"{path} lacks weights of a BERT model: {fault}") from fault
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, ["texts", "tokens"]) for name in ("ids", "types", "mask")]
    output = helper.make_tensor_value_info(vector, TensorProto.FLOAT, ["texts", config["hidden_size"]])
    beside = {name: array for name, array in graph.arrays.items() if array.size > 1}
    declared = [_declared(name, array, name in beside) for name, array in graph.arrays.items()]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "encoder", inputs, [output], declared),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=9,
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Off: threads that spin while they wait take the core of whoever else has work.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_external_initializers(list(beside), [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in beside.values()])
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _declared(name: str, array: npt.NDArray[Any], beside: bool) -> Any:
    """An array of the graph. `beside`: its values are handed over apart, 90 MB that need not be written and read again."""
    from onnx import TensorProto, helper, numpy_helper

    if not beside:
        return numpy_helper.from_array(array, name)
    tensor = TensorProto(name=name, dims=array.shape, data_type=helper.np_dtype_to_tensor_dtype(array.dtype))
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "weights"
    return tensor


def _config(folder: Path) -> dict[str, Any]:
    found = _read(folder / "config.json")
    for name, fits in (("model_type", ("bert",)), ("hidden_act", ("gelu",)), ("position_embedding_type", ("absolute", None))):
        if found.get(name) not in fits:
            raise ModelUnsupported(f"its {name} is {found.get(name)!r}, and this graph knows {fits[0]!r} only")
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as fault:
        raise ModelUnsupported(f"{path} cannot be read: {fault}") from fault
    return found


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelUnsupported(f"{path} is missing")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(_read(folder / "sentence_bert_config.json").get("max_seq_length", 512))
    tokenizer.no_padding()
    return tokenizer
