"""A document laid out flat: the memory that one check after the other is done in.

Row by row, in document order: `elements[e, COLUMN]` and `attributes[a, COLUMN]`. Text is a start and a size in `text`,
which holds the words of the vocabulary, then the document, then what had to be written anew (resolved references).
"""

from typing import NamedTuple

import numpy as np

from goldenhour.interop.nemsis.rules.compiled.native import Bytes, Ints

ELEMENTS, ATTRIBUTES = 1 << 16, 1 << 15
"""A document with more of either is no case for the compiled check."""

NAME, PARENT, END, NEXT, PREVIOUS, TEXT, SIZE, WORD, FIRST_ATTRIBUTE, ATTRIBUTE_COUNT, TAG, INNER, INNER_END = range(13)
"""Columns of an element: the word of its name; the parent (-1: the document); the row after its last descendant; the
next and the previous sibling (-1: none); start, size and word of its text (a leaf's); its attributes; where its name is
written; where its content begins and ends."""
IS_NIL, HAS_COMMENT, KNOWS_XSI, DECLARATION = range(13, 17)
"""Whether xsi:nil="true" is on it; whether a comment is directly inside; whether the prefix xsi is declared on it
or above; the schema's declaration of it."""
COLUMNS = 17

A_NAME, A_TEXT, A_SIZE, A_WORD = range(4)
"""Columns of an attribute: the word of its name; start, size and word of its value."""


class Page(NamedTuple):
    """The memory of one check at a time; not to be shared between threads."""

    text: Bytes
    elements: Ints
    attributes: Ints


def new_page(text_bytes: int) -> Page:
    """A page for so many bytes of text. The rows take memory only as far as they are used."""
    return Page(
        text=np.empty(text_bytes, np.uint8),
        elements=np.empty((ELEMENTS, COLUMNS), np.int64),
        attributes=np.empty((ATTRIBUTES, 4), np.int64),
    )
