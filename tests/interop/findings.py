"""What comes of comparing figures of a program with those of a library."""

import json
import subprocess

TOLERANCE = 1e-9  # relative to the larger, absolute below 1


class Findings:
    def __init__(self):
        self.wrong, self.largest, self.compared = [], 0.0, 0

    def equal(self, what, ours, theirs):
        error = abs(ours - theirs) / max(1.0, abs(ours), abs(theirs))
        self.compared += 1
        self.largest = max(self.largest, error)
        if not error <= TOLERANCE:
            self.wrong.append(f"{what}: {ours!r} here, {theirs!r} there")

    def same(self, what, ours, theirs):
        self.compared += 1
        if ours != theirs:
            self.wrong.append(f"{what}: {ours!r} here, {theirs!r} there")


def compare(program, cases):
    """Hands the program the cases, pairs of (case, check), as JSON, and each answer to its check; the exit code."""
    answered = subprocess.run([program], input=json.dumps([case for case, _ in cases]), capture_output=True, text=True, check=True)
    findings = Findings()
    for (case, check), row in zip(cases, json.loads(answered.stdout), strict=True):
        check(case, row, findings)
    print(f"{len(cases)} cases, {findings.compared} figures: largest difference {findings.largest:.1e}, {len(findings.wrong)} wrong")
    for line in findings.wrong[:20]:
        print("  " + line)
    return 1 if findings.wrong else 0
