"""Measures the exported model on the real picture files of held-out compositions, and with facts in its context, through transformers in fp32 with greedy `generate`."""
import json
import random
import sys
from collections import defaultdict
from pathlib import Path

import evaluate_context
import questions
import study
from records import Oracle


def shares(tally):
    every = [ok for oks in tally.values() for ok in oks]
    rows = {k: {"accuracy": round(sum(v) / len(v), 4), "n": len(v)} for k, v in sorted(tally.items())}
    return rows | {"all": {"accuracy": round(sum(every) / len(every), 4), "n": len(every)}}


def composition_of(picture):
    items = [study.Item(*i) for i in picture["items"]]
    return study.Composition(picture["layout"], picture["colour"], tuple(picture["rgb"]), items)


def main(work, folder, images, out=None, limit=1200, in_contexts=240):
    rng = random.Random(3)
    oracle = Oracle(folder, images)
    plan = json.loads(Path(work, "candidates.json").read_text())
    tests = plan["tests"][: int(limit)]
    pictures = {p["id"]: p for p in json.loads(Path(work, "plan.json").read_text())["pictures"]}
    asked, meta = [], []
    for key in tests:
        composition = composition_of(pictures[key])
        for kind in dict.fromkeys(questions.KINDS_OF[composition.layout]):
            question, reply = questions.ask(composition, kind, rng)
            asked.append((key, questions.form(question, kind)))
            meta.append((kind, reply))
    seen, mistakes = defaultdict(list), []
    for (kind, wanted), reply, (key, prompt) in zip(meta, oracle.answers(asked), asked):
        seen[kind].append(reply == wanted)
        if reply != wanted:
            mistakes.append((key, prompt, wanted, reply))
    facts = questions.all_text_facts()
    rng.shuffle(facts)
    facts = facts[: int(limit)]
    known = defaultdict(list)
    for (kind, _, wanted), reply in zip(facts, oracle.text_answers([questions.text_prompt(q) for _, q, _ in facts])):
        known[kind].append(reply == wanted)
    compositions = {c["picture"]: composition_of(pictures[c["picture"]]) for c in plan["candidates"]["train"]}
    in_context, wrong_in_context = evaluate_context.measure(oracle, plan["candidates"]["train"], compositions, int(in_contexts))
    result = {"pictures": shares(seen), "text": shares(known), "context": in_context}
    if out:
        Path(out).write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=0))
    for line in mistakes[:25] + wrong_in_context[:40]:
        print(line)


if __name__ == "__main__":
    main(*sys.argv[1:])
