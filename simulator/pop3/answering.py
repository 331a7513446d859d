"""What a line is answered with: the checks in their order, and the function that bears the keyword.

Whoever refuses raises a Refusal, and one place (refusing.py) makes -ERR of it.
"""

from __future__ import annotations

from collections.abc import Callable

from . import authorization, capability, transaction, update
from .arguments import Argument, Flaw
from .commands import COMMANDS, Command
from .exchange import Reason
from .framing import Line, may_be_utf8
from .inference import tells
from .maildrop import SystemFailure
from .personality import STATES
from .refusing import forgiving, refuse
from .session import Answer, Office, Refusal, Session, fill
from .states import State

__all__ = ["ANSWERS", "answer_to"]

_Answering = Callable[[Office, Session, Command], Answer]

ANSWERS: dict[tuple[State, str], _Answering] = {
    (State.AUTHORIZATION, "USER"): authorization.user,
    (State.AUTHORIZATION, "PASS"): authorization.passwd,
    (State.AUTHORIZATION, "APOP"): authorization.apop,
    (State.AUTHORIZATION, "AUTH"): authorization.auth,
    (State.AUTHORIZATION, "STLS"): authorization.stls,
    (State.AUTHORIZATION, "UTF8"): authorization.utf8,
    (State.AUTHORIZATION, "LANG"): capability.lang,
    (State.AUTHORIZATION, "CAPA"): capability.capa,
    (State.AUTHORIZATION, "QUIT"): authorization.quit_early,
    (State.TRANSACTION, "STAT"): transaction.stat,
    (State.TRANSACTION, "LIST"): transaction.list_,
    (State.TRANSACTION, "RETR"): transaction.retr,
    (State.TRANSACTION, "DELE"): transaction.dele,
    (State.TRANSACTION, "NOOP"): transaction.noop,
    (State.TRANSACTION, "RSET"): transaction.rset,
    (State.TRANSACTION, "TOP"): transaction.top,
    (State.TRANSACTION, "UIDL"): transaction.uidl,
    (State.TRANSACTION, "LAST"): transaction.last,
    (State.TRANSACTION, "LANG"): capability.lang,
    (State.TRANSACTION, "CAPA"): capability.capa,
    (State.TRANSACTION, "QUIT"): update.quit_,
}

#: What logs in: `login_again` lets it do so in TRANSACTION.
_LOGINS = frozenset({"USER", "PASS", "APOP", "AUTH"})
#: What may follow USER where `after_user` is "pass".
_AFTER_USER = frozenset({"PASS", "QUIT"})


def answer_to(office: Office, session: Session, line: Line, command: Command) -> Answer:
    """The answer to one line. Whatever refuses it, an Answer comes back."""
    try:
        answer = _consult(office, session, line, command)
    except Refusal as refusal:
        return refuse(office, session, command, refusal)
    except SystemFailure as failure:
        reason = Reason.PERMANENT if failure.permanent else Reason.TEMPORARY
        return refuse(office, session, command, Refusal(reason))
    if session.bad_commands and answer.session.bad_commands:
        answer = answer._replace(session=forgiving(office, answer.session))
    then = office.personality.then
    if then and not (answer.failed or answer.asks) and (key := command.keyword.lower()) in then:
        answer = answer._replace(also=(fill(then[key], office, answer.session),))
    return answer


def _consult(office: Office, session: Session, line: Line, command: Command) -> Answer:
    """The answer to a line, by the checks in their order. Raises Refusal."""
    if line.fault is not None and not (
        office.personality.policy.utf8_user and may_be_utf8(line, command)
    ):
        raise Refusal(line.fault)
    if command.step:
        return authorization.response(office, session, command)
    if not line.text:
        raise Refusal(Reason.BLANK_LINE)
    answer = _by_keyword(office, session, command)
    if answer is not None:
        return answer
    state = _state_for(office, session, command)
    if command.flaw is not None:
        command = _tolerate(office, command, command.flaw, blank=line.text.endswith(" "))
    return ANSWERS[state, command.keyword](office, session, command)


def _by_keyword(office: Office, session: Session, command: Command) -> Answer | None:
    """What a policy decides by the keyword, before anybody looks into the table. Raises Refusal."""
    policy = office.personality.policy
    if session.named is not None and policy.after_user == "pass":
        _only_pass(session, command)
    return _fixed(office, session, command) if policy.fixed else None


def _state_for(office: Office, session: Session, command: Command) -> State:
    """The state whose command it is: the session's own, but where a login is taken again.

    Raises Refusal where there is no such command, or not now.
    """
    row, state = command.row, session.state
    if row is None or not office.personality.offered(command.keyword):
        raise Refusal(Reason.UNKNOWN_COMMAND)
    if state in row.states:
        return state
    if office.personality.policy.login_again and command.keyword in _LOGINS:
        return State.AUTHORIZATION
    raise Refusal(Reason.WRONG_STATE)


def _tolerate(office: Office, command: Command, flaw: Flaw, *, blank: bool = False) -> Command:
    """The command as a lenient policy reads it. Raises Refusal where it is not."""
    policy = office.personality.policy
    if flaw is Flaw.SURPLUS_ARGUMENT and policy.surplus == "ignored":
        return command
    if command.keyword == "AUTH" and not command.arguments:
        if blank and policy.empty_mechanism == "unknown" and policy.mechanisms:
            raise Refusal(Reason.UNKNOWN_MECHANISM)
        if policy.bare_auth:
            return command
    takes_numbers = COMMANDS[command.keyword].arguments[:1] == (Argument.MESSAGE,)
    if flaw is Flaw.BAD_ARGUMENT and takes_numbers and policy.numbers == "leading-digits":
        return command
    hang_up = flaw is Flaw.SURPLUS_ARGUMENT and policy.surplus == "hang-up"
    detail = authorization.detail(office, command)
    raise Refusal(Reason(flaw.value), hang_up=hang_up, detail=detail)


def _fixed(office: Office, session: Session, command: Command) -> Answer | None:
    """The reply that is the same whatever is asked, where the policy has one for the keyword."""
    keyword = command.keyword.upper()
    fixed = office.personality.policy.fixed
    where = f"{STATES.get(session.state, '')}.{keyword}"
    template = fixed.get(where, fixed.get(keyword))
    if template is None:
        return None
    indicator, _, text = template.partition(" ")
    if indicator == "+OK":
        fields = {"keyword": command.keyword, "argument": "".join(command.arguments[:1])}
        return Answer(session, fill(text, office, session, **fields))
    row = command.row
    known = row is not None and session.state not in row.states
    lacking = not known or tells(text, Reason.UNKNOWN_COMMAND)
    raise Refusal(Reason.UNKNOWN_COMMAND if lacking else Reason.WRONG_STATE, words=text)


def _only_pass(session: Session, command: Command) -> None:
    """Behind USER this server takes PASS alone. Raises Refusal."""
    row = command.row
    if command.keyword not in _AFTER_USER:
        astray = row is not None and (session.state not in row.states or row.keyword == "USER")
        reason = Reason.WRONG_STATE if astray else Reason.UNKNOWN_COMMAND
        raise Refusal(reason, detail="after-user")


assert all(key in COMMANDS and state in COMMANDS[key].states for state, key in ANSWERS)
