"""places.yaml: what the map does not say, written by the agency. Read strictly, every error with its line."""

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from goldenhour.geo.region.facilities import (
    AGENCY_KINDS,
    CAPABILITIES,
    LEVELS,
    STATION_KINDS,
    UNIT_KINDS,
    Agency,
    Hospital,
    Places,
    Post,
    Station,
    Unit,
)
from goldenhour.geo.region.survey import BadRegion

ID_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
GROUPS: Final[dict[str, type[msgspec.Struct]]] = {
    "agencies": Agency,
    "stations": Station,
    "posts": Post,
    "hospitals": Hospital,
    "units": Unit,
}
CHOICES: Final[dict[tuple[str, str], Iterable[str]]] = {
    ("agencies", "kind"): AGENCY_KINDS,
    ("stations", "kind"): STATION_KINDS,
    ("units", "kind"): UNIT_KINDS,
    ("units", "level"): LEVELS,
    ("hospitals", "capabilities"): CAPABILITIES,
}
BOUNDS: Final[dict[tuple[str, str], tuple[float, float]]] = {
    ("*", "lon"): (-180, 180),
    ("*", "lat"): (-90, 90),
    ("units", "crew"): (1, 12),
    ("hospitals", "ed_beds"): (0, 1000),
}


class BadPlaces(BadRegion):
    """places.yaml says something that cannot be; `complaints` has one line each."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = complaints


@dataclass(frozen=True, slots=True)
class _Entry:
    group: str
    line: int
    fields: dict[str, tuple[Any, int]]  # value and its line
    twice: tuple[tuple[str, int], ...]  # keys given again, which YAML would silently let win


def read_places(path: Path, *, road_distance_m: Callable[[float, float], float], limit_m: float) -> Places:
    """The checked content. Raises BadPlaces with every fault found, each naming file, line and what is accepted.

    road_distance_m(lon, lat): distance to the nearest road one can stop on; farther than limit_m is refused.
    """
    entries, complaints = _parse(path)
    for entry in entries:
        complaints += [f"{path.name} line {line}: {text}" for line, text in _faults(entry)]
    complaints += [f"{path.name} line {line}: {text}" for line, text in _cross_faults(entries)]
    if not complaints:
        complaints += [
            f"{path.name} line {line}: {text}" for line, text in _off_network(entries, road_distance_m, limit_m)
        ]
    if complaints:
        raise BadPlaces(sorted(set(complaints), key=lambda c: int(c.split(" line ")[1].split(":")[0])))
    return _places(entries)


def _parse(path: Path) -> tuple[list[_Entry], list[str]]:
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        raise BadPlaces([f"{path.name} line 1: cannot be read ({error.strerror}) in {path.parent}"]) from error
    except UnicodeDecodeError as error:
        raise BadPlaces([f"{path.name} line 1: not UTF-8 text ({error.reason})"]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadPlaces([f"{path.name} line {line}: not valid YAML: {error.problem}"]) from error
    if root is None:
        return [], []
    if not isinstance(root, yaml.MappingNode):
        raise BadPlaces([f"{path.name} line 1: expected the groups {', '.join(GROUPS)}"])
    entries: list[_Entry] = []
    complaints: list[str] = []
    for key, value in root.value:
        group, line = str(key.value), key.start_mark.line + 1
        if group not in GROUPS:
            complaints.append(f"{path.name} line {line}: unknown group '{group}'{_meant(group, GROUPS)}")
        elif isinstance(value, yaml.ScalarNode) and value.tag.endswith(":null"):
            continue
        elif not isinstance(value, yaml.SequenceNode):
            complaints.append(f"{path.name} line {line}: '{group}' must be a list, one '- id: …' per entry")
        else:
            for item in value.value:
                where = item.start_mark.line + 1
                if not isinstance(item, yaml.MappingNode):
                    complaints.append(f"{path.name} line {where}: each of '{group}' needs fields, such as 'id: …'")
                else:
                    entries.append(_Entry(group, where, _fields(item), _twice(item)))
    return entries, complaints


def _fields(node: yaml.MappingNode) -> dict[str, tuple[Any, int]]:
    reader = yaml.SafeLoader("")
    return {
        str(key.value): (reader.construct_object(value, deep=True), key.start_mark.line + 1)
        for key, value in node.value
    }


def _twice(node: yaml.MappingNode) -> tuple[tuple[str, int], ...]:
    keys = [str(key.value) for key, _ in node.value]
    return tuple((k, node.value[i][0].start_mark.line + 1) for i, k in enumerate(keys) if k in keys[:i])


def _meant(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else f"; accepted: {', '.join(known)}"


def _faults(entry: _Entry) -> list[tuple[int, str]]:
    """What is wrong with one entry by itself: unknown, missing or badly typed fields."""
    kind = GROUPS[entry.group]
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    name = f"{entry.group[:-1] if entry.group != 'agencies' else 'agency'} '{entry.fields.get('id', ('?', 0))[0]}'"
    faults = [
        (line, f"{name}: unknown key '{key}'{_meant(key, known)}")
        for key, (_, line) in entry.fields.items()
        if key not in known
    ]
    faults += [(line, f"{name}: '{key}' is given twice") for key, line in entry.twice]
    missing = [f.name for f in known.values() if f.required and f.name not in entry.fields]
    if missing:
        faults.append((entry.line, f"{name}: needs {', '.join(missing)}"))
    for key, (value, line) in entry.fields.items():
        if key == "assumed":
            faults += [(line, f"{name}: {text}") for text in _assumed_faults(value, known)]
        elif key in known:
            faults += [(line, f"{name}: {text}") for text in _value_faults(entry.group, key, value, known[key].type)]
    return faults


def _assumed_faults(value: Any, known: dict[str, Any]) -> list[str]:
    if isinstance(value, bool):
        return []
    if not isinstance(value, list):
        return ["'assumed' is true, false or a list of the assumed fields"]
    return [f"'assumed' names no field '{v}'{_meant(str(v), known)}" for v in value if v not in known]


def _value_faults(group: str, key: str, value: Any, wanted: Any) -> list[str]:
    plain = list(map(str, value)) if isinstance(value, list) else value
    try:
        msgspec.convert(plain, wanted)
    except msgspec.ValidationError:
        return [f"'{key}: {value}' is not {_in_words(wanted)}"]
    if key == "id" and (not value or not set(str(value)) <= ID_CHARACTERS):
        return [f"id '{value}' may hold only small letters, digits, - and _"]
    choices = CHOICES.get((group, key))
    if choices is not None:
        spoken = ", ".join(f"{c} ({CAPABILITIES[c]})" if c in CAPABILITIES else c for c in choices)
        wrong = [v for v in (plain if isinstance(plain, list) else [plain]) if v not in choices]
        return [f"'{key}: {v}' is not known; accepted: {spoken}" for v in wrong]
    low, high = BOUNDS.get((group, key)) or BOUNDS.get(("*", key)) or (value, value)
    if isinstance(value, int | float) and not low <= value <= high:
        return [f"'{key}: {value}' is outside {low:g} to {high:g}"]
    return []


def _in_words(wanted: Any) -> str:
    words = {str: "text (put it in quotes)", float: "a number", int: "a whole number", bool: "true or false"}
    return words.get(wanted, "a list of texts")


def _cross_faults(entries: list[_Entry]) -> list[tuple[int, str]]:
    """What does not fit together: ids given twice, agencies and homes that do not exist."""
    faults: list[tuple[int, str]] = []
    seen: dict[str, dict[str, int]] = {group: {} for group in GROUPS}
    for entry in entries:
        given, line = entry.fields.get("id", ("", entry.line))
        first = seen[entry.group].setdefault(str(given), line)
        if first != line:
            faults.append((line, f"id '{given}' was already given on line {first}"))
    homes = [*seen["stations"], *seen["posts"], *seen["hospitals"]]
    for entry in entries:
        for key, known in (("agency", list(seen["agencies"])), ("home", homes)):
            if key in entry.fields:
                value, line = entry.fields[key]
                if value not in known:
                    faults.append((line, f"{key} '{value}' is not in this file{_meant(str(value), known)}"))
    return faults


def _off_network(
    entries: list[_Entry], road_distance_m: Callable[[float, float], float], limit_m: float
) -> list[tuple[int, str]]:
    faults = []
    for entry in entries:
        if "lon" in entry.fields and entry.fields.get("kind", ("", 0))[0] != "helipad":
            away_m = road_distance_m(entry.fields["lon"][0], entry.fields["lat"][0])
            if away_m > limit_m:
                name, line = entry.fields["name"][0], entry.fields["lon"][1]
                far = f"{away_m / 1000:.1f} km" if away_m >= 1000 else f"{away_m:.0f} m"
                faults.append(
                    (line, f"'{name}' lies {far} from the nearest road of this region; accepted: up to {limit_m:.0f} m")
                )
    return faults


def _places(entries: list[_Entry]) -> Places:
    groups: dict[str, list[msgspec.Struct]] = {group: [] for group in GROUPS}
    for entry in entries:
        values = {key: value for key, (value, _) in entry.fields.items()}
        assumed = values.pop("assumed", False)
        values["assumed"] = tuple(assumed) if isinstance(assumed, list) else ("*",) if assumed else ()
        if "capabilities" in values:
            values["capabilities"] = [str(code) for code in values["capabilities"]]
        groups[entry.group].append(msgspec.convert(values, GROUPS[entry.group]))
    return msgspec.convert({group: tuple(items) for group, items in groups.items()}, Places)


def write_places(path: Path, places: Places, *, heading: str) -> None:
    """Write `places` as an agency would: one block per entry, in order, what is assumed marked."""
    lines = [*(f"# {line}" for line in heading.splitlines())]
    for group in GROUPS:
        lines += ["", f"{group}:"]
        for item in getattr(places, group):
            lines += _block(item)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _block(item: msgspec.Struct) -> list[str]:
    fields = msgspec.structs.asdict(item)
    assumed = fields.pop("assumed")
    defaults = {f.name: f.default for f in msgspec.structs.fields(item)}
    said = {key: value for key, value in fields.items() if value != defaults[key]}
    if assumed:
        said["assumed"] = True if assumed == ("*",) else list(assumed)
    lines: list[str] = []
    for key, value in said.items():
        plain: Any = list(value) if isinstance(value, tuple) else round(value, 6) if isinstance(value, float) else value
        text = yaml.safe_dump(plain, default_flow_style=True, width=10_000, allow_unicode=True)
        said_too = f"  # {', '.join(CAPABILITIES[c] for c in plain)}" if key == "capabilities" and plain else ""
        lines.append(f"{'  - ' if not lines else '    '}{key}: {text.removesuffix('...' + chr(10)).strip()}{said_too}")
    return lines
