#!/usr/bin/env python3
"""table.py FILE...: the windows of cost.py as a table; least and most of each, worst lateness."""
import collections
import json
import sys

rows = collections.OrderedDict()
for path in sys.argv[1:]:
    with open(path) as file:
        for run in json.load(file)["runs"]:
            rows.setdefault((run["checker"], run["n"]), []).append(run)


def span(values, digits):
    least, most = min(values), max(values)
    return f"{least:.{digits}f}" if least == most else f"{least:.{digits}f}-{most:.{digits}f}"


print("| checker | targets | CPU s per 10,000 probes | RSS MiB | share of the rate "
      "| lateness ms p50 / p99 / max | load |")
print("|---|---|---|---|---|---|---|")
for (checker, n), runs in rows.items():
    late = [max(run["late_ms"][name] or 0 for run in runs) for name in ("p50", "p99", "max")]
    print(f"| {checker} | {n:,} | {span([run['cpu_s_per_10k'] or 0 for run in runs], 2)} "
          f"| {span([sum(run['rss_mib']) for run in runs], 1)} "
          f"| {span([run['rate_share'] for run in runs], 3)} "
          f"| {' / '.join(f'{value:.0f}' for value in late)} "
          f"| {span([run['loadavg'] for run in runs], 1)} |")
