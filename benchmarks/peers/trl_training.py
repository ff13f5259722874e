"""LoRA distillation in TRL, one round of steps per command; the other side of engine-worker.ts.

    python trl_training.py --model DIR --batch FILE --threads 2 [--dtype bfloat16] [--compile]
                           [--teacher]

TRL's off-policy distillation trainer is GKDTrainer with lmbda 0. As shipped (--teacher) it runs the
teacher in every step and compares whole vocabularies. To compare student step with student step,
the default replaces its loss by TRL's own sparse forward KL on a teacher's top-k with a tail
(ServerDistillationTrainer, beta 0, loss_add_tail) on distributions computed beforehand, and asks the
model for logits at completion positions only.
"""

import argparse
import json
import os
import tempfile
import time

os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
import trl
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, TrainerCallback
from trl.experimental.gkd import GKDConfig, GKDTrainer
from trl.experimental.server_distillation import ServerDistillationTrainer
from worker_protocol import commands, send

MAX_STEPS = 1_000_000


class TopKTrainer(GKDTrainer):
    """GKDTrainer on distributions that were computed beforehand."""

    # What ServerDistillationTrainer's loss reads from its trainer.
    loss_add_tail = True

    _compute_server_forward_kl_loss = ServerDistillationTrainer._compute_server_forward_kl_loss
    _reduce_divergence_loss = staticmethod(ServerDistillationTrainer._reduce_divergence_loss)

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        completion = inputs["topk_token_ids"].shape[1]
        # The position before the first completion token predicts it; the last one predicts nothing.
        outputs = model(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            logits_to_keep=completion + 1,
            use_cache=False,
        )
        loss = self._compute_server_forward_kl_loss(
            teacher_result=inputs,
            student_log_probs=outputs.logits[:, :-1].float().log_softmax(-1),
            labels=inputs["labels"][:, -completion:],
        )
        return (loss, outputs) if return_outputs else loss


class Rounds(TrainerCallback):
    """Waits for the parent between rounds and times the steps inside them, end to end."""

    def __init__(self, commands):
        self.commands = commands
        self.left = 0
        self.seconds = []
        self.losses = []

    def next_round(self, control):
        command = next(self.commands, None)
        if command is None:
            control.should_training_stop = True
            return
        self.left = command["steps"]
        self.seconds, self.losses = [], []
        self.last = time.perf_counter()

    def on_train_begin(self, args, state, control, **kwargs):
        self.next_round(control)

    def on_step_end(self, args, state, control, **kwargs):
        now = time.perf_counter()
        self.seconds.append(now - self.last)
        self.last = now
        self.left -= 1

    def on_log(self, args, state, control, logs=None, **kwargs):
        # With logging_steps=1 the log follows its step.
        if "loss" in (logs or {}):
            self.losses.append(float(logs["loss"]))
        if self.left == 0 and len(self.losses) == len(self.seconds) > 0:
            send("round", seconds=self.seconds, losses=self.losses)
            self.next_round(control)


def collate(rows):
    """Every example has the same lengths, so no side has any padding."""
    ids = torch.tensor([row["prompt"] + row["completion"] for row in rows])
    labels = ids.clone()
    labels[:, : len(rows[0]["prompt"])] = -100
    return {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "labels": labels,
        "topk_token_ids": torch.tensor([row["topIds"] for row in rows]),
        "topk_logprobs": torch.tensor([row["topLogprobs"] for row in rows]),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--batch", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--teacher", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    with open(options.batch) as file:
        batch = json.load(file)
    dtype = getattr(torch, options.dtype)

    def load():
        return AutoModelForCausalLM.from_pretrained(options.model, dtype=dtype)

    student = load()
    vocabulary = student.config.vocab_size
    # GKDTrainer insists on a teacher; where it is not asked, a tiny one keeps memory fair.
    teacher = load() if options.teacher else AutoModelForCausalLM.from_config(
        LlamaConfig(vocab_size=vocabulary, hidden_size=8, intermediate_size=8, num_hidden_layers=1,
                    num_attention_heads=1)
    )
    lora, optimiser = batch["lora"], batch["optimiser"]
    with tempfile.TemporaryDirectory() as output:
        config = GKDConfig(
            output_dir=output,
            use_cpu=True,
            bf16=False,
            per_device_train_batch_size=batch["batchSize"],
            gradient_accumulation_steps=1,
            gradient_checkpointing=False,
            torch_compile=options.compile,
            max_steps=MAX_STEPS,
            learning_rate=optimiser["learningRate"],
            lr_scheduler_type="constant",
            weight_decay=optimiser["weightDecay"],
            max_grad_norm=optimiser["maxGradNorm"],
            adam_beta1=optimiser["beta1"],
            adam_beta2=optimiser["beta2"],
            adam_epsilon=optimiser["epsilon"],
            optim="adamw_torch_fused",
            logging_steps=1,
            logging_nan_inf_filter=False,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            dataloader_pin_memory=False,
            lmbda=0.0,
            beta=0.0,
            temperature=1.0,
        )
        rounds = Rounds(commands())
        trainer = (GKDTrainer if options.teacher else TopKTrainer)(
            model=student,
            teacher_model=teacher,
            args=config,
            data_collator=collate,
            train_dataset=Dataset.from_list(batch["examples"]),
            processing_class=AutoTokenizer.from_pretrained(options.model),
            callbacks=[rounds],
            peft_config=LoraConfig(
                task_type="CAUSAL_LM",
                r=lora["rank"],
                lora_alpha=lora["alpha"],
                lora_dropout=0.0,
                target_modules=lora["targets"],
            ),
        )
        send(
            "ready",
            settings=f"torch {torch.__version__}, transformers {transformers.__version__}, "
            f"trl {trl.__version__}, {options.dtype}, {options.threads} threads"
            + (", torch.compile" if options.compile else ""),
        )
        trainer.train()


if __name__ == "__main__":
    main()
