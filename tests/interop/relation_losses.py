"""The losses of relations between images, written from the papers.

As in feature_losses.py.
"""

import numpy
from scipy.spatial.distance import pdist, squareform
from scipy.special import logsumexp

from feature_losses import linear, pairs, relu, unit


def of_rows(formula):
    """A loss of relations between images. Only one may choose between maps behind and before their ReLU."""

    def value(case, s, state, compared="activations" if formula is sp else "features", **parameters):
        return sum(formula(t.reshape(len(t), -1), f.reshape(len(f), -1), **parameters) for t, f in pairs(case, s, compared))

    return value


def sp(t, s):
    g = [unit(f @ f.T) for f in (t, s)]
    return ((g[0] - g[1]) ** 2).sum() / len(t) ** 2


def smooth(a, b):
    d = numpy.abs(a - b)
    return numpy.where(d < 1, d**2 / 2, d - 0.5).mean()


def rkd(t, s, distance=25.0, angle=50.0):
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
    p, q = ((unit(f) @ unit(f).T + 1) / 2 for f in (t, s))
    p, q = (x / x.sum(1, keepdims=True) for x in (p, q))
    terms = p * numpy.log((p + 1e-7) / (q + 1e-7))
    return terms.mean() if variant == "official" else terms.sum()


def embeddings(case, s, state):
    def vector(f):
        return relu(f).mean((2, 3)) if f.ndim == 4 else f.mean(1) if f.ndim == 3 else f

    of_teacher, own = case.pairs[0]
    named = (case.teacher.at(of_teacher), "embed_from"), (s.at(own), "embed_to")
    return [unit(linear(vector(f), state, name)) for f, name in named]


def crd(case, s, state, memory=16384, tau=0.07, width=128):
    entries = len(state["memory_images"])
    assert entries == min(memory, case.images)
    # K Z / N, where Z is N times the mean of exp(s / tau) over vectors at random.
    noise = numpy.log(entries * numpy.exp(1 / (2 * width * tau**2)))
    t, own = embeddings(case, s, state)
    total = 0.0
    for anchors, other, remembered in ((own, t, state["memory_from"]), (t, own, state["memory_to"])):
        for anchor, positive, image in zip(anchors, other, case.indices):
            negatives = remembered[state["memory_images"] != image] @ anchor / tau
            total += logsumexp([0, noise - anchor @ positive / tau])  # -log h
            total += numpy.log1p(numpy.exp(negatives - noise)).sum()  # -log(1 - h)
    return total / len(own)


def crd_learned(case, before, after):
    entries, place = len(before["memory_images"]), int(before["next"][0])
    expected = {name: values.copy() for name, values in before.items()}
    for t, own, image in zip(*embeddings(case, case.student, before), case.indices):
        for name, value in (("from", t), ("to", own), ("images", image)):
            expected["memory_" + name][place] = value
        place = (place + 1) % entries
    expected["next"][:] = place
    for name in ("memory_from", "memory_to", "memory_images", "next"):
        yield after[name], expected[name]


FORMULAS = {f.__name__: of_rows(f) for f in (sp, rkd, pkt)} | {"crd": crd}
LEARNED = {"crd": crd_learned}
