"""Care as one table."""

from typing import Final

from goldenhour.care import commands as c
from goldenhour.care import decide
from goldenhour.care.facts import FACTS
from goldenhour.care.state import Record, record_after
from goldenhour.kernel.parts import EntityKind, Part

CARE: Final = Part(
    name="care",
    facts=FACTS,
    entities=(EntityKind(kind="record", shape=Record, fold=record_after),),
    decisions={
        c.OpenRecord: decide.open_record,
        c.ChartElements: decide.chart_elements,
        c.AddGroup: decide.add_repeat,
        c.RemoveGroup: decide.remove_repeat,
        c.LockRecord: decide.lock_record,
        c.AmendRecord: decide.amend_record,
        c.ImportRecord: decide.import_record,
    },
)
