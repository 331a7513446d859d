"""AUTH: a dialogue of challenges and responses, until somebody has proved a name (RFC 5034)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Literal

from .arguments import Flaw
from .authorization import clear_enough, proof
from .commands import Command
from .exchange import Reason, decode
from .maildrop import Credentials
from .mechanisms import (
    BEARERS,
    CLEARTEXT,
    KNOWN,
    Attempt,
    Challenge,
    Mechanism,
    Proven,
    Step,
    named_in,
)
from .naming import AnyCase
from .opening import log_in, waits
from .policy_auth import AuthPolicy
from .responses import Unread, as_given, handed_on, read_response
from .scram_form import scram_formed
from .session import Answer, Office, Refusal, Session, fill
from .stamps import stamped

__all__ = ["auth", "mechanisms", "response"]


def auth(office: Office, session: Session, command: Command) -> Answer:
    """AUTH mechanism [initial-response] (RFC 5034 section 4)."""
    if not command.arguments:
        offered = "".join(f"{name}\r\n" for name in mechanisms(office, session))
        text = fill(office.personality.accepting("mechanisms"), office, session)
        return Answer(session, text, offered.encode("ascii"))
    policy, number = office.personality.policy, session.attempts + 1
    if policy.plus_ignored and command.mechanism.endswith("-PLUS"):
        plain = command.mechanism.removesuffix("-PLUS")
        command = replace(command, arguments=(plain, *command.arguments[1:]))
    session = session._replace(attempts=number)
    challenge = ""
    if policy.challenge and office.origin is not None:
        challenge = stamped(policy.challenge, office.origin.drawn(number), office.host)
    nonce = f"{office.nonce}.{number}"
    attempt = Attempt(
        command.mechanism, (), nonce, office.host, challenge, policy.scram_salt,
        secure=session.secure, lenient=policy.scram_lenient,
    )  # fmt: skip
    said = _initial(office, command)
    if policy.response_first and said:
        read = _read(office, attempt, said, initial=True)
        if read is Unread.UNENDED:
            spoilt = replace(attempt, spoilt=True)
            return Answer(session._replace(attempt=spoilt), "", asks=True)
    mechanism = _mechanism(office, session, command, said)
    if said is not None:
        answered = _answered(office, attempt, said, initial=True)
        passed_over = command.mechanism in policy.initial_ignored
        attempt = attempt if passed_over or command.flaw is Flaw.SURPLUS_ARGUMENT else answered
    answer = _ask_on(office, session, mechanism, attempt)
    # Who was refused before waits for the challenge, and then for nothing more.
    return answer._replace(delay=waits(office)) if answer.asks else answer


def response(office: Office, session: Session, command: Command) -> Answer:
    """A line behind AUTH, while a challenge waits for it (RFC 5034 section 4)."""
    attempt, said = session.attempt, command.response or ""
    assert attempt is not None, "a challenge waits"
    if said == "*":
        raise Refusal(Reason.CANCELLED)
    if office.personality.policy.cancel == "leading-star" and said.startswith("*"):
        raise Refusal(Reason.BAD_ARGUMENT, detail="cancelled")
    before, attempt = attempt, _answered(office, attempt, said)
    if before.spoilt:
        if office.personality.policy.unended_response == "asked-on":
            raise Refusal(Reason.TEMPORARY, silent=True, hang_up=True)
        raise Refusal(Reason.BAD_ARGUMENT)
    return _ask_on(office, session, office.mechanisms[attempt.mechanism], attempt)


def _initial(office: Office, command: Command) -> str | None:
    """The initial response as typed, "" for one without an octet; None: there is none."""
    policy = office.personality.policy
    said = "" if command.response == "=" else command.response
    if said and policy.initial_white:
        said = "".join(said.split())
    empty_is_none = command.mechanism in policy.empty_is_none
    return None if said == "" and empty_is_none else said


def _read(
    office: Office, attempt: Attempt, said: str, *, initial: bool = False
) -> bytes | Literal[Unread.UNENDED]:
    """The octets of a response. Raises Refusal, but where what is left over is asked on for."""
    policy = office.personality.policy
    found = read_response(policy, said)
    if isinstance(found, bytes):
        return found
    if found is Unread.UNENDED and initial and policy.unended_response == "asked-on":
        return found
    if attempt.mechanism in policy.unread_is_wrong:
        raise Refusal(Reason.BAD_CREDENTIALS)
    raise Refusal(Reason.BAD_ARGUMENT, detail="initial" if initial else found.value)


def _answered(office: Office, attempt: Attempt, said: str, *, initial: bool = False) -> Attempt:
    """The attempt with one response more. Raises Refusal where it cannot be read."""
    policy = office.personality.policy
    if policy.name_read_late and attempt.mechanism == "LOGIN" and not attempt.responses:
        found = read_response(policy, said)
        octets, spoilt = (found, False) if isinstance(found, bytes) else (b"", True)
        attempt = replace(attempt, spoilt=spoilt)
    else:
        read = _read(office, attempt, said, initial=initial)
        octets = read if isinstance(read, bytes) else b""
    given = as_given(policy, attempt.mechanism, octets)
    if policy.name_in_any_case and attempt.mechanism == "PLAIN":
        *names, password = given.split(b"\0")  # whom to act for may be written otherwise
        given = b"\0".join([*(name.lower() for name in names), password])
    attempt = attempt.answered(given)
    if attempt.mechanism == "LOGIN" and len(attempt.responses) == 2:
        return replace(attempt, responses=handed_on(policy, *attempt.responses))
    return attempt


def _ask_on(office: Office, session: Session, mechanism: Mechanism, attempt: Attempt) -> Answer:
    """What the mechanism makes of the responses so far: a challenge, a login, or neither."""
    accounts = _accounts(office)
    may_be = _may_be(office, attempt) and not _is_too_long(office, attempt)
    step = mechanism(accounts, attempt) if may_be else None
    if _lets_nobody_in(office, attempt, step):
        step = None
    if isinstance(step, Challenge):
        text = b64encode(step.octets).decode("ascii")
        return Answer(session._replace(attempt=attempt), text, asks=True)
    if step is None:
        raise _unproven(office, attempt)
    waited = session.attempt is not None
    name = accounts.own(step.name) if isinstance(accounts, AnyCase) else step.name
    return log_in(office, session._replace(attempt=None), name, "auth", waited=waited)


def _accounts(office: Office) -> Credentials:
    """The accounts by their names, in any case where the policy says so."""
    policy = office.personality.policy
    if policy.name_in_any_case:
        return AnyCase(office.accounts, trimmed=policy.name_trimmed)
    return office.accounts


def _may_be(office: Office, attempt: Attempt) -> bool:
    """Whether the name that was given is not refused as soon as it is known."""
    made_of = office.personality.policy.sasl_name_of
    if not (made_of and attempt.responses) or attempt.mechanism in BEARERS:
        return True
    name = named_in(attempt.mechanism, 1, attempt.responses[0])
    return bool(name) and set(made_of).issuperset(name)


def _unproven(office: Office, attempt: Attempt) -> Refusal:
    """The mechanism lets nobody in. Which part of the proof it is, a text may tell; few do."""
    name = named_in(attempt.mechanism, 1, attempt.responses[0])
    which = _form(office, attempt)
    if not which and name and not _accounts(office).knows(name):
        which = "unknown-user"
    elif not which and attempt.mechanism in BEARERS:
        which = "token"
    return Refusal(Reason.BAD_CREDENTIALS, detail=which, user=name, proof=_tried(attempt))


def _is_too_long(office: Office, attempt: Attempt) -> bool:
    """Whether the last response, decoded, has more octets than its mechanism takes here."""
    most = office.personality.policy.response_limits.get(attempt.mechanism, 0)
    return bool(most and attempt.responses) and len(attempt.responses[-1]) > most


def _form(office: Office, attempt: Attempt) -> str:
    """What is wrong with the form of the last response, if anything is."""
    policy = office.personality.policy
    first, said = attempt.responses[0], attempt.responses[-1]
    if _is_too_long(office, attempt):
        return "malformed"
    if attempt.mechanism == "PLAIN" and said.count(b"\0") != 2:
        return "malformed" if said.count(b"\0") < 2 else "parts"
    if attempt.mechanism.startswith("SCRAM-"):
        nameless = not named_in(attempt.mechanism, 1, first) and len(attempt.responses) == 1
        return ("nameless" if nameless else "") if scram_formed(attempt) else "malformed"
    if attempt.mechanism == "PLAIN":
        first = first.split(b"\0")[1]
    first = first.strip(b" ") if policy.name_trimmed else first
    if attempt.mechanism in {"PLAIN", "LOGIN"} and not first:
        return "nameless"
    return "" if _is_parted(policy, attempt.mechanism, said) else "unparted"


def _is_parted(policy: AuthPolicy, mechanism: str, said: bytes) -> bool:
    """Whether a response of CRAM-MD5 has a name and a digest, as this server looks for them."""
    if not mechanism.startswith("CRAM-"):
        return True
    return said.rfind(b" ") > 0 if policy.cram_parts == "blank" else len(said.split(None, 1)) == 2


def _tried(attempt: Attempt) -> str:
    """A digest of the name and password that were given in the clear, or ""."""
    parts = [decode(each) for each in attempt.responses]
    if attempt.mechanism == "PLAIN":
        parts = parts[0].split("\0")[1:]
    whole = attempt.mechanism in {"PLAIN", "LOGIN"} and len(parts) == 2
    return proof(*parts) if whole else ""


def _lets_nobody_in(office: Office, attempt: Attempt, step: Step) -> bool:
    """Whether the policy refuses at once, whatever the mechanism would have said next."""
    policy, mechanism = office.personality.policy, attempt.mechanism
    asks_on = isinstance(step, Challenge)
    if mechanism in BEARERS and mechanism not in policy.mechanisms_fail:
        return asks_on and bool(attempt.responses) and policy.bearer_error == "refused"
    if mechanism in policy.mechanisms_fail or policy.tokens_only:
        return isinstance(step, Proven)
    if mechanism.startswith("SCRAM-") and policy.scram_unknown == "refused":
        named = asks_on and len(attempt.responses) == 1
        return named and not _accounts(office).knows(named_in(mechanism, 1, attempt.responses[0]))
    return False


def mechanisms(office: Office, session: Session) -> list[str]:
    """The SASL mechanisms that are offered on this line as it is."""
    policy = office.personality.policy
    open_to_all = session.secure or policy.cleartext_login
    return [
        name for name in _named(office, session)
        if (name in office.mechanisms or name not in KNOWN)
        and (open_to_all or name not in CLEARTEXT)
    ]  # fmt: skip


def _named(office: Office, session: Session) -> tuple[str, ...]:
    """The mechanisms of the policy, on this line as it is."""
    policy = office.personality.policy
    return (policy.mechanisms_secure if session.secure else ()) or policy.mechanisms


def _mechanism(office: Office, session: Session, command: Command, said: str | None) -> Mechanism:
    """The mechanism that is asked for, with that initial response. Raises Refusal."""
    policy, name = office.personality.policy, command.mechanism
    clear_enough(office, session, "AUTH any")
    barred = policy.no_initial_response if said is not None else frozenset()
    if "*" in barred:
        raise Refusal(Reason.SURPLUS_ARGUMENT)
    taken = name in _named(office, session) or name in policy.mechanisms_unannounced
    if not taken or name not in office.mechanisms:
        raise Refusal(Reason.UNKNOWN_MECHANISM, argument=name)
    if name in CLEARTEXT:
        clear_enough(office, session, "AUTH")
    if name in barred:
        raise Refusal(Reason.SURPLUS_ARGUMENT)
    return office.mechanisms[name]
