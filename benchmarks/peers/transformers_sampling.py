"""transformers.generate, one batch of sequences per command; the other side of engine-worker.ts.

    python transformers_sampling.py --model DIR --prompts FILE --threads 2 [--dtype bfloat16]
"""

import argparse
import json
import os
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from transformers import AutoModelForCausalLM, GenerationConfig
from worker_protocol import commands, send


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--prompts", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    with open(options.prompts) as file:
        work = json.load(file)
    ids = torch.tensor(work["prompts"])
    model = AutoModelForCausalLM.from_pretrained(options.model, dtype=getattr(torch, options.dtype))
    # Without an end token every sequence runs to its full length, as on our side.
    config = GenerationConfig(
        do_sample=True, temperature=1.0, top_k=0, top_p=1.0, max_new_tokens=work["newTokens"],
        eos_token_id=None, pad_token_id=0,
    )
    model.generation_config = config
    send(
        "ready",
        settings=f"torch {torch.__version__}, transformers {transformers.__version__}, "
        f"{options.dtype}, {options.threads} threads",
    )
    for _ in commands():
        start = time.perf_counter()
        with torch.inference_mode():
            out = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids))
        seconds = time.perf_counter() - start
        if out.shape != (ids.shape[0], ids.shape[1] + work["newTokens"]):
            raise RuntimeError(f"generate returned {tuple(out.shape)}")
        send("round", seconds=[seconds], losses=[])


if __name__ == "__main__":
    main()
