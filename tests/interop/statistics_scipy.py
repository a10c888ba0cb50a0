"""Intervals, p values and corrections are SciPy's: 1,000 random cases, to 1e-9.

    statistics_scipy.py INTEROP_STATS

Fetches SciPy from PyPI into a virtual environment of the user's cache; without a network the test is skipped (77).
"""

import random

from environment import run_inside
from findings import compare

PACKAGES = ["scipy==1.17.1", "numpy"]
CASES = {"comparisons": 600, "answers": 250, "means": 150}
POWER = 0.8


def sample(generator, count, first_seed):
    mean, spread = generator.uniform(-3, 3), 10 ** generator.uniform(-3, 1)
    rounded = generator.random() < 0.2  # with equal values, as accuracies on few images have
    values = [generator.gauss(mean, spread) for _ in range(count)]
    return [[first_seed + i, round(v, 1) if rounded else v] for i, v in enumerate(values)]


def spread_out(rows):
    return len({value for _, value in rows}) > 1


def comparison_case(generator):
    paired = generator.random() < 0.6
    count = generator.randint(2, 12)
    while True:
        baseline = sample(generator, count, 0)
        others = [
            sample(generator, count if paired else generator.randint(2, 12), 0 if paired else 1000) for _ in range(generator.randint(1, 4))
        ]
        differences = [[round(o[1] - b[1], 12) for b, o in zip(baseline, other)] for other in others]
        if all(len(set(d)) > 1 for d in differences) and all(map(spread_out, [baseline, *others])):
            return {
                "baseline": baseline,
                "others": others,
                "level": generator.choice([0.9, 0.95, 0.99]),
                "margin": generator.choice([0.0, 0.003, 0.5]),
                "looks": generator.choice([1, 1, 3, 5]),
            }


def answers_case(generator):
    images = generator.randint(50, 10000)
    either = generator.randint(0, images // 4)
    first = generator.randint(0, either)
    return {"only_first": first, "only_second": either - first, "images": images, "level": generator.choice([0.9, 0.95, 0.99])}


def mean_case(generator):
    return {"values": [v for _, v in sample(generator, generator.randint(2, 40), 0)], "level": generator.choice([0.5, 0.9, 0.95, 0.999])}


def holm(p_values, alpha):
    """The share of errors that each may have: S. Holm (1979), step by step."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    shares, share, rejecting = [0.0] * len(p_values), alpha, True
    for rank, i in enumerate(order):
        if rejecting:
            share = alpha / (len(p_values) - rank)
        shares[i] = share
        rejecting = rejecting and p_values[i] < share
    return shares


def verdict(low, high, margin):
    if low > 0:
        return "better"
    if high < 0:
        return "worse"
    return "equal" if -margin < low and high < margin else "cannot tell"


def check_comparison(case, rows, findings):
    import numpy
    from scipy import stats

    baseline = dict(map(tuple, case["baseline"]))
    tests, pairs = [], []
    for other in case["others"]:
        there = dict(map(tuple, other))
        shared = sorted(baseline.keys() & there.keys())
        pairs.append([there[s] - baseline[s] for s in shared])
        tests.append(
            stats.ttest_rel([there[s] for s in shared], [baseline[s] for s in shared])
            if shared
            else stats.ttest_ind(list(there.values()), list(baseline.values()), equal_var=False)
        )
    shares = holm([test.pvalue for test in tests], (1 - case["level"]) / case["looks"])
    for row, test, differences, share in zip(rows, tests, pairs, shares):
        interval = test.confidence_interval(1 - share)
        findings.equal("p", row["p"], test.pvalue)
        findings.equal("level", row["level"], 1 - share)
        findings.equal("low", row["interval"][0], interval.low)
        findings.equal("high", row["interval"][1], interval.high)
        findings.same("paired", row["paired"], bool(differences))
        findings.same("verdict", row["verdict"], verdict(interval.low, interval.high, case["margin"]))
        error = (interval.high - interval.low) / 2 / stats.t.isf(share / 2, test.df)
        lead = row["detectable"] / error
        if lead < 30:  # SciPy's non-central t answers NaN far out
            findings.equal("power", stats.nct.sf(stats.t.isf(share / 2, test.df), test.df, lead), POWER)
        if differences:
            exact = stats.permutation_test(
                (numpy.array(differences),), numpy.mean, permutation_type="samples", n_resamples=numpy.inf, alternative="two-sided"
            )
            findings.equal("sign flip", row["sign_flip"], exact.pvalue)


def check_answers(case, row, findings):
    from scipy import stats

    either = case["only_first"] + case["only_second"]
    findings.equal("McNemar", row["p"], stats.binomtest(case["only_first"], either, 0.5).pvalue if either else 1.0)
    b, c, total = case["only_first"] + 0.5, case["only_second"] + 0.5, case["images"] + 2
    shift = (c - b) / total
    half = stats.norm.isf((1 - case["level"]) / 2) * (((b + c) / total - shift**2) / total) ** 0.5
    findings.equal("answers, low", row["interval"][0], shift - half)
    findings.equal("answers, high", row["interval"][1], shift + half)


def check_mean(case, row, findings):
    import numpy
    from scipy import stats

    values = numpy.array(case["values"])
    error = stats.sem(values)
    low, high = stats.t.interval(case["level"], len(values) - 1, values.mean(), error) if error > 0 else (values.mean(),) * 2
    findings.equal("mean, low", row[0], low)
    findings.equal("mean, high", row[1], high)


def work(program):
    generator = random.Random(1)
    kinds = {"comparisons": (comparison_case, check_comparison), "answers": (answers_case, check_answers), "means": (mean_case, check_mean)}
    cases = [(make(generator), check) for kind, (make, check) in kinds.items() for _ in range(CASES[kind])]
    return compare(program, cases)


if __name__ == "__main__":
    run_inside(__file__, PACKAGES, lambda arguments: work(arguments[0]))
