"""Find elements on the axes of XPath, one after the other, nearest first."""

from goldenhour.interop.nemsis.rules.compiled.asserts import ops
from goldenhour.interop.nemsis.rules.compiled.native import Ints, native
from goldenhour.interop.nemsis.rules.compiled.page import END, NAME, NEXT, PARENT, PREVIOUS

DOCUMENT, NONE = -1, -2


@native
def first(elements: Ints, count: int, axis: int, origin: int, name: int) -> int:
    """The first element of that name (or ANY) on the axis from `origin`; NONE if there is none."""
    if name == ops.NOBODY:
        return NONE
    if axis == ops.DESCENDANT_OR_SELF or axis == ops.SELF or axis == ops.ANCESTOR_OR_SELF:
        if origin >= 0 and (name == ops.ANY or elements[origin, NAME] == name):
            return origin
        if axis == ops.SELF:
            return NONE
    return another(elements, count, axis, origin, name, NONE)


@native
def another(elements: Ints, count: int, axis: int, origin: int, name: int, last: int) -> int:
    """The next such element after `last`; from the origin on where `last` is NONE."""
    place = last
    while True:
        place = _step(elements, count, axis, origin, place)
        if place < 0 or name == ops.ANY or elements[place, NAME] == name:
            return place


@native
def _step(elements: Ints, count: int, axis: int, origin: int, last: int) -> int:
    begins = last == NONE
    if axis == ops.CHILD:
        if not begins:
            found = elements[last, NEXT]
            return found if found >= 0 else NONE
        first_child = origin + 1  # of the document (-1), the outermost element
        stop = 1 if origin == DOCUMENT else elements[origin, END]
        return first_child if first_child < stop else NONE
    if axis == ops.DESCENDANT or axis == ops.DESCENDANT_OR_SELF:
        stop = count if origin == DOCUMENT else elements[origin, END]
        found = (origin if begins else last) + 1
        return found if found < stop else NONE
    if origin == DOCUMENT or axis == ops.SELF or (axis == ops.PARENT_ELEMENT and not begins):
        return NONE
    here = origin if begins else last
    if axis == ops.PARENT_ELEMENT or axis == ops.ANCESTOR or axis == ops.ANCESTOR_OR_SELF:
        found = elements[here, PARENT]
    elif axis == ops.PRECEDING_SIBLING:
        found = elements[here, PREVIOUS]
    elif axis == ops.FOLLOWING_SIBLING:
        found = elements[here, NEXT]
    elif axis == ops.FOLLOWING:
        found = elements[origin, END] if begins else last + 1
        return found if found < count else NONE
    else:  # preceding: all that end before the origin begins
        found = here - 1
        while found >= 0 and elements[found, END] > origin:
            found -= 1
    return found if found >= 0 else NONE
