"""Losses of fine-tuning the tiny checkpoint in PyTorch, for fine-tune-golden.test.ts. Needs torch, transformers 4.57.6 and pillow.

    python tests/unit/methods/make-golden.py
"""
import json
from pathlib import Path

import torch
import transformers
from PIL import Image
from transformers import AutoImageProcessor, AutoTokenizer, Blip2ForConditionalGeneration

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "blip-2"
FOLDER = FIXTURES / "current"
IMAGE, QUESTION, ANSWER = "scene.png", "What is it?", "red car"
STEPS, RATE = 12, 0.005
OPTIMIZERS = {
    "adam": lambda weights: torch.optim.Adam(weights, lr=RATE),
    "adamw": lambda weights: torch.optim.AdamW(weights, lr=RATE, weight_decay=0.1),
    "sgd": lambda weights: torch.optim.SGD(weights, lr=RATE),
}


def is_chosen(name, scope, last):
    text = name.startswith("language_model.") and f"layers.{last}.fc" in name and name.endswith(".weight")
    vision = name.startswith("qformer.")
    return {"text": text, "vision": vision, "both": text or vision}[scope]


def losses(scope, optimizer):
    model = Blip2ForConditionalGeneration.from_pretrained(FOLDER, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    pixels = AutoImageProcessor.from_pretrained(FOLDER, use_fast=False)(Image.open(FIXTURES / "images" / IMAGE).convert("RGB"), return_tensors="pt").pixel_values
    prompt = f"Question: {QUESTION} Short answer:"
    asked, whole = tokenizer(prompt)["input_ids"], tokenizer(f"{prompt} {ANSWER}")["input_ids"]
    assert whole[:len(asked)] == asked
    slots = model.config.num_query_tokens
    ids = torch.tensor([[model.config.image_token_index] * slots + whole])
    last = model.config.text_config.num_hidden_layers - 1
    for name, weight in model.named_parameters():
        weight.requires_grad_(is_chosen(name, scope, last))
    step = OPTIMIZERS[optimizer]([w for w in model.parameters() if w.requires_grad])
    found = []
    for _ in range(STEPS):
        logits = model(pixel_values=pixels, input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0]
        loss = torch.nn.functional.cross_entropy(logits[slots + len(asked) - 1:-1], torch.tensor(whole[len(asked):]))
        found.append(loss.item())
        step.zero_grad()
        loss.backward()
        step.step()
    return found


cases = [{"scope": scope, "optimizer": optimizer, "losses": losses(scope, optimizer)}
         for scope, optimizer in [("text", "adam"), ("text", "adamw"), ("text", "sgd"), ("vision", "adam"), ("both", "adam")]]
golden = {"torch": torch.__version__, "transformers": transformers.__version__, "image": IMAGE, "question": QUESTION, "answer": ANSWER, "learningRate": RATE, "weightDecay": 0.1, "steps": STEPS, "cases": cases}
Path(__file__).with_name("fine-tune-golden.json").write_text(json.dumps(golden, indent=1) + "\n")
