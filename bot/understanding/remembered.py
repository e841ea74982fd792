"""Remember how phrasings were encoded, so that an edited school learns again in seconds."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.understanding import embedding, storage

Floats = NDArray[np.float32]


class Meanings:
    """The encodings kept in one file; a damaged or missing one is started afresh."""

    def __init__(self, encoder: embedding.Encoder, cache: Path) -> None:
        """Nothing is read until something is asked for."""
        self._encoder = encoder
        self._path = cache / f"meanings-{embedding.fingerprint()[:16]}.npz"

    def embed_all(self, texts: Sequence[str], progress: embedding.Progress | None = None) -> Floats:
        """The encodings of these texts; only unknown ones are worked out, and just these are kept."""
        known = self._known()
        names = [_name(text) for text in texts]
        fresh = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
        made = self._encoder.embed_all(list(fresh.values()), progress=progress)
        known |= dict(zip(fresh, made, strict=True))
        rows = np.stack([known[name] for name in names])
        if fresh:
            storage.write(self._path, {"names": np.array(names, "S32"), "rows": rows})
        return rows

    def _known(self) -> dict[bytes, Floats]:
        """What the file holds."""
        try:
            stored = storage.read(self._path)
        except storage.Unreadable:
            return {}
        return dict(zip(stored["names"].tolist(), stored["rows"], strict=True))


def _name(text: str) -> bytes:
    """A text's own hash, so that the file holds no texts."""
    return hashlib.sha256(text.encode()).hexdigest()[:32].encode()
