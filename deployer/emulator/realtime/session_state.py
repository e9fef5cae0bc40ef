"""What the parts of one session have in common."""

from __future__ import annotations

from dataclasses import dataclass, field

from deployer.emulator.faults.wrongs import WrongEvent
from deployer.emulator.realtime.allowance import Allowance, Unlimited
from deployer.emulator.realtime.dialect import Dialect
from deployer.emulator.realtime.hearing import Hearing
from deployer.emulator.realtime.items import Conversation
from deployer.emulator.realtime.outbox import Outbox
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.realtime.wire import new_id


@dataclass(frozen=True, slots=True)
class Called:
    """What a session is about: model and version joined, when it expires (seconds since 1970), what it may use.

    `settings` are those it begins with.
    """

    model: str
    expires_at: int
    settings: Settings = field(default_factory=Settings)
    allowance: Allowance = field(default_factory=Unlimited)


class SessionState:
    """The conversation, the settings at present, and the ways in which sound is heard and events are sent."""

    __slots__ = (
        "called",
        "conversation",
        "conversation_id",
        "dialect",
        "hearing",
        "id",
        "outbox",
        "settings",
        "wrong",
    )

    def __init__(
        self, dialect: Dialect, called: Called, wrong: WrongEvent, recognises: bool
    ) -> None:
        self.dialect = dialect
        self.called = called
        self.wrong = wrong
        self.settings = called.settings
        self.id = new_id("sess_")
        self.conversation_id = new_id("conv_")
        self.conversation = Conversation()
        self.outbox = Outbox(wrong)
        self.hearing = Hearing(self.outbox.put if recognises else None)
