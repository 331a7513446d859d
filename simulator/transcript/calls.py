"""Where dialogues begin and end: by what programs say of the call, and by what is said in it."""

from __future__ import annotations

from .chatter import Chatter, Told
from .follower import Follower
from .record import Dialogue, Lack

__all__ = ["ENDS", "Calls"]

#: What programs say where one call ends or the next begins.
ENDS = frozenset({Chatter.DIALS, Chatter.PAGE, Chatter.SERVER_CLOSED, Chatter.CLIENT_CLOSED})
#: Lines of prose between a call and its greeting.
_FAR = 4


class Calls:
    """The dialogues of a text, one after the other, and the one that is going on."""

    def __init__(self) -> None:
        self.follower: Follower | None = None
        self.dialogues: list[Dialogue] = []
        self.paging = False  #: openssl's page is on: nothing is POP3
        self._with = Told(Chatter.DIALS)  # whom the next dialogue is with
        self._prose = 0  # lines of prose since a program spoke of it

    @property
    def open(self) -> bool:
        """Whether a dialogue is going on."""
        return self.follower is not None and not self.follower.ended

    def told(self, told: Told, last: int) -> None:
        """A program says something of the call. `last`: the last line of the dialogue so far."""
        self._prose = 0
        if told.kind is Chatter.DIALS:
            self.finish(last)
            self._with = told
        elif told.kind is Chatter.PAGE:
            if not self.open:
                self._with = Told(Chatter.DIALS, self._with.host, self._with.port, secure=True)
            self.paging = True
        elif told.kind is Chatter.PAGE_OVER:
            self.paging = False
        elif told.kind in (Chatter.SERVER_CLOSED, Chatter.CLIENT_CLOSED):
            if self.open and self.follower is not None:
                self.follower.close(by_server=told.kind is Chatter.SERVER_CLOSED)
            self.paging = False
        elif told.kind is Chatter.UP and told.host and not self._with.host:
            self._with = told

    def forget_host(self) -> None:
        """A line of prose stands between: a call far above was another."""
        self._prose += 1
        if self._prose > _FAR:
            self._with = Told(Chatter.DIALS)

    def begin(self, number: int, last: int, *, middle: bool) -> Follower:
        """A dialogue begins at line `number`; the one before it ends."""
        self.finish(last)
        call = self._with
        self.follower = Follower(middle=middle, secure=call.secure, host=call.host, port=call.port)
        self._with = Told(Chatter.DIALS)
        if middle:
            self.follower.find(Lack.GREETING, number)
        return self.follower

    def finish(self, last: int) -> None:
        """No more comes of the dialogue that is going on."""
        if self.follower is not None:
            dialogue = self.follower.dialogue(last)
            # Other protocols know QUIT, AUTH and LIST too; what none of them says is +OK and -ERR.
            if any(turn.exchange.reply.status for turn in dialogue.turns):
                self.dialogues.append(dialogue)
        self.follower = None
