"""AUTH: a dialogue of challenges and responses, until somebody has proved a name (RFC 5034)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from .arguments import Flaw, answer_of
from .authorization import clear_enough, proof
from .commands import Command
from .exchange import Reason, decode, encode
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
from .session import Answer, Office, Refusal, Session, fill
from .stamps import stamped

__all__ = ["auth", "mechanisms", "response"]

#: What stands in no base64 (RFC 4648 section 4).
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")


def auth(office: Office, session: Session, command: Command) -> Answer:
    """AUTH mechanism [initial-response] (RFC 5034 section 4)."""
    if not command.arguments:
        offered = "".join(f"{name}\r\n" for name in mechanisms(office, session))
        text = fill(office.personality.accepting("mechanisms"), office, session)
        return Answer(session, text, offered.encode("ascii"))
    mechanism = _mechanism(office, session, command)
    if command.flaw is Flaw.BAD_ARGUMENT:
        raise Refusal(Reason.BAD_ARGUMENT, detail="initial")
    number = session.attempts + 1
    challenge = ""
    if office.personality.policy.challenge and office.origin is not None:
        form, origin = office.personality.policy.challenge, office.origin.drawn(number)
        challenge = stamped(form, origin, office.host)
    nonce = f"{office.nonce}.{number}"
    attempt = Attempt(command.mechanism, (), nonce, office.host, challenge)
    if command.response is not None and command.flaw is None:
        attempt = attempt.answered(answer_of(command.response, initial=True) or b"")
    answer = _ask_on(office, session._replace(attempts=number), mechanism, attempt)
    # Who was refused before waits for the challenge, and then for nothing more.
    return answer._replace(delay=waits(office)) if answer.asks else answer


def response(office: Office, session: Session, command: Command) -> Answer:
    """A line behind AUTH, while a challenge waits for it (RFC 5034 section 4)."""
    attempt = session.attempt
    assert attempt is not None, "a challenge waits"
    if command.response == "*":
        raise Refusal(Reason.CANCELLED)
    octets = _octets(office, command.response or "")
    if octets is None:
        leading = office.personality.policy.cancel == "leading-star"
        cancels = leading and (command.response or "").startswith("*")
        odd = _NO_BASE64.search(command.response or "") is not None
        raise Refusal(
            Reason.BAD_ARGUMENT, detail="cancelled" if cancels else "alphabet" if odd else ""
        )
    mechanism = office.mechanisms[attempt.mechanism]
    return _ask_on(office, session, mechanism, attempt.answered(octets))


def _octets(office: Office, text: str) -> bytes | None:
    """What a response holds, as this server reads base64; None where it cannot be read."""
    if office.personality.policy.base64 == "strict":
        return answer_of(text)
    try:
        return b64decode(encode(text))
    except ValueError:
        return None


def _ask_on(office: Office, session: Session, mechanism: Mechanism, attempt: Attempt) -> Answer:
    """What the mechanism makes of the responses so far: a challenge, a login, or neither."""
    accounts: Credentials = office.accounts
    if office.personality.policy.name_in_any_case:
        accounts = AnyCase(accounts)
    step = mechanism(accounts, attempt) if _may_be(office, accounts, attempt) else None
    if _lets_nobody_in(office, attempt, step):
        step = None
    if isinstance(step, Challenge):
        text = b64encode(step.octets).decode("ascii")
        return Answer(session._replace(attempt=attempt), text, asks=True)
    if step is None:
        raise _unproven(office, attempt)
    name = step.name if accounts is office.accounts else step.name.lower()
    waited = session.attempt is not None
    return log_in(office, session._replace(attempt=None), name, "auth", waited=waited)


def _may_be(office: Office, accounts: Credentials, attempt: Attempt) -> bool:
    """Whether the name that was given is not refused as soon as it is known."""
    policy = office.personality.policy
    if not attempt.responses or attempt.mechanism in BEARERS:
        return True
    name = named_in(attempt.mechanism, 1, attempt.responses[0])
    if policy.sasl_name_of and not (name and set(policy.sasl_name_of).issuperset(name)):
        return False
    told = policy.scram_unknown == "refused" and attempt.mechanism.startswith("SCRAM-")
    return accounts.knows(name) or not told


def _unproven(office: Office, attempt: Attempt) -> Refusal:
    """The mechanism lets nobody in. Which part of the proof it is, a text may tell; few do."""
    name = named_in(attempt.mechanism, 1, attempt.responses[0])
    which = _form(attempt)
    if not which and name and not office.accounts.knows(name):
        which = "unknown-user"
    elif not which and attempt.mechanism in BEARERS:
        which = "token"
    return Refusal(Reason.BAD_CREDENTIALS, detail=which, user=name, proof=_tried(attempt))


def _form(attempt: Attempt) -> str:
    """What is wrong with the form of the last response, if anything is."""
    said = attempt.responses[-1]
    if attempt.mechanism == "PLAIN" and said.count(b"\0") < 2:
        return "malformed"
    parted = attempt.mechanism != "CRAM-MD5" or len(said.split(None, 1)) == 2
    return "" if parted else "unparted"


def _tried(attempt: Attempt) -> str:
    """A digest of the name and password that were given in the clear, or ""."""
    parts = [decode(each) for each in attempt.responses]
    if attempt.mechanism == "PLAIN":
        parts = parts[0].split("\0")[1:]
    return proof(*parts) if attempt.mechanism in {"PLAIN", "LOGIN"} else ""


def _lets_nobody_in(office: Office, attempt: Attempt, step: Step) -> bool:
    """Whether the policy refuses at once, whatever the mechanism would have said next."""
    policy = office.personality.policy
    if attempt.mechanism not in BEARERS:
        return policy.tokens_only and isinstance(step, Proven)
    told = isinstance(step, Challenge) and bool(attempt.responses)
    return told and policy.bearer_error == "refused"


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


def _mechanism(office: Office, session: Session, command: Command) -> Mechanism:
    """The mechanism that is asked for. Raises Refusal."""
    policy, name = office.personality.policy, command.mechanism
    barred = policy.no_initial_response if command.response is not None else frozenset()
    surplus = Refusal(Reason.SURPLUS_ARGUMENT, hang_up=policy.surplus == "hang-up")
    if "*" in barred:
        raise surplus
    if name not in _named(office, session) or name not in office.mechanisms:
        raise Refusal(Reason.UNKNOWN_MECHANISM, argument=name)
    if name in CLEARTEXT:
        clear_enough(office, session, "AUTH")
    if name in barred:
        raise surplus
    return office.mechanisms[name]
