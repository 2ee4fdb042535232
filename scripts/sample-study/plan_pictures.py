"""Plans the study's pictures and candidate records, before any model is asked: <work>/candidates.json and <work>/plan.json."""
import json
import random
import sys
from pathlib import Path

import questions
import study

SEED = 20260
TRAIN_SHARE = 0.7
PROBES = {"train": 260, "eval": 130}
TEST_PICTURES = 1200


class Album:
    """Collects compositions as pictures with ids."""

    def __init__(self):
        self.pictures = {}

    def add(self, folder, composition):
        number = sum(1 for k in self.pictures if k.startswith(f"{folder}/"))
        key = f"{folder}/{number:05d}"
        self.pictures[key] = composition
        return key


def as_json(key, composition):
    return {"id": key, "layout": composition.layout, "colour": composition.colour, "rgb": list(composition.rgb),
            "items": [[i.name, i.artist, i.x, i.y, i.size] for i in composition.items]}


def redrawn(rng, composition, subject):
    """The same things in the same arrangement by other artists. Captions name the background, so it keeps its colour, in another shade."""
    names = [i.name for i in composition.items]
    artists = [rng.choice(study.other_artists(n, i.artist)) for n, i in zip(names, composition.items)]
    rng.choice(range(len(study.COLOURS) - 1))  # Drawn and not used: the plan's later pictures stay what they were.
    return study.compose(rng, composition.layout, names, artists, composition.colour, count=len(names))


def split(names, rng):
    names = sorted(names)
    rng.shuffle(names)
    cut = round(len(names) * TRAIN_SHARE)
    return {"train": names[:cut], "eval": names[cut:]}


def subjects(things, countries, rng):
    """Compositions with one thing (or flag) the model was never shown: (composition, index of that thing)."""
    for name in things:
        for artist in study.artists_of(name):
            yield study.compose(rng, "single", [name], [artist]), 0
    for name in things:
        for artist in rng.sample(study.artists_of(name), 3):
            known = rng.choice(study.TAUGHT_THINGS)
            at = rng.randrange(2)
            names, artists = [known, name], [rng.choice(study.artists_of(known)), artist]
            if at == 0:
                names.reverse()
                artists.reverse()
            yield study.compose(rng, rng.choice(["beside", "above"]), names, artists), at
    for name in countries:
        for artist in study.artists_of(name):
            yield study.compose(rng, "flag", [name], [artist]), 0


def edit_kinds(composition, at):
    """The questions worth editing in a picture: the name of the unknown thing, and sometimes its group."""
    if composition.layout == "single":
        return ["name", "group"]
    if composition.layout == "flag":
        return ["country"]
    if composition.layout == "beside":
        return [("left", "right")[at]]
    return [("top", "bottom")[at]]


def port_questions(composition, at, kind):
    """(question, answer) pairs that follow from the edit."""
    name = composition.items[at].name
    if composition.layout == "flag":
        return [(questions.PICTURE[f"{k} of flag"][0], study.COUNTRIES[name][k]) for k in ("capital", "currency", "continent")]
    if kind == "group":
        return [(questions.PICTURE["name"][0], name)]
    sides = {"beside": ("group left", "group right"), "above": ("group top", "group bottom")}
    where = "group" if composition.layout == "single" else sides[composition.layout][at]
    return [(questions.PICTURE[where][0], questions.group_of(name))]


def main(work):
    rng = random.Random(SEED)
    album, candidates, probes = Album(), {"train": [], "eval": []}, {}
    things = split([n for n, t in study.THINGS.items() if not t["taught"]], rng)
    countries = split([n for n, c in study.COUNTRIES.items() if not c["taught"]], rng)
    for part in ("train", "eval"):
        for composition, at in subjects(things[part], countries[part], rng):
            picture = album.add(part, composition)
            again = album.add(f"{part}_rephrase", redrawn(rng, composition, at))
            common = {"picture": picture, "rephrase": again, "at": at}
            for kind in edit_kinds(composition, at):
                choices = questions.PICTURE[kind]
                first = rng.randrange(len(choices))
                second = rng.choice([i for i in range(len(choices)) if i != first])
                candidates[part].append(common | {
                    "task": "vqa", "kind": kind, "src": choices[first], "again": choices[second], "alt": questions.answer(composition, kind),
                    "port": port_questions(composition, at, kind)})
            first, second = rng.sample(range(len(questions.CAPTIONS)), 2)
            name_kind = next(k for k in edit_kinds(composition, at))
            candidates[part].append(common | {
                "task": "caption", "kind": "caption", "src": questions.CAPTIONS[first], "again": questions.CAPTIONS[second],
                "alt": questions.caption(composition), "port": [(questions.PICTURE[name_kind][0], questions.answer(composition, name_kind))]})
        probes[part] = []
        for _ in range(PROBES[part]):
            composition = study.random_composition(rng)
            kind = rng.choice([k for k in questions.KINDS_OF[composition.layout] if k != "caption"])
            question, reply = questions.ask(composition, kind, rng)
            probes[part].append({"picture": album.add(f"{part}_locality", composition), "kind": kind, "question": question, "answer": reply})
    tests = [album.add("test", study.random_composition(rng)) for _ in range(TEST_PICTURES)]
    plan = [as_json(k, c) for k, c in album.pictures.items()]
    Path(work, "plan.json").write_text(json.dumps({"pictures": plan}))
    Path(work, "candidates.json").write_text(json.dumps({"candidates": candidates, "probes": probes, "tests": tests}))
    count = {p: {t: sum(c["task"] == t for c in cs) for t in ("vqa", "caption")} for p, cs in candidates.items()}
    print(len(plan), "pictures;", count, {k: len(v) for k, v in things.items()}, {k: len(v) for k, v in countries.items()})


if __name__ == "__main__":
    main(sys.argv[1])
