"""Weights from a formula that src/model/formula-weights.fixture.ts repeats, so that goldens need to
hold no weights: an integer hash of tensor name and index gives uniform numbers in [-1, 1)."""

import numpy as np


def uniform(name: str, count: int) -> np.ndarray:
    """`count` numbers in [-1, 1), exact in float32."""
    seed = 2166136261
    for byte in name.encode():  # FNV-1a
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed)
    # Finaliser of MurmurHash3.
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return ((x >> np.uint32(8)).astype(np.float64) / 2**23 - 1).astype(np.float32)


def weight(name: str, shape) -> np.ndarray:
    """
    Norms near 1; matrices so large, next to the embedding, that predictions depend on attention
    and are far from uniform, whether or not the head is tied.
    """
    values = uniform(name, int(np.prod(shape)))
    if name.endswith(".bias"):
        values = values * np.float32(0.5)
    elif len(shape) == 1:
        values = np.float32(1) + values * np.float32(0.25)
    elif name == "model.embed_tokens.weight":
        values = values * np.float32(0.25)
    else:
        values = values * np.float32(0.375)
    return values.reshape(shape)


def token_ids(name: str, count: int, vocab_size: int) -> list[int]:
    return [int((u + 1) / 2 * vocab_size) for u in uniform(name, count).astype(np.float64)]
