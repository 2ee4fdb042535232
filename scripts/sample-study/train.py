"""Trains the sample study's model from nothing to the exported folder: the whole recipe, stage by stage, on CPU.

    python scripts/sample-study/train.py <work folder>      (torch, transformers 4.57.6, tokenizers, pillow, numpy; Node for the drawings)

Stages: concepts and sprites (Node), tokenizer, language (text facts, and questions about ideal slots), vision (slots that look
like word embeddings), joint (annealed to nothing), context (facts and demonstrations before the question; sight frozen, annealed
again), export. Every stage is seeded; the stages are measured in minutes rather than steps, and pictures are drawn by a process of
their own, so two runs agree in recipe and not in bits.
"""
import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# glibc gives large blocks back to the kernel after every operator, and faulting them in again takes a third of the time.
MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "8589934592", "MALLOC_TOP_PAD_": "268435456"}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("work")
    args.add_argument("--language", type=float, default=10, help="minutes")
    args.add_argument("--vision", type=float, default=25, help="minutes")
    args.add_argument("--joint", type=float, default=50, help="minutes")
    args.add_argument("--context", type=float, default=44, help="minutes")
    args.add_argument("--threads", type=int, default=1, help="one thread was as fast as two on the busy two-core machine of the shipped model")
    args = args.parse_args()
    Path(args.work).mkdir(parents=True, exist_ok=True)
    node = ["npx", "tsx"]
    python = [sys.executable]
    threads = ["--threads", str(args.threads)]
    stages = [
        [*node, HERE / "catalogue.ts"],
        [*node, HERE / "render-sprites.ts", args.work],
        [*python, HERE / "make_tokenizer.py", f"{args.work}/tok"],
        [*python, HERE / "train_language.py", args.work, "--minutes", args.language, *threads],
        [*python, HERE / "train_vision.py", args.work, "--minutes", args.vision, "--words", "--floor", "0.4", *threads],
        [*python, HERE / "train_joint.py", args.work, "--minutes", args.joint, "--lr", "0.01", *threads],
        [*python, HERE / "train_context.py", args.work, "--minutes", args.context, *threads],
        [*python, HERE / "export.py", args.work],
    ]
    for stage in stages:
        command = [str(part) for part in stage]
        print("$", *command, flush=True)
        subprocess.run(command, check=True, env=os.environ | MEMORY)


if __name__ == "__main__":
    main()
