"""The encoder: turns a message into 384 numbers, so that like meanings lie close together."""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HOME = Path(__file__).parent / "encoder"
MODEL = "minilm.onnx"
TOKENIZER = "tokenizer.json"
LONGEST = 256
_READY_AFTER = 64

Floats = NDArray[np.float32]
Progress = Callable[[str, float], None]


class Encoder:
    """The loaded encoder. One thread and one message at a time: the same text, the same numbers."""

    def __init__(self, folder: Path = HOME) -> None:
        """Load the weights and the word pieces; about 0.1 s."""
        # Measured with 1.32: it tells its makers of every session over the network, through whatever proxy
        # there is, and its own disable_telemetry_events() doesn't stop it. A school's machine tells nobody.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._pieces: Any = Tokenizer.from_file(str(folder / TOKENIZER))
        self._pieces.no_padding()
        self._pieces.enable_truncation(LONGEST)

    def embed(self, text: str) -> Floats:
        """One message as a vector of length one."""
        ids = np.array(self._pieces.encode(text).ids, np.int64)
        meaning: Floats = self._session.run(None, {"ids": ids})[0]
        return meaning / max(float(np.linalg.norm(meaning)), 1e-9)

    def embed_all(
        self, texts: Sequence[str], *, progress: Progress | None = None, workers: int = 2
    ) -> Floats:
        """Many messages, each encoded by itself, so that company never changes the numbers."""
        if not texts:
            return np.zeros((0, 384), np.float32)
        rows = []
        with ThreadPoolExecutor(workers) as pool:
            for done, row in enumerate(pool.map(self.embed, texts), start=1):
                rows.append(row)
                if progress and done % _READY_AFTER == 0:
                    progress("encoding phrasings", done / len(texts))
        return np.stack(rows)


@cache
def fingerprint(folder: Path = HOME) -> str:
    """The sha256 of the encoder's files, part of every cache key."""
    digest = hashlib.sha256()
    for name in (MODEL, TOKENIZER):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
