"""POP3 at both ends: octets in, octets out. RFC 1939 and its extensions, standard library only.

The server's chair is `Pop3Server`, the client's `Pop3Client`; both read one table of commands
(`commands.py`) and one of transitions (`states.py`), and both make the same `Exchange`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .arguments import Argument, Flaw
    from .breaches import examine
    from .client import ClientState, Pop3Client
    from .commands import COMMANDS, Body, Command, CommandRow, parse
    from .exchange import Effect, Effects, End, Ending, Exchange, Reason, Reply, decode, encode
    from .maildrop import Accounts, InUse, Maildrop, Message, SystemFailure, UpdateFailed
    from .mechanisms import Attempt, Challenge, Mechanism, Proven
    from .personality import Language, Personality, Policy
    from .reading import Numbers, Reading
    from .rules import Breach, Force, Rule
    from .server import Pop3Server
    from .session import Office, ServerState
    from .shown import Shown
    from .soundness import complaints
    from .states import TRANSITIONS, State, Status, next_state, state_diagram
    from .view import View
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        client="ClientState Pop3Client",
        arguments="Argument Flaw",
        breaches="examine",
        commands="Body COMMANDS Command CommandRow parse",
        exchange="Effect Effects End Ending Exchange Reason Reply decode encode",
        maildrop="Accounts InUse Maildrop Message SystemFailure UpdateFailed",
        mechanisms="Attempt Challenge Mechanism Proven",
        personality="Language Personality Policy",
        reading="Numbers Reading",
        rules="Breach Force Rule",
        server="Pop3Server",
        session="Office ServerState",
        shown="Shown",
        soundness="complaints",
        states="State Status TRANSITIONS next_state state_diagram",
        view="View",
    )

__all__ = [
    "COMMANDS",
    "TRANSITIONS",
    "Accounts",
    "Argument",
    "Attempt",
    "Body",
    "Breach",
    "Challenge",
    "ClientState",
    "Command",
    "CommandRow",
    "Effect",
    "Effects",
    "End",
    "Ending",
    "Exchange",
    "Flaw",
    "Force",
    "InUse",
    "Language",
    "Maildrop",
    "Mechanism",
    "Message",
    "Numbers",
    "Office",
    "Personality",
    "Policy",
    "Pop3Client",
    "Pop3Server",
    "Proven",
    "Reading",
    "Reason",
    "Reply",
    "Rule",
    "ServerState",
    "Shown",
    "State",
    "Status",
    "SystemFailure",
    "UpdateFailed",
    "View",
    "complaints",
    "decode",
    "encode",
    "examine",
    "next_state",
    "parse",
    "state_diagram",
]
