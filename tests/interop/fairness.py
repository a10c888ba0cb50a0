"""Metrics of bias are Fairlearn's and scikit-learn's, audits SciPy's: 400 random cases, to 1e-9.

    fairness.py INTEROP_FAIRNESS

Fetches Fairlearn and scikit-learn from PyPI into a virtual environment of the user's cache; without a network the test is skipped (77).
"""

import random

from environment import run_inside
from findings import compare

PACKAGES = ["fairlearn==0.13.0", "scikit-learn==1.6.1"]
IMPACTS, TABLES = 250, 150


def impact_case(generator):
    """Every group has images of every class, since Fairlearn counts a rate of no images as 0."""
    classes, groups = generator.randint(2, 8), generator.randint(2, 4)
    pairs = [(c, g) for c in range(classes) for g in range(groups)]
    pairs += [(generator.randrange(classes), generator.randrange(groups)) for _ in range(generator.randint(0, 400))]
    generator.shuffle(pairs)
    right = [generator.random() for _ in range(groups)]
    predictions = [c if generator.random() < right[g] else generator.randrange(classes) for c, g in pairs]
    return {
        "labels": [c for c, _ in pairs],
        "predictions": predictions,
        "groups": [g for _, g in pairs],
        "classes": classes,
        "group_count": groups,
    }


def table_case(generator):
    rows, columns, most = generator.randint(2, 12), generator.randint(2, 5), generator.choice([3, 30, 300])
    return {"table": [[generator.randint(1, most) for _ in range(columns)] for _ in range(rows)]}


def check_impact(case, row, findings):
    import numpy
    from fairlearn.metrics import MetricFrame, demographic_parity_difference, equalized_odds_difference
    from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, recall_score

    labels, predictions, groups = (numpy.array(case[key]) for key in ("labels", "predictions", "groups"))
    classes = range(case["classes"])
    for ours, theirs in zip(row["confusion"], confusion_matrix(labels, predictions, labels=list(classes)), strict=True):
        for here, there in zip(ours, theirs, strict=True):
            findings.equal("confusion", here, int(there))
    for ours, theirs in zip(row["recalls"], recall_score(labels, predictions, labels=list(classes), average=None), strict=True):
        findings.equal("recall", ours, theirs)
    by_group = MetricFrame(metrics=accuracy_score, y_true=labels, y_pred=predictions, sensitive_features=groups).by_group
    for group, ours in enumerate(row["groups"]):
        findings.equal("accuracy of a group", ours, by_group[group])
    findings.equal("accuracy", row["accuracy"], accuracy_score(labels, predictions))
    findings.equal("balanced accuracy", row["balanced_accuracy"], balanced_accuracy_score(labels, predictions))
    for name, metric in (("demographic_parity", demographic_parity_difference), ("equalized_odds", equalized_odds_difference)):
        parts = [metric(labels == c, predictions == c, sensitive_features=groups) for c in classes]
        findings.equal(name, row[name], numpy.mean(parts))


def check_table(case, row, findings):
    import numpy
    from scipy import stats

    table = numpy.array(case["table"])
    total, of_rows, of_columns = table.sum(), table.sum(1), table.sum(0)
    test = stats.chi2_contingency(table, correction=False)
    findings.equal("chi square", row["chi_square"], test.statistic)
    if row["p"] is not None:
        findings.equal("p of chi square", row["p"], test.pvalue)
    rows, columns = table.shape
    phi = max(0, test.statistic / total - (rows - 1) * (columns - 1) / (total - 1))
    free = min(rows - (rows - 1) ** 2 / (total - 1), columns - (columns - 1) ** 2 / (total - 1)) - 1
    findings.equal("V", row["v"], min(1, (phi / free) ** 0.5))
    cells = iter(zip(row["residuals"], row["cells"], strict=True))
    for r in range(rows):
        for c in range(columns):
            residual, p = next(cells)
            expected = test.expected_freq[r, c]
            scale = (expected * (1 - of_rows[r] / total) * (1 - of_columns[c] / total)) ** 0.5
            findings.equal("adjusted residual", residual, (table[r, c] - expected) / scale)
            counts = stats.hypergeom(total, of_rows[r], of_columns[c])
            tail = counts.sf(table[r, c] - 1) if table[r, c] >= expected else counts.cdf(table[r, c])
            findings.equal("Fisher's test of a cell", p, min(1, 2 * tail))


def work(program):
    generator = random.Random(1)
    cases = [(impact_case(generator), check_impact) for _ in range(IMPACTS)] + [(table_case(generator), check_table) for _ in range(TABLES)]
    return compare(program, cases)


if __name__ == "__main__":
    run_inside(__file__, PACKAGES, lambda arguments: work(arguments[0]), name="interop-fairness")
