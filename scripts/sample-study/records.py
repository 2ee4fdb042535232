"""Makes the study's four MMEdit files and its picture list from the candidates, asking the exported model through transformers in fp32.

Where the files exist already, their selection is kept: a record stays at its place with its locality questions as long as the model
is wrong about the one and right about the others, so that a retrained model changes as few records as it can.
"""
import json
import random
import sys
from collections import defaultdict
from pathlib import Path

import torch
from PIL import Image
from transformers import AutoProcessor, Blip2ForConditionalGeneration

import questions
import study

SEED = 77
WANTED = {("vqa", "train"): 1200, ("vqa", "eval"): 360, ("caption", "train"): 480, ("caption", "eval"): 180}
FILES = {
    ("vqa", "train"): "vqa_train.json", ("vqa", "eval"): "vqa_eval.json",
    ("caption", "train"): "caption_train_edit.json", ("caption", "eval"): "caption_eval_edit.json",
}
GROUP_SHARE = 0.12


class Oracle:
    """The shipped model through Hugging Face's own processor and greedy `generate`, in fp32."""

    def __init__(self, folder, images):
        self.processor = AutoProcessor.from_pretrained(folder)
        self.model = Blip2ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
        self.images = Path(images)
        self.seen = {}

    def pixels(self, picture):
        if picture not in self.seen:
            with Image.open(self.images / f"{picture}.png") as image:
                self.seen[picture] = self.processor.image_processor(image.convert("RGB"), return_tensors="pt").pixel_values[0]
        return self.seen[picture]

    @torch.no_grad()
    def answers(self, asked):
        """Greedy answers, stripped, to (picture, prompt) pairs; grouped by prompt length so that nothing is padded."""
        tokens = [self.processor.tokenizer(p)["input_ids"] for _, p in asked]
        image_tokens = [self.model.config.image_token_index] * self.model.config.num_query_tokens
        by_length, replies = defaultdict(list), [""] * len(asked)
        for i, ids in enumerate(tokens):
            by_length[len(ids)].append(i)
        for rows in by_length.values():
            for start in range(0, len(rows), 64):
                part = rows[start : start + 64]
                ids = torch.tensor([image_tokens + tokens[i] for i in part])
                pixels = torch.stack([self.pixels(asked[i][0]) for i in part])
                out = self.model.generate(pixel_values=pixels, input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=16)
                texts = self.processor.tokenizer.batch_decode(out[:, ids.shape[1] :] if out.shape[1] > ids.shape[1] else out, skip_special_tokens=True)
                for i, text in zip(part, texts):
                    replies[i] = text.strip()
        return replies

    @torch.no_grad()
    def text_answers(self, prompts):
        """Greedy answers of the language model alone, no picture."""
        tokens = [self.processor.tokenizer(p)["input_ids"] for p in prompts]
        by_length, replies = defaultdict(list), [""] * len(prompts)
        for i, ids in enumerate(tokens):
            by_length[len(ids)].append(i)
        for rows in by_length.values():
            ids = torch.tensor([tokens[i] for i in rows])
            out = self.model.language_model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=8)
            for i, text in zip(rows, self.processor.tokenizer.batch_decode(out[:, ids.shape[1] :], skip_special_tokens=True)):
                replies[i] = text.strip()
        return replies


def good_facts(oracle, rng, wanted):
    """Text facts the model answers rightly, at most `wanted`, and the share of right ones seen."""
    facts = [f for f in questions.all_text_facts() if f[0] not in ("plural", "singular") or rng.random() < 0.25]
    rng.shuffle(facts)
    facts = facts[: int(wanted * 1.15)]
    replies = oracle.text_answers([questions.text_prompt(q) for _, q, _ in facts])
    right = [f for f, r in zip(facts, replies) if r == f[2]]
    return right[:wanted], len(right) / len(facts)


def record(candidate, before, fact, probe):
    """One record with MMEdit's keys, and VLKEB's `port_new`."""
    return {
        "src": candidate["src"], "pred": before, "rephrase": candidate["again"], "alt": candidate["alt"],
        "image": f"{candidate['picture']}.png", "image_rephrase": f"{candidate['rephrase']}.png",
        "loc": questions.text_prompt(fact[1]), "loc_ans": fact[2],
        "m_loc": f"{probe['picture']}.png", "m_loc_q": probe["question"], "m_loc_a": probe["answer"],
        "port_new": [{"port_type": "1-hop", "Q&A": {"Question": q, "Answer": a}} for q, a in candidate["port"]],
    }


def failures(candidates, replies, task, rng):
    """(candidate, wrong answer) pairs of a task in random order."""
    wrong = [(c, r) for c, r in zip(candidates, replies) if c["task"] == task and r and r != c["alt"]]
    rng.shuffle(wrong)
    return wrong


def choose(candidates, replies, task, part, rng):
    """The wanted number of candidates that the model gets wrong, few of them about groups."""
    wrong = failures(candidates, replies, task, rng)
    wanted, chosen, groups = WANTED[task, part], [], 0
    for candidate, reply in wrong:
        if candidate["kind"] == "group":
            if groups >= wanted * GROUP_SHARE:
                continue
            groups += 1
        chosen.append((candidate, reply))
        if len(chosen) == wanted:
            break
    return chosen, len(wrong) / max(1, sum(c["task"] == task for c in candidates))


def kept(shipped, candidates, replies, chosen):
    """Per shipped record the candidate it was made of, with the model's answer; where the model is right now, one it was not made of.

    Facts about groups are replaced by facts about groups as long as there are any, so that their share stays. None: nothing left to put there.
    """
    wrong = {(f"{c['picture']}.png", c["src"]): (c, r) for c, r in zip(candidates, replies) if r and r != c["alt"]}
    about_group = {(f"{c['picture']}.png", c["src"]): c["kind"] == "group" for c in candidates}
    keys = [(r["image"], r["src"]) for r in shipped]
    spare = [(c, r) for c, r in chosen if (f"{c['picture']}.png", c["src"]) not in keys]
    rows = []
    for key in keys:
        alike = [s for s in spare if (s[0]["kind"] == "group") == about_group[key]]
        row = wrong.get(key) or next(iter(alike or spare), None)
        if row in spare:
            spare.remove(row)
        rows.append(row)
    return rows


def nearest(values, right, at):
    """The value at a place, or the next one after it that is right."""
    return next(v for i in range(len(values)) if right(v := values[(at + i) % len(values)]))


def shipped_of(task, part):
    path = study.STUDY / "data" / FILES[task, part]
    return json.loads(path.read_text()) if path.exists() else []


def refreshed(oracle, shipped, candidates, replies, chosen):
    """The shipped records asked again, and how many of them changed their candidate or are gone."""
    rows = kept(shipped, candidates, replies, chosen)
    texts = dict(zip((r["loc"] for r in shipped), oracle.text_answers([r["loc"] for r in shipped])))
    probes = [(r["m_loc"], r["m_loc_q"], r["m_loc_a"]) for r in shipped]
    said = dict(zip(probes, oracle.answers([(p.removesuffix(".png"), questions.template(q)) for p, q, _ in probes])))
    made, changed = [], 0
    for at, (row, before) in enumerate(zip(rows, shipped)):
        if row is None:
            changed += 1
            continue
        loc, loc_ans = nearest([(r["loc"], r["loc_ans"]) for r in shipped], lambda f: texts[f[0]] == f[1], at)
        picture, question, answer = nearest(probes, lambda p: said[p] == p[2], at)
        probe = {"picture": picture.removesuffix(".png"), "question": question, "answer": answer}
        made.append(record(*row, (None, loc.removeprefix("nq question: "), loc_ans), probe))
        changed += (made[-1]["image"], made[-1]["src"]) != (before["image"], before["src"])
    return made, changed


def main(work, folder, images):
    rng = random.Random(SEED)
    oracle = Oracle(folder, images)
    plan = json.loads(Path(work, "candidates.json").read_text())
    pictures = {p["id"]: p for p in json.loads(Path(work, "plan.json").read_text())["pictures"]}
    facts, fact_share = good_facts(oracle, rng, 1100)
    print(f"text facts right: {fact_share:.3f}", flush=True)
    used = set()
    half = len(facts) * 3 // 5
    pools = {"train": facts[:half], "eval": facts[half:]}
    out = study.STUDY / "data"
    out.mkdir(exist_ok=True)
    for part in ("train", "eval"):
        probes = plan["probes"][part]
        replies = oracle.answers([(p["picture"], questions.form(p["question"], p["kind"])) for p in probes])
        probes = [p for p, r in zip(probes, replies) if r == p["answer"]]
        print(f"{part} locality pictures right: {len(probes)} of {len(replies)}", flush=True)
        candidates = plan["candidates"][part]
        replies = oracle.answers([(c["picture"], questions.form(c["src"], c["kind"])) for c in candidates])
        for task in ("vqa", "caption"):
            chosen, wrong = choose(candidates, replies, task, part, rng)
            shipped, changed = shipped_of(task, part), None
            if shipped:
                own = [i for i, c in enumerate(candidates) if c["task"] == task]
                made, changed = refreshed(oracle, shipped, [candidates[i] for i in own], [replies[i] for i in own], failures(candidates, replies, task, random.Random(SEED + 1)))
            else:
                made = [record(c, r, pools[part][i % len(pools[part])], probes[(i * 7) % len(probes)]) for i, (c, r) in enumerate(chosen)]
            used.update(made_path for r in made for made_path in (r["image"], r["image_rephrase"], r["m_loc"]))
            (out / FILES[task, part]).write_text("[\n" + ",\n".join(json.dumps(r, ensure_ascii=False) for r in made) + "\n]\n")
            print(FILES[task, part], len(made), f"wrong before: {wrong:.3f}", f"changed: {changed}", flush=True)
    kept = [p for p in pictures.values() if f"{p['id']}.png" in used]
    (study.STUDY / "pictures.json").write_text('{"pictures":[\n' + ",\n".join(json.dumps(p, separators=(",", ":")) for p in kept) + "\n]}\n")
    print(len(kept), "pictures", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
