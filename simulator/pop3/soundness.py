"""What can be wrong with a personality, found when it is written and not when it is served.

Why words are looked at: a -ERR without a response code can be told from another by its text alone.
So a personality uses the words that the client chair reads (inference.TELLING), or says a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter

from .commands import COMMANDS
from .exchange import Reason
from .inference import TELLING, tells
from .mechanisms import KNOWN
from .personality import OPTIONAL, Personality, Policy
from .soundness_mail import mail_complaints
from .stamps import flaws
from .wording import FIELDS, STATES, UNASKED, WORDS, is_refusal, is_word

__all__ = ["complaints"]

_CODE = re.compile(r"\[[^\]]+\]")
_CODES_NEED = "a response code in [] needs RESP-CODES among the capabilities (RFC 2449 §6.4)"
#: The capabilities that nobody lists: they follow from the rest of the policy.
_DERIVED = frozenset(
    {"TOP", "UIDL", "USER", "SASL", "STLS", "UTF8", "LANG", "LOGIN-DELAY", "EXPIRE",
     "IMPLEMENTATION"}
)  # fmt: skip
_NEED_TLS = {f"{each}{any_}" for each in ("USER", "PASS", "APOP", "AUTH") for any_ in ("", " *")}
_NEED_TLS.add("AUTH any")


def complaints(personality: Personality) -> list[tuple[str, str]]:
    """What is wrong with a personality: (wording key or policy field, what, and what to write).

    One with `sources` plays a real server, mistakes and all: it is held to the form only.
    """
    found = list(_wording_complaints(personality.wording))
    for tag, language in personality.languages.items():
        found += [
            (f"{tag}.{key}", what)
            for key, what in _wording_complaints(language.wording, ascii_only=False)
        ]
    found += _policy_complaints(personality)
    found += mail_complaints(personality.policy)
    found += _refusal_complaints(personality.policy)
    found += [*_line_complaints(personality), *_session_complaints(personality.policy)]
    found += _reading_complaints(personality.policy)
    found += _said_back(personality)
    if not personality.sources:
        found += [*_mismatches(personality), *_untold(personality), *_strange(personality)]
    return found


def _said_back(personality: Personality) -> Iterator[tuple[str, str]]:
    """Texts that would say a secret back."""
    for key, template in personality.wording.items():
        if {"pass", "apop", "auth"} & set(key.split(".")):
            for name in ("argument", "arguments", "rest", "line"):
                if f"{{{name}}}" in template:
                    yield key, f"this would say a secret back; take {{{name}}} out"


def _reading_complaints(policy: Policy) -> Iterator[tuple[str, str]]:
    """What is wrong with how lines are read (policy_lines, reading)."""
    if policy.reading is None:
        if policy.reading_before_login is not None:
            yield "reading-before-login", "write a reading too, for behind the login"
        if policy.line_end != "lf" or policy.overlong != "refused":
            yield "reading", "line-end and overlong need one; write `reading: {}` for the plainest"
    for each in (policy.reading, policy.reading_before_login):
        if each is None:
            continue
        sets = (each.whole, each.may_be_empty, each.early, set(each.surplus_of))
        for keyword in sorted(frozenset().union(*sets) - COMMANDS.keys()):
            yield "reading", f"{keyword} is no command; write some of {', '.join(COMMANDS)}"
        if sorted(each.top_checks) != ["arity", "count", "message", "number"]:
            yield "reading", "top-checks are arity, number, count and message, each once"


def _wording_complaints(
    wording: Mapping[str, str], *, ascii_only: bool = True
) -> Iterator[tuple[str, str]]:
    for key, template in wording.items():
        if not is_word(key):
            yield (
                key,
                f"no reply is called {key!r}; see FIELDS, WORDS and is_word in wording.py",
            )
            continue
        yield from ((key, what) for what in _template_complaints(template, ascii_only=ascii_only))


def _mismatches(personality: Personality) -> Iterator[tuple[str, str]]:
    """Where wording and policy do not go together."""
    wording, policy = personality.wording, personality.policy
    if ("{timestamp}" in wording.get("greeting", "")) != personality.offered("APOP"):
        yield (
            "greeting",
            "a server offers APOP exactly if its greeting has {timestamp} (RFC 1939 §7)",
        )
    for key, template in wording.items():
        if template.startswith("[") and not _announces(policy, "RESP-CODES"):
            yield key, _CODES_NEED
    if policy.language != "i-default" and policy.language not in personality.languages:
        yield "language", f"{policy.language!r} is none of the languages; write its texts first"
    for tag in ("", *personality.languages):
        spoken = personality.speaking(tag)
        refused = spoken.refusing("RETR", Reason.NEEDS_UTF8)
        if personality.offered("UTF8") and not refused.startswith("[UTF8]"):
            yield f"{tag}.needs-utf8".lstrip("."), "begin it with [UTF8] (RFC 6856 §5)"
        for key, template in personality.languages[tag].wording.items() if tag else ():
            code = _CODE.match(wording.get(key, ""))
            if code and not template.startswith(code.group()):
                yield f"{tag}.{key}", f"begin it with {code.group()}, in every language"


def _announces(policy: Policy, tag: str) -> bool:
    return tag in policy.capabilities or any(tag in lines for lines in policy.capa.values())


def _strange(personality: Personality) -> Iterator[tuple[str, str]]:
    """What only a real server may do, of which somebody has seen that it does."""
    policy, why = personality.policy, "only a page with `sources` may"
    for key in ("stat", "last", "list-one", "uidl-one"):
        if key in personality.wording:
            yield key, f"a program reads this reply, and {why} word it"
    for name in policy.mechanisms:
        if name not in KNOWN:
            yield "mechanisms", f"{name} is not known; write some of {', '.join(KNOWN)}"
    if personality.then:
        yield "then", f"a command has one reply (RFC 1939 §3), and {why} give two"
    if policy.silent_on:
        yield "silent-on", f"each command has a reply (RFC 1939 §3), and {why} say nothing"


def _refusal_complaints(policy: Policy) -> Iterator[tuple[str, str]]:
    """Fields that name refusals."""
    for field, keys in (
        ("hangs-up-on", policy.hangs_up_on), ("silent-on", policy.silent_on),
        ("delays", policy.delays), ("bad-commands", policy.bad_commands),
        ("bad-commands-not", policy.bad_commands_not),
    ):  # fmt: skip
        for key in sorted(keys):
            if not is_refusal(key):
                yield field, f"no -ERR is called {key!r}; write [state.][keyword.]reason[.detail]"


def _line_complaints(personality: Personality) -> Iterator[tuple[str, str]]:
    """Whole lines: fixed replies and second lines."""
    policy = personality.policy
    for field, lines in (("fixed", policy.fixed), ("then", personality.then)):
        for key, line in lines.items():
            if line.partition(" ")[0] not in ("+OK", "-ERR") and key != "autologout":
                yield field, f"{key}: a whole line begins with +OK or -ERR (RFC 1939 §3)"
            yield from ((field, what) for what in _template_complaints(line, ascii_only=True))
    for key in policy.fixed:
        state, dot, rest = key.rpartition(".")
        if (dot and state not in STATES.values()) or rest != rest.upper() or not rest:
            yield "fixed", f"{key!r} is no [state.]KEYWORD; write the keyword in upper case"
    for key in personality.then:
        if key not in WORDS | UNASKED and not is_refusal(key):
            yield "then", f"no reply is called {key!r}; see WORDS and is_refusal in wording.py"


def _session_complaints(policy: Policy) -> Iterator[tuple[str, str]]:
    """CAPA's lists, what is made anew for each session, and what waits for TLS."""
    for key, tags in policy.capa.items():
        if key.removesuffix(".auth").removesuffix(".tls") not in STATES.values():
            yield "capa", f"{key!r} is no state; write authorization or transaction, or one .tls"
        for tag in tags:
            if not (tag.isascii() and tag.isprintable() and tag.strip("= .")):
                yield "capa", f"{tag!r} is no line of CAPA (RFC 2449 §3)"
    for field in ("timestamp", "session-id", "challenge"):
        template = getattr(policy, field.replace("-", "_"))
        yield from ((field, what) for what in flaws(template))
    for what_ in sorted(policy.needs_tls - _NEED_TLS):
        yield "needs-tls", f"{what_} is no login; write some of {', '.join(sorted(_NEED_TLS))}"


def _untold(personality: Personality) -> Iterator[tuple[str, str]]:
    """Replies that nobody could tell from another: no code, and none of the telling words."""
    policy = personality.policy
    wanted = []
    if policy.mechanisms:
        wanted += [("AUTH", Reason.UNKNOWN_MECHANISM), ("AUTH", Reason.BAD_CREDENTIALS)]
    if not policy.cleartext_login:
        wanted += [(keyword, Reason.NEEDS_TLS) for keyword in ("USER", "PASS")]
    if personality.offered("STLS"):
        wanted.append(("STLS", Reason.TLS_ACTIVE))
    if personality.offered("LANG"):
        wanted.append(("LANG", Reason.UNKNOWN_LANGUAGE))
    for tag in ("", *personality.languages):
        spoken = personality.speaking(tag)
        for keyword, reason in wanted:
            text = spoken.refusing(keyword, reason)
            told = reason is Reason.BAD_CREDENTIALS and text.startswith("[AUTH]")
            if not told and not tells(text, reason):
                words = ", ".join(TELLING[reason])
                yield f"{tag}.{reason.value}".lstrip("."), f"use one of the words {words}"


def _policy_complaints(personality: Personality) -> Iterator[tuple[str, str]]:
    policy = personality.policy
    for keyword in sorted(policy.offers - OPTIONAL):
        known = ", ".join(sorted(OPTIONAL))
        yield "offers", f"{keyword} is no optional command; write some of {known}"
    for end in (policy.expire, *policy.expire_of.values()):
        if end not in ("", "NEVER") and not (end.isascii() and end.isdigit()):
            yield "expire", f"{end!r} is no end; write NEVER or a number of days (RFC 2449 §6.7)"
    for line in policy.capabilities:
        if line.partition(" ")[0] in _DERIVED:
            yield "capabilities", f"{line} follows from the rest of the policy; take it out"


def _template_complaints(template: str, *, ascii_only: bool) -> list[str]:
    try:
        names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as error:
        return [f"the braces do not pair ({error}); write {{{{ for a brace that is text"]
    complaints_ = [
        f"{{{name}}} is not known; write one of {', '.join(FIELDS)}"
        for name in names
        if name not in FIELDS
    ]
    if ascii_only and not template.isascii():
        complaints_.append("a reply is ASCII until LANG is said (RFC 1939 §3)")
    if not template.isprintable():
        complaints_.append("a reply is one line of printable characters (RFC 1939 §3)")
    return complaints_
