"""Find names by words that may be misspelt, shortened, half typed, joined or split."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from goldenhour.geo.geocode.names import DIRECTION_WORDS, SHORT, TYPE_WORDS, long_form, weights, words

FUZZY_FLOOR = 0.6  # of the letters right (optimal string alignment); below it, chance matches drown the real ones
PREFIX_BASE = 0.78  # a word begun but not finished
JOINED_FLOOR = 0.8
FUZZY_SHARE = 0.92  # the best that a misspelt word can count
UNHEARD_SHARE = 0.3  # weight of an asked word that nothing here resembles: a state, a slip of the tongue
OTHER_WAY_SHARE = 0.75  # South Broadway is not an answer to North Broadway
SHORT_TYPO = 0.6  # one wrong letter of three
Floats = NDArray[np.float32]


class NameIndex:
    """`names`, each with an area (the town it is in, -1 none), `areas` their names. Scores are 0 to 1."""

    def __init__(self, names: Sequence[str], area_of: NDArray[np.int32], areas: Sequence[str]) -> None:
        self.names = names
        self.area_of = area_of
        split = [words(name) for name in names]
        area_split = [words(name) for name in areas]
        self.vocabulary = sorted({w for ws in (*split, *area_split) for w in ws})
        number = {word: i for i, word in enumerate(self.vocabulary)}
        self._exact = number
        self._words, self._starts = _flat(split, number)
        self._area_words, self._area_starts = _flat(area_split, number)
        self._weights = np.array([w for ws in split for w in weights(ws)], dtype=np.float32)
        self._totals = np.maximum(_sums(self._weights, self._starts), 1e-6)
        self._facing = [frozenset(ws) & DIRECTION_WORDS for ws in split]
        joined: dict[str, list[int]] = defaultdict(list)
        for i, ws in enumerate(split):
            for form in {"".join(ws): 0, long_form(names[i]): 0}:
                joined[form].append(i)
        self._joined = list(joined)
        self._joined_names = [np.array(owners) for owners in joined.values()]
        spelled = [(long, number[short]) for long, short in SHORT.items() if short in number and long not in number]
        self._spellings = self.vocabulary + [long for long, _ in spelled]
        self._spelling_of = np.array([*range(len(self.vocabulary)), *(i for _, i in spelled)], dtype=np.int64)
        self._by_first = _by_first_letter(self._spellings)

    def scores(self, asked: Sequence[str]) -> Floats:
        """How well each name answers the asked words (already folded), f32[names].

        Every asked word counts by its weight; it may be found in the name or in the name's town. Words of the
        name that nobody asked for cost a little, so that "mill" prefers Mill Lane to Old Paper Mill Lane.
        """
        if not asked or not len(self.names):
            return np.zeros(len(self.names), dtype=np.float32)
        alike = self._alike(asked)
        asked_weights = np.array(weights(asked), dtype=np.float32)
        spoken = np.array([not word.isdigit() for word in asked])  # a number that fits nothing is not noise
        asked_weights[spoken & (alike.max(axis=1, initial=0) == 0)] *= UNHEARD_SHARE
        in_name = _best(alike[:, self._words], self._starts)
        in_area = np.zeros((len(asked), len(self.names)), dtype=np.float32)
        if len(self._area_starts) > 1:
            per_area = _best(alike[:, self._area_words], self._area_starts)
            known = self.area_of >= 0
            in_area[:, known] = 0.9 * per_area[:, self.area_of[known]]
        answered = asked_weights @ np.maximum(in_name, in_area) / asked_weights.sum()
        covered = _sums(alike.max(0)[self._words] * self._weights, self._starts) / self._totals
        telling = (in_name * asked_weights[:, None]).max(0)
        score = answered * (0.75 + 0.25 * covered) * np.minimum(1.0, 0.4 + telling)
        self._lift_joined(score, "".join(asked))
        facing = {w for w in asked if w in DIRECTION_WORDS}
        if facing:
            score[[bool(own) and not own & facing for own in self._facing]] *= OTHER_WAY_SHARE
        return np.asarray(score, dtype=np.float32)

    def _alike(self, asked: Sequence[str]) -> Floats:
        """Likeness of each asked word to each word of the vocabulary, f32[asked, vocabulary].

        Words that fold to a short form are compared in their long forms too: "sttion" is near "station", not "sta".
        """
        likeness = process.cdist(
            asked, self._spellings, scorer=OSA.normalized_similarity, dtype=np.float32, score_cutoff=FUZZY_FLOOR
        )
        likeness *= FUZZY_SHARE
        for row, word in enumerate(asked):
            if len(word) < 4 or word.isdigit():
                likeness[row] = 0
            for i in self._by_first.get(word[0], ()) if len(word) > 1 else ():
                known = self._spellings[i]
                if known.startswith(word):
                    likeness[row, i] = max(likeness[row, i], PREFIX_BASE + 0.2 * len(word) / len(known))
                elif len(word) == 3 and len(known) in (3, 4) and OSA.distance(word, known) == 1:
                    likeness[row, i] = max(likeness[row, i], SHORT_TYPO)
        alike = np.zeros((len(asked), len(self.vocabulary)), dtype=np.float32)
        np.maximum.at(alike.T, self._spelling_of, likeness.T)
        for row, word in enumerate(asked):
            exact = self._exact.get(word)
            if exact is not None:
                alike[row] *= word not in TYPE_WORDS  # "sta" was understood as Station; it is not a misspelt street
                alike[row, exact] = 1.0
        return alike

    def _lift_joined(self, score: Floats, asked: str) -> None:
        if len(asked) < 5:
            return
        found = process.extract(
            asked, self._joined, scorer=OSA.normalized_similarity, score_cutoff=JOINED_FLOOR, limit=20
        )
        for _, likeness, i in found:
            owners = self._joined_names[i]
            score[owners] = np.maximum(score[owners], 0.97 * likeness)


def _flat(split: list[tuple[str, ...]], number: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    counts = np.array([len(ws) for ws in split], dtype=np.int64)
    flat = np.array([number[w] for ws in split for w in ws], dtype=np.int64)
    return flat, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _sums(values: Floats, starts: NDArray[np.int64]) -> Floats:
    """Sum per group; an empty group gives 0."""
    running = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return np.asarray(running[starts[1:]] - running[starts[:-1]], dtype=np.float32)


def _best(values: Floats, starts: NDArray[np.int64]) -> Floats:
    """Largest per group along the last axis; an empty group gives 0."""
    out = np.zeros((values.shape[0], len(starts) - 1), dtype=np.float32)
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    if len(filled):
        out[:, filled] = np.maximum.reduceat(values, starts[filled], axis=1)
    return out


def _by_first_letter(vocabulary: list[str]) -> dict[str, list[int]]:
    out: dict[str, list[int]] = defaultdict(list)
    for i, word in enumerate(vocabulary):
        out[word[0]].append(i)
    return out
