"""Golden losses and gradients of src/engine, from PyTorch autograd and TRL's own functions.

    scripts/references/make-env.sh
    .references/venv/bin/python scripts/references/losses.py

writes src/engine/losses/goldens/losses.json (loss and its gradient by the logits of ragged
batches) and src/engine/train/goldens/parameter-gradients.json (loss and its gradient by every
trained tensor of a tiny Llama, for each loss x capacity). Arrays are base64 of little-endian
float32. Everything is computed in float64 and rounded once, so that what a test measures is the
error of the engine alone.
"""

import base64
import json
import os
import pathlib
import types
from collections import defaultdict

os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"

import numpy
import peft
import torch
import torch.nn.functional as F
import transformers
import trl
from accelerate import Accelerator
from trl.experimental.gkd import GKDTrainer
from trl.experimental.server_distillation.server_distillation_trainer import (
    ServerDistillationTrainer,
    _add_tail_bucket,
    _jsd_divergence,
)
from trl.trainer.distillation_trainer import _chunked_divergence_loss
from trl.trainer.dpo_trainer import DataCollatorForPreference, DPOTrainer
from trl.trainer.kto_trainer import DataCollatorForUnpairedPreference, KTOTrainer

ENGINE = pathlib.Path(__file__).parents[2] / "src" / "engine"
VERSIONS = (
    f"PyTorch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}, "
    f"TRL {trl.__version__}, PEFT {peft.__version__}"
)
torch.set_default_dtype(torch.float64)
ACCELERATOR = Accelerator(cpu=True)
IGNORED = -100


def encode(tensor):
    array = numpy.ascontiguousarray(tensor.detach().numpy(), dtype="<f4")
    return base64.b64encode(array.tobytes()).decode()


def rounded(tensor):
    """The float32 numbers that the engine reads, as float64."""
    return tensor.to(torch.float32).to(torch.float64)


def write(folder, name, content):
    path = ENGINE / folder / "goldens" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    header = {"madeBy": f"scripts/references/losses.py, {VERSIONS}"}
    lines = (f"{json.dumps(key)}: {dump(value)}" for key, value in (header | content).items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def dump(value):
    """JSON with one line per entry of a list of objects, so that differences can be read."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]"
    return json.dumps(value)


# Token losses: student and teacher logits [B, T, V], labels [B, T] with IGNORED for padding.


def kl(p_logs, q_logs):
    return (p_logs.exp() * (p_logs - q_logs)).sum(-1)


def mix(weight, p_logs, q_logs):
    return (weight * p_logs.exp() + (1 - weight) * q_logs.exp()).log()


def skew(divergence, teacher, student):
    """DistiLLM (Ko et al. 2024, section 3.1); TRL does not have it."""
    alpha = divergence["alpha"]
    if divergence["kind"] == "skew-kl":
        return kl(teacher, mix(alpha, teacher, student))
    return kl(student, mix(alpha, student, teacher))


def beta_of(divergence):
    return {"forward-kl": 0, "reverse-kl": 1, "jsd": divergence.get("beta")}[divergence["kind"]]


def weighted_mean(per_token, labels, weights):
    mask = labels != IGNORED
    if weights is None:
        return per_token[mask].mean()
    return (per_token[mask] * weights[mask]).sum() / weights[mask].sum()


def whole_loss(divergence, student, teacher, labels, temperature, weights):
    if "alpha" in divergence:
        logs = [F.log_softmax(logits / temperature, -1) for logits in (teacher, student)]
        return weighted_mean(skew(divergence, *logs), labels, weights)
    beta = beta_of(divergence)
    options = {"beta": beta, "temperature": temperature}
    if weights is not None:
        per_entry = GKDTrainer.generalized_jsd_loss(student, teacher, reduction="none", **options)
        return weighted_mean(per_entry.sum(-1), labels, weights)
    loss = GKDTrainer.generalized_jsd_loss(student, teacher, labels, **options)
    # TRL's other implementation, which projects hidden states by tiles, must agree.
    eye = torch.eye(student.shape[-1])
    tiled, _, _ = _chunked_divergence_loss(
        student.float(), teacher.float(), eye.float(), eye.float(), labels != IGNORED, **options
    )
    assert abs(tiled.item() - loss.item()) < 1e-4 * (abs(loss.item()) + 1e-3), (tiled, loss)
    return loss


def top_k_loss(divergence, student, teacher, labels, temperature, weights, top_k):
    teacher_logs, ids = F.log_softmax(teacher / temperature, -1).topk(top_k, -1)
    student_logs = F.log_softmax(student / temperature, -1).gather(-1, ids)
    valid = torch.ones_like(ids, dtype=torch.bool)
    # As in ServerDistillationTrainer._compute_server_forward_kl_loss, for every divergence.
    student_buckets, support = _add_tail_bucket(student_logs, valid)
    teacher_buckets, _ = _add_tail_bucket(rounded(teacher_logs), valid)
    if "alpha" in divergence:
        return weighted_mean(skew(divergence, teacher_buckets, student_buckets), labels, weights)
    terms = _jsd_divergence(student_buckets, teacher_buckets, beta_of(divergence), support)
    if weights is not None:
        return weighted_mean(terms.sum(-1), labels, weights)
    return ServerDistillationTrainer._reduce_divergence_loss(terms, labels != IGNORED)


def token_loss(objective, student, teacher, labels, weights):
    weights = weights if objective.get("weighted") else None
    if objective["kind"] == "sft":
        logs = F.log_softmax(student, -1)
        per_token = -logs.gather(-1, labels.clamp(min=0).unsqueeze(-1)).squeeze(-1)
        return weighted_mean(per_token, labels, weights)
    arguments = (objective["divergence"], student, teacher, labels)
    if objective["topK"] == student.shape[-1]:
        return whole_loss(*arguments, objective["temperature"], weights)
    return top_k_loss(*arguments, objective["temperature"], weights, objective["topK"])


def kd(kind, top_k, temperature=1, weighted=False, **parameters):
    divergence = {"kind": kind, **parameters}
    return {
        "kind": "kd",
        "divergence": divergence,
        "topK": top_k,
        "temperature": temperature,
        "weighted": weighted,
    }


# Sequence losses: TRL's own functions, on a trainer reduced to the settings they read.


def trainer_shell(kind, **settings):
    shell = types.SimpleNamespace(
        model=types.SimpleNamespace(training=True),
        accelerator=ACCELERATOR,
        aux_loss_enabled=False,
        precompute_ref_logps=True,
        _metrics={"train": defaultdict(list)},
        _total_train_tokens=0,
        _tp_size=1,
        **settings,
    )
    if kind == "kto":
        shell._compute_kl_logps = types.MethodType(KTOTrainer._compute_kl_logps, shell)
    return shell


def preference_loss(objective, model, examples, reference, mismatched_reference):
    """`model` answers as TRL's fused head does. Examples as in the engine: DPO's alternate."""
    if objective["kind"] == "dpo":
        shell = trainer_shell(
            "dpo",
            ld_alpha=None,
            f_divergence_type="reverse_kl",
            loss_types=["sigmoid_norm" if objective["lengthNormalised"] else "sigmoid"],
            loss_weights=[1.0],
            beta=objective["beta"],
            label_smoothing=0.0,
            use_weighting=False,
        )
        rows = [
            {
                "prompt_ids": chosen["promptIds"],
                "chosen_ids": chosen["completionIds"],
                "rejected_ids": rejected["completionIds"],
                "ref_chosen_logps": reference[2 * i].item(),
                "ref_rejected_logps": reference[2 * i + 1].item(),
            }
            for i, (chosen, rejected) in enumerate(zip(examples[::2], examples[1::2]))
        ]
        batch = DataCollatorForPreference(pad_token_id=0)(rows)
        return DPOTrainer._compute_loss(shell, model, batch, False), {}
    shell = trainer_shell(
        "kto",
        calculate_KL=True,
        loss_type="kto",
        beta=objective["beta"],
        desirable_weight=objective["desirableWeight"],
        undesirable_weight=objective["undesirableWeight"],
    )
    rows = [
        {
            "prompt_ids": example["promptIds"],
            "completion_ids": example["completionIds"],
            # Rotated as KTOTrainer._prepare_dataset does, in one block.
            "KL_completion_ids": examples[i - 1]["completionIds"],
            "label": objective["isDesirable"][i],
            "ref_logps": reference[i].item(),
            "ref_KL_logps": mismatched_reference[i].item(),
        }
        for i, example in enumerate(examples)
    ]
    batch = DataCollatorForUnpairedPreference(pad_token_id=0)(rows)
    loss = KTOTrainer._compute_loss(shell, model, batch, False)
    return loss, {"klBaseline": shell._metrics["train"]["kl"][-1]}


def fused_output(logits, labels):
    """What TRL's fused head returns, from logits [B, T, V] and labels [B, T]."""
    shifted = labels[:, 1:]
    mask = shifted != IGNORED
    logs = F.log_softmax(logits[:, :-1], -1)
    chosen = logs.gather(-1, shifted.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    zeros = torch.zeros_like(chosen)
    return types.SimpleNamespace(
        log_probs=torch.where(mask, chosen, zeros),
        entropy=zeros,
        mean_logits=zeros,
        is_top1=mask,
    )


def with_cdpo(objective, margins):
    """Conservative DPO (Mitchell 2023); TRL applies label smoothing to other losses only."""
    beta, smoothing = objective["beta"], objective["labelSmoothing"]
    losses = -(1 - smoothing) * F.logsigmoid(beta * margins)
    return (losses - smoothing * F.logsigmoid(-beta * margins)).mean()


DPO = {"kind": "dpo", "beta": 0.1, "labelSmoothing": 0, "lengthNormalised": False}


def kto(count):
    labels = [i % 3 != 1 for i in range(count)]
    return {
        "kind": "kto",
        "beta": 0.1,
        "desirableWeight": 1.0,
        "undesirableWeight": 1.5,
        "isDesirable": labels,
    }


# Part one: gradients by the logits of a ragged batch.


def pad_rows(flat, lengths, lead=0):
    """[N, ...] with lengths per sequence to [B, lead + T, ...], zeros elsewhere."""
    parts = flat.split(lengths)
    blank = lambda n: torch.zeros(n, *flat.shape[1:], dtype=flat.dtype)
    longest = max(lengths)
    return torch.stack([torch.cat([blank(lead), p, blank(longest - len(p))]) for p in parts])


def logits_goldens():
    torch.manual_seed(1)
    vocab, lengths = 19, [5, 3, 7, 1, 2, 6]
    count = sum(lengths)
    logits = rounded(2 * torch.randn(count, vocab))
    teacher = rounded(2 * torch.randn(count, vocab))
    tokens = torch.randint(0, vocab, (count,))
    weights = rounded(torch.rand(count) * (torch.rand(count) > 0.3))
    labels = pad_rows(tokens + 1, lengths) - 1
    labels[labels < 0] = IGNORED
    teacher_BTV, weights_BT = pad_rows(teacher, lengths), pad_rows(weights, lengths)

    cases = []

    def add(name, objective, loss_of, **more):
        leaf = logits.clone().requires_grad_()
        loss, extra = loss_of(leaf)
        loss.backward()
        result = {"loss": loss.item(), "gradient": encode(leaf.grad)}
        cases.append({"name": name, "objective": objective, **more, **extra, **result})

    def add_token(name, objective):
        add(
            name,
            objective,
            lambda leaf: (
                token_loss(objective, pad_rows(leaf, lengths), teacher_BTV, labels, weights_BT),
                {},
            ),
        )

    add_token("cross-entropy", {"kind": "sft", "weighted": False})
    add_token("cross-entropy, weighted", {"kind": "sft", "weighted": True})
    for top_k, where in ((vocab, "whole"), (5, "top-5 and tail")):
        for kind, parameters in (
            ("forward-kl", {}),
            ("reverse-kl", {}),
            ("jsd", {"beta": 0}),
            ("jsd", {"beta": 0.1}),
            ("jsd", {"beta": 0.5}),
            ("jsd", {"beta": 0.9}),
            ("jsd", {"beta": 1}),
            ("skew-kl", {"alpha": 0.1}),
            ("skew-reverse-kl", {"alpha": 0.1}),
        ):
            label = " ".join([kind, *map(str, parameters.values())])
            add_token(f"{label}, {where}", kd(kind, top_k, **parameters))
        add_token(f"jsd 0.5 at 0.9, {where}", kd("jsd", top_k, 0.9, beta=0.5))
        add_token(f"forward-kl at 2, {where}", kd("forward-kl", top_k, 2))
        add_token(f"reverse-kl, weighted, {where}", kd("reverse-kl", top_k, weighted=True))

    # One prompt token in front of every completion, so that T - 1 positions predict it.
    ids = tokens.split(lengths)
    examples = [{"promptIds": [0], "completionIds": part.tolist()} for part in ids]
    reference = rounded(-3.0 * torch.tensor(lengths) + torch.randn(len(lengths)))
    mismatched_reference = rounded(-14.0 * torch.ones(len(lengths)))

    def fake_model(leaf, order):
        ordered = pad_rows(leaf, lengths)[order]
        kl_logits = torch.zeros(len(lengths), max(lengths) + 1, vocab)

        def answer(labels, **inputs):
            # The first sequences are those of the batch; KTO's mismatched ones get no gradient.
            if not torch.is_grad_enabled():
                return fused_output(kl_logits[:, : labels.shape[1]], labels)
            lead = torch.zeros(len(order), 1, vocab)
            return fused_output(torch.cat([ordered, lead], 1)[:, : labels.shape[1]], labels)

        return answer

    pairs_first = [0, 2, 4, 1, 3, 5]
    for name, changes in (
        ("dpo", {}),
        ("dpo, length-normalised", {"lengthNormalised": True, "beta": 2.0}),
    ):
        objective = DPO | changes
        add(
            name,
            objective,
            lambda leaf: preference_loss(
                objective, fake_model(leaf, pairs_first), examples, reference, None
            ),
            reference=encode(reference),
        )

    def smoothed(leaf):
        logs = F.log_softmax(leaf, -1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1)
        ratios = torch.stack([part.sum() for part in logs.split(lengths)]) - reference
        return with_cdpo(objective, ratios[::2] - ratios[1::2]), {}

    objective = DPO | {"labelSmoothing": 0.2}
    add("dpo, smoothed", objective, smoothed, reference=encode(reference))
    unpaired = kto(len(lengths))
    add(
        "kto",
        unpaired,
        lambda leaf: preference_loss(
            unpaired, fake_model(leaf, list(range(6))), examples, reference, mismatched_reference
        ),
        reference=encode(reference),
    )
    assert cases[-1]["klBaseline"] > 0, "the baseline must matter"
    shared = {"vocabSize": vocab, "lengths": lengths, "tokens": tokens.tolist()}
    arrays = {"logits": logits, "teacherLogits": teacher, "weights": weights}
    write(
        "losses",
        "losses",
        shared | {name: encode(array) for name, array in arrays.items()} | {"cases": cases},
    )


# Part two: gradients by parameters of a tiny Llama, for every loss and capacity.

CONFIG = transformers.LlamaConfig(
    vocab_size=19,
    hidden_size=8,
    intermediate_size=12,
    num_hidden_layers=2,
    num_attention_heads=2,
    num_key_value_heads=1,
    head_dim=4,
    rms_norm_eps=1e-5,
    tie_word_embeddings=True,
    max_position_embeddings=64,
    attn_implementation="eager",
)


def tiny_llama(seed):
    torch.manual_seed(seed)
    model = transformers.LlamaForCausalLM(CONFIG).double()
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn_like(parameter)
            parameter.copy_(rounded(0.4 * noise if parameter.dim() > 1 else 1 + 0.1 * noise))
    return model


def full(model):
    """All weights. Returns the model to call and its trained tensors under the engine's names."""
    return model, dict(model.named_parameters())


LORA = {"rank": 2, "alpha": 3, "targets": ["q_proj", "v_proj", "o_proj", "up_proj", "down_proj"]}


def lora(model):
    config = peft.LoraConfig(
        r=LORA["rank"], lora_alpha=LORA["alpha"], target_modules=LORA["targets"], lora_dropout=0
    )
    adapted = peft.get_peft_model(model, config).double()
    trained = {}
    torch.manual_seed(9)
    for name, parameter in adapted.named_parameters():
        if not parameter.requires_grad:
            continue
        with torch.no_grad():
            parameter.copy_(rounded(0.3 * torch.randn_like(parameter)))
        trained[name.removeprefix("base_model.model.").replace(".default", "")] = parameter
    return adapted, trained


PREFIX = {"length": 3, "frozenTokens": 0}


class Prefixed(torch.nn.Module):
    """A model whose rows all begin after the same keys and values, each [length, kvHeads, headDim]."""

    def __init__(self, model):
        super().__init__()
        self.model = [model.requires_grad_(False)]
        torch.manual_seed(9)
        shape = (PREFIX["length"], CONFIG.num_key_value_heads, CONFIG.head_dim)
        self.pairs = [
            [torch.nn.Parameter(rounded(0.7 * torch.randn(shape))) for _ in ("keys", "values")]
            for _ in range(CONFIG.num_hidden_layers)
        ]
        for layer, pair in enumerate(self.pairs):
            for kind, tensor in zip(("keys", "values"), pair):
                self.register_parameter(f"{kind}_{layer}", tensor)

    def forward(self, input_ids, attention_mask):
        rows = input_ids.shape[0]
        each = lambda x: x.transpose(0, 1).unsqueeze(0).expand(rows, -1, -1, -1)
        cache = transformers.DynamicCache([tuple(map(each, pair)) for pair in self.pairs])
        seen = torch.ones(rows, PREFIX["length"], dtype=attention_mask.dtype)
        mask = torch.cat([seen, attention_mask], dim=1)
        return self.model[0](input_ids=input_ids, attention_mask=mask, past_key_values=cache)


def prefix(model):
    prefixed = Prefixed(model)
    trained = {
        f"model.layers.{layer}.self_attn.prefix_{kind}": tensor
        for layer, pair in enumerate(prefixed.pairs)
        for kind, tensor in zip(("keys", "values"), pair)
    }
    return prefixed, trained


# A further capacity is one more row: its description for the engine, and how to train it here.
CAPACITIES = {
    "full": ({"kind": "full"}, full),
    "lora": ({"kind": "lora", **LORA}, lora),
    "prefix": ({"kind": "prefix", **PREFIX}, prefix),
}


def ragged_examples():
    torch.manual_seed(4)
    draw = lambda n: torch.randint(0, CONFIG.vocab_size, (n,)).tolist()
    prompts = [draw(n) for n in (3, 1, 6)]
    lengths = [[4, 6], [7, 2], [1, 5]]
    return [
        {"promptIds": prompt, "completionIds": draw(n)}
        for prompt, pair in zip(prompts, lengths)
        for n in pair
    ]


def padded(examples):
    rows = [e["promptIds"] + e["completionIds"] for e in examples]
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    attention = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    labels = ids.clone()
    for i, example in enumerate(examples):
        labels[i, : len(example["promptIds"])] = IGNORED
        labels[i, len(rows[i]) :] = IGNORED
    return ids, attention, labels


def logits_of(model, examples):
    ids, attention, labels = padded(examples)
    return model(input_ids=ids, attention_mask=attention).logits[:, :-1], labels[:, 1:]


def sum_logprobs(model, examples):
    with torch.no_grad():
        logits, labels = logits_of(model, examples)
        logs = F.log_softmax(logits, -1).gather(-1, labels.clamp(min=0).unsqueeze(-1)).squeeze(-1)
        return rounded((logs * (labels != IGNORED)).sum(-1))


def fused(model):
    def answer(labels, input_ids, attention_mask, **_):
        return fused_output(model(input_ids=input_ids, attention_mask=attention_mask).logits, labels)

    return answer


PARAMETER_LOSSES = {
    "cross-entropy": {"kind": "sft"},
    "forward-kl, top-5 and tail": kd("forward-kl", 5),
    "reverse-kl, top-5 and tail": kd("reverse-kl", 5),
    "reverse-kl, whole": kd("reverse-kl", 19),
    "jsd 0.5, whole": kd("jsd", 19, 0.9, beta=0.5),
    "skew-kl 0.1, top-5 and tail": kd("skew-kl", 5, alpha=0.1),
    "dpo": DPO,
    "dpo, length-normalised": DPO | {"lengthNormalised": True},
    "kto": kto(6) | {"beta": 0.3},
}


def parameter_goldens():
    examples = ragged_examples()
    mismatched = [
        {"promptIds": e["promptIds"], "completionIds": examples[i - 1]["completionIds"]}
        for i, e in enumerate(examples)
    ]
    teacher, reference = tiny_llama(2), tiny_llama(3)
    with torch.no_grad():
        teacher_logits, labels = logits_of(teacher, examples)
    chosen = labels != IGNORED
    # Distributions as the engine stores them: all tokens, by falling probability.
    scores = {}
    for temperature in (1, 0.9):
        logs, ids = F.log_softmax(teacher_logits[chosen] / temperature, -1).topk(19, -1)
        scores[str(temperature)] = {"tokenIds": ids.flatten().tolist(), "logprobs": encode(logs)}
    reference_sums = sum_logprobs(reference, examples)
    # Below the policy's own on average, so that the baseline is above 0 and matters.
    mismatched_sums = rounded(sum_logprobs(reference, mismatched) - 12)

    capacities, cases = {}, []
    for capacity, (description, prepare) in CAPACITIES.items():
        model, trained = prepare(tiny_llama(1))
        capacities[capacity] = {
            "capacity": description,
            "tensors": {
                name: {"shape": list(tensor.shape), "data": encode(tensor)}
                for name, tensor in trained.items()
            },
        }
        for name, objective in PARAMETER_LOSSES.items():
            model.zero_grad()
            extra = {}
            if objective["kind"] in ("dpo", "kto"):
                loss, extra = preference_loss(
                    objective, fused(model), examples, reference_sums, mismatched_sums
                )
            else:
                logits, labels = logits_of(model, examples)
                loss = token_loss(objective, logits, teacher_logits, labels, None)
            loss.backward()
            assert extra.get("klBaseline", 1) > 0, "the baseline must matter"
            gradients = {key: encode(tensor.grad) for key, tensor in trained.items()}
            cases.append(
                {
                    "loss": name,
                    "capacity": capacity,
                    "objective": objective,
                    "value": loss.item(),
                    "gradients": gradients,
                }
            )
    weights = {
        name: {"shape": list(tensor.shape), "data": encode(tensor)}
        for name, tensor in tiny_llama(1).named_parameters()
    }
    config = {
        "vocabSize": CONFIG.vocab_size,
        "hiddenSize": CONFIG.hidden_size,
        "intermediateSize": CONFIG.intermediate_size,
        "layers": CONFIG.num_hidden_layers,
        "heads": CONFIG.num_attention_heads,
        "kvHeads": CONFIG.num_key_value_heads,
        "headDim": CONFIG.head_dim,
        "ropeTheta": CONFIG.rope_parameters["rope_theta"],
        "rmsNormEps": CONFIG.rms_norm_eps,
        "tiedEmbeddings": True,
    }
    write(
        "train",
        "parameter-gradients",
        {
            "config": config,
            "weights": weights,
            "examples": examples,
            "teacherScores": scores,
            "reference": encode(reference_sums),
            "mismatchedReference": encode(mismatched_sums),
            "capacities": capacities,
            "cases": cases,
        },
    )


if __name__ == "__main__":
    logits_goldens()
    parameter_goldens()
