"""Opens what scripts/export-references.ts exported with transformers and PEFT and compares logits
with those of our engine. Exits with 1 when one differs by more than 1e-4. Run from the repository
root, after `node dist/scripts/export-references.js`:

    .references/venv/bin/python scripts/references/exports.py
"""

import json
import pathlib
import sys

import peft
import torch
import transformers

ROOT = pathlib.Path(".references/exports")
TOLERANCE = 1e-4


def error(model, case, expected):
    with torch.no_grad():
        logits = model(torch.tensor([case["ids"]])).logits[0]
    return (logits - torch.tensor(case[expected])).abs().max().item()


def check(case):
    directory = case["files"]["hf"]
    model = transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    plain = error(model, case, "logits")
    adapted = error(peft.PeftModel.from_pretrained(model, case["files"]["peft"]).eval(), case, "adapted")
    fresh = transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    prefixed = error(peft.PeftModel.from_pretrained(fresh, case["files"]["prefix"]).eval(), case, "prefixed")
    effects = [
        (torch.tensor(case["logits"]) - torch.tensor(case[other])).abs().max().item()
        for other in ("adapted", "prefixed")
    ]
    print(
        f"{case['name']:<24} model {plain:.1e}  adapter {adapted:.1e}  prefix {prefixed:.1e}  "
        f"(effects of adapter and prefix {effects[0]:.1f}, {effects[1]:.1f})"
    )
    # An adapter that changes nothing would prove nothing.
    ok = max(plain, adapted, prefixed) <= TOLERANCE and min(effects) > 0.1
    return ok and ("messages" not in case or same_text(case, directory))


def same_text(case, directory):
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
    text = tokenizer.apply_chat_template(case["messages"], tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text, add_special_tokens=False).input_ids
    print(f"{'':<24} chat template and token ids {'agree' if (text, ids) == (case['text'], case['ids']) else f'differ: {text!r} {ids}'}")
    return (text, ids) == (case["text"], case["ids"])


def main():
    print(f"transformers {transformers.__version__}, peft {peft.__version__}; largest difference of logits")
    results = [check(case) for case in json.loads((ROOT / "cases.json").read_text())]
    sys.exit(0 if all(results) else 1)


main()
