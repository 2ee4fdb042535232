"""Stage 3: sight and language together; the slots keep their auxiliary loss, and the learning rate is annealed to nothing."""
import argparse
import random
import time
from collections import defaultdict

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import AutoTokenizer

import data
import language as L
import model as M
import optim
import questions
import study
from train_vision import measure, schedule


class QuestionPool:
    """A data.Pool whose labels are turned back into questions: names, layout, colour and count are all a question needs."""

    def __init__(self, work):
        self.pool = data.Pool(work, M.SIDE, seed=2)
        self.names, self.colours = list(M.NAMES), list(study.COLOURS)

    def batch(self, n):
        pixels, labels = self.pool.batch(n)
        return pixels, labels, [self.composition(row) for row in labels.tolist()]

    def composition(self, row):
        first, second, layout, colour, count = row
        names = [self.names[first]] * (count + 1) if second < 0 else [self.names[first], self.names[second]]
        items = [study.Item(n, "", 0, 0, 0) for n in names]
        return study.Composition(study.LAYOUTS[layout], self.colours[colour], (0, 0, 0), items)


def held_out_questions(compositions, seed=5):
    """One question of every kind that fits, per held-out composition: (row, kind, prompt, answer)."""
    rng = random.Random(seed)
    asked = []
    for row, composition in enumerate(compositions):
        for kind in dict.fromkeys(questions.KINDS_OF[composition.layout]):
            question, reply = questions.ask(composition, kind, rng)
            asked.append((row, kind, questions.form(question, kind), reply))
    return asked


@torch.no_grad()
def accuracy(model, words, pixels, asked):
    """Share of exactly right answers per kind (every answer token and the end the most likely one, which is greedy decoding)."""
    slots = torch.cat([M.encode(model, pixels[i : i + 250]) for i in range(0, len(pixels), 250)]).float()
    tally = defaultdict(list)
    for i in range(0, len(asked), 400):
        part = asked[i : i + 400]
        ids, wanted = words.sequences([(p, a) for _, _, p, a in part])
        _, right = L.answer_loss(model, ids, wanted, slots[[r for r, *_ in part]])
        for (_, kind, _, _), ok in zip(part, right.tolist()):
            tally[kind].append(ok)
    every = [ok for oks in tally.values() for ok in oks]
    return {k: (round(sum(v) / len(v), 3), len(v)) for k, v in sorted(tally.items())} | {"all": (round(sum(every) / len(every), 4), len(every))}


@torch.no_grad()
def text_accuracy(model, words):
    """Share of exactly right text facts per kind, all paraphrases, in MMEdit's prefix form."""
    tally = defaultdict(list)
    facts = questions.all_text_facts()
    for i in range(0, len(facts), 400):
        part = facts[i : i + 400]
        ids, wanted = words.sequences([(questions.text_prompt(q), a) for _, q, a in part])
        for (kind, *_), ok in zip(part, L.answer_loss(model, ids, wanted)[1].tolist()):
            tally[kind].append(ok)
    every = [ok for oks in tally.values() for ok in oks]
    return {k: (round(sum(v) / len(v), 3), len(v)) for k, v in sorted(tally.items())} | {"all": (round(sum(every) / len(every), 4), len(every))}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("work")
    args.add_argument("--minutes", type=float, default=40)
    args.add_argument("--batch", type=int, default=128)
    args.add_argument("--asked", type=int, default=48, help="pictures of a batch that questions are asked about; all train the slots")
    args.add_argument("--questions", type=int, default=1)
    args.add_argument("--facts", type=int, default=12)
    args.add_argument("--lr", type=float, default=0.015)
    args.add_argument("--language-share", type=float, default=0.25, help="learning rate of the decoder, which is nearly done, against that of sight")
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--resume", action="store_true", help="go on from joint.pt instead of vision.pt and language.pt")
    args = args.parse_args()
    torch.manual_seed(2)
    torch.set_num_threads(args.threads)
    rng = random.Random(2)
    words = L.Words(AutoTokenizer.from_pretrained(f"{args.work}/tok"))
    model, heads = M.build(len(words.tokenizer), len(words.tokenizer) - 1), M.SlotHeads()
    if args.resume:
        model.load_state_dict(torch.load(f"{args.work}/joint.pt")["model"])
    else:
        model.load_state_dict(torch.load(f"{args.work}/vision.pt")["model"])
        model.language_model.load_state_dict(torch.load(f"{args.work}/language.pt")["model"])
    heads.sharpness = 6.0
    heads.requires_grad_(False)
    sight, sight_rest = optim.split_parameters([model.vision_model, model.qformer, model.language_projection])
    tongue, tongue_rest = optim.split_parameters([model.language_model])
    sight_rest.append(model.query_tokens)
    rates = [(optim.Muon(sight, args.lr), args.lr), (optim.Muon(tongue, args.lr), args.lr * args.language_share)]
    for rest, rate in ((sight_rest, args.lr * 0.15), (tongue_rest, args.lr * 0.15 * args.language_share)):
        rates.append((torch.optim.AdamW(rest, rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True), rate))
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.997))
    pool = QuestionPool(args.work)
    compositions, pixels, labels = data.held_out(args.work, M.SIDE, 400)
    asked_held_out = held_out_questions(compositions)
    start, step, sums, tally = time.time(), 0, [0.0, 0.0, 0.0], defaultdict(list)
    kept = start
    while (progress := (time.time() - start) / (args.minutes * 60)) < 1:
        scale = schedule(progress, 0.0)
        for optimiser, rate in rates:
            optimiser.param_groups[0]["lr"] = rate * scale
        x, y, shown = pool.batch(args.batch)
        asked = [L.picture_questions(c, rng, args.questions) for c in shown[: args.asked]]
        facts = L.text_questions(rng, args.facts)
        ids, wanted = words.sequences([(p, a) for group in asked for _, p, a in group])
        text_ids, text_wanted = words.sequences([(p, a) for _, p, a in facts])
        with torch.no_grad():
            for head, vectors in words.class_vectors(model).items():
                heads.heads[head].data.copy_(vectors)
        with torch.autocast("cpu", torch.bfloat16):
            slots = M.encode(model, x)
            loss, right = L.answer_loss(model, ids, wanted, slots[: args.asked].repeat_interleave(args.questions, 0))
            text_loss, text_right = L.answer_loss(model, text_ids, text_wanted)
        slot_loss, _ = heads(slots, y)
        (loss + 0.5 * text_loss + 0.5 * slot_loss).backward()
        for optimiser, _ in rates:
            optimiser.step()
            optimiser.zero_grad()
        for (kind, *_), ok in zip([q for group in asked for q in group], right.tolist()):
            tally[kind].append(ok)
        tally["text"].extend(text_right.tolist())
        sums = [a + b.item() for a, b in zip(sums, (loss, text_loss, slot_loss))]
        step += 1
        average.update_parameters(model)
        if step % 50 == 0:
            print(f"{step} {time.time() - start:.0f}s lr {scale:.2f} loss", [round(v / 50, 3) for v in sums],
                  {k: round(sum(v) / len(v), 2) for k, v in sorted(tally.items())}, flush=True)
            sums, tally = [0.0, 0.0, 0.0], defaultdict(list)
        if step % 500 == 0:
            print("held out", accuracy(average.module, words, pixels, asked_held_out), flush=True)
        if time.time() - kept > 120:
            torch.save({"model": average.module.state_dict(), "step": step}, f"{args.work}/joint.pt")
            kept = time.time()
    torch.save({"model": average.module.state_dict(), "step": step}, f"{args.work}/joint.pt")
    print("final", step, accuracy(average.module, words, pixels, asked_held_out), text_accuracy(average.module, words), flush=True)
    print("slots", measure(average.module, heads, pixels, labels), flush=True)
    pool.pool.close()


if __name__ == "__main__":
    main()
