"""How AUTH's dialogue is held, where servers differ: each decision a named field of `Policy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .policy_lines import LinePolicy

__all__ = ["AuthPolicy"]


@dataclass(frozen=True, slots=True)
class AuthPolicy(LinePolicy):
    """Mechanisms, responses and what is wrong with them. Defaults are what RFC 5034 asks for."""

    # Which mechanisms there are

    #: The SASL mechanisms in the order of CAPA's SASL (RFC 5034 §3); none: there is no AUTH. A name
    #: that Port110 does not speak is announced, and refused as unknown: SCRAM-SHA-1-PLUS at Cyrus.
    mechanisms: tuple[str, ...] = ()
    #: The same under TLS; empty: as in the clear. Courier, Cyrus.
    mechanisms_secure: tuple[str, ...] = ()
    #: Mechanisms that are taken and not announced. Courier takes all that it is built with.
    mechanisms_unannounced: tuple[str, ...] = ()
    #: Mechanisms that let nobody in, since no secret is kept in the form that they need. Courier
    #: CRAM-SHA1 and CRAM-SHA256, where passwords are kept for CRAM-MD5.
    mechanisms_fail: frozenset[str] = frozenset()
    #: A mechanism with -PLUS behind its name is the one without, announced or not (Cyrus). RFC 5802
    #: §6 has the name tell whether there is channel binding.
    plus_ignored: bool = False
    #: AUTH alone lists the mechanisms, one a line. Exchange, Dovecot, Cyrus, Twisted. No RFC.
    bare_auth: bool = False
    #: `AUTH` and a blank: "missing", as AUTH alone (Dovecot, Cyrus), or "unknown": a mechanism without
    #: a name, which nobody offers (Twisted). No RFC.
    empty_mechanism: Literal["missing", "unknown"] = "missing"

    # Who gets in

    #: Only a token lets anybody in: PASS and the mechanisms that prove a password are there, and refuse
    #: all (Office 365 since 2022). No RFC.
    tokens_only: bool = False
    #: What XOAUTH2 and OAUTHBEARER make of a token that is not good: a "challenge" says what is wrong,
    #: and the client must answer it (RFC 7628 §3.2.3; Gmail), or it is "refused" at once (Office 365,
    #: GreenMail).
    bearer_error: Literal["challenge", "refused"] = "challenge"
    #: Whom PLAIN's first part names does not matter (Courier). RFC 4616 §2: it is whom to act for.
    authzid_ignored: bool = False
    #: The octets of which a name must be, one at least: with another it is refused as soon as it is
    #: told. "": any. Dovecot: letters, digits and "-._@". RFC 4013 allows more.
    sasl_name_of: str = ""
    #: Octets at the first of which a name or password ends that a response gives. NUL at Courier and
    #: Cyrus, in whose language it ends any text.
    secret_ends_at: str = ""
    #: What parts name and password of PLAIN and LOGIN where they are handed on to another program, so
    #: that one in the name begins the password, and what is behind a second is lost; several are as
    #: one. Courier LF. No RFC.
    secrets_parted_by: str = ""
    #: LOGIN's name is read only when the password has come, and refused then (Courier). No RFC.
    name_read_late: bool = False
    #: The digits of CRAM-MD5's digest may be in upper case, against RFC 2195 §2 (Courier).
    cram_in_any_case: bool = False
    #: Behind the digits of that digest anything may stand (Cyrus). RFC 2195 §2 has no more.
    cram_front: bool = False
    #: What a response to CRAM-MD5 must have, else it is told as `unparted`: two "words" (Twisted), or a
    #: "blank" behind its first octet (Cyrus). RFC 2195 §2: a name, a blank, a digest.
    cram_parts: Literal["words", "blank"] = "words"
    #: SCRAM whose client asks for a channel binding that is not there, or to act for somebody else, is
    #: judged by its last message, not there and then as RFC 5802 §6 has it; a nonce may be without an
    #: octet; and any answer will do to the server's own proof, where RFC 5034 §4 wants none. Cyrus.
    scram_lenient: bool = False
    #: SCRAM for a name that nobody has: "asked-on", so that it does not tell (RFC 5802 §9), or
    #: "refused" there and then (Cyrus, Dovecot).
    scram_unknown: Literal["asked-on", "refused"] = "asked-on"

    # How a challenge is made

    #: The form of CRAM-MD5's challenge (RFC 2195 §2), of `stamps.FIELDS`; "": one of Port110's own.
    #: Courier "<{HEX}@{host}>", Cyrus "<{half}.{up}@{host}>", Dovecot "<{digits}.{epoch}@{host}>",
    #: Twisted, which knows no host, "<{small}.{epoch}@None>".
    challenge: str = ""
    #: Octets of SCRAM's salt; 0: as many as its digest has (Cyrus). RFC 5802 §5.1 leaves it open.
    scram_salt: int = 16

    # How a response is read

    #: What cancels the dialogue. "star": "*" alone (RFC 5034 §4); "leading-star": any line that begins
    #: so, which is a bad argument then, with the detail `cancelled` (Courier, Cyrus).
    cancel: Literal["star", "leading-star"] = "star"
    #: Octets of a response, LF counted, from which on it is refused as a wrong one, and what stands
    #: behind them is the next line; 0: no bound but a line's. Courier 8191, Cyrus 21848. No RFC.
    response_limit: int = 0
    #: Octets of a response, its base64 taken off, above which it is malformed, by mechanism. Cyrus has
    #: 1024, 2048 and 4096. No RFC.
    response_limits: Mapping[str, int] = field(default_factory=dict)
    #: What is base64. "strict": as RFC 4648 §4 has it, nothing else; "loose-end": reading stops at the
    #: first other octet, and up to two such, "=" among them, may stand behind whole groups of four
    #: (Courier); "groups": four by four, and what is left over of one is told apart (Cyrus; detail
    #: `unended`); "skips": octets that are none are passed over (Twisted).
    base64: Literal["strict", "loose-end", "groups", "skips"] = "strict"
    #: The mechanisms whose response is refused as a wrong one where it is no base64, which RFC 5034 §4
    #: would have told as what it is. Courier CRAM-MD5.
    unread_is_wrong: frozenset[str] = frozenset()

    # How an initial response is read (RFC 5034 §4)

    #: The mechanisms behind which none may stand, or "*" for all: it is refused as a surplus argument.
    #: Twisted all, Courier and Cyrus CRAM-MD5, Office 365 XOAUTH2.
    no_initial_response: frozenset[str] = frozenset()
    #: The mechanisms whose `=`, a response without an octet, is as good as none. Courier CRAM-MD5;
    #: Dovecot LOGIN; Cyrus LOGIN and SCRAM.
    empty_is_none: frozenset[str] = frozenset()
    #: The mechanisms that do not look at theirs, and ask as if there were none. Cyrus DIGEST-MD5, which
    #: takes it for the return of somebody whom it knows.
    initial_ignored: frozenset[str] = frozenset()
    #: White space in it is passed over. Dovecot.
    initial_white: bool = False
    #: It is read before the mechanism is looked at, so that `AUTH FOO !!!!` is told for its base64.
    #: Cyrus.
    response_first: bool = False
    #: With octets left over it is "refused"; or "asked-on": answered with a challenge without an octet,
    #: whatever the mechanism, and a sound response to that ends the line without a word, since the
    #: server's process does not live through it (Cyrus).
    unended_response: Literal["refused", "asked-on"] = "refused"
