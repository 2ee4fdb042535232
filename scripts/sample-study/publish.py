"""After training: measures the exported model, rebuilds the records and golden values from its real answers, and writes the model card.

    python scripts/sample-study/publish.py <work folder> <folder for the drawn pictures>
"""
import subprocess
import sys
from pathlib import Path

import study

HERE = Path(__file__).resolve().parent


def main(work, images):
    model = str(study.STUDY / "model")
    steps = [
        [sys.executable, HERE / "plan_pictures.py", work],
        ["npx", "tsx", HERE / "draw-pictures.ts", images, f"{work}/plan.json"],
        [sys.executable, HERE / "evaluate.py", work, model, images, study.STUDY / "evaluation.json"],
        [sys.executable, HERE / "records.py", work, model, images],
        [sys.executable, HERE / "verify.py", images],
        [sys.executable, HERE / "golden.py", images],
        [sys.executable, HERE / "card.py"],
    ]
    for step in steps:
        command = [str(part) for part in step]
        print("$", *command, flush=True)
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:3])
