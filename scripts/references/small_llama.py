"""The model and data of src/engine/small-model.fixture.ts, number for number, for PyTorch."""

import hashlib
import json

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

VOCABULARY = 41
CONFIG = dict(
    vocab_size=VOCABULARY,
    hidden_size=16,
    intermediate_size=24,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=4,
    rope_theta=10_000.0,
    rms_norm_eps=1e-5,
    tie_word_embeddings=True,
    max_position_embeddings=128,
)
MASK = 0xFFFFFFFF


class Rng:
    """src/base/rng.ts: xoshiro128** seeded from the sha256 of its labels."""

    def __init__(self, seed, *labels):
        text = "\n".join(json.dumps(part) for part in (seed, *labels))
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.s = [int(digest[i * 8 : i * 8 + 8], 16) for i in range(4)]

    def next(self):
        s = self.s
        rotl = lambda x, k: ((x << k) | (x >> (32 - k))) & MASK
        result = rotl((s[1] * 5) & MASK, 7) * 9 & MASK
        t = (s[1] << 9) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 11)
        return result / 2**32

    def int(self, n):
        return int(self.next() * n)

    def shuffle(self, items):
        out = list(items)
        for i in range(len(out) - 1, 0, -1):
            j = self.int(i + 1)
            out[i], out[j] = out[j], out[i]
        return out


def small_model(seed):
    """`smallWeights(seed)` as a transformers model in float32."""
    model = LlamaForCausalLM(LlamaConfig(**CONFIG, attn_implementation="eager")).float()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            rng = Rng(seed, name)
            draw = (lambda: 0.75 + 0.5 * rng.next()) if parameter.dim() == 1 else (lambda: rng.next() - 0.5)
            values = np.array([draw() for _ in range(parameter.numel())], dtype=np.float32)
            parameter.copy_(torch.from_numpy(values).view_as(parameter))
    return model


def ragged_examples(count, seed):
    """`raggedExamples(count, seed)` as (prompt ids, completion ids)."""
    rng = Rng(seed)
    ids = lambda n: [rng.int(VOCABULARY) for _ in range(n)]
    return [(ids(1 + rng.int(9)), ids(1 + rng.int(12))) for _ in range(count)]


def batches(count, epochs, batch_size, seed):
    """Indices of every batch, in the order of `drawBatches` in src/engine/train/batches.ts."""
    for epoch in range(epochs):
        order = Rng(seed, "epoch", epoch).shuffle(range(count))
        for at in range(0, count, batch_size):
            yield order[at : at + batch_size]


def completion_loss(model, examples):
    """Mean cross-entropy over the completion tokens of a batch, padded on the right."""
    width = max(len(p) + len(c) for p, c in examples)
    ids = torch.zeros(len(examples), width, dtype=torch.long)
    labels = torch.full((len(examples), width), -100)
    mask = torch.zeros(len(examples), width, dtype=torch.long)
    for row, (prompt, completion) in enumerate(examples):
        tokens = prompt + completion
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        labels[row, len(prompt) : len(tokens)] = torch.tensor(completion)
    logits = model(input_ids=ids, attention_mask=mask).logits
    return torch.nn.functional.cross_entropy(
        logits[:, :-1].reshape(-1, VOCABULARY), labels[:, 1:].reshape(-1), ignore_index=-100
    )
