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
    prompts, end_ids, new_tokens = work["prompts"], work["endIds"], work["newTokens"]
    # Prompts of different lengths are padded on the left, as generate wants them.
    longest = max(len(prompt) for prompt in prompts)
    ids = torch.tensor([[0] * (longest - len(prompt)) + prompt for prompt in prompts])
    mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    model = AutoModelForCausalLM.from_pretrained(options.model, dtype=getattr(torch, options.dtype))
    # Without an end token every sequence runs to its full length, as on our side.
    config = GenerationConfig(
        do_sample=True, temperature=work["temperature"], top_k=0, top_p=1.0,
        max_new_tokens=new_tokens, eos_token_id=end_ids or None, pad_token_id=0,
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
            out = model.generate(input_ids=ids, attention_mask=mask)
        seconds = time.perf_counter() - start
        answers = out[:, longest:].tolist()
        if not end_ids and any(len(answer) != new_tokens for answer in answers):
            raise RuntimeError(f"generate returned {tuple(out.shape)}")
        tokens = sum(length_of(answer, end_ids) for answer in answers)
        send("round", seconds=[seconds], losses=[], tokens=tokens)


def length_of(answer, end_ids):
    """Tokens up to and with the first end token."""
    ends = [i for i, token in enumerate(answer) if token in end_ids]
    return ends[0] + 1 if ends else len(answer)


if __name__ == "__main__":
    main()
