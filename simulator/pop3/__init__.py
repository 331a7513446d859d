"""POP3 at both ends: octets in, octets out. RFC 1939 and RFC 2449, standard library only.

The server's chair is `Pop3Server`, the client's `Pop3Client`; both read one table of commands
(`commands.py`) and one of transitions (`states.py`), and both make the same `Exchange`.
"""

from .client import ClientState, Pop3Client
from .commands import COMMANDS, Argument, Body, Command, CommandRow, Flaw, parse
from .exchange import Effect, Effects, End, Ending, Exchange, Reason, Reply, decode, encode
from .maildrop import Accounts, InUse, Maildrop, Message, UpdateFailed
from .personality import Personality, Policy, complaints
from .server import Pop3Server, ServerState
from .session import Office
from .states import TRANSITIONS, State, Status, next_state, state_diagram
from .view import View

__all__ = [
    "COMMANDS", "TRANSITIONS", "Accounts", "Argument", "Body", "ClientState", "Command",
    "CommandRow", "Effect", "Effects", "End", "Ending", "Exchange", "Flaw", "InUse", "Maildrop",
    "Message", "Office", "Personality", "Policy", "Pop3Client", "Pop3Server", "Reason", "Reply",
    "ServerState", "State", "Status", "UpdateFailed", "View", "complaints", "decode", "encode",
    "next_state", "parse", "state_diagram",
]  # fmt: skip
