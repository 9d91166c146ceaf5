"""Hold a page against the tables of an XSD."""

from goldenhour.interop.nemsis.rules.compiled.native import Ints, native
from goldenhour.interop.nemsis.rules.compiled.page import (
    A_NAME,
    A_SIZE,
    A_TEXT,
    A_WORD,
    ATTRIBUTE_COUNT,
    DECLARATION,
    END,
    FIRST_ATTRIBUTE,
    IS_NIL,
    NAME,
    NEXT,
    SIZE,
    TEXT,
    WORD,
    Page,
)
from goldenhour.interop.nemsis.rules.compiled.schema import shape as s
from goldenhour.interop.nemsis.rules.compiled.schema.values import fits
from goldenhour.interop.nemsis.rules.compiled.tables import Tables
from goldenhour.interop.nemsis.rules.compiled.words import NIL, SCHEMA_LOCATION, UNKNOWN

SURE = -1


@native
def doubtful(tables: Tables, shape: s.Shape, page: Page, count: int) -> int:
    """The first of the page's elements that is not surely as the schema wants it; SURE if there is none."""
    elements = page.elements
    if elements[0, NAME] != shape.declarations[shape.root, s.NAME]:
        return 0
    elements[0, DECLARATION] = shape.root
    for row in range(count):
        element = elements[row]
        declaration = shape.declarations[element[DECLARATION]]
        kind = shape.types[declaration[s.TYPE]]
        if not _attributes_fit(tables, shape, page, element, kind):
            return row
        is_leaf = element[END] == row + 1
        value = kind[s.VALUE]
        if element[IS_NIL]:
            if not (declaration[s.IS_NILLABLE] and is_leaf and element[SIZE] == 0) or value == s.NOBODY_KNOWS:
                return row
        elif value >= 0:
            if not is_leaf or not fits(
                tables, shape.values, page.text, element[TEXT], element[SIZE], element[WORD], value
            ):
                return row
        elif value == s.NOBODY_KNOWS or not _children_fit(shape, elements, row, kind):
            return row
    return SURE


@native
def _children_fit(shape: s.Shape, elements: Ints, row: int, kind: Ints) -> bool:
    """Whether the children follow each other as the type says; each is given its declaration."""
    is_leaf = elements[row, END] == row + 1
    if is_leaf and elements[row, SIZE] > 0:
        return False
    particle, after = kind[s.FIRST], kind[s.AFTER]
    times = 0
    child = UNKNOWN if is_leaf else row + 1
    while child >= 0:
        name = elements[child, NAME]
        while particle < after and shape.declarations[shape.particles[particle, s.DECLARED], s.NAME] != name:
            if times < shape.particles[particle, s.LEAST]:
                return False
            particle += 1
            times = 0
        if particle == after or times == shape.particles[particle, s.MOST]:
            return False
        times += 1
        elements[child, DECLARATION] = shape.particles[particle, s.DECLARED]
        child = elements[child, NEXT]
    while particle < after:
        if times < shape.particles[particle, s.LEAST]:
            return False
        particle += 1
        times = 0
    return True


@native
def _attributes_fit(tables: Tables, shape: s.Shape, page: Page, element: Ints, kind: Ints) -> bool:
    missing: int = kind[s.REQUIRED]
    first = element[FIRST_ATTRIBUTE]
    for place in range(first, first + element[ATTRIBUTE_COUNT]):
        attribute = page.attributes[place]
        name = attribute[A_NAME]
        if name in (NIL, SCHEMA_LOCATION):
            continue
        use, after = kind[s.FIRST_USE], kind[s.AFTER_USE]
        while use < after and shape.uses[use, s.USED] != name:
            use += 1
        if use == after or not fits(
            tables,
            shape.values,
            page.text,
            attribute[A_TEXT],
            attribute[A_SIZE],
            attribute[A_WORD],
            shape.uses[use, s.USED_TYPE],
        ):
            return False
        missing -= shape.uses[use, s.IS_REQUIRED]
    return missing == 0
