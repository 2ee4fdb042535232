"""Stage 1: ViT, Q-Former and projection learn, through the query slots, to name what a picture shows."""
import argparse
import time

import torch
from transformers import AutoTokenizer

import data
import language as L
import model as M
import optim

SLOTS = ["first", "second", "layout", "colour", "count", "group", "group2"]


def schedule(progress, floor):
    """Warm-up over the first hundredth, then flat, then linear to `floor` over the last two thirds."""
    return min(1, progress / 0.01 + 0.01, floor + (1 - floor) * (1 - progress) * 1.5)


@torch.no_grad()
def measure(model, heads, pixels, labels):
    rights = [heads(M.encode(model, pixels[i:i + 250]).float(), labels[i:i + 250])[1] for i in range(0, len(labels), 250)]
    right = torch.cat(rights).float()
    kinds = {"single": labels[:, 2] == 0, "pair": labels[:, 1] >= 0, "count": labels[:, 2] == 3, "flag": labels[:, 2] == 4}
    return {s: right[:, i].mean().item() for i, s in enumerate(SLOTS)} | {k: right[m, 0].mean().item() for k, m in kinds.items()}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("work")
    args.add_argument("--minutes", type=float, default=50)
    args.add_argument("--batch", type=int, default=128)
    args.add_argument("--lr", type=float, default=0.02)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--floor", type=float, default=0.15)
    args.add_argument("--resume", action="store_true", help="go on from vision.pt")
    args.add_argument("--words", action="store_true", help="slots must look like the word embeddings of language.pt (stage 2)")
    args = args.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(args.threads)
    model, heads = M.build(2560, 2559), M.SlotHeads()
    if args.resume:
        saved = torch.load(f"{args.work}/vision.pt")
        model.load_state_dict(saved["model"])
        heads.load_state_dict(saved["heads"])
    if args.words:
        words = L.Words(AutoTokenizer.from_pretrained(f"{args.work}/tok"))
        model.language_model.load_state_dict(torch.load(f"{args.work}/language.pt")["model"])
        for head, vectors in words.class_vectors(model).items():
            heads.heads[head].data.copy_(vectors)
            heads.heads[head].requires_grad_(False)
        heads.sharpness = 6.0  # keeps a slot's length near that of a word embedding with its position
    parts = [model.vision_model, model.qformer, model.language_projection, heads]
    hidden, rest = optim.split_parameters(parts)
    rest.append(model.query_tokens)
    muon = optim.Muon(hidden, args.lr)
    adam = torch.optim.AdamW(rest, 2e-3, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    pool = data.Pool(args.work, M.SIDE)
    _, pixels, labels = data.held_out(args.work, M.SIDE, 1000)
    start, step, total, right = time.time(), 0, 0.0, 0.0
    kept = start
    while (progress := (time.time() - start) / (args.minutes * 60)) < 1:
        scale = schedule(progress, args.floor)
        muon.param_groups[0]["lr"], adam.param_groups[0]["lr"] = args.lr * scale, 2e-3 * scale
        x, y = pool.batch(args.batch)
        with torch.autocast("cpu", torch.bfloat16):
            slots = M.encode(model, x)
        loss, hit = heads(slots, y)
        loss.backward()
        muon.step()
        adam.step()
        muon.zero_grad()
        adam.zero_grad()
        step, total, right = step + 1, total + loss.item(), right + hit[:, 0].float().mean().item()
        if step % 50 == 0:
            print(f"{step} {time.time() - start:.0f}s loss {total / 50:.3f} first {right / 50:.3f} lr {scale:.2f}", flush=True)
            total = right = 0.0
        if step % 400 == 0:
            print("held out", {k: round(v, 3) for k, v in measure(model, heads, pixels, labels).items()}, flush=True)
        if time.time() - kept > 120:
            torch.save({"model": model.state_dict(), "heads": heads.state_dict(), "step": step}, f"{args.work}/vision.pt")
            kept = time.time()
    print("held out", measure(model, heads, pixels, labels), step, flush=True)
    torch.save({"model": model.state_dict(), "heads": heads.state_dict(), "step": step}, f"{args.work}/vision.pt")
    pool.close()


if __name__ == "__main__":
    main()
