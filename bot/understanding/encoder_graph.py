"""The encoder's arithmetic as an ONNX graph: six layers that turn word pieces into one meaning.

Weights are kept as 8-bit integers with a scale for each row. `FLOAT` arithmetic unpacks them when
the encoder is loaded; `INTEGER` multiplies 8-bit numbers and is faster and a little coarser.
"""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bot.understanding import onnx_writer
from bot.understanding.onnx_writer import Graph

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]

LAYERS = 6
HEADS = 12
HEAD_WIDTH = 32
WIDTH = HEADS * HEAD_WIDTH
LONGEST = 256
"""Word pieces read from one message; about 190 words."""
_WORD_TOP = 127
_TOP = 64
"""Weights to be multiplied as integers are kept this small, because processors without 8-bit dot
products add two products up in 16 bits and would clip larger ones: 255 * 64 * 2 < 32768."""
_EPSILON = 1e-12
_OPSET = 20
_IR_VERSION = 9


class Arithmetic(StrEnum):
    """How the stored 8-bit weights are multiplied."""

    FLOAT = "float"
    INTEGER = "integer"


def quantise(weights: Floats, top: int) -> tuple[NDArray[np.int8], Floats]:
    """Whole numbers and a scale per row that give the row back to within half a step."""
    scale = (np.abs(weights).max(axis=1) / np.float32(top)).astype(np.float32)
    whole = np.rint(weights / scale[:, None]).astype(np.int8)
    return whole, scale


def build(weights: Weights, arithmetic: Arithmetic) -> bytes:
    """The whole encoder: word pieces in, the mean of the last layer out."""
    graph = Graph()
    hidden = _embedded(graph, weights)
    for layer in range(LAYERS):
        hidden = _layer(graph, weights, f"encoder.layer.{layer}.", hidden, arithmetic)
    axis = graph.constant("first_axis", np.array([0], np.int64))
    meaning = graph.op("ReduceMean", hidden, axis, keepdims=0)
    return graph.model(
        source=onnx_writer.value_info("ids", onnx_writer.INT64, "pieces"),
        target=onnx_writer.value_info(meaning, onnx_writer.FLOAT, WIDTH),
        opset=_OPSET,
        ir_version=_IR_VERSION,
    )


def _embedded(graph: Graph, weights: Weights) -> str:
    """Each word piece's own vector plus that of its place in the message."""
    whole, scale = quantise(weights["embeddings.word_embeddings.weight"], _WORD_TOP)
    rows = graph.op("Gather", graph.constant("words", whole), "ids")
    scales = graph.op("Gather", graph.constant("words.scale", scale[:, None]), "ids")
    words = graph.op("Mul", graph.op("Cast", rows, to=onnx_writer.FLOAT), scales)
    places = weights["embeddings.position_embeddings.weight"][:LONGEST]
    places = places + weights["embeddings.token_type_embeddings.weight"][0]
    start = graph.constant("start", np.array([0], np.int64))
    used = graph.op("Slice", graph.constant("places", places), start, graph.op("Shape", "ids"))
    return _levelled(graph, weights, "embeddings.LayerNorm", graph.op("Add", words, used))


def _layer(graph: Graph, weights: Weights, at: str, hidden: str, arithmetic: Arithmetic) -> str:
    """One transformer layer: attention, then the feed-forward part, each added to what came in."""
    seen = _attention(graph, weights, at + "attention.self.", hidden, arithmetic)
    seen = _linear(graph, weights, at + "attention.output.dense", seen, arithmetic)
    name = at + "attention.output.LayerNorm"
    hidden = _levelled(graph, weights, name, graph.op("Add", hidden, seen))
    wide = graph.op("Gelu", _linear(graph, weights, at + "intermediate.dense", hidden, arithmetic))
    back = _linear(graph, weights, at + "output.dense", wide, arithmetic)
    return _levelled(graph, weights, at + "output.LayerNorm", graph.op("Add", hidden, back))


def _attention(graph: Graph, weights: Weights, at: str, hidden: str, arithmetic: Arithmetic) -> str:
    """What each word piece takes from the others, for twelve heads side by side."""
    split = graph.constant(at + "split", np.array([0, HEADS, HEAD_WIDTH], np.int64))
    parts = {}
    for name, order in (("query", [1, 0, 2]), ("key", [1, 2, 0]), ("value", [1, 0, 2])):
        flat = _linear(graph, weights, at + name, hidden, arithmetic)
        parts[name] = graph.op("Transpose", graph.op("Reshape", flat, split), perm=order)
    scores = graph.op("MatMul", parts["query"], parts["key"])
    root = graph.constant(at + "root", np.array(1 / np.sqrt(HEAD_WIDTH), np.float32))
    shares = graph.op("Softmax", graph.op("Mul", scores, root), axis=-1)
    mixed = graph.op("Transpose", graph.op("MatMul", shares, parts["value"]), perm=[1, 0, 2])
    joined = graph.constant(at + "joined", np.array([0, WIDTH], np.int64))
    return graph.op("Reshape", mixed, joined)


def _linear(graph: Graph, weights: Weights, name: str, hidden: str, arithmetic: Arithmetic) -> str:
    """A matrix product with 8-bit weights, and its bias."""
    whole, scale = quantise(weights[name + ".weight"], _TOP)
    table = graph.constant(name + ".weight", np.ascontiguousarray(whole.T))
    scales = graph.constant(name + ".scale", scale)
    if arithmetic is Arithmetic.FLOAT:
        unpacked = graph.op("DequantizeLinear", table, scales, axis=1)
        product = graph.op("MatMul", hidden, unpacked)
    else:
        product = _integer_product(graph, name, hidden, (table, scales, len(scale)))
    return graph.op("Add", product, graph.constant(name + ".bias", weights[name + ".bias"]))


def _integer_product(graph: Graph, name: str, hidden: str, table: tuple[str, str, int]) -> str:
    """The product of 8-bit activations, scaled for each message, with 8-bit weights."""
    weight, scales, columns = table
    whole, scale, zero = graph.node("DynamicQuantizeLinear", hidden, outputs=3)
    zeros = graph.constant(name + ".zero", np.zeros(columns, np.int8))
    product = graph.op("MatMulInteger", whole, weight, zero, zeros)
    both = graph.op("Mul", scale, scales)
    return graph.op("Mul", graph.op("Cast", product, to=onnx_writer.FLOAT), both)


def _levelled(graph: Graph, weights: Weights, name: str, hidden: str) -> str:
    """Layer normalisation."""
    gain = graph.constant(name + ".gain", weights[name + ".weight"])
    bias = graph.constant(name + ".bias", weights[name + ".bias"])
    return graph.op("LayerNormalization", hidden, gain, bias, axis=-1, epsilon=_EPSILON)
