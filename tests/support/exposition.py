"""Reads the Prometheus text format (0.0.4) and the naming rules as strictly as they are written; the first fault is raised."""

import math
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*$")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*$")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
TYPES = ("counter", "gauge", "histogram", "summary", "untyped")
UNITS = ("milliseconds", "ms", "us", "microseconds", "minutes", "kilobytes", "kb", "percent")  # no base units


class Bad(Exception):
    pass


class Family:
    def __init__(self, name, help_text):
        self.name = name
        self.help = help_text
        self.type = None
        self.samples = {}  # (name, ((label, value), ...)) -> number

    def value(self, **labels):
        return self.samples[(self.name, tuple(sorted(labels.items())))]

    def total(self):
        return sum(self.samples.values())


def number(text):
    if text in ("NaN", "+Inf", "-Inf"):
        return float(text)
    if not NUMBER.match(text):
        raise Bad(f"{text!r} is no number")
    return float(text)


def read_labels(text, line):
    """'{a="b",c="d"} rest' -> labels, rest."""
    labels = []
    at = 1
    while text[at : at + 1] != "}":
        equals = text.index("=", at)
        name = text[at:equals]
        if not LABEL.match(name) or name.startswith("__") or text[equals + 1] != '"':
            raise Bad(f"label {name!r} in: {line}")
        value, at = [], equals + 2
        while text[at] != '"':
            if text[at] == "\\":
                at += 1
                if text[at] not in '\\"n':
                    raise Bad(f"escape \\{text[at]} in: {line}")
                value.append("\n" if text[at] == "n" else text[at])
            else:
                value.append(text[at])
            at += 1
        labels.append((name, "".join(value)))
        at += 1
        if text[at] == ",":
            at += 1
        elif text[at] != "}":
            raise Bad(f"after a label in: {line}")
    if len({n for n, _ in labels}) != len(labels):
        raise Bad(f"a label twice in: {line}")
    return tuple(sorted(labels)), text[at + 1 :]


def sample_names(family):
    if family.type == "histogram":
        return [family.name + s for s in ("_bucket", "_sum", "_count")]
    return [family.name]


def read(text):
    """All families by name."""
    families, family = {}, None
    if not text.endswith("\n"):
        raise Bad("the last line has no end")
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            _, _, name, help_text = line.split(" ", 3)
            if not NAME.match(name) or name in families or not help_text:
                raise Bad(f"family {name}")
            family = families[name] = Family(name, help_text)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            if family is None or name != family.name or family.type is not None or kind not in TYPES:
                raise Bad(line)
            family.type = kind
        else:
            end = re.match(r"[^{ ]*", line).end()
            name, rest = line[:end], line[end:]
            labels, rest = read_labels(rest, line) if rest.startswith("{") else ((), rest)
            if family is None or family.type is None or name not in sample_names(family) or not rest.startswith(" "):
                raise Bad(f"no place for: {line}")
            key = (name, labels)
            if key in family.samples:
                raise Bad(f"twice: {line}")
            family.samples[key] = number(rest[1:])
    for f in families.values():
        judge(f)
    return families


def judge(f):
    words = f.name.split("_")
    if not f.samples:
        raise Bad(f"{f.name} has no sample")
    if (f.type == "counter") != f.name.endswith("_total"):
        raise Bad(f"{f.name} is a {f.type}")
    if f.name.startswith("craps_") and any(w in UNITS for w in words):
        raise Bad(f"{f.name} has no base unit")
    if f.type == "counter" and any(not v >= 0 or math.isinf(v) for v in f.samples.values()):
        raise Bad(f"{f.name} is below zero")
    if f.type == "histogram":
        judge_histogram(f)


def judge_histogram(f):
    bounds = [(number(dict(labels)["le"]), v) for (name, labels), v in f.samples.items() if name.endswith("_bucket")]
    count = f.samples[(f.name + "_count", ())]
    total = f.samples[(f.name + "_sum", ())]
    falls = any(a[0] >= b[0] or a[1] > b[1] for a, b in zip(bounds, bounds[1:]))
    if falls or bounds[-1] != (math.inf, count):
        raise Bad(f"buckets of {f.name}")
    # Each value lies above the bound below its bucket and at or under its own.
    least = sum((v - below) * low for (low, below), (_, v) in zip([(0, 0), *bounds], bounds))
    most = sum((v - below) * high for (_, below), (high, v) in zip([(0, 0), *bounds], bounds) if v > below)
    if not least <= total + 1e-6 or total > most + 1e-6:
        raise Bad(f"{f.name}_sum {total} is not between {least} and {most}")


GOOD = '# HELP a_total x\n# TYPE a_total counter\na_total{k="\\\\\\"\\n"} 1\n'
FAULTS = (  # what must be refused
    GOOD[:-1],
    GOOD + GOOD,
    GOOD.replace("a_total", "a"),
    GOOD.replace("} 1", "} one"),
    GOOD.replace("} 1", "} -1"),
    GOOD.replace('\\"', '"'),
    GOOD.replace("# TYPE a_total counter\n", ""),
    GOOD + 'a_total{k="\\\\\\"\\n"} 2\n',
    GOOD + "b_total 1\n",
    "# HELP h x\n# TYPE h histogram\n" + 'h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    "# HELP h x\n# TYPE h histogram\n" + 'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 1\nh_count 3\n',
    "# HELP h x\n# TYPE h histogram\n" + 'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_sum 2\nh_count 1\n',
    "# HELP craps_x_ms x\n# TYPE craps_x_ms gauge\ncraps_x_ms 1\n",
)


def check_self():
    """The checker sees each planted fault."""
    assert read(GOOD)["a_total"].value(k='\\"\n') == 1
    for text in FAULTS:
        try:
            read(text)
        except (Bad, ValueError, IndexError, KeyError):
            continue
        raise Bad(f"this should have been refused: {text!r}")
