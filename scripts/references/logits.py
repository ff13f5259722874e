"""Logits, greedy continuations and gradients of tiny checkpoints of every architecture, by
transformers in float32: writes src/model/goldens/architectures.json. Run from the repository root:

    .references/venv/bin/python scripts/references/logits.py
"""

import json
import pathlib

import torch
import transformers
from formula_weights import token_ids, uniform, weight

GOLDENS = pathlib.Path("src/model/goldens/architectures.json")
VOCAB = 61
GREEDY_TOKENS = 8

SHAPE = dict(
    vocab_size=VOCAB, hidden_size=42, intermediate_size=50, num_hidden_layers=2,
    num_attention_heads=3, num_key_value_heads=1, max_position_embeddings=4096,
    rms_norm_eps=1e-5, bos_token_id=None, eos_token_id=None, pad_token_id=None,
)
LLAMA3 = dict(
    rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
    original_max_position_embeddings=64,
)
LINEAR = dict(rope_type="linear", rope_theta=10000.0, factor=4.0)

# name: (architecture, changes to SHAPE, tokens)
CASES = {
    "llama-tied-gqa": ("llama", dict(hidden_size=40, num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True), 23),
    "llama-untied-odd": ("llama", dict(tie_word_embeddings=False), 23),
    "llama-head-dim": ("llama", dict(head_dim=18, num_key_value_heads=3, tie_word_embeddings=True), 23),
    "llama3-scaling-long": ("llama", dict(rope_parameters=LLAMA3, tie_word_embeddings=True), 700),
    "llama-linear-scaling": ("llama", dict(rope_parameters=LINEAR, tie_word_embeddings=False), 90),
    "qwen2-tied-odd": ("qwen2", dict(tie_word_embeddings=True), 23),
    "qwen2-untied-gqa": ("qwen2", dict(hidden_size=36, num_attention_heads=6, num_key_value_heads=2, tie_word_embeddings=False), 23),
    "qwen3-tied-odd": ("qwen3", dict(head_dim=16, tie_word_embeddings=True), 23),
    "qwen3-untied-27": ("qwen3", dict(hidden_size=27, head_dim=12, tie_word_embeddings=False), 23),
    "qwen3-theta-long": ("qwen3", dict(head_dim=10, rope_parameters=dict(rope_type="default", rope_theta=1e6), tie_word_embeddings=True), 1500),
}
CONFIGS = {
    "llama": (transformers.LlamaConfig, transformers.LlamaForCausalLM),
    "qwen2": (transformers.Qwen2Config, transformers.Qwen2ForCausalLM),
    "qwen3": (transformers.Qwen3Config, transformers.Qwen3ForCausalLM),
}


def build(architecture, changes):
    make_config, make_model = CONFIGS[architecture]
    config = make_config(**{**SHAPE, **changes}, attn_implementation="eager")
    model = make_model(config).float().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.from_numpy(weight(name, tuple(parameter.shape))))
    return config, model


def golden(name, architecture, changes, length):
    config, model = build(architecture, changes)
    ids = token_ids(name, length, VOCAB)
    positions = [0, length // 2, length - 2, length - 1]
    tokens = torch.tensor([ids])
    logits = model(tokens).logits[0]
    loss = torch.nn.functional.cross_entropy(logits[:-1], tokens[0, 1:])
    loss.backward()
    gradients = {}
    for tensor, parameter in model.named_parameters():
        gradient = parameter.grad.double().flatten()
        probe = torch.from_numpy(uniform(f"probe {tensor}", gradient.numel())).double()
        gradients[tensor] = [significant(gradient.norm()), significant(gradient @ probe)]
    prompt = tokens[:, :9]
    with torch.no_grad():
        greedy = model.generate(prompt, max_new_tokens=GREEDY_TOKENS, do_sample=False)
    return {
        "name": name,
        "config": {key: value for key, value in config.to_dict().items() if key in KEPT and value is not None},
        "ids": ids,
        "positions": positions,
        "logits": [[significant(x) for x in logits[p].tolist()] for p in positions],
        "loss": significant(loss.detach()),
        "gradients": gradients,
        "promptTokens": 9,
        "greedy": greedy[0, 9:].tolist(),
    }


KEPT = {
    "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
    "num_attention_heads", "num_key_value_heads", "head_dim", "hidden_act", "rms_norm_eps",
    "max_position_embeddings", "tie_word_embeddings", "rope_parameters", "use_sliding_window",
    "sliding_window", "layer_types", "attention_bias", "mlp_bias",
}


def significant(x):
    return float(f"{float(x):.8g}")


def main():
    torch.manual_seed(0)
    cases = [golden(name, *case) for name, case in CASES.items()]
    made_by = f"scripts/references/logits.py with transformers {transformers.__version__}, torch {torch.__version__}"
    lines = ",\n".join(json.dumps(case) for case in cases)
    GOLDENS.parent.mkdir(parents=True, exist_ok=True)
    GOLDENS.write_text(f'{{"madeBy": {json.dumps(made_by)},\n"cases": [\n{lines}\n]}}\n')


main()
