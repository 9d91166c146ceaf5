"""All parts as one table."""

from typing import Final

from goldenhour.call_taking.part import CALL_TAKING
from goldenhour.care.part import CARE
from goldenhour.dispatch.part import DISPATCH
from goldenhour.handoff.part import HANDOFF
from goldenhour.kernel.books import NUMBERING
from goldenhour.kernel.parts import Registry

REGISTRY: Final = Registry((NUMBERING, CALL_TAKING, DISPATCH, CARE, HANDOFF))
