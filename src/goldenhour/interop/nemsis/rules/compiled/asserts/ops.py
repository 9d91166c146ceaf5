"""The instructions of the machine that runs the rules, one row each: OPERATION, four arguments, and ELSE.

ELSE is the row to go on at where a test does not hold or a search finds nothing; else the next row is taken. Registers
are of three kinds, each numbered on its own: elements (rows of the page; -1 is the document), numbers (also times, in
millionths), and strings (a span of the page's text, and its word where known).
"""

OPERATION, A, B, C, D, ELSE = range(6)

(
    STOP,  # the rule is done
    UNSURE,  # whoever comes here leaves the document to Saxon
    FAIL,  # check a fails
    JUMP,
    FIRST,  # d = the first element named c (ANY: all names) on the axis a from element b
    ANOTHER,  # d = the one after d
    PARENT,  # b = the parent of a; unsure at the outermost element, above which is the document
    IS_ELEMENT,  # a is b
    HAS,  # a has attribute b
    ATTRIBUTE,  # string c = the value of attribute b of element a
    TEXT,  # string b = the text of element a
    LOCAL_NAME,  # string b = the name of element a
    CONSTANT,  # string b = word a
    COPY,  # string b = string a
    IS,  # string a is word b
    AMONG,  # string a is in the set of words b
    SAME,  # strings a and b are the same
    STARTS,  # a starts with b
    ENDS,
    CONTAINS,
    MATCHES,  # automaton b takes string a; unsure when not ASCII
    IS_INTEGER,  # a has the form of xs:integer
    IS_DECIMAL,
    NORMAL,  # string b = normalize-space(a)
    UPPER,
    LOWER,
    SUBSTRING,  # string b = d characters of a (-1: all) from the c-th on
    JOIN,  # string c = a followed by b
    SET,  # number a = constant b
    ADD,  # number c = a + b
    COUNT,  # number a = a + 1
    COMPARE,  # number a has relation b to number c
    NOW,  # number a = the time of the check
    MOMENT,  # number b = string a as xs:dateTime; unsure where it is not of the form
    DECIMAL,  # number b = string a as xs:decimal; unsure likewise
    LENGTH,  # number b = string-length(a)
    NEW_MARK,  # number a = a mark that no element bears
    MARK,  # element a had not yet the mark in number b; has it from now on
) = range(38)

(
    CHILD, DESCENDANT, DESCENDANT_OR_SELF, SELF, PARENT_ELEMENT, ANCESTOR, ANCESTOR_OR_SELF, PRECEDING_SIBLING,
    FOLLOWING_SIBLING, PRECEDING, FOLLOWING,
) = range(11)  # fmt: skip
EQUAL, UNEQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL = range(6)
ANY, NOBODY = -1, -2
"""In place of a name: every element; no element (a name that is not of this document's language)."""
REGISTERS = 128
