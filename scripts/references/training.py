"""Goldens of src/engine/train/reference.test.ts: 50 AdamW steps and the first gradient of every
capacity, in PyTorch (all weights) and PEFT (LoRA, rsLoRA, cartridge), on the same ragged data.

    .references/venv/bin/python scripts/references/training.py
"""

import base64
import json
import math
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, get_peft_model
from peft.tuners.cartridge.config import CartridgeConfig
from peft.tuners.cartridge.utils import initialize_kv_prefix_from_past_key_values
from transformers import Trainer

from small_llama import CONFIG, Rng, batches, completion_loss, ragged_examples, small_model

OUT = Path(__file__).parents[2] / "src/engine/train/goldens"
EXAMPLES = ragged_examples(40, "reference")
SEED, EPOCHS, BATCH = "reference", 10, 8
STEPS = EPOCHS * len(EXAMPLES) // BATCH
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
PREFIX_IDS = [7, 1, 30, 30, 12, 5]

torch.manual_seed(0)
torch.set_num_threads(1)


def full():
    return small_model("weights"), lambda name: name


def lora(targets, **options):
    config = LoraConfig(target_modules=targets, lora_dropout=0.0, bias="none", **options)
    model = get_peft_model(small_model("weights"), config)
    rename = lambda name: name.replace("base_model.model.", "").replace(".default", "")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if not parameter.requires_grad:
                continue
            if "lora_B" in name:
                assert parameter.abs().max() == 0
                continue
            rng = Rng(SEED, "lora", rename(name))
            bound = 1 / math.sqrt(parameter.shape[1])
            draws = [(2 * rng.next() - 1) * bound for _ in range(parameter.numel())]
            parameter.copy_(torch.tensor(draws).view_as(parameter))
    return model, rename


def cartridge():
    base = small_model("weights")
    config = CartridgeConfig(
        task_type="CAUSAL_LM", num_virtual_tokens=len(PREFIX_IDS), num_frozen_tokens=1
    )
    with torch.no_grad():
        cache = base(torch.tensor([PREFIX_IDS]), use_cache=True).past_key_values
    pairs = [(layer.keys, layer.values) for layer in cache.layers]
    model = get_peft_model(base, config)
    initialize_kv_prefix_from_past_key_values(model, past_key_values=pairs)
    return model, lambda name: name


def gradients(model, rename):
    """Engine name to gradient; a cartridge's [positions, 2·layers·kvHeads·headDim] taken apart."""
    found = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if not name.endswith("trainable_embedding"):
            found[rename(name)] = parameter.grad
            continue
        heads, width = CONFIG["num_key_value_heads"], CONFIG["head_dim"]
        parts = parameter.grad.view(parameter.shape[0], -1, heads, width)
        for layer in range(CONFIG["num_hidden_layers"]):
            attention = f"model.layers.{layer}.self_attn"
            found[f"{attention}.prefix_keys"] = parts[:, 2 * layer]
            found[f"{attention}.prefix_values"] = parts[:, 2 * layer + 1]
    return found


def encode(tensor):
    values = tensor.detach().contiguous().numpy().astype("<f4")
    return base64.b64encode(values.tobytes()).decode()


def own_cosine(warmup, floor):
    """Warm-up without a step at rate 0, then transformers' cosine down to a floor."""

    def rate(step):
        if step < warmup:
            return (step + 1) / (warmup + 1)
        progress = (step - warmup) / max(1, STEPS - warmup)
        return 0.5 * (1 + math.cos(math.pi * progress)) * (1 - floor) + floor

    return lambda optimiser: torch.optim.lr_scheduler.LambdaLR(optimiser, rate)


def train(made, lr, weight_decay, max_norm, schedule):
    model, rename = made
    decayed = set(Trainer.get_decay_parameter_names(None, model))
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    groups = [
        {"params": [p for n, p in trained if n in decayed], "weight_decay": weight_decay},
        {"params": [p for n, p in trained if n not in decayed], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW([g for g in groups if g["params"]], lr=lr, betas=(0.9, 0.99), eps=1e-8)
    scheduler = schedule(optimiser)
    model.train()
    losses, norms, first = [], [], None
    for indices in batches(len(EXAMPLES), EPOCHS, BATCH, SEED):
        loss = completion_loss(model, [EXAMPLES[i] for i in indices])
        optimiser.zero_grad()
        loss.backward()
        if first is None:
            first = {name: encode(grad) for name, grad in gradients(model, rename).items()}
        norm = torch.nn.utils.clip_grad_norm_([p for _, p in trained], max_norm)
        optimiser.step()
        scheduler.step()
        losses.append(loss.item())
        norms.append(norm.item())
    assert len(losses) == STEPS
    return {"losses": losses, "gradNorms": norms, "gradients": first}


linear = lambda optimiser: transformers.get_linear_schedule_with_warmup(optimiser, 0, STEPS)
floored = lambda optimiser: transformers.get_cosine_with_min_lr_schedule_with_warmup(
    optimiser, 0, STEPS, min_lr_rate=0.1
)
constant = lambda optimiser: transformers.get_constant_schedule(optimiser)

cases = {
    "full": train(full(), 5e-3, 0.1, 1.0, own_cosine(5, 0.1)),
    "lora": train(lora(TARGETS, r=4, lora_alpha=8), 1e-2, 0.1, 1.0, linear),
    "rslora": train(
        lora(["q_proj", "v_proj"], r=3, lora_alpha=6, use_rslora=True), 1e-2, 0.0, 0.2, constant
    ),
    "prefix": train(cartridge(), 5e-2, 0.01, 1.0, floored),
}
losses = {name: {key: case[key] for key in ("losses", "gradNorms")} for name, case in cases.items()}
OUT.mkdir(exist_ok=True)
(OUT / "trajectories.json").write_text(json.dumps(losses, indent=1) + "\n")
(OUT / "gradients.json").write_text(
    json.dumps({name: case["gradients"] for name, case in cases.items()}, indent=1) + "\n"
)
for name, case in cases.items():
    print(name, case["losses"][0], case["losses"][-1], case["gradNorms"][0])
