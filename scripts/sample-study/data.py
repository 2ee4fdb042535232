"""Feeds pictures to the training: a shared pool of composed pictures that a cheap process keeps redrawing."""
import multiprocessing
import os
import random
import time
from pathlib import Path

import numpy as np
import torch

import sprites
import study

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(1, 3, 1, 1)
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(1, 3, 1, 1)


def normalise(pictures):
    """uint8 (n, side, side, 3) → the image processor's float pixel values (n, 3, side, side)."""
    return (torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255 - MEAN) / STD


def _redraw(folder, pictures, meta, side, seed, rate):
    """Endless: redraws the pool slot by slot, at full speed once round, then `rate` pictures a second."""
    os.nice(15)
    rng, sheet, index = random.Random(seed), sprites.Sprites(folder), sprites.name_index()
    pool, info = np.load(pictures, mmap_mode="r+"), np.load(meta, mmap_mode="r+")
    drawn = 0
    while os.getppid() != 1:
        composition = study.random_composition(rng)
        pool[drawn % len(pool)] = sheet.draw(composition, side)
        info[drawn % len(pool)] = sprites.labels(composition, index)
        drawn += 1
        if drawn > len(pool) and drawn % 50 == 0:
            time.sleep(50 / rate)


class Pool:
    """`batch(n)` gives (uint8 pictures, labels) drawn at random from the pool."""

    def __init__(self, folder, side, size=24000, seed=1, rate=170):
        shm = Path("/dev/shm" if Path("/dev/shm").is_dir() else folder)
        self.files = [shm / f"sample-study-{os.getpid()}-{part}.npy" for part in ("pictures", "labels")]
        shapes = [((size, side, side, 3), np.uint8), ((size, 5), np.int16)]
        self.pictures, self.labels = (
            np.lib.format.open_memmap(f, mode="w+", dtype=d, shape=s) for f, (s, d) in zip(self.files, shapes))
        context = multiprocessing.get_context("spawn")
        self.worker = context.Process(
            target=_redraw, args=(str(folder), str(self.files[0]), str(self.files[1]), side, seed, rate), daemon=True)
        self.worker.start()
        self.rng = np.random.default_rng(seed)
        while not self.labels[size - 1].any():
            time.sleep(0.2)

    def batch(self, n):
        rows = self.rng.integers(0, len(self.pictures), n)
        return normalise(self.pictures[rows]), torch.from_numpy(self.labels[rows].astype(np.int64))

    def close(self):
        self.worker.terminate()
        for f in self.files:
            f.unlink(missing_ok=True)


def held_out(folder, side, n, seed=987):
    """`n` compositions never trained on (their own seed), their pictures and labels."""
    rng, sheet, index = random.Random(seed), sprites.Sprites(folder), sprites.name_index()
    compositions = [study.random_composition(rng) for _ in range(n)]
    pictures = np.stack([sheet.draw(c, side) for c in compositions])
    return compositions, normalise(pictures), torch.tensor([sprites.labels(c, index) for c in compositions])
