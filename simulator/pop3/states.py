"""The states of a POP3 session, and every way from one to another.

Why a table: RFC 1939 has three states and five ways between them. When each is one row, the server
enforces the rows, the client follows the same rows, and the README draws them; none can disagree.

Rule 1: every change of state is one row of `TRANSITIONS`. What is not in the table does not happen.
Rule 2: this file does not know which chair reads it.
Rule 3: a lost line is no row. It ends the session from wherever it is, and nothing is removed
(RFC 1939 section 6).
"""

from __future__ import annotations

from enum import Enum

__all__ = ["OVER", "TRANSITIONS", "State", "Status", "next_state", "state_diagram"]


class State(Enum):
    """Where a session is (RFC 1939 section 3)."""

    AUTHORIZATION = "AUTHORIZATION"  #: from the greeting until the server knows who is there
    TRANSACTION = "TRANSACTION"  #: the maildrop is open and locked
    UPDATE = "UPDATE"  #: after QUIT from TRANSACTION: marked messages are removed
    CLOSED = "CLOSED"  #: no line any more; not an RFC state, but where each session ends

    # A member is one object, so the object's own hash serves; Enum's costs a call for each line.
    __hash__ = object.__hash__


class Status(Enum):
    """What a reply may begin with: the two status indicators (RFC 1939 section 3), and AUTH's "+"."""

    OK = "+OK"
    ERR = "-ERR"
    CONTINUE = "+"  #: a challenge: the next line is an answer to it (RFC 5034 section 4)

    __hash__ = object.__hash__


#: Where nothing is said any more.
OVER = frozenset({State.UPDATE, State.CLOSED})

#: (state, keyword, status of the reply) -> the next state. All other replies leave the state alone.
TRANSITIONS: dict[tuple[State, str, Status], State] = {
    # section 4: the maildrop is opened and locked, message-numbers are given
    (State.AUTHORIZATION, "PASS", Status.OK): State.TRANSACTION,
    (State.AUTHORIZATION, "APOP", Status.OK): State.TRANSACTION,
    # RFC 5034 section 4: "the server issues a +OK ... and enters the TRANSACTION state"
    (State.AUTHORIZATION, "AUTH", Status.OK): State.TRANSACTION,
    # section 6: "the POP3 session terminates but does NOT enter the UPDATE state"
    (State.AUTHORIZATION, "QUIT", Status.OK): State.CLOSED,
    (State.TRANSACTION, "QUIT", Status.OK): State.UPDATE,
    # section 6: "whether the removal was successful or not", the lock opens and the line closes
    (State.TRANSACTION, "QUIT", Status.ERR): State.UPDATE,
}


def next_state(state: State, keyword: str, status: Status) -> State:
    """The state after `keyword` was answered with `status` in `state`."""
    return TRANSITIONS.get((state, keyword, status), state)


def state_diagram() -> str:
    """The table as a Mermaid state diagram, for the README (a test holds the two together)."""
    rows: dict[tuple[State, State], list[str]] = {}
    for (before, keyword, status), after in TRANSITIONS.items():
        rows.setdefault((before, after), []).append(f"{keyword} {status.value}")
    lines = ["stateDiagram-v2", "    [*] --> AUTHORIZATION : greeting"]
    lines += [
        f"    {before.value} --> {after.value} : {', '.join(labels)}"
        for (before, after), labels in rows.items()
    ]
    lines.append("    UPDATE --> CLOSED : marked messages removed, lock opened")
    lines.append("    CLOSED --> [*]")
    return "\n".join(lines)
