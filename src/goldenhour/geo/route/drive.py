"""Find the drive between two spots: the stretches of arcs in driving order."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.collapse import Chains
from goldenhour.geo.dijkstra import Junctions, tree
from goldenhour.geo.snap import Place
from goldenhour.geo.spots import Spots, along_chain


class NoWay(LookupError):
    """The roads do not lead from the one place to the other in this mode."""


class Stretch(NamedTuple):
    """Part of an arc driven in its own direction, from fraction `begin` to `end` (0..1)."""

    arc: int
    begin: float
    end: float


class OnChain(NamedTuple):
    """A place by its chain: which of its arcs, counted in its direction, and the fraction along that."""

    chain: int
    nth: int
    fraction: float


def drive(chains: Chains, onward: Junctions, start: Place, to: Place, spots: Spots, *, limit_s: float) -> list[Stretch]:
    """The fastest stretches from start to destination; `spots` are those two. Raises NoWay beyond limit_s."""
    p, q = spots[0], spots[1]
    best, arrive = float(along_chain(p, q)), None
    if best > 0.0:
        ends = [int(p["end_a"]) if p["out_a"] < np.inf else -1, int(p["end_b"]) if p["out_b"] < np.inf else -1]
        times, came_by = tree(onward, ends[0], float(p["out_a"]), ends[1], float(p["out_b"]), limit_s)
        for end, offset in (("end_a", "in_a"), ("end_b", "in_b")):
            through = float(times[q[end]]) + float(q[offset])
            if through < best:
                best, arrive = through, end
    if not np.isfinite(best):
        raise NoWay("there is no way by road between these two places in this mode")
    if arrive is None:
        return _within(chains, _on_chain(chains, start), _on_chain(chains, to))
    signed, first = _walk_back(onward, came_by, int(q[arrive]))
    stretches = []
    if p["chain"] >= 0:
        by_b = first == p["end_b"] and not (first == p["end_a"] and p["out_a"] < p["out_b"])
        stretches += _leave(chains, _on_chain(chains, start), forward=bool(by_b))
    for chain in signed:
        arcs = chain_arcs(chains, chain if chain >= 0 else ~chain)
        stretches += [Stretch(a, 0.0, 1.0) for a in (arcs if chain >= 0 else _turned(chains, arcs))]
    if q["chain"] >= 0:
        stretches += _enter(chains, _on_chain(chains, to), forward=arrive == "end_a")
    return [s for s in stretches if s.end > s.begin]


def chain_arcs(chains: Chains, chain: int) -> list[int]:
    """The arcs of a chain, in its direction."""
    found: list[int] = chains.chain_arc[chains.chain_start[chain] : chains.chain_start[chain + 1]].tolist()
    return found


def _turned(chains: Chains, arcs: list[int]) -> list[int]:
    return [int(chains.reverse[a]) for a in reversed(arcs)]


def _on_chain(chains: Chains, place: Place) -> OnChain:
    arc, fraction = place.arc, place.fraction
    if chains.arc_chain[arc] < 0:
        arc, fraction = int(chains.reverse[arc]), 1.0 - fraction
    chain = int(chains.arc_chain[arc])
    return OnChain(chain, chain_arcs(chains, chain).index(arc), fraction)


def _walk_back(onward: Junctions, came_by: NDArray[np.int32], last: int) -> tuple[list[int], int]:
    """Signed chains driven in order, and the junction where they begin."""
    signed, at = [], last
    while came_by[at] >= 0:
        arc = int(came_by[at])
        signed.append(int(onward.chain[arc]))
        at = int(np.searchsorted(onward.start, arc, side="right")) - 1
    return signed[::-1], at


def _leave(chains: Chains, at: OnChain, *, forward: bool) -> list[Stretch]:
    arcs = chain_arcs(chains, at.chain)
    if forward:
        return [Stretch(arcs[at.nth], at.fraction, 1.0), *(Stretch(a, 0.0, 1.0) for a in arcs[at.nth + 1 :])]
    back = _turned(chains, arcs[: at.nth + 1])
    return [Stretch(back[0], 1.0 - at.fraction, 1.0), *(Stretch(a, 0.0, 1.0) for a in back[1:])]


def _enter(chains: Chains, at: OnChain, *, forward: bool) -> list[Stretch]:
    arcs = chain_arcs(chains, at.chain)
    if forward:
        return [*(Stretch(a, 0.0, 1.0) for a in arcs[: at.nth]), Stretch(arcs[at.nth], 0.0, at.fraction)]
    back = _turned(chains, arcs[at.nth :])
    return [*(Stretch(a, 0.0, 1.0) for a in back[:-1]), Stretch(back[-1], 0.0, 1.0 - at.fraction)]


def _within(chains: Chains, p: OnChain, q: OnChain) -> list[Stretch]:
    """The drive along the common chain, towards its end or back."""
    if p.chain != q.chain or (p.nth, p.fraction) == (q.nth, q.fraction):
        return []
    arcs = chain_arcs(chains, p.chain)
    if (q.nth, q.fraction) < (p.nth, p.fraction):
        arcs = _turned(chains, arcs)
        p, q = (OnChain(x.chain, len(arcs) - 1 - x.nth, 1.0 - x.fraction) for x in (p, q))
    if p.nth == q.nth:
        return [Stretch(arcs[p.nth], p.fraction, q.fraction)]
    return [
        Stretch(arcs[p.nth], p.fraction, 1.0),
        *(Stretch(a, 0.0, 1.0) for a in arcs[p.nth + 1 : q.nth]),
        Stretch(arcs[q.nth], 0.0, q.fraction),
    ]
