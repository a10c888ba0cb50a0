"""The losses of logits and labels, written from the papers. Logits are [images, classes]; `y` are labels."""

import numpy
from scipy.special import expit, log_softmax, softmax
from scipy.stats import entropy, pearsonr


def mean_kl(p, q):
    return entropy(p, q, axis=1).mean()


def kd(t, s, y, temperature=4.0):
    return temperature**2 * mean_kl(softmax(t / temperature, axis=1), softmax(s / temperature, axis=1))


def others(z, y):
    """Without each image's label."""
    images, classes = z.shape
    return z[numpy.arange(classes) != y[:, None]].reshape(images, classes - 1)


def dkd(t, s, y, temperature=4.0, alpha=1.0, beta=8.0):
    p, q = (softmax(z / temperature, axis=1)[numpy.arange(len(y)), y] for z in (t, s))
    target = mean_kl(numpy.stack([p, 1 - p], 1), numpy.stack([q, 1 - q], 1))
    rest = mean_kl(*(softmax(others(z, y) / temperature, axis=1) for z in (t, s)))
    return temperature**2 * (alpha * target + beta * rest)


def nkd(t, s, y, gamma=1.5, temperature=1.0):
    at = numpy.arange(len(y)), y
    target = -(softmax(t, axis=1)[at] * log_softmax(s, axis=1)[at]).mean()
    p, q = softmax(others(t, y) / temperature, axis=1), log_softmax(others(s, y) / temperature, axis=1)
    return target - gamma * temperature**2 * (p * q).sum(1).mean()


def correlation(p, q, axis, added):
    """Pearson's; the published code adds to the product of the two lengths."""
    lengths = numpy.prod([numpy.linalg.norm(x - x.mean(axis, keepdims=True), axis=axis) for x in (p, q)], axis=0)
    return pearsonr(p, q, axis=axis).statistic * lengths / (lengths + added)


def dist(t, s, y, beta=1.0, gamma=1.0, temperature=4.0, variant="official"):
    official = variant == "official"
    added = 1e-8 if official else 0.0
    p, q = softmax(t / temperature, axis=1), softmax(s / temperature, axis=1)
    between = 1 - correlation(p, q, 1, added).mean()
    within = 1 - (correlation(p, q, 0, added).mean() if len(y) > 1 else 0.0)
    return (beta * between + gamma * within) * (temperature**2 if official else 1.0)


def ctkd(case, s, state, standardise=False, variant="global", least=1.0, span=20.0, epochs=10.0):
    """No gradient reaches the student through the temperature."""
    t, s, still = (changed(z, standardise) for z in (case.teacher.logits, s.logits, case.student.logits))
    if variant == "global":
        theta = state["theta"]
    else:
        hidden = numpy.concatenate([t, still], 1) @ state["first.weight"].T + state["first.bias"]
        theta = (numpy.maximum(hidden, 0) @ state["last.weight"] + state["last.bias"])[:, None]
    tau = least + span * expit(theta)
    return (tau.reshape(-1) ** 2 * entropy(softmax(t / tau, axis=1), softmax(s / tau, axis=1), axis=1)).mean()


def reversal(case):
    """What the gradient by the temperature is multiplied by."""
    return -(1 - numpy.cos(numpy.pi * min(case.epoch / case.parameters.get("epochs", 10.0), 1))) / 2


def mlkd(t, s, y, keep=0.5, temperature=4.0):
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
    scaled = t / other_temperature
    at = numpy.arange(len(y)), y
    scaled[at] = t[at] / target_temperature
    return -(softmax(scaled, axis=1) * log_softmax(s, axis=1)).sum(1).mean()


def dtkd(t, s, y, alpha=3.0, beta=1.0, temperature=4.0):
    u, z = (numpy.maximum(values.max(1, keepdims=True), 0.01) for values in (t, s))
    tau_t, tau_s = 2 * u / (u + z) * temperature, 2 * z / (u + z) * temperature
    split = entropy(softmax(t / tau_t, axis=1), softmax(s / tau_s, axis=1), axis=1) * (tau_t * tau_s)[:, 0]
    return alpha * split.mean() + beta * kd(t, s, y, temperature)


def smoothed_ce(t, s, y, smoothing=0.1):
    return -(((1 - smoothing) * softmax(t, axis=1) + smoothing / t.shape[1]) * log_softmax(s, axis=1)).sum(1).mean()


def mse(t, s, y):
    return ((s - t) ** 2).sum(1).mean()


def ce(case, s, state):
    """With each image's label, or shares of the classes."""
    classes = s.logits.shape[1]
    wanted = numpy.eye(classes)[case.labels] if case.soft_labels is None else case.soft_labels
    return -(((1 - case.smoothing) * wanted + case.smoothing / classes) * log_softmax(s.logits, axis=1)).sum(1).mean()


def changed(z, standardise):
    if not standardise:
        return z
    return (z - z.mean(1, keepdims=True)) / (z.std(1, ddof=1, keepdims=True) + 1e-7)


def of_logits(formula):
    def value(case, s, state, standardise=False, **parameters):
        return formula(*(changed(z, standardise) for z in (case.teacher.logits, s.logits)), case.labels, **parameters)

    return value


FORMULAS = {f.__name__: of_logits(f) for f in (kd, dkd, nkd, dist, mlkd, ats, dtkd, smoothed_ce, mse)} | {"ce": ce, "ctkd": ctkd}
