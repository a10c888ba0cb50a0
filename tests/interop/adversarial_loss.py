"""The loss of a discriminator between the two networks, and what the discriminator itself minimises.

As in feature_losses.py.
"""

import numpy
from scipy.special import expit, log_softmax

from feature_losses import linear, unit

LAYERS = [f"discriminator.{i}" for i in range(3)]


def judged(x, state):
    """The logit of "the teacher's", and those of the classes. Each weight is over its largest singular value as the direction has it."""
    for i, name in enumerate(LAYERS):
        weight, u = state[name + ".weight"], unit(state[name + ".direction"])
        v = unit(u @ weight)
        x = (x if i == 0 else numpy.where(x > 0, x, 0.2 * x)) @ (weight / (u @ weight @ v)).T + state[name + ".bias"]
    return x[:, 0], x[:, 1:]


def shown(case, s, state, sees):
    if sees == "logits":
        return case.teacher.logits, s.logits
    return case.teacher.pooled, linear(s.pooled, state, "adaptor") if "adaptor.weight" in state else s.pooled


def adversarial(case, s, state, sees="logits", adversarial=0.1, distance=1.0, silent_below=0.55, **_):
    t, own = shown(case, s, state, sees)
    deceiving = -numpy.log(expit(judged(own, state)[0])).mean() if state["discriminator.accuracy"][0] >= silent_below else 0.0
    return adversarial * deceiving + distance * abs(own - t).mean()


def discriminating(case, state, sees):
    """What the discriminator minimises."""
    wanted = numpy.eye(case.student.logits.shape[1])[case.labels] if case.soft_labels is None else case.soft_labels
    (t, t_classes), (s, s_classes) = (judged(x, state) for x in shown(case, case.student, state, sees))
    cost = -numpy.log(expit(t)).mean() - numpy.log(expit(-s)).mean()
    return cost - sum((wanted * log_softmax(z, axis=1)).sum(1).mean() for z in (t_classes, s_classes))


def adversarial_learned(case, before, after):
    """A step of Adam, along a random line of which the gradient is the slope of what is minimised."""
    parameters = {"sees": "logits", "discriminator_lr": 1e-3, "freeze_above": 0.95} | case.parameters
    sees, accuracy = parameters["sees"], before["discriminator.accuracy"][0]
    trained = [f"{name}.{part}" for name in LAYERS for part in ("weight", "bias")]
    moves = accuracy <= parameters["freeze_above"]
    step = before["discriminator.step"] + moves
    yield after["discriminator.step"], step
    gradient = {n: (after[n + ".mean"] - 0.9 * before[n + ".mean"]) / 0.1 for n in trained}
    if moves:
        line = {n: numpy.random.default_rng(1).normal(size=before[n].shape) for n in trained}
        ahead, back = ({**before, **{n: before[n] + h * line[n] for n in trained}} for h in (1e-6, -1e-6))
        slope = (discriminating(case, ahead, sees) - discriminating(case, back, sees)) / 2e-6
        yield sum((gradient[n] * line[n]).sum() for n in trained), slope
    for n in trained:
        square = 0.999 * before[n + ".square"] + 0.001 * gradient[n] ** 2
        moved = after[n + ".mean"] / (1 - 0.9**step) / (numpy.sqrt(square / (1 - 0.999**step)) + 1e-8)
        yield after[n + ".square"], square if moves else before[n + ".square"]
        yield after[n], before[n] - parameters["discriminator_lr"] * moved if moves else before[n]
    for n in LAYERS:
        weight = after[n + ".weight"]
        yield after[n + ".direction"], unit(weight @ unit(before[n + ".direction"] @ weight))
    t, s = (judged(x, before)[0] for x in shown(case, case.student, before, sees))
    now = 0.98 * accuracy + 0.02 * ((t > 0).mean() + (s < 0).mean()) / 2
    yield after["discriminator.accuracy"], now
    yield after["discriminator.fooled_steps"], (before["discriminator.fooled_steps"] + 1) * (now < 0.55)


FORMULAS = {"adversarial": adversarial}
LEARNED = {"adversarial": adversarial_learned}
