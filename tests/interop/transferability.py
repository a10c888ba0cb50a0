"""Estimates of transferability by their definitions, with NumPy and SciPy: 120 random cases, to 1e-6.

    transferability.py INTEROP_TRANSFERABILITY

Written down as the papers define them, not as GapLab computes them: sums over images, inverted covariances, determinants of whole
matrices. Fetches SciPy from PyPI into a virtual environment of the user's cache; without a network the test is skipped (77).
"""

import findings
from environment import run_inside

PACKAGES = ["scipy==1.17.1", "numpy"]
CASES = 120


def random_case(seed):
    """Features that know something of the labels; every third case has fewer images than features."""
    import numpy

    generator = numpy.random.default_rng(seed)
    classes, source_classes, features = (int(generator.integers(low, high)) for low, high in ((2, 7), (2, 9), (2, 25)))
    images = int(generator.integers(classes, features)) if seed % 3 == 0 and features > classes + 1 else int(generator.integers(60, 200))
    images = max(images, 2 * classes)
    labels = generator.permutation(numpy.arange(images) % classes)
    means = generator.normal(0, generator.uniform(0, 3), (classes, features))
    scale = 10 ** generator.uniform(-2, 2)
    values = scale * (means[labels] + generator.normal(0, 1, (images, features)) + generator.normal(0, 2, features))
    logits = generator.normal(0, 2, (classes, source_classes))[labels] + generator.normal(0, 1, (images, source_classes))
    answers = numpy.exp(logits)
    others = scale * generator.normal(generator.uniform(-1, 1), generator.uniform(0.3, 2), (int(generator.integers(30, 90)), features))
    return {
        "probabilities": (answers / answers.sum(1, keepdims=True)).tolist(),
        "features": values.tolist(),
        "others": others.tolist(),
        "labels": labels.tolist(),
        "classes": classes,
    }


def relation(answers, labels, classes):
    return [[answers[labels == c, z].mean() for z in range(answers.shape[1])] for c in range(classes)]


def leep(answers, labels, classes):
    import numpy

    count, source_classes = answers.shape
    joint = numpy.zeros((classes, source_classes))
    for answer, label in zip(answers, labels, strict=True):
        joint[label] += answer / count
    total = 0.0
    for answer, label in zip(answers, labels, strict=True):
        total += numpy.log(sum(joint[label, z] / joint[:, z].sum() * answer[z] for z in range(source_classes)))
    return total / count


def logme(features, labels, classes):
    """The evidence as in You et al. (2021), equation 2, with the whole matrix A and its determinant."""
    import numpy

    images, count = features.shape
    evidences = []
    for c in range(classes):
        y = (labels == c).astype(float)
        alpha = beta = 1.0
        eigenvalues = numpy.linalg.eigvalsh(features.T @ features)
        for _ in range(11):
            t = alpha / beta
            a = alpha * numpy.eye(count) + beta * features.T @ features
            mean = beta * numpy.linalg.solve(a, features.T @ y)
            gamma = (beta * eigenvalues / (alpha + beta * eigenvalues)).sum()
            weights, rest = (mean**2).sum(), ((features @ mean - y) ** 2).sum()
            alpha, beta = gamma / (weights + 1e-5), (images - gamma) / (rest + 1e-5)
            if abs(alpha / beta - t) / t <= 1e-3:
                break
        # The fixed point moved both precisions once more than it moved the mean.
        determinant = numpy.linalg.slogdet(alpha * numpy.eye(count) + beta * features.T @ features)[1]
        evidence = (count * numpy.log(alpha) + images * numpy.log(beta) - images * numpy.log(2 * numpy.pi) - determinant) / 2
        evidences.append((evidence - beta / 2 * rest - alpha / 2 * weights) / images)
    return numpy.mean(evidences)


def h_score(features, labels, classes):
    import numpy

    means = numpy.array([features[labels == label].mean(0) for label in labels])
    deviations = features - features.mean(0)
    covariance = deviations.T @ deviations
    between = (means - features.mean(0)).T @ (means - features.mean(0))
    return numpy.trace(numpy.linalg.pinv(covariance, rcond=1e-11, hermitian=True) @ between)


def shrunk_h_score(features, labels, classes):
    """Ledoit and Wolf (2004) by their sums over images."""
    import numpy

    images, count = features.shape
    deviations = features - features.mean(0)
    covariance = deviations.T @ deviations / images
    target = numpy.trace(covariance) / count * numpy.eye(count)
    uncertain = sum(((numpy.outer(x, x) - covariance) ** 2).sum() for x in deviations) / images**2
    shrinkage = min(1.0, uncertain / ((covariance - target) ** 2).sum())
    means = numpy.array([deviations[labels == label].mean(0) for label in labels])
    between = means.T @ means / images
    return (1 - shrinkage) * numpy.trace(numpy.linalg.inv((1 - shrinkage) * covariance + shrinkage * target) @ between)


def label_cka(features, labels, classes):
    """From the two kernels, as HSIC is defined."""
    import numpy

    images = len(labels)
    centring = numpy.eye(images) - numpy.ones((images, images)) / images
    hot = numpy.eye(classes)[labels]
    one, two = (centring @ values @ values.T @ centring for values in (features, hot))
    return (one * two).sum() / numpy.sqrt((one * one).sum() * (two * two).sum())


def frechet(features, others):
    import numpy
    from scipy import linalg

    one, two = numpy.cov(features.T), numpy.cov(others.T)
    if len(features) > features.shape[1]:
        shared = numpy.trace(linalg.sqrtm(one @ two)).real
    else:  # SciPy's root of a singular matrix is not good to 1e-6
        rows = [(values - values.mean(0)) / numpy.sqrt(len(values) - 1) for values in (features, others)]
        shared = linalg.svdvals(rows[0] @ rows[1].T).sum()
    return ((features.mean(0) - others.mean(0)) ** 2).sum() + numpy.trace(one) + numpy.trace(two) - 2 * shared


def check(case, row, found):
    import numpy

    answers, features, others = (numpy.array(case[key]) for key in ("probabilities", "features", "others"))
    labels, classes = numpy.array(case["labels"]), case["classes"]
    found.equal("LEEP", row["leep"], leep(answers, labels, classes))
    found.equal("LogME", row["logme"], logme(features, labels, classes))
    found.equal("H-score", row["h_score"], h_score(features, labels, classes))
    found.equal("shrunk H-score", row["shrunk_h_score"], shrunk_h_score(features, labels, classes))
    found.equal("CKA", row["label_cka"], label_cka(features, labels, classes))
    found.equal("Fréchet", row["frechet"], frechet(features, others))
    for ours, theirs in zip(row["relation"], relation(answers, labels, classes), strict=True):
        for here, there in zip(ours, theirs, strict=True):
            found.equal("relation", here, there)


def work(program):
    findings.TOLERANCE = 1e-6
    return findings.compare(program, [(random_case(seed), check) for seed in range(CASES)])


if __name__ == "__main__":
    run_inside(__file__, PACKAGES, lambda arguments: work(arguments[0]))
