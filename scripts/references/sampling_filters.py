"""Writes src/engine/decode/goldens/sampling-filters.json: which tokens transformers' logits warpers keep.

Run with the environment that scripts/references/make-env.sh makes:
    .references/venv/bin/python scripts/references/sampling_filters.py
"""

import json
from pathlib import Path

import torch
from transformers.generation.logits_process import (
    LogitsProcessorList,
    MinPLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

OUT = Path(__file__).parents[2] / "src/engine/decode/goldens/sampling-filters.json"
FILTERS = [
    {"topK": 5},
    {"topP": 0.9},
    {"minP": 0.1},
    {"topK": 12, "topP": 0.8},
    {"topP": 0.95, "minP": 0.05},
    {"topK": 20, "topP": 0.97, "minP": 0.02},
    {"topK": 1},
    {"topP": 0.01},
]

generator = torch.Generator().manual_seed(20261124)
cases = []
for filters in FILTERS:
    for scale in (1.0, 3.0):
        logits = torch.randn(1, 61, generator=generator) * scale
        warpers = LogitsProcessorList()
        # The order of GenerationMixin._get_logits_processor.
        if "topK" in filters:
            warpers.append(TopKLogitsWarper(filters["topK"]))
        if "topP" in filters:
            warpers.append(TopPLogitsWarper(filters["topP"]))
        if "minP" in filters:
            warpers.append(MinPLogitsWarper(filters["minP"]))
        kept = torch.isfinite(warpers(None, logits))[0].nonzero().flatten()
        cases.append(
            {
                "filters": filters,
                "probs": [float(f"{p:.8g}") for p in logits.softmax(-1)[0].tolist()],
                "kept": kept.tolist(),
            }
        )
OUT.parent.mkdir(exist_ok=True)
OUT.write_text(json.dumps({"script": "scripts/references/sampling_filters.py", "cases": cases}) + "\n")
