"""In-context answers of the exported model about things it was never shown: real picture files, greedy `generate`, exact match.

The facts are those of the train records' candidates, so nothing here looks at an eval record.
"""
import random
from collections import defaultdict

import context as C
import questions

COUNTS = (0, 1, 3)
SEED = 31


def demonstration(rng, candidate):
    """A copy, update or retain demonstration from another record."""
    src, again = (questions.form(candidate[k], candidate["kind"]) for k in ("src", "again"))
    draw = rng.randrange(3)
    if draw == 2:
        return C.block(src, candidate["alt"], *C.text_question(rng))
    return C.block(src, candidate["alt"], again if draw else src, candidate["alt"])


def asked_about(rng, candidate, composition):
    """What is asked after the fact: test → (picture or None, prompt, right answer)."""
    src, again = (questions.form(candidate[k], candidate["kind"]) for k in ("src", "again"))
    other = rng.choice([k for k in questions.KINDS_OF[composition.layout] if not C.related(candidate["kind"], k)])
    question, answer = questions.ask(composition, other, rng)
    follows, settled = rng.choice(candidate["port"])
    return {
        "copy": (candidate["picture"], src, candidate["alt"]), "reword": (candidate["picture"], again, candidate["alt"]),
        "copy, other picture": (candidate["rephrase"], src, candidate["alt"]), "retain text": (None, *C.text_question(rng)),
        "other question": (candidate["picture"], questions.form(question, other), answer),
        "what follows": (candidate["picture"], questions.template(follows), settled),
    }


def contexts(candidates, compositions, n):
    """(test, form, picture, text, answer) of `n` facts, in every form and with every number of demonstrations."""
    rng = random.Random(SEED)
    chosen = {task: [c for c in candidates if c["task"] == task] for task in ("vqa", "caption")}
    facts = rng.sample(chosen["vqa"], n * 2 // 3) + rng.sample(chosen["caption"], n - n * 2 // 3)
    rows = []
    for candidate in facts:
        src = questions.form(candidate["src"], candidate["kind"])
        for test, (picture, prompt, answer) in asked_about(rng, candidate, compositions[candidate["picture"]]).items():
            if test == "other question":
                rows.append((test, "nothing before it", picture, prompt, answer))
            for count in COUNTS:
                before = [demonstration(rng, rng.choice(chosen[candidate["task"]])) for _ in range(count)]
                rows.append((test, f"{count} demonstrations", picture, C.joined([*before, C.block(src, candidate["alt"], prompt, answer)]), answer))
            rows.append((test, "plain fact", picture, C.plain_block(src, candidate["alt"], prompt, answer)[0], answer))
    return rows


def measure(oracle, candidates, compositions, n=240):
    """test → form → accuracy and n, and some mistakes."""
    rows = contexts(candidates, compositions, n)
    replies = [""] * len(rows)
    for shown in (True, False):
        part = [i for i, row in enumerate(rows) if (row[2] is not None) == shown]
        answers = oracle.answers([(rows[i][2], rows[i][3]) for i in part]) if shown else oracle.text_answers([rows[i][3] for i in part])
        for i, answer in zip(part, answers):
            replies[i] = answer
    tally, mistakes = defaultdict(lambda: defaultdict(list)), []
    for (test, form, picture, text, answer), reply in zip(rows, replies):
        tally[test][form].append(reply == answer)
        if reply != answer:
            mistakes.append((test, form, picture, text[-160:], answer, reply))
    result = {test: {form: {"accuracy": round(sum(v) / len(v), 4), "n": len(v)} for form, v in forms.items()} for test, forms in tally.items()}
    return result, mistakes
