"""Reads what a lab's users met, as `bascule lab users -o json` writes it.

table.py DIR ARM...       medians of DIR/ARM-ROUND.json, as a Markdown table
table.py --inside USERS   exit code 0 when so many users, less a tenth, are in (standard input)
"""
import glob
import json
import statistics
import sys


def classes(text):
    return json.loads(text)["regions"][0]["classes"]


def median(rounds, read):
    values = [value for value in map(read, rounds) if value is not None]
    return statistics.median_low(values) if values else None


def row(arm, rounds):
    served, waited = median(rounds, lambda c: c["served"]), median(rounds, lambda c: c["waited"])
    refused = median(rounds, lambda c: c["refused"])
    asked = max(1, served + waited + refused)
    time = median(rounds, lambda c: c.get("p99Ms"))
    cells = [
        arm, rounds[0]["classID"], served, waited, refused, f"{100 * served // asked}%",
        "-" if time is None else f"{time} ms", median(rounds, lambda c: c["inside"]),
        median(rounds, lambda c: c["waitingNow"]), max(c["thrownOut"] for c in rounds),
    ]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


if sys.argv[1] == "--inside":
    inside = sum(c["inside"] for c in classes(sys.stdin.read()))
    sys.exit(0 if inside >= int(sys.argv[2]) * 9 // 10 else 1)

print("| | class | served | waiting page | refused | served of all | p99 of the served |"
      " in at the end | waiting at the end | thrown out (most) |")
print("|---|---|---|---|---|---|---|---|---|---|")
for arm in sys.argv[2:]:
    files = sorted(glob.glob(f"{sys.argv[1]}/{arm}-*.json"))
    rounds = [classes(open(file).read()) for file in files]
    for each in zip(*rounds):
        print(row(arm, each))
