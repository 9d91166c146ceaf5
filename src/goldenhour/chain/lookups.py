"""What the content in force says about a command, filled in before it is decided, live or in a rehearsal."""

from collections.abc import Callable

from msgspec.structs import replace

from goldenhour.call_taking import commands as call_taking
from goldenhour.call_taking.state import Call
from goldenhour.chain.content import Content
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import CallId

CallOf = Callable[[CallId], Call | None]


def with_content(command: Command, content: Content, call_of: CallOf) -> Command:
    """The command with the complaint's rule of this content."""
    match command:
        case call_taking.TakeComplaint():
            return replace(command, rule=content.complaint_by_id.get(command.complaint))
        case call_taking.AnswerLifeQuestions():
            call = call_of(command.call)
            return replace(command, rule=content.complaint_by_id.get(call.complaint or "") if call else None)
    return command
