"""Read a table of travel seconds: CSV, Parquet or NPZ.

CSV and Parquet: a first column of names of the rows, a column `weight` (1 each without it), and a column of seconds
per site; `inf` where no road leads. NPZ: `travel_s` (rows, sites), and `weights`, `names`, `sites` where known.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from goldenhour.planning.siting.cover import BadSiting, Demand

WEIGHT = "weight"


@dataclass(frozen=True, kw_only=True)
class SitingTable:
    """Rows (`names`) by `sites`."""

    names: tuple[str, ...]
    sites: tuple[str, ...]
    demand: Demand

    def site(self, name: str) -> int:
        """Number of the site of that name."""
        if name not in self.sites:
            raise BadSiting(f"no site {name!r}; there are {', '.join(self.sites[:8])}")
        return self.sites.index(name)


def read_table(path: Path) -> SitingTable:
    """The table in the file. Raises BadSiting with what is wrong and where."""
    readers = {".csv": _read_csv, ".parquet": _read_parquet, ".npz": _read_npz}
    if path.suffix not in readers:
        raise BadSiting(f"{path.name}: a file .csv, .parquet or .npz is wanted")
    try:
        return readers[path.suffix](path)
    except OSError as error:
        raise BadSiting(f"{path} cannot be read: {error.strerror or error}") from error


def _read_csv(path: Path) -> SitingTable:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    if len(rows) < 2:
        raise BadSiting(f"{path.name}: a header and at least one row are wanted")
    header, body = [name.strip() for name in rows[0]], rows[1:]
    for line, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise BadSiting(f"{path.name} row {line}: {len(row)} fields, the header has {len(header)}")
    return _table(header, [[row[i] for row in body] for i in range(len(header))], path.name)


def _read_parquet(path: Path) -> SitingTable:
    from pyarrow import lib, parquet  # loads slowly; only those who need it wait

    try:
        table = parquet.read_table(path)
    except lib.ArrowInvalid as error:
        raise BadSiting(f"{path.name} is not a Parquet file: {error}") from error
    return _table(table.column_names, [column.to_pylist() for column in table.columns], path.name)


def _table(header: list[str], columns: list[list[object]], name: str) -> SitingTable:
    sites = [i for i in range(1, len(header)) if header[i] != WEIGHT]
    if not sites:
        raise BadSiting(f"{name}: no column of seconds; the first column names the rows, then one column per site")
    if len({header[i] for i in sites}) < len(sites):
        raise BadSiting(f"{name}: two sites have the same name")
    travel_s = np.array([_numbers(columns[i], header[i], name) for i in sites]).T
    weights = (
        np.array(_numbers(columns[header.index(WEIGHT)], WEIGHT, name))
        if WEIGHT in header[1:]
        else np.ones(len(travel_s))
    )
    return SitingTable(
        names=tuple(str(value) for value in columns[0]),
        sites=tuple(header[i] for i in sites),
        demand=Demand(travel_s=travel_s, weights=weights),
    )


def _numbers(values: list[object], column: str, name: str) -> list[float]:
    found: list[float] = []
    for row, value in enumerate(values, start=1):
        try:
            found.append(float(value))  # type: ignore[arg-type]  # whatever the file holds: refused below
        except (TypeError, ValueError) as error:
            raise BadSiting(f"{name}: {value!r} in column {column}, row {row}, is not a number") from error
    return found


def _read_npz(path: Path) -> SitingTable:
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except ValueError as error:
        raise BadSiting(f"{path.name} is not a readable NPZ file: {error}") from error
    if "travel_s" not in arrays:
        raise BadSiting(f"{path.name}: an array `travel_s` (rows, sites) is wanted, found {', '.join(arrays)}")
    travel_s = np.asarray(arrays["travel_s"], dtype=np.float64)
    if travel_s.ndim != 2:
        raise BadSiting(f"{path.name}: `travel_s` has {travel_s.ndim} dimensions, rows x sites are wanted")
    weights = np.asarray(arrays.get("weights", np.ones(len(travel_s))), dtype=np.float64)
    return SitingTable(
        names=_labels(arrays, "names", travel_s.shape[0]),
        sites=_labels(arrays, "sites", travel_s.shape[1]),
        demand=Demand(travel_s=travel_s, weights=weights),
    )


def _labels(arrays: dict[str, np.ndarray], key: str, size: int) -> tuple[str, ...]:
    labels = arrays.get(key, np.arange(size))
    if len(labels) != size:
        raise BadSiting(f"`{key}` has {len(labels)} names for {size}")
    return tuple(str(label) for label in labels)
