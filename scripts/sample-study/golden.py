"""Writes tests/fixtures/sample-study/golden.json: what transformers (fp32, from the shipped fp16 weights) computes for a few records."""
import json
import sys
from pathlib import Path

import tokenizers
import torch
import transformers
from PIL import Image
from transformers import AutoProcessor, Blip2ForConditionalGeneration

import context
import questions
import study

PICKS = {"vqa_eval.json": [0, 1, 2, 3], "caption_eval_edit.json": [0, 1]}


def numbers(tensor, digits=7):
    return [float(f"{v:.{digits}g}") for v in tensor.flatten().tolist()]


def sampled(tensor, count=24):
    """Evenly spaced entries of a tensor, with their flat positions, its norm and its shape."""
    flat = tensor.detach().flatten()
    at = torch.linspace(0, len(flat) - 1, min(count, len(flat))).long()
    return {"shape": list(tensor.shape), "norm": float(flat.norm()), "at": at.tolist(), "values": numbers(flat[at])}


def watched(model):
    """One weight of each part that an edit may touch, by its full key.

    Of the decoder's attention it is layer 1: the last layer's is so sure on short prompts that its gradients are rounding (1e-6 of the others').
    """
    layers = model.config.text_config.num_hidden_layers - 1
    q_layers, v_layers = model.config.qformer_config.num_hidden_layers - 1, model.config.vision_config.num_hidden_layers - 1
    wanted = [
        f"language_model.model.decoder.layers.{layers}.fc2.weight", "language_model.model.decoder.layers.1.self_attn.q_proj.weight",
        f"qformer.encoder.layer.{q_layers}.crossattention.attention.value.weight", f"qformer.encoder.layer.{q_layers}.output_query.dense.weight",
        f"vision_model.encoder.layers.{v_layers}.mlp.fc2.weight", "vision_model.embeddings.patch_embedding.weight",
        "language_projection.weight", "query_tokens",
    ]
    weights = dict(model.named_parameters())
    return {name: weights[name] for name in wanted}


def one(model, processor, images, record, prompt):
    with Image.open(images / record["image"]) as image:
        inputs = processor(images=image.convert("RGB"), text=prompt, return_tensors="pt")
    pixels, ids = inputs["pixel_values"], inputs["input_ids"]
    with torch.no_grad():
        out = model(pixel_values=pixels, input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True)
        made = model.generate(pixel_values=pixels, input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=16)
        made = made[0, ids.shape[1] :] if made.shape[1] > ids.shape[1] else made[0]
        queries = model.qformer(query_embeds=model.query_tokens, encoder_hidden_states=model.vision_model(pixels).last_hidden_state).last_hidden_state
    target = processor.tokenizer(f" {record['alt']}", add_special_tokens=False)["input_ids"]
    whole = torch.cat([ids, torch.tensor([target])], 1)
    logits = model(pixel_values=pixels, input_ids=whole, attention_mask=torch.ones_like(whole)).logits
    rows = logits[0, -len(target) - 1 : -1]
    loss = torch.nn.functional.cross_entropy(rows, torch.tensor(target))
    model.zero_grad()
    loss.backward()
    hidden = out.language_model_outputs.hidden_states
    return {
        "image": record["image"], "prompt": prompt, "target": f" {record['alt']}", "inputIds": ids[0].tolist(), "targetIds": target,
        "pixelValues": sampled(pixels, 60), "vision": sampled(out.vision_outputs.last_hidden_state, 40), "queries": sampled(queries, 40),
        "hiddenNorms": [float(h[0].norm()) for h in hidden], "lastHidden": sampled(hidden[-1][0, -1], 40),
        "lastLogits": numbers(out.logits[0, -1], 6), "generatedIds": made.tolist(),
        "generated": processor.tokenizer.decode(made, skip_special_tokens=True), "loss": float(loss),
        "gradients": {name: sampled(weight.grad) for name, weight in watched(model).items()},
    }


def in_context(model, processor, images):
    """The first record's reworded question after its fact and two demonstrations: line ends, and positions beyond the old table."""
    read = lambda file: json.loads((study.STUDY / "data" / file).read_text())
    asked, (copied, unrelated) = read("vqa_eval.json")[0], read("vqa_train.json")[:2]
    src = questions.template
    text = context.joined([
        context.block(src(copied["src"]), copied["alt"], src(copied["src"]), copied["alt"]),
        context.block(src(unrelated["src"]), unrelated["alt"], unrelated["loc"], unrelated["loc_ans"]),
        context.block(src(asked["src"]), asked["alt"], src(asked["rephrase"]), asked["alt"]),
    ])
    return one(model, processor, images, asked, text)


def main(images):
    torch.manual_seed(0)
    folder, images = study.STUDY / "model", Path(images)
    processor = AutoProcessor.from_pretrained(folder)
    model = Blip2ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    records = []
    for file, picks in PICKS.items():
        data = json.loads((study.STUDY / "data" / file).read_text())
        for i in picks:
            prompt = questions.template(data[i]["src"]) if file.startswith("vqa") else data[i]["src"]
            records.append({"file": file, "index": i} | one(model, processor, images, data[i], prompt))
    records.append({"file": "vqa_eval.json", "index": 0} | in_context(model, processor, images))
    facts = json.loads((study.STUDY / "data" / "vqa_eval.json").read_text())[0]
    ids = torch.tensor([processor.tokenizer(facts["loc"])["input_ids"]])
    with torch.no_grad():
        logits = model.language_model(input_ids=ids).logits[0, -1]
    text = {"prompt": facts["loc"], "inputIds": ids[0].tolist(), "lastLogits": numbers(logits, 6), "answer": facts["loc_ans"]}
    out = study.ROOT / "tests" / "fixtures" / "sample-study" / "golden.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "tokenizers": tokenizers.__version__}
    out.write_text(json.dumps({"madeBy": "scripts/sample-study/golden.py", "versions": versions, "dtype": "float32 from the shipped float16",
                               "records": records, "text": text}) + "\n")
    print(out.stat().st_size, "bytes")


if __name__ == "__main__":
    main(sys.argv[1])
