"""The losses of logits, and those of features that train nothing, are those of the papers: each on random numbers against SciPy.

    losses.py INTEROP_LOSSES

The formulas are written from the papers, and each loss's direction is checked too: along a random line the gradient told here is the slope of
the formula. Fetches SciPy from PyPI into a virtual environment of the user's cache; without a network the test is skipped (77).
"""

import json
import subprocess

from environment import run_inside

PACKAGES = ["scipy==1.17.1", "numpy"]  # as statistics_scipy.py: fetched once
TOLERANCE = 1e-7  # relative to the larger, absolute below 1
CASES = 20  # a loss and choice of parameters
STEP = 1e-5


def mean_kl(p, q):
    from scipy.stats import entropy

    return entropy(p, q, axis=1).mean()


def kd(t, s, y, temperature=4.0):
    from scipy.special import softmax

    return temperature**2 * mean_kl(softmax(t / temperature, axis=1), softmax(s / temperature, axis=1))


def others(z, y):
    """Without each image's label."""
    import numpy

    images, classes = z.shape
    return z[numpy.arange(classes) != y[:, None]].reshape(images, classes - 1)


def dkd(t, s, y, temperature=4.0, alpha=1.0, beta=8.0):
    import numpy
    from scipy.special import softmax

    p, q = (softmax(z / temperature, axis=1)[numpy.arange(len(y)), y] for z in (t, s))
    target = mean_kl(numpy.stack([p, 1 - p], 1), numpy.stack([q, 1 - q], 1))
    rest = mean_kl(*(softmax(others(z, y) / temperature, axis=1) for z in (t, s)))
    return temperature**2 * (alpha * target + beta * rest)


def nkd(t, s, y, gamma=1.5, temperature=1.0):
    import numpy
    from scipy.special import log_softmax, softmax

    at = numpy.arange(len(y)), y
    target = -(softmax(t, axis=1)[at] * log_softmax(s, axis=1)[at]).mean()
    p, q = softmax(others(t, y) / temperature, axis=1), log_softmax(others(s, y) / temperature, axis=1)
    return target - gamma * temperature**2 * (p * q).sum(1).mean()


def correlation(p, q, axis, added):
    """Pearson's; the published code adds to the product of the two lengths."""
    import numpy
    from scipy.stats import pearsonr

    lengths = numpy.prod([numpy.linalg.norm(x - x.mean(axis, keepdims=True), axis=axis) for x in (p, q)], axis=0)
    return pearsonr(p, q, axis=axis).statistic * lengths / (lengths + added)


def dist(t, s, y, beta=1.0, gamma=1.0, temperature=4.0, variant="official"):
    from scipy.special import softmax

    official = variant == "official"
    added = 1e-8 if official else 0.0
    p, q = softmax(t / temperature, axis=1), softmax(s / temperature, axis=1)
    between = 1 - correlation(p, q, 1, added).mean()
    within = 1 - (correlation(p, q, 0, added).mean() if len(y) > 1 else 0.0)
    return (beta * between + gamma * within) * (temperature**2 if official else 1.0)


def ctkd(t, s, y, variant="global", least=1.0, span=20.0):
    from scipy.special import expit

    return kd(t, s, y, least + span * expit(1.0))  # before anything is learned


def mlkd(t, s, y, keep=0.5, temperature=4.0):
    import numpy
    from scipy.special import softmax
    from scipy.stats import entropy

    images, classes = t.shape
    confidence = softmax(t, axis=1).max(1)
    chosen = numpy.argsort(confidence)[: max(1, int(numpy.ceil(keep * images)))]
    total = 0.0
    for tau in temperature * numpy.array([0.5, 0.75, 1.0, 1.25, 1.5]):
        p, q = softmax(t / tau, axis=1), softmax(s / tau, axis=1)
        total += tau**2 * entropy(p, q, axis=1)[chosen].sum() / images
        total += numpy.linalg.norm((p @ p.T - q @ q.T)[chosen]) ** 2 / images
        total += numpy.linalg.norm(p.T @ p - q.T @ q) ** 2 / classes
    return total


def ats(t, s, y, target_temperature=4.0, other_temperature=2.0):
    import numpy
    from scipy.special import log_softmax, softmax

    scaled = t / other_temperature
    at = numpy.arange(len(y)), y
    scaled[at] = t[at] / target_temperature
    return -(softmax(scaled, axis=1) * log_softmax(s, axis=1)).sum(1).mean()


def dtkd(t, s, y, alpha=3.0, beta=1.0, temperature=4.0):
    import numpy
    from scipy.special import softmax
    from scipy.stats import entropy

    u, z = (numpy.maximum(values.max(1, keepdims=True), 0.01) for values in (t, s))
    tau_t, tau_s = 2 * u / (u + z) * temperature, 2 * z / (u + z) * temperature
    split = entropy(softmax(t / tau_t, axis=1), softmax(s / tau_s, axis=1), axis=1) * (tau_t * tau_s)[:, 0]
    return alpha * split.mean() + beta * kd(t, s, y, temperature)


def smoothed_ce(t, s, y, smoothing=0.1):
    from scipy.special import log_softmax, softmax

    return -(((1 - smoothing) * softmax(t, axis=1) + smoothing / t.shape[1]) * log_softmax(s, axis=1)).sum(1).mean()


def mse(t, s, y):
    return ((s - t) ** 2).sum(1).mean()


def standardised(z):
    return (z - z.mean(1, keepdims=True)) / (z.std(1, ddof=1, keepdims=True) + 1e-7)


def unit(rows):
    import numpy

    return rows / numpy.linalg.norm(rows, axis=-1, keepdims=True)


def at(t, s, compared, power=2.0, variant="official"):
    """Features [B, C, H, W]."""
    import numpy

    def attention(maps):
        active = numpy.maximum(maps, 0) if compared == "activations" else abs(maps)
        return unit((active**power).mean(1).reshape(len(maps), -1))

    difference = attention(s) - attention(t)
    return (difference**2).mean() if variant == "official" else numpy.linalg.norm(difference, axis=1).mean() / 2


def sp(t, s, compared):
    rows = [f.reshape(len(f), -1) for f in (t, s)]
    g = [unit(f @ f.T) for f in rows]
    return ((g[0] - g[1]) ** 2).sum() / len(t) ** 2


def smooth(a, b):
    import numpy

    d = numpy.abs(a - b)
    return numpy.where(d < 1, d**2 / 2, d - 0.5).mean()


def rkd(t, s, distance=25.0, angle=50.0):
    import numpy
    from scipy.spatial.distance import pdist, squareform

    def distances(f):
        lengths = pdist(f)
        return squareform(lengths / lengths.mean())

    def cosines(f):
        at_i = f[None] - f[:, None]
        lengths = numpy.linalg.norm(at_i, axis=2, keepdims=True)
        at_i = at_i / numpy.where(lengths == 0, 1, lengths)
        return at_i @ at_i.transpose(0, 2, 1)

    return distance * smooth(distances(s), distances(t)) + angle * smooth(cosines(s), cosines(t))


def pkt(t, s, variant="official"):
    import numpy

    p, q = ((unit(f) @ unit(f).T + 1) / 2 for f in (t, s))
    p, q = (x / x.sum(1, keepdims=True) for x in (p, q))
    terms = p * numpy.log((p + 1e-7) / (q + 1e-7))
    return terms.mean() if variant == "official" else terms.sum()


FEATURES = [
    (at, {"compared": "activations"}, 3),
    (at, {"compared": "features", "variant": "paper", "power": 3.0}, 3),
    (sp, {"compared": "activations"}, 1),  # vectors are taken as they are
    (sp, {"compared": "features"}, 3),
    (rkd, {}, 1),
    (rkd, {"distance": 1.0, "angle": 2.0}, 1),
    (pkt, {}, 1),
    (pkt, {"variant": "paper"}, 1),
]

CHOICES = [
    (kd, {}),
    (kd, {"temperature": 1.5}),
    (dkd, {}),
    (dkd, {"temperature": 2.0, "alpha": 0.5, "beta": 3.0}),
    (nkd, {}),
    (nkd, {"gamma": 0.7, "temperature": 2.0}),
    (dist, {}),
    (dist, {"variant": "paper", "beta": 2.0, "gamma": 2.0, "temperature": 1.0}),
    (ctkd, {"variant": "global"}),
    (ctkd, {"variant": "instance", "least": 2.0, "span": 5.0}),
    (mlkd, {}),
    (mlkd, {"keep": 1.0, "temperature": 2.0}),
    (ats, {}),
    (ats, {"target_temperature": 6.0, "other_temperature": 1.5}),
    (dtkd, {}),
    (dtkd, {"alpha": 1.0, "beta": 0.5, "temperature": 2.0}),
    (smoothed_ce, {}),
    (smoothed_ce, {"smoothing": 0.3}),
    (mse, {}),
]


def close(ours, theirs):
    return abs(ours - theirs) / max(1.0, abs(ours), abs(theirs))


def work(program):
    import numpy

    generator = numpy.random.default_rng(1)
    cases = []
    for formula, parameters in CHOICES:
        for number in range(CASES):
            images, classes = int(generator.integers(1, 33)), int(generator.integers(3, 101))
            # The trained network's logits resemble the teacher's, as they come to do.
            teacher = generator.normal(0, generator.uniform(0.5, 4), (images, classes))
            student = generator.uniform(0, 1) * teacher + generator.normal(0, 1.5, (images, classes))
            standardise = number % 2 == 1
            cases.append((formula, {**parameters, "standardise": standardise}, teacher, student, generator.integers(0, classes, images)))
    featured = []
    for formula, parameters, axes in FEATURES:
        for _ in range(CASES):
            images = int(generator.integers(2, 17))
            place = [int(n) for n in generator.integers(2, 7, axes - 1)]
            shapes = [[int(generator.integers(3, 40)), *place] for _ in range(2)]
            featured.append((formula, parameters, shapes, *(generator.normal(0.3, 1, (images, *shape)) for shape in shapes)))
    asked = [
        {"loss": formula.__name__, "parameters": parameters, "teacher": t.tolist(), "student": s.tolist(), "labels": y.tolist()}
        for formula, parameters, t, s, y in cases
    ]
    asked += [
        {"loss": formula.__name__, "parameters": parameters, "shapes": shapes}
        | {side: features.reshape(len(features), -1).tolist() for side, features in (("teacher", t), ("student", s))}
        for formula, parameters, shapes, t, s in featured
    ]
    answered = subprocess.run([program], input=json.dumps(asked), capture_output=True, text=True, check=True)
    answers = json.loads(answered.stdout)
    wrong, largest, steepest = [], {}, 0.0
    if missing := set(answers["losses"]) - {formula.__name__ for formula, _ in CHOICES}:
        wrong.append(f"no formula here for {sorted(missing)}")

    def of_logits(formula, parameters, t, y):
        plain = {name: value for name, value in parameters.items() if name != "standardise"}
        change = standardised if parameters["standardise"] else numpy.asarray
        return lambda logits: formula(change(t), change(logits), y, **plain)

    def of_features(formula, parameters, t):
        return lambda features: formula(t, features, **parameters)

    compared = [(f, p, s, of_logits(f, p, t, y)) for f, p, t, s, y in cases]
    compared += [(f, p, s, of_features(f, p, t)) for f, p, _, t, s in featured]
    for (formula, parameters, s, value_at), row in zip(compared, answers["answers"], strict=True):
        error = close(row["value"], value_at(s))
        direction = generator.normal(size=s.shape)
        slope = (value_at(s + STEP * direction) - value_at(s - STEP * direction)) / (2 * STEP)
        bend = close((numpy.array(row["gradient"]).reshape(s.shape) * direction).sum(), slope)
        largest[formula.__name__] = max(largest.get(formula.__name__, 0.0), error)
        steepest = max(steepest, bend)
        if not error <= TOLERANCE or not bend <= TOLERANCE:
            wrong.append(f"{formula.__name__} {parameters}: {row['value']!r} here, {value_at(s)!r} there; slopes differ by {bend:.1e}")
    print(f"{len(compared)} cases, slopes differ by at most {steepest:.1e}; values by " + ", ".join(f"{n} {e:.1e}" for n, e in largest.items()))
    for line in wrong[:20]:
        print("  " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    run_inside(__file__, PACKAGES, lambda arguments: work(arguments[0]))
