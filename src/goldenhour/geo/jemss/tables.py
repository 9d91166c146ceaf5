"""Read the tables of JEMSS.jl CSV files: a name, a header, rows, an empty line; several to a file."""

import ast
import csv
import io
import operator
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Table = Mapping[str, list[str]]  # column name -> its cells


class BadCity(ValueError):
    """A file of the city model is missing or cannot be read; the text names it and says what was expected."""


def find(city: Path, kind: str) -> Path:
    """The one file of a kind ("stations" -> stations_1.csv). Raises BadCity when there is none, or a choice."""
    found = sorted({*city.glob(f"{kind}.csv"), *city.glob(f"{kind}_*.csv")})
    first = [path for path in found if path.stem in (kind, f"{kind}_1")]
    if len(first) == 1 or len(found) == 1:
        return (first or found)[0]
    if not found:
        raise BadCity(f"{city} has no {kind}_1.csv")
    raise BadCity(f"{city} has several {kind} files ({', '.join(p.name for p in found)}); keep one as {kind}_1.csv")


def read_text(city: Path, name: str) -> str:
    """The text of a file in the city directory or, unopened, inside one of its zip files."""
    return read_bytes(city, name).decode("utf-8-sig")


def read_bytes(city: Path, name: str) -> bytes:
    """The bytes of a file in the city directory or inside one of its zip files."""
    if (city / name).is_file():
        return (city / name).read_bytes()
    for path in sorted(city.glob("*.zip")):
        try:
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    if Path(member).name == name:
                        return archive.read(member)
        except zipfile.BadZipFile as fault:
            raise BadCity(f"{path} is damaged: {fault}") from fault
    raise BadCity(f"{city} holds no {name}, neither beside its other files nor inside a zip file")


def tables(text: str, source: str) -> dict[str, Table]:
    """Every table of a file, by name. Cells keep their text; columns without a name are dropped."""
    result: dict[str, Table] = {}
    block: list[list[str]] = []
    for row in [*csv.reader(io.StringIO(text)), []]:
        if any(row):
            block.append(row)
        elif block:
            if len(block) < 2:
                raise BadCity(f"{source}: table {block[0][0]!r} has no header line")
            header, rows = block[1], block[2:]
            if short := [i for i, cells in enumerate(rows) if len(cells) < len([h for h in header if h])]:
                raise BadCity(f"{source}: row {short[0] + 1} of table {block[0][0]!r} is cut off")
            result[block[0][0]] = {
                column: [cells[i] if i < len(cells) else "" for cells in rows]
                for i, column in enumerate(header)
                if column
            }
            block = []
    return result


def column(table: Table, name: str, source: str) -> list[str]:
    """A column that has to be there."""
    if name not in table:
        raise BadCity(f"{source} has no column {name!r}; it has {', '.join(table)}")
    return table[name]


def numbers(table: Table, name: str, source: str) -> NDArray[np.float64]:
    """A column of numbers. Raises BadCity naming the first cell that is none."""
    cells = column(table, name, source)
    try:
        return np.array(cells, np.float64)
    except ValueError:
        for i, cell in enumerate(cells):
            try:
                float(cell)
            except ValueError:
                raise BadCity(f"{source}: {name} in row {i + 1} is {cell!r}, not a number") from None
        raise


OPERATORS: Final = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def arithmetic(text: str) -> float:
    """The value of sums like "1/(18.8*24)", as JEMSS writes numbers. Raises ValueError on anything else."""

    def value(node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return float(OPERATORS[type(op)](value(left), value(right)))
        raise ValueError(f"{text!r} is not a number or a sum of numbers")

    try:
        return value(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ZeroDivisionError) as fault:
        raise ValueError(f"{text!r} is not a number or a sum of numbers") from fault
