"""Stage 4: the decoder learns to use facts and demonstrations in its context; sight is frozen, and what it could do is rehearsed."""
import argparse
import random
import time
from collections import defaultdict
from pathlib import Path

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import AutoTokenizer

import context as C
import data
import language as L
import model as M
import optim
import questions
from train_joint import QuestionPool, accuracy, held_out_questions, text_accuracy
from train_vision import schedule

LONGEST = M.CONTEXT_POSITIONS - M.QUERIES
DEMONSTRATIONS = [0, 0, 0, 1, 1, 2, 3, 4]


class Bank:
    """Pictures of the joint stage's kind with the slots that the frozen eyes see in them, computed once."""

    def __init__(self, work, model, size):
        pool = QuestionPool(work)
        self.slots, self.shown = [], []
        with torch.no_grad():
            for start in range(0, size, 256):
                rows = torch.arange(start, min(size, start + 256)).numpy()
                self.slots.append(M.encode(model, data.normalise(pool.pool.pictures[rows])))
                self.shown += [pool.composition(row) for row in pool.pool.labels[rows].tolist()]
        pool.pool.close()
        self.slots = torch.cat(self.slots)

    def batch(self, n, rng):
        rows = [rng.randrange(len(self.shown)) for _ in range(n)]
        return self.slots[rows], [self.shown[r] for r in rows]


def context_sequences(words, contexts):
    """Padded ids and mask of the tokens to predict: every block's answer, and the end after the last one."""
    rows = []
    for blocks in contexts:
        ids, wanted = [L.BOS], [False]
        for i, (text, answer) in enumerate(blocks):
            said, reply = words.ids(("\n\n" if i else "") + text), words.ids(f" {answer}")
            ids += [*said, *reply]
            wanted += [False] * len(said) + [True] * len(reply)
        rows.append(([*ids, L.EOS], [*wanted, True]))
    longest = max(len(ids) for ids, _ in rows)
    ids, wanted = torch.full((len(rows), longest), L.PAD), torch.zeros(len(rows), longest, dtype=torch.bool)
    for i, (tokens, mask) in enumerate(rows):
        ids[i, : len(tokens)], wanted[i, : len(tokens)] = torch.tensor(tokens), torch.tensor(mask)
    return ids, wanted


def last_only(wanted):
    """The mask of the last block alone: answer tokens since the last gap, and the end."""
    kept = torch.zeros_like(wanted)
    for row, mask in enumerate(wanted.tolist()):
        at = len(mask) - 1 - mask[::-1].index(True)
        while mask[at]:
            kept[row, at] = True
            at -= 1
    return kept


@torch.no_grad()
def context_accuracy(model, words, held):
    """Share of exactly right last answers per kind of query and number of demonstrations; `held` is (pictures' slots, their examples)."""
    tally = defaultdict(list)
    for count, slots, examples in held:
        for seen in (True, False):
            rows = [i for i, (_, _, s) in enumerate(examples) if s == seen]
            ids, wanted = context_sequences(words, [examples[i][1] for i in rows])
            _, right = L.answer_loss(model, ids, last_only(wanted), slots[rows] if seen else None)
            for i, ok in zip(rows, right.tolist()):
                tally[f"{examples[i][0]} {count}"].append(ok)
    return {k: (round(sum(v) / len(v), 3), len(v)) for k, v in sorted(tally.items())}


def save(work, average, step):
    torch.save({"model": average.module.state_dict(), "step": step}, Path(work, "context.pt"))


def main():
    args = argparse.ArgumentParser()
    args.add_argument("work")
    args.add_argument("--minutes", type=float, default=40)
    args.add_argument("--asked", type=int, default=40, help="pictures of a step with a question and nothing before it")
    args.add_argument("--facts", type=int, default=24)
    args.add_argument("--tokens", type=int, default=3600, help="of a step's contexts")
    args.add_argument("--pictures", type=int, default=20000)
    args.add_argument("--lr", type=float, default=0.01)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--resume", action="store_true", help="go on from context.pt instead of joint.pt")
    args = args.parse_args()
    torch.manual_seed(4)
    torch.set_num_threads(args.threads)
    rng = random.Random(4)
    words = L.Words(AutoTokenizer.from_pretrained(f"{args.work}/tok"))
    model = M.build(len(words.tokenizer), len(words.tokenizer) - 1, M.CONTEXT_POSITIONS)
    state = torch.load(f"{args.work}/{'context' if args.resume else 'joint'}.pt")["model"]
    model.load_state_dict(state if args.resume else M.grown(state))
    for module in (model.vision_model, model.qformer, model.language_projection):
        module.requires_grad_(False)
    model.query_tokens.requires_grad_(False)
    bank = Bank(args.work, model, args.pictures)
    print(len(bank.shown), "pictures seen", flush=True)
    compositions, pixels, _ = data.held_out(args.work, M.SIDE, 400)
    asked_held_out = held_out_questions(compositions)
    with torch.no_grad():
        seen_held_out = M.encode(model, pixels)
    held_rng = random.Random(44)
    held = [(k, seen_held_out, [C.example(held_rng, c, k) for c in compositions]) for k in (0, 1, 3)]
    hidden, rest = optim.split_parameters([model.language_model])
    rates = [(optim.Muon(hidden, args.lr), args.lr), (torch.optim.AdamW(rest, args.lr * 0.06, betas=(0.9, 0.98), weight_decay=0.0, fused=True), args.lr * 0.06)]
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.997))
    start, step, sums, tally = time.time(), 0, [0.0, 0.0, 0.0], defaultdict(list)
    kept = start
    while (progress := (time.time() - start) / (args.minutes * 60)) < 1:
        scale = schedule(progress, 0.0)
        for optimiser, rate in rates:
            optimiser.param_groups[0]["lr"] = rate * scale
        slots, shown = bank.batch(args.asked, rng)
        asked = [L.picture_questions(c, rng, 1)[0] for c in shown]
        facts = L.text_questions(rng, args.facts)
        count = rng.choice(DEMONSTRATIONS) if progress > 0.15 or args.resume else rng.choice([0, 0, 0, 1])
        context_slots, context_shown = bank.batch(max(8, args.tokens // (46 + 36 * count)), rng)
        examples = [C.example(rng, c, count) for c in context_shown]
        ids, wanted = words.sequences([(p, a) for _, p, a in asked])
        text_ids, text_wanted = words.sequences([(p, a) for _, p, a in facts])
        losses = []
        with torch.autocast("cpu", torch.bfloat16):
            losses.append(L.answer_loss(model, ids, wanted, slots))
            losses.append(L.answer_loss(model, text_ids, text_wanted))
            total = losses[0][0] + 0.5 * losses[1][0]
            for seen in (True, False):
                rows = [i for i, (_, blocks, s) in enumerate(examples) if s == seen]
                if not rows:
                    continue
                context_ids, context_wanted = context_sequences(words, [examples[i][1] for i in rows])
                context_ids, context_wanted = context_ids[:, :LONGEST], context_wanted[:, :LONGEST]
                loss, right = L.answer_loss(model, context_ids, context_wanted, context_slots[rows] if seen else None)
                total = total + 1.5 * loss * len(rows) / len(examples)
                losses.append((loss * len(rows) / len(examples), right))
                for i, ok in zip(rows, right.tolist()):
                    tally[examples[i][0] if count == 0 else f"chain {count}"].append(ok)
        total.backward()
        for optimiser, _ in rates:
            optimiser.step()
            optimiser.zero_grad()
        tally["pictures"].extend(losses[0][1].tolist())
        tally["facts"].extend(losses[1][1].tolist())
        sums = [a + b.item() for a, b in zip(sums, (losses[0][0], losses[1][0], sum(loss for loss, _ in losses[2:])))]
        step += 1
        average.update_parameters(model)
        if step % 50 == 0:
            print(f"{step} {time.time() - start:.0f}s lr {scale:.2f} loss", [round(v / 50, 3) for v in sums],
                  {k: round(sum(v) / len(v), 2) for k, v in sorted(tally.items())}, flush=True)
            sums, tally = [0.0, 0.0, 0.0], defaultdict(list)
        if step % 500 == 0:
            print("held out", accuracy(average.module, words, pixels, asked_held_out)["all"], context_accuracy(average.module, words, held), flush=True)
        if time.time() - kept > 120:
            save(args.work, average, step)
            kept = time.time()
    save(args.work, average, step)
    print("final", step, accuracy(average.module, words, pixels, asked_held_out), text_accuracy(average.module, words),
          context_accuracy(average.module, words, held), flush=True)


if __name__ == "__main__":
    main()
