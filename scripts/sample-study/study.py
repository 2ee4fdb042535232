"""The sample study's world: things, countries, colours, layouts, and seeded random compositions of them."""
import json
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "resources" / "sample-study"
CONCEPTS = json.loads((STUDY / "concepts.json").read_text())
THINGS = {t["name"]: t for t in CONCEPTS["things"]}
COUNTRIES = {c["name"]: c for c in CONCEPTS["countries"]}
TAUGHT_THINGS = [n for n, t in THINGS.items() if t["taught"]]
TAUGHT_COUNTRIES = [n for n, c in COUNTRIES.items() if c["taught"]]
GROUPS = sorted({t["group"] for t in THINGS.values()})
NUMBERS = ["one", "two", "three", "four", "five"]
COLOURS = {
    "red": (214, 64, 62), "orange": (240, 150, 60), "yellow": (246, 220, 92), "green": (96, 176, 96),
    "blue": (84, 134, 214), "purple": (146, 96, 186), "grey": (150, 154, 160), "white": (244, 244, 242),
}
COLOUR_JITTER = 10
LAYOUTS = ["single", "beside", "above", "count", "flag"]


@dataclass
class Item:
    """One drawing in a picture; x, y (centre) and size are fractions of the picture's side."""
    name: str
    artist: str
    x: float
    y: float
    size: float


@dataclass
class Composition:
    """`items[0]` is the single thing, the left one, or the upper one."""
    layout: str
    colour: str
    rgb: tuple
    items: list = field(default_factory=list)

    @property
    def first(self):
        return self.items[0].name

    @property
    def second(self):
        return self.items[1].name if self.layout in ("beside", "above") else None


def artists_of(name):
    return list((THINGS.get(name) or COUNTRIES[name])["artists"])


def other_artists(name, artist):
    return [a for a in artists_of(name) if a != artist]


def place(layout, rng, count=1):
    """Centres and sizes of the drawings of a layout, as (x, y, size) fractions."""
    u = rng.uniform
    if layout in ("single", "flag"):
        size = u(0.6, 0.84) if layout == "single" else u(0.68, 0.86)
        slack = (1 - size) / 2 - 0.02
        return [(0.5 + u(-1, 1) * min(slack, 0.1), 0.5 + u(-1, 1) * min(slack, 0.1), size)]
    if layout in ("beside", "above"):
        size = u(0.4, 0.46)
        spots = []
        for centre in (0.255, 0.745):
            along, across = centre + u(-0.02, 0.02), 0.5 + u(-0.12, 0.12)
            spots.append((along, across, size) if layout == "beside" else (across, along, size))
        return spots
    size = u(0.26, 0.31)
    cells = list(range(9))
    rng.shuffle(cells)
    return [((c % 3 + 0.5) / 3 + u(-0.012, 0.012), (c // 3 + 0.5) / 3 + u(-0.012, 0.012), size) for c in cells[:count]]


def compose(rng, layout, names, artists=None, colour=None, count=1):
    """A random composition of the given things; `rng` is a random.Random."""
    colour = colour or rng.choice(list(COLOURS))
    rgb = tuple(max(0, min(255, c + rng.randint(-COLOUR_JITTER, COLOUR_JITTER))) for c in COLOURS[colour])
    if layout == "count":
        names = [names[0]] * count
    artists = artists or [rng.choice(artists_of(n)) for n in names]
    if layout == "count":
        artists = [artists[0]] * count
    spots = place(layout, rng, count)
    items = [Item(n, a, *(round(v, 4) for v in s)) for n, a, s in zip(names, artists, spots)]
    return Composition(layout, colour, rgb, items)


def random_composition(rng, things=None, countries=None):
    """The training mixture: 27 % singles, 44 % pairs, 14 % counts, 15 % flags."""
    things, countries = things or TAUGHT_THINGS, countries or TAUGHT_COUNTRIES
    draw = rng.random()
    if draw < 0.27:
        return compose(rng, "single", [rng.choice(things)])
    if draw < 0.71:
        return compose(rng, "beside" if draw < 0.5 else "above", rng.sample(things, 2))
    if draw < 0.85:
        return compose(rng, "count", [rng.choice(things)], count=rng.randint(2, 5))
    return compose(rng, "flag", [rng.choice(countries)])
