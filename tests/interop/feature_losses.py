"""The losses of features, written from the papers.

Each is `loss(case, s, state, **parameters)`: `s` are the student's outputs and `state` is what the loss keeps beside the network; `case.student`
and `case.state` are the same where no gradient flows through them. Maps are [images, channels, height, width], tokens [images, tokens, channels].
What a loss has learned by itself is told in pairs: what it keeps, and what it ought to.
"""

import math

import numpy
from numpy.lib.stride_tricks import sliding_window_view
from scipy.spatial.distance import cdist
from scipy.special import erf, expit, log_softmax, softmax


def relu(x):
    return numpy.maximum(x, 0)


def unit(rows):
    return rows / numpy.linalg.norm(rows, axis=-1, keepdims=True)


def linear(x, state, name):
    return x @ state[name + ".weight"].T + state[name + ".bias"]


def windows(maps, side):
    edge = side // 2
    return sliding_window_view(numpy.pad(maps, ((0, 0), (0, 0), (edge, edge), (edge, edge))), (side, side), axis=(2, 3))


def convolution(maps, kernel):
    return numpy.einsum("bchwij,ocij->bohw", windows(maps, kernel.shape[-1]), kernel)


def batch_norm(maps, state, name):
    mean, variance = (f(maps, axis=(0, 2, 3), keepdims=True) for f in (numpy.mean, numpy.var))
    scale, shift = (state[f"{name}.{part}"].reshape(1, -1, 1, 1) for part in ("weight", "bias"))
    return scale * (maps - mean) / numpy.sqrt(variance + 1e-5) + shift


def as_map(features):
    """A class token before the patches is left out; a vector is one pixel."""
    if features.ndim == 4:
        return features
    if features.ndim == 2:
        return features[:, :, None, None]
    images, tokens, channels = features.shape
    side = math.isqrt(tokens)
    return numpy.moveaxis(features[:, tokens - side**2 :].reshape(images, side, side, channels), 3, 1)


def averaged(maps, height, width):
    """Cells of as many pixels as need be, which may share some."""

    def cells(size, count):
        return [slice(size * i // count, -(-size * (i + 1) // count)) for i in range(count)]

    rows = [maps[:, :, rows, :].mean(2) for rows in cells(maps.shape[2], height)]
    columns = [numpy.stack(rows, 2)[:, :, :, columns].mean(3) for columns in cells(maps.shape[3], width)]
    return numpy.stack(columns, 3)


def nearest(maps, height, width):
    rows, columns = (numpy.arange(new) * old // new for new, old in zip((height, width), maps.shape[2:]))
    return maps[:, :, rows][:, :, :, columns]


def pairs(case, s, compared):
    """The teacher's features and the student's, maps behind their ReLU where activations are compared."""
    for of_teacher, own in case.pairs:
        found = case.teacher.at(of_teacher), s.at(own)
        yield [relu(f) if compared == "activations" and f.ndim == 4 else f for f in found]


def brought(case, s, compared="features"):
    """Vectors, or maps of the size of the smaller one."""
    for t, f in pairs(case, s, compared):
        if f.ndim == 2:
            yield t, f
        else:
            t, f = as_map(t), as_map(f)
            size = numpy.minimum(t.shape[2:], f.shape[2:])
            yield averaged(t, *size), averaged(f, *size)


def at(case, s, state, compared="activations", power=2.0, variant="official"):
    def attention(maps):
        return unit((abs(maps) ** power).mean(1).reshape(len(maps), -1))

    total = 0.0
    for t, f in brought(case, s, compared):
        difference = attention(f) - attention(t)
        total += (difference**2).mean() if variant == "official" else numpy.linalg.norm(difference, axis=1).mean() / 2
    return total


def fitnet(case, s, state, kernel="1", compared="activations"):
    total = 0.0
    for i, (t, f) in enumerate(brought(case, s, compared)):
        name = f"regressor{i}"
        if f.ndim == 2:
            total += ((linear(f, state, name) - t) ** 2).mean()
            continue
        weight = state[name + ".conv.weight"]
        assert weight.shape == (t.shape[1], f.shape[1], int(kernel), int(kernel))
        fitted = batch_norm(convolution(f, weight), state, name + ".bn")
        rectified = compared == "activations" and case.teacher.at(case.pairs[i][0]).ndim == 4
        total += (((relu(fitted) if rectified else fitted) - t) ** 2).mean()
    return total


def vid(case, s, state, variance=5.0, compared="activations"):
    total = 0.0
    for i, (t, f) in enumerate(brought(case, s, compared)):
        w = [state[f"predictor{i}.{layer}.weight"] for layer in range(3)]
        mean = convolution(relu(convolution(relu(convolution(as_map(f), w[0])), w[1])), w[2])
        sigma2 = (numpy.log1p(numpy.exp(state[f"predictor{i}.variance"])) + 1e-5)[None, :, None, None]
        total += ((as_map(t) - mean) ** 2 / sigma2 + numpy.log(sigma2)).mean() / 2
    return total


def ofd(case, s, state):
    total = 0.0
    for i, (t, f) in enumerate(brought(case, s)):
        margins = []
        for channel, (amount, share) in enumerate(zip(state[f"stage{i}.negative_sum"], state[f"stage{i}.negative_share"])):
            below = t[:, channel][t[:, channel] < 0]
            here = below.mean() if below.size else 0.0
            margins.append(amount / share if share > 0 else here)
        target = numpy.maximum(t, numpy.array(margins)[None, :, None, None])
        own = batch_norm(convolution(f, state[f"stage{i}.conv.weight"]), state, f"stage{i}.bn")
        partial = numpy.where((own <= target) & (target <= 0), 0, (own - target) ** 2)
        total += partial.sum() / len(own) / 2 ** (len(case.pairs) - 1 - i)
    return total


def ofd_learned(case, before, after):
    for i, (t, _) in enumerate(brought(case, case.student)):
        for name, seen in (("sum", numpy.minimum(t, 0)), ("share", t < 0)):
            key = f"stage{i}.negative_{name}"
            yield after[key], 0.99 * before[key] + 0.01 * seen.mean(axis=(0, 2, 3))


def reviewkd(case, s, state, width=256):
    deeper, total = None, 0.0
    for level in reversed(range(len(s.stages))):  # the stem is none; the pooled vector is the deepest
        t, f = (as_map((o.stages[1:] + [o.pooled])[level]) for o in (case.teacher, s))
        name = f"fusion{level}"
        x = batch_norm(convolution(f, state[name + ".conv1.weight"]), state, name + ".bn1")
        if deeper is not None:
            y = nearest(deeper, *x.shape[2:])
            z = convolution(numpy.concatenate([x, y], 1), state[name + ".att_conv.weight"])
            z = expit(z + state[name + ".att_conv.bias"][None, :, None, None])
            x = x * z[:, :1] + y * z[:, 1:]
        deeper = nearest(x, *t.shape[2:])
        own = batch_norm(convolution(deeper, state[name + ".conv2.weight"]), state, name + ".bn2")
        scales = [(own, t)] + [(averaged(own, n, n), averaged(t, n, n)) for n in (4, 2, 1) if n < t.shape[2]]
        weights = 0.5 ** numpy.arange(len(scales))
        total += sum(w * ((a - b) ** 2).mean() for w, (a, b) in zip(weights, scales)) / weights.sum()
    return total


def projected(f, state, name, tokens):
    if f.ndim == 4:
        places = numpy.einsum("bchwij,cij->bchw", windows(relu(f), 3), state[name + ".depthwise.weight"][:, 0])
        vector = relu(batch_norm(convolution(places, state[name + ".conv.weight"]), state, name + ".bn")).mean((2, 3))
    else:
        normal = (f - f.mean(-1, keepdims=True)) / numpy.sqrt(f.var(-1, keepdims=True) + 1e-6)
        hidden = linear(normal * state[name + ".norm.weight"] + state[name + ".norm.bias"], state, name + ".hidden")
        vector = hidden * (1 + erf(hidden / math.sqrt(2))) / 2
        if f.ndim == 3:
            vector = vector[:, 0] if tokens == "class" else vector.mean(1)
    return linear(vector, state, name + ".classes")


def ofa(case, s, state, exponent=1.0, temperature=1.0, tokens="mean"):
    label = numpy.eye(s.logits.shape[1])[case.labels]
    wanted = (softmax(case.teacher.logits / temperature, axis=1) + label) ** exponent - label
    outputs = [s.logits] + [projected(s.at(own), state, f"projector{i}", tokens) for i, (_, own) in enumerate(case.pairs)]
    return sum(-(wanted * log_softmax(z / temperature, axis=1)).sum(1).mean() for z in outputs)


def mfd(case, s, state, kernel_width=0.0):
    def fitted(outputs, state):
        return linear(outputs.pooled, state, "adapter") if "adapter.weight" in state else outputs.pooled

    t, own, still = case.teacher.pooled, fitted(s, state), fitted(case.student, case.state)
    width = kernel_width or cdist(t, still, "sqeuclidean").mean()

    def alike(a, b):
        return numpy.exp(-cdist(a, b, "sqeuclidean") / (2 * width)).mean()

    groups = numpy.zeros_like(case.labels) if case.groups is None else case.groups
    total = 0.0
    for c in set(case.labels):
        of_class = t[case.labels == c]
        for g in set(groups[groups >= 0]):
            cell = own[(case.labels == c) & (groups == g)]
            if len(cell):
                total += alike(of_class, of_class) + alike(cell, cell) - 2 * alike(of_class, cell)
    return total / 2


def cotuning(case, s, state, estimate="direct", estimated_from="teacher", update=0.01):
    return -(state["relation"][case.labels] * log_softmax(linear(s.pooled, state, "source"), axis=1)).sum(1).mean()


def cotuning_learned(case, before, after):
    own = case.parameters.get("estimated_from", "teacher") == "own"
    said = softmax(linear(case.student.pooled, before, "source") if own else case.teacher.logits, axis=1)
    rate = case.parameters.get("update", 0.01)
    seen, relation = before["seen"].copy(), before["relation"].copy()
    classes, images = len(seen), len(said)
    count = numpy.bincount(case.labels, minlength=classes)
    yield after["seen"], seen + count
    if case.parameters.get("estimate", "direct") == "direct":
        for c in range(classes):
            if count[c]:
                share = max(rate, count[c] / (seen[c] + count[c]))
                relation[c] += share * (said[case.labels == c].mean(0) - relation[c])
        yield after["relation"], relation
        return
    share = max(rate, images / (seen.sum() + images))
    prior = (1 - share) * before["prior"] + share * said.mean(0)
    wrong = numpy.eye(classes)[case.labels] - softmax(said @ before["map"] + before["map_bias"], axis=1)
    weights, bias = before["map"] + 2 / images * said.T @ wrong, before["map_bias"] + 2 / images * wrong.sum(0)
    joint = softmax(weights + bias, axis=1).T * prior
    yield from ((after["prior"], prior), (after["map"], weights), (after["map_bias"], bias))
    yield after["relation"], joint / joint.sum(1, keepdims=True)


FORMULAS = {f.__name__: f for f in (at, fitnet, vid, ofd, reviewkd, ofa, mfd, cotuning)}
LEARNED = {"ofd": ofd_learned, "cotuning": cotuning_learned}
