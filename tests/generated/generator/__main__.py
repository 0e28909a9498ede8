"""`python -m generator SEED FIRST COUNT FOLDER`: writes messages into a folder, and adds their truth to its truth.jsonl."""
import json
import random
import sys
import tempfile
from pathlib import Path

from . import build, cases


def main():
    seed, first, count, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    (folder / "messages").mkdir(parents=True, exist_ok=True)
    batch = [cases.make(seed, number) for number in range(first, first + count)]
    with tempfile.TemporaryDirectory() as work:
        made = build.make_files(batch, work)
    with open(folder / "truth.jsonl", "a", encoding="utf-8") as truth:
        for case in batch:
            raw = build.message(case, made, random.Random(f"{seed}/{case.number}/mail"))
            (folder / "messages" / case.message).write_bytes(raw)
            truth.write(json.dumps(case.truth, ensure_ascii=False) + "\n")


main()
