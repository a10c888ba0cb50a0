"""Every loss is that of its paper: each on random numbers against formulas with SciPy.

    losses.py INTEROP_LOSSES

The formulas (logit_losses.py, feature_losses.py, relation_losses.py, adversarial_loss.py) are written from the papers. Each loss's direction
is checked too: along a random line through the student's outputs, and through what the loss itself trains, the gradient told here is the slope of
the formula; and so is what a loss keeps after it has learned by itself. A loss without a formula, or a choice without a case, is an error.
Fetches SciPy from PyPI into a virtual environment of the user's cache; without a network the test is skipped (77).
"""

import json
import subprocess

from environment import run_inside

PACKAGES = ["scipy==1.17.1", "numpy"]  # as statistics_scipy.py: fetched once
TOLERANCE = 1e-7  # relative to the larger, absolute below 1
STEPS = (1e-5, 1e-6, 1e-7)  # the long ones may meet the kink of a ReLU, where the formula has no slope


def close(ours, theirs):
    """The largest difference."""
    import numpy

    ours, theirs = numpy.asarray(ours, float), numpy.asarray(theirs, float)
    return (abs(ours - theirs) / numpy.maximum(1.0, numpy.maximum(abs(ours), abs(theirs)))).max()


def tensor(values):
    return {"shape": list(values.shape), "values": values.ravel().tolist()}


def array(told):
    import numpy

    return numpy.array(told["values"], float).reshape(told["shape"])


def asked(case, seed):
    def outputs(o):
        return {"logits": tensor(o.logits), "stages": [tensor(stage) for stage in o.stages], "pooled": tensor(o.pooled)}

    batch = {name: getattr(case, name) for name in ("labels", "soft_labels", "indices", "groups")}
    return {
        "loss": case.loss,
        "parameters": case.parameters,
        "smoothing": case.smoothing,
        "stages": case.stages,
        "images": case.images,
        "seed": seed,
        "state": {name: tensor(values) for name, values in case.given.items()},
        "teacher": outputs(case.teacher),
        "student": outputs(case.student),
        "batch": {"epoch": case.epoch} | {name: tensor(values) for name, values in batch.items() if values is not None},
    }


def least_bend(value_at, lines, reversal=1.0):
    """By how much the gradient differs from the slope, with the step where that is least. A line: (gradient along it, move)."""
    least = float("inf")
    for step, (along, move) in zip(STEPS, lines):
        # The error of this difference is of the fourth order.
        near, far = (value_at(*move(h)) - value_at(*move(-h)) for h in (step, 2 * step))
        least = min(least, close(along, reversal * (8 * near - far) / (12 * step)))
        if least <= TOLERANCE:
            break
    return least


def lines_of_student(case, told, generator):
    """Through its outputs, without an end."""
    gradient = [array(part) for part in (told["logits"], *told["stages"], told["pooled"])]
    while True:
        line = case.student.changed(lambda values: generator.normal(size=values.shape))
        along = sum((g * d).sum() for g, d in zip(gradient, line.tensors(), strict=True))
        yield along, lambda h, line=line: (case.student.changed(lambda values, d: values + h * d, line), case.state)


def lines_of_trained(case, told, generator):
    """Through what the loss trains, without an end."""
    gradient = {name: array(part) for name, part in told.items()}
    while True:
        line = {name: generator.normal(size=values.shape) for name, values in gradient.items()}
        along = sum((gradient[name] * line[name]).sum() for name in line)
        yield along, lambda h, line=line: (case.student, case.state | {name: case.state[name] + h * d for name, d in line.items()})


def not_covered(registered, formulas, cases):
    """Losses without a formula, and choices without a case."""
    if missing := sorted(set(registered) - set(formulas)):
        yield f"no formula here for {missing}"
    for loss, parameters in registered.items():
        for name, told in parameters.items():
            tried = {case.parameters.get(name, told["default"]) for case in cases if case.loss == loss}
            if missing := sorted(set(told["choices"]) - tried):
                yield f"no case here for {loss} with {name} {missing}"


def work(program):
    import numpy

    import adversarial_loss
    import feature_losses
    import logit_losses
    import relation_losses
    from loss_cases import cases

    def compare(case, row):
        """The largest differences of value, slope and what was learned."""
        case.state = {name: array(told) for name, told in row["state"].items()}

        def value_at(s, state):
            return formulas[case.loss](case, s, state, **case.parameters)

        bend = least_bend(value_at, lines_of_student(case, row["gradient"], generator))
        if row["slopes"]:
            reversal = logit_losses.reversal(case) if case.loss == "ctkd" else 1.0
            bend = max(bend, least_bend(value_at, lines_of_trained(case, row["slopes"], generator), reversal))
        learned = {name: array(told) for name, told in row["learned"].items()}
        apart = [close(*pair) for pair in learners[case.loss](case, case.state, learned)] if case.loss in learners else []
        return close(row["value"], value_at(case.student, case.state)), bend, max(apart, default=0.0)

    that_learn = feature_losses, relation_losses, adversarial_loss
    formulas = {name: formula for module in (logit_losses, *that_learn) for name, formula in module.FORMULAS.items()}
    learners = {name: learner for module in that_learn for name, learner in module.LEARNED.items()}
    generator = numpy.random.default_rng(2)
    every = cases()
    lines = "".join(json.dumps(asked(case, seed)) + "\n" for seed, case in enumerate(every))
    answered = subprocess.run([program], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    registered, *rows = map(json.loads, answered.stdout.splitlines())
    wrong = list(not_covered(registered, formulas, every))
    largest = {}
    for case, row in zip(every, rows, strict=True):
        found = compare(case, row)
        largest[case.loss] = numpy.maximum(largest.get(case.loss, 0.0), found)
        if not max(found) <= TOLERANCE:
            wrong.append(f"{case.loss} {case.parameters}: {row['value']!r} here; value, slope and what is learned differ by {found}")
    print(f"{len(every)} cases; value, slope and what is learned differ by at most")
    for loss, found in largest.items():
        print(f"  {loss:12}" + "".join(f" {difference:.1e}" for difference in found))
    for line in wrong[:40]:
        print("wrong: " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    run_inside(__file__, PACKAGES, lambda arguments: work(arguments[0]))
