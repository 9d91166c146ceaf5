"""The call distributions of a JEMSS city: `calls_gen_config.xml`."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import numpy as np

from goldenhour.geo.jemss.tables import BadCity, arithmetic

DAY_S: Final = 86_400.0
CONFIG: Final = "calls_gen_config.xml"

# Which parameters of a distribution are times (given in days). The rest are shapes and probabilities.
TIMES: Final = {
    "Exponential": (0,),
    "Normal": (0, 1),
    "Uniform": (0, 1),
    "Gamma": (1,),
    "Erlang": (1,),
    "Weibull": (1,),
}
SHAPES: Final = ("Categorical", "Bernoulli", "LogNormal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A distribution by its Distributions.jl name; parameters of times are in seconds. `seed` is JEMSS' own."""

    kind: str
    parameters: tuple[float, ...]
    seed: int | None


def read_config(city: Path) -> ElementTree.Element:
    path = city / CONFIG
    try:
        return ElementTree.parse(path).getroot()
    except FileNotFoundError as fault:
        raise BadCity(f"{city} has no {CONFIG}") from fault
    except ElementTree.ParseError as fault:
        raise BadCity(f"{CONFIG} is not well-formed: {fault}") from fault


def read_draws(config: ElementTree.Element) -> dict[str, Draw]:
    old = {"transfer": "transport", "transferDuration": "handoverDuration"}  # names before JEMSS.jl renamed them
    draws = {old.get(node.tag, node.tag): _draw(node, CONFIG) for node in config.iterfind(".//callDistributions/*")}
    needed = ("interarrivalTime", "priority", "dispatchDelay", "onSceneDuration", "transport", "handoverDuration")
    if missing := [name for name in needed if name not in draws]:
        raise BadCity(f"{CONFIG} has no distribution for {', '.join(missing)}")
    return draws


def _draw(node: ElementTree.Element, source: str) -> Draw:
    form = re.fullmatch(r"\s*(\w+)\((.*)\)\s*", node.text or "", re.DOTALL)
    if form is None or form[1] not in (*TIMES, *SHAPES):
        raise BadCity(f"{source}: {node.tag} is {node.text!r}; expected one of {', '.join((*TIMES, *SHAPES))}(…)")
    try:
        values = [arithmetic(part) for part in form[2].strip().strip("[]").split(",") if part.strip()]
        seed = int(node.attrib["seed"]) if "seed" in node.attrib else None
    except ValueError as fault:
        raise BadCity(f"{source}: {node.tag}: {fault}") from fault
    for i in TIMES.get(form[1], ()):
        if i < len(values):
            values[i] *= DAY_S
    if form[1] == "LogNormal":
        values[0] += float(np.log(DAY_S))
    return Draw(kind=form[1], parameters=tuple(values), seed=seed)
