"""Checks the shipped records against the shipped model on freshly drawn pictures: every `pred` is its real answer and never `alt`, locality is right.

    python scripts/sample-study/verify.py <folder of the drawn pictures> [records per file, default all]
"""
import json
import sys

import questions
import study
from records import FILES, Oracle


def main(images, limit=None):
    oracle, bad = Oracle(study.STUDY / "model", images), 0
    for (task, _), file in FILES.items():
        records = json.loads((study.STUDY / "data" / file).read_text())[: int(limit) if limit else None]
        stem = lambda path: path.removesuffix(".png")
        prompt = questions.template if task == "vqa" else str
        said = oracle.answers([(stem(r["image"]), prompt(r["src"])) for r in records])
        local = oracle.answers([(stem(r["m_loc"]), questions.template(r["m_loc_q"])) for r in records])
        text = oracle.text_answers([r["loc"] for r in records])
        counts = {
            "pred is the answer": sum(s == r["pred"] for s, r in zip(said, records)), "pred differs from alt": sum(r["pred"] != r["alt"] for r in records),
            "image locality right": sum(s == r["m_loc_a"] for s, r in zip(local, records)),
            "text locality right": sum(s == r["loc_ans"] for s, r in zip(text, records)),
        }
        print(file, len(records), counts, flush=True)
        bad += 2 * len(records) - counts["pred is the answer"] - counts["pred differs from alt"]
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
