"""Random cases for the losses: what both networks put out for a few images, and what is known of these."""

import dataclasses
import typing

import numpy

CASES = 20  # a loss and choice of parameters
HEAVY = 5  # of losses that keep much


@dataclasses.dataclass
class Outputs:
    logits: numpy.ndarray
    stages: list
    pooled: numpy.ndarray

    def at(self, place):
        return self.pooled if place == "pooled" else self.stages[place]

    def tensors(self):
        return [self.logits, *self.stages, self.pooled]

    def changed(self, change, *others):
        """`change` of each tensor and those of others in its place."""
        logits, *stages, pooled = (change(*tensors) for tensors in zip(self.tensors(), *(o.tensors() for o in others), strict=True))
        return Outputs(logits, stages, pooled)


@dataclasses.dataclass
class Case:
    loss: str
    parameters: dict
    teacher: Outputs
    student: Outputs
    labels: numpy.ndarray
    stages: list = dataclasses.field(default_factory=list)  # as the document has them; empty: the usual ones
    pairs: list = dataclasses.field(default_factory=list)  # which these are, the teacher's and the student's
    soft_labels: typing.Optional[numpy.ndarray] = None
    groups: typing.Optional[numpy.ndarray] = None
    indices: typing.Optional[numpy.ndarray] = None
    images: int = 0  # of the data set
    smoothing: float = 0.0
    epoch: float = 0.0
    given: dict = dataclasses.field(default_factory=dict)  # buffers that are set
    state: dict = dataclasses.field(default_factory=dict)  # as the program has it


# Loss, parameters.
LOGITS = [
    ("ce", {}),
    ("kd", {}),
    ("kd", {"temperature": 1.5}),
    ("dkd", {}),
    ("dkd", {"temperature": 2.0, "alpha": 0.5, "beta": 3.0}),
    ("nkd", {}),
    ("nkd", {"gamma": 0.7, "temperature": 2.0}),
    ("dist", {}),
    ("dist", {"variant": "paper", "beta": 2.0, "gamma": 2.0, "temperature": 1.0}),
    ("ctkd", {"variant": "global"}),
    ("ctkd", {"variant": "instance", "least": 2.0, "span": 5.0, "epochs": 15.0}),
    ("mlkd", {}),
    ("mlkd", {"keep": 1.0, "temperature": 2.0}),
    ("ats", {}),
    ("ats", {"target_temperature": 6.0, "other_temperature": 1.5}),
    ("dtkd", {}),
    ("dtkd", {"alpha": 1.0, "beta": 0.5, "temperature": 2.0}),
    ("smoothed_ce", {}),
    ("smoothed_ce", {"smoothing": 0.3}),
    ("mse", {}),
]

# Loss, parameters, the teacher's and the student's stages behind the stem (m: a map, t: tokens), the document's stages, the pairs.
ALL = [(1, 1), (2, 2), (3, 3)]
FEATURES = [
    ("at", {}, "mmm", "mmm", [], ALL),
    ("at", {"compared": "features", "variant": "paper", "power": 3.0}, "mm", "mm", [2], [(2, 2)]),
    ("at", {}, "mtm", "tmt", [], ALL),
    ("sp", {}, "mm", "mm", [], [(2, 2)]),
    ("sp", {"compared": "features"}, "mt", "tm", [1, [1, 2]], [(1, 1), (1, 2)]),
    ("sp", {}, "m", "m", ["pooled"], [("pooled", "pooled")]),
    ("rkd", {}, "m", "m", [], [("pooled", "pooled")]),
    ("rkd", {"distance": 1.0, "angle": 2.0}, "mt", "mm", [1, 2], [(1, 1), (2, 2)]),
    ("pkt", {}, "m", "m", [], [("pooled", "pooled")]),
    ("pkt", {"variant": "paper"}, "mt", "mm", [1, 2], [(1, 1), (2, 2)]),
    ("fitnet", {}, "mmm", "mmm", [], [(2, 2)]),
    ("fitnet", {"kernel": "3", "compared": "features"}, "mmm", "mmm", [1, [3, 2]], [(1, 1), (3, 2)]),
    ("fitnet", {"kernel": "3"}, "tm", "mt", [1, 2, "pooled"], [(1, 1), (2, 2), ("pooled", "pooled")]),
    ("vid", {}, "mmm", "mmm", [], ALL),
    ("vid", {"compared": "features", "variance": 0.5}, "tm", "mt", [1, 2, "pooled"], [(1, 1), (2, 2), ("pooled", "pooled")]),
    ("ofd", {}, "mmm", "mmm", [], ALL),
    ("ofd", {}, "tm", "mt", [1, 2], [(1, 1), (2, 2)]),
    ("reviewkd", {"width": 5}, "mmm", "mmm", [], []),
    ("reviewkd", {"width": 4}, "tmm", "mtm", [], []),
    ("ofa", {}, "", "mmm", [], ALL),
    ("ofa", {"exponent": 1.4, "temperature": 2.0}, "m", "mt", [2, "pooled", 1], [(None, 2), (None, "pooled"), (None, 1)]),
    ("ofa", {"tokens": "class"}, "m", "tt", [], [(None, 1), (None, 2)]),
    ("cotuning", {}, "m", "m", [], []),
    ("cotuning", {"estimated_from": "own", "update": 0.3}, "m", "m", [], []),
    ("cotuning", {"estimate": "reverse"}, "m", "m", [], []),
    ("mfd", {}, "m", "m", [], []),
    ("mfd", {"kernel_width": 3.0}, "m", "m", [], []),
    ("crd", {"memory": 24, "width": 6}, "m", "m", [], [("pooled", "pooled")]),
    ("crd", {"width": 16, "tau": 0.5}, "mt", "tm", [[1, 2]], [(1, 2)]),
    ("crd", {"width": 16, "tau": 0.2}, "mt", "tm", [[2, 1]], [(2, 1)]),
    ("adversarial", {}, "", "", [], []),
    ("adversarial", {"sees": "pooled", "adversarial": 3.0, "distance": 0.5}, "m", "m", [], []),
    ("adversarial", {"sees": "pooled", "discriminator_lr": 0.01, "freeze_above": 0.75, "silent_below": 0.6}, "m", "m", [], []),
]


def logits_of(generator, images, classes, number):
    # The trained network's logits resemble the teacher's, as they come to do; some teachers are all but certain.
    spread = generator.uniform(0.5, 4) if number % 5 else generator.uniform(4, 20)
    teacher = generator.normal(0, spread, (images, classes))
    return teacher, generator.uniform(0, 1) * teacher + generator.normal(0, 1.5, (images, classes))


def soft_labels(generator, labels, classes):
    """Of images that were mixed with each other."""
    share = generator.uniform(0.5, 1, (len(labels), 1))
    one = numpy.eye(classes)[labels]
    return share * one + (1 - share) * numpy.roll(one, 1, axis=0)


def of_logits(generator, loss, parameters, number):
    images, classes = int(generator.integers(1, 33)), int(generator.integers(3, 101))
    if number == 0:
        images, classes = 2, 3  # the fewest that all of these take
    if loss != "ce":
        parameters = {**parameters, "standardise": number % 2 == 1}
    no_features = {"stages": [], "pooled": numpy.zeros((images, 1))}
    teacher, student = (Outputs(z, **no_features) for z in logits_of(generator, images, classes, number))
    case = Case(loss, parameters, teacher, student, generator.integers(0, classes, images), epoch=float(number))
    if number % 2:
        case.soft_labels = soft_labels(generator, case.labels, classes) if loss == "ce" else None
        case.smoothing = generator.uniform(0, 0.3)
    return case


def features_of(generator, images, kinds, largest, widths):
    def features(kind, channels):
        side = int(generator.integers(2, largest + 1))
        if kind == "m":
            return generator.normal(0.2, 1, (images, channels, side, int(generator.integers(2, largest + 1))))
        return generator.normal(0.2, 1, (images, side**2 + int(generator.integers(0, 2)), channels))

    stem, *channels = (int(c) for c in generator.integers(3, 8, len(kinds) + 1))
    stages = [features(kind, c) for kind, c in zip("m" + kinds, [stem, *channels])]
    return stages, generator.normal(0.2, 1, (images, widths))


def of_features(generator, loss, parameters, teacher, student, stages, pairs, number):
    images, classes = int(generator.integers(2, 7 if loss != "mfd" else 21)), int(generator.integers(3, 8))
    width = int(generator.integers(3, 9))
    widths = (width, width + int(generator.integers(1, 4)) * (number % 2))  # alike in half of the cases
    largest = 9 if loss == "reviewkd" else 5
    found = [features_of(generator, images, kinds, largest, w) for kinds, w in zip((teacher, student), widths)]
    if loss == "reviewkd" and number % 3 == 0:  # as the networks of one family: maps of the same size
        own, other = found[1][0], found[0][0]
        for i, shapes in enumerate(zip((f.shape for f in own), (f.shape for f in other))):
            if len(shapes[0]) == len(shapes[1]) == 4:
                own[i] = generator.normal(0.2, 1, (*shapes[0][:2], *shapes[1][2:]))
    outputs = [Outputs(z, *f) for z, f in zip(logits_of(generator, images, classes, number), found)]
    case = Case(loss, parameters, *outputs, generator.integers(0, 3, images), stages, pairs)
    if loss == "cotuning":  # the teacher knows other classes
        outputs[0].logits = generator.normal(0, 2, (images, int(generator.integers(2, 9))))
        case.teacher.logits = outputs[0].logits
    if loss == "mfd" and number % 4:
        case.groups = generator.integers(-1 if number % 4 > 1 else 0, 3, images)
    if loss == "crd":
        case.images = 30
        case.indices = generator.permutation(case.images)[:images]
    if loss == "adversarial":
        case.soft_labels = soft_labels(generator, case.labels, classes) if number % 2 else None
        case.given["discriminator.accuracy"] = numpy.array([(0.7, 0.5, 0.58, 0.97)[number % 4]])
    if loss == "ofd" and number % 2:
        for i, (of_teacher, _) in enumerate(pairs):
            channels = outputs[0].at(of_teacher).shape[1 if outputs[0].at(of_teacher).ndim == 4 else 2]
            share = generator.uniform(0.1, 0.9, channels) * (generator.uniform(size=channels) < 0.7)  # some: nothing known yet
            case.given |= {f"stage{i}.negative_share": share, f"stage{i}.negative_sum": -share * generator.uniform(0, 2, channels)}
    return case


def cases():
    generator = numpy.random.default_rng(1)
    found = [of_logits(generator, *row, number) for row in LOGITS for number in range(CASES)]
    for row in FEATURES:
        count = HEAVY if row[0] == "adversarial" else CASES
        found += [of_features(generator, *row, number) for number in range(count)]
    return found
