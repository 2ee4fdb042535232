"""Draws compositions as small RGB arrays from the rendered sprite sheet (see render-sprites.ts)."""
import json
from pathlib import Path

import numpy as np
from PIL import Image

import study


class Sprites:
    """The sprite sheet, with resized drawings cached by (name, artist, size)."""

    def __init__(self, folder):
        meta = json.loads((Path(folder) / "sprites.json").read_text())
        side = meta["side"]
        sheet = np.fromfile(Path(folder) / "sprites.bin", np.uint8).reshape(-1, side, side, 4)
        self.images = {(e["name"], e["artist"]): Image.fromarray(p) for e, p in zip(meta["index"], sheet)}
        self.cache = {}

    def sized(self, name, artist, size):
        key = (name, artist, size)
        if key not in self.cache:
            self.cache[key] = self.images[name, artist].resize((size, size), Image.Resampling.BICUBIC)
        return self.cache[key]

    def draw(self, composition, side):
        """The picture as uint8 (side, side, 3); composed at double size, then reduced, so places are sub-pixel."""
        big = side * 2
        canvas = Image.new("RGB", (big, big), composition.rgb)
        for item in composition.items:
            size = round(item.size * big / 2) * 2
            sprite = self.sized(item.name, item.artist, size)
            canvas.paste(sprite, (round(item.x * big - size / 2), round(item.y * big - size / 2)), sprite)
        return np.asarray(canvas.resize((side, side), Image.Resampling.BICUBIC))


def labels(composition, index):
    """(first, second, layout, colour, count) as class numbers; second is -1 where there is none."""
    second = composition.second
    return (
        index[composition.first], index[second] if second else -1, study.LAYOUTS.index(composition.layout),
        list(study.COLOURS).index(composition.colour), len(composition.items) - 1,
    )


def name_index():
    """Name → class number over every thing and country, taught or not."""
    return {n: i for i, n in enumerate([*study.THINGS, *study.COUNTRIES])}
