"""Write the few ONNX messages the encoder needs, byte for byte the same every time.

The format is protocol buffers; these functions write exactly the fields used here, so that building
the encoder needs numpy alone and no version of another library can change the bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FLOAT, INT8, INT64 = 1, 3, 7
_TYPES = {"float32": FLOAT, "int8": INT8, "int64": INT64}
_ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_INTS = 1, 2, 7

Attribute = int | float | Sequence[int]


def varint(value: int) -> bytes:
    """A protocol-buffer integer, seven bits to the byte; negative ones as 64-bit two's complement."""
    value &= (1 << 64) - 1
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def number(tag: int, value: int) -> bytes:
    """One integer field."""
    return varint(tag << 3) + varint(value)


def block(tag: int, content: bytes | str) -> bytes:
    """One length-delimited field: text, bytes or a nested message."""
    raw = content.encode() if isinstance(content, str) else content
    return varint(tag << 3 | 2) + varint(len(raw)) + raw


def single(tag: int, value: float) -> bytes:
    """One 32-bit floating-point field."""
    return varint(tag << 3 | 5) + np.float32(value).tobytes()


def tensor(name: str, value: NDArray[np.generic]) -> bytes:
    """A TensorProto with its values as raw little-endian bytes."""
    kind = _TYPES[str(value.dtype)]
    dims = b"".join(number(1, size) for size in value.shape)
    little = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<"))
    return dims + number(2, kind) + block(8, name) + block(9, little.tobytes())


def attribute(name: str, value: Attribute) -> bytes:
    """An AttributeProto holding an integer, a float or a list of integers."""
    if isinstance(value, int):
        return block(1, name) + number(3, value) + number(20, _ATTRIBUTE_INT)
    if isinstance(value, float):
        return block(1, name) + single(2, value) + number(20, _ATTRIBUTE_FLOAT)
    ints = b"".join(number(8, item) for item in value)
    return block(1, name) + ints + number(20, _ATTRIBUTE_INTS)


def value_info(name: str, kind: int, dim: str | int) -> bytes:
    """A ValueInfoProto for a one-dimensional input or output."""
    size = block(2, dim) if isinstance(dim, str) else number(1, dim)
    shape = block(2, block(1, size))
    return block(1, name) + block(2, block(1, number(1, kind) + shape))


@dataclass(kw_only=True)
class Graph:
    """A graph being written down: constants and nodes in the order they were added."""

    nodes: list[bytes] = field(default_factory=list)
    constants: list[bytes] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant tensor and return its name."""
        self.constants.append(tensor(name, value))
        return name

    def node(self, kind: str, *inputs: str, outputs: int) -> tuple[str, ...]:
        """Add a node without attributes and return the names of its outputs."""
        return self._add(kind, inputs, outputs, {})

    def op(self, kind: str, *inputs: str, **attributes: Attribute) -> str:
        """Add a node with a single output and return that output's name."""
        return self._add(kind, inputs, 1, attributes)[0]

    def _add(
        self, kind: str, inputs: Sequence[str], outputs: int, attributes: Mapping[str, Attribute]
    ) -> tuple[str, ...]:
        name = f"{kind}_{len(self.nodes)}"
        made = tuple(f"{name}_{index}" for index in range(outputs))
        self.nodes.append(_node(kind, inputs, made, attributes))
        return made

    def model(self, *, source: bytes, target: bytes, opset: int, ir_version: int) -> bytes:
        """The finished ModelProto with one input and one output."""
        graph = b"".join(block(1, node) for node in self.nodes) + block(2, "encoder")
        graph += b"".join(block(5, constant) for constant in self.constants)
        graph += block(11, source) + block(12, target)
        versions = number(1, ir_version) + block(2, "usher")
        return versions + block(7, graph) + block(8, block(1, "") + number(2, opset))


def _node(
    kind: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    attributes: Mapping[str, Attribute],
) -> bytes:
    """A NodeProto; attributes are written in the order of their names."""
    content = b"".join(block(1, name) for name in inputs)
    content += b"".join(block(2, name) for name in outputs)
    content += block(4, kind)
    ordered = sorted(attributes.items())
    return content + b"".join(block(5, attribute(name, value)) for name, value in ordered)
