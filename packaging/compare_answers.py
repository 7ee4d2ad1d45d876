# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Compares two outputs of `venloc locate --json`, picture by picture: exit code 1 where an answer differs.

    python packaging/compare_answers.py EXPECTED FOUND

Answers are the same when their positions are within 1 m and their confidences within .005; bytes are equal only for one build
and one instruction set.
"""

import json
import math
import sys
from pathlib import Path

METRES = 1.0
CONFIDENCE = 0.005
METRES_PER_DEGREE = 111_195.0


def answers(path: str) -> dict[str, dict[str, float]]:
    """The answers by the names of the pictures."""
    lines = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return {Path(line["file"]).name: line for line in lines}


def metres(a: dict[str, float], b: dict[str, float]) -> float:
    """The distance of two answers, which are near each other or differ."""
    north = (a["lat"] - b["lat"]) * METRES_PER_DEGREE
    east = (a["lng"] - b["lng"]) * METRES_PER_DEGREE * math.cos(math.radians(a["lat"]))
    return math.hypot(north, east)


def main() -> int:
    """Exit code 1 where an answer differs or is missing."""
    expected, found = answers(sys.argv[1]), answers(sys.argv[2])
    farthest = widest = 0.0
    equal = 0
    wrong = sorted(set(expected) ^ set(found))
    for name in sorted(set(expected) & set(found)):
        one, other = expected[name], found[name]
        if "error" in one or "error" in other:
            wrong += [name] if ("error" in one) != ("error" in other) else []
            continue
        distance = metres(one, other)
        confidence = abs(one["confidence"] - other["confidence"])
        equal += all(one[key] == other[key] for key in one.keys() & other.keys() - {"file"})  # the server returns more
        farthest, widest = max(farthest, distance), max(widest, confidence)
        if distance > METRES or confidence > CONFIDENCE:
            wrong.append(name)
            print(f"{name}: {distance:.2f} m apart, confidence {one['confidence']:.4f} and {other['confidence']:.4f}")
    print(f"{len(expected)} pictures, {equal} answers equal in all digits")
    print(f"at most {farthest:.4f} m and {widest:.6f} of confidence apart")
    if wrong:
        print(f"Not the same: {', '.join(wrong)}", file=sys.stderr)
    return 1 if wrong or not expected else 0


if __name__ == "__main__":
    sys.exit(main())
