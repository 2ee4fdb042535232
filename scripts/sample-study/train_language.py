"""Stage 2: the decoder learns the text facts, and to answer about pictures from ideal slots (word vectors instead of sight)."""
import argparse
import random
import time
from collections import defaultdict

import torch
from transformers import AutoTokenizer

import language as L
import model as M
import optim
import sprites
import study
from train_vision import schedule


def main():
    args = argparse.ArgumentParser()
    args.add_argument("work")
    args.add_argument("--minutes", type=float, default=12)
    args.add_argument("--pictures", type=int, default=40)
    args.add_argument("--facts", type=int, default=64)
    args.add_argument("--lr", type=float, default=0.02)
    args.add_argument("--threads", type=int, default=2)
    args = args.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(args.threads)
    rng = random.Random(1)
    words = L.Words(AutoTokenizer.from_pretrained(f"{args.work}/tok"))
    model, heads = M.build(len(words.tokenizer), len(words.tokenizer) - 1), M.SlotHeads()
    hidden, rest = optim.split_parameters([model.language_model])
    muon = optim.Muon(hidden, args.lr)
    adam = torch.optim.AdamW(rest, 2e-3, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    start, step, losses, tally = time.time(), 0, 0.0, defaultdict(list)
    names, countries = list(study.THINGS), list(study.COUNTRIES)
    saved = start
    while (progress := (time.time() - start) / (args.minutes * 60)) < 1:
        scale = schedule(progress, 0.1)
        muon.param_groups[0]["lr"], adam.param_groups[0]["lr"] = args.lr * scale, 2e-3 * scale
        compositions = [study.random_composition(rng, names, countries) for _ in range(args.pictures)]
        labels = torch.tensor([sprites.labels(c, M.NAMES) for c in compositions])
        asked = [L.picture_questions(c, rng, 3) for c in compositions]
        facts = L.text_questions(rng, args.facts)
        ids, wanted = words.sequences([(p, a) for group in asked for _, p, a in group])
        text_ids, text_wanted = words.sequences([(p, a) for _, p, a in facts])
        prefix = L.oracle_prefix(words.class_vectors(model), labels, heads).repeat_interleave(3, 0)
        with torch.autocast("cpu", torch.bfloat16):
            loss, right = L.answer_loss(model, ids, wanted, prefix)
            text_loss, text_right = L.answer_loss(model, text_ids, text_wanted)
        (loss + text_loss).backward()
        muon.step()
        adam.step()
        muon.zero_grad()
        adam.zero_grad()
        for (kind, *_), ok in zip([q for group in asked for q in group], right.tolist()):
            tally[kind].append(ok)
        for (kind, *_), ok in zip(facts, text_right.tolist()):
            tally[f"text {kind}"].append(ok)
        step, losses = step + 1, losses + loss.item() + text_loss.item()
        if step % 25 == 0:
            print(f"{step} {time.time() - start:.0f}s loss {losses / 25:.3f}", {k: round(sum(v) / len(v), 2) for k, v in sorted(tally.items())}, flush=True)
            losses, tally = 0.0, defaultdict(list)
        if time.time() - saved > 120:
            torch.save({"model": model.language_model.state_dict(), "step": step}, f"{args.work}/language.pt")
            saved = time.time()
    torch.save({"model": model.language_model.state_dict(), "step": step}, f"{args.work}/language.pt")
    print("done", step, flush=True)


if __name__ == "__main__":
    main()
