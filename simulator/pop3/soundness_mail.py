"""What can be wrong with a policy about mail, found when it is written and not when it is served."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .policy_mail import MailPolicy

__all__ = ["mail_complaints"]

#: RFC 1939 section 7: "one to 70 characters in the range 0x21 to 0x7E".
_UNIQUE_ID = re.compile(r"[\x21-\x7e]{1,70}\Z")
_QUOTED = ("uid", "validity", "own", "digest")
_FINDS = frozenset({"LIST", "UIDL", "RETR", "TOP"})
_COUNTS = frozenset({"RETR", "TOP", "DELE"})


def mail_complaints(policy: MailPolicy) -> Iterator[tuple[str, str]]:
    """What is wrong: (policy field, what, and what to write)."""
    known = (("finds_marked", policy.finds_marked, _FINDS),
             ("last_counts", policy.last_counts, _COUNTS))  # fmt: skip
    for key, given, may_be in known:
        for keyword in sorted(given - may_be):
            yield key, f"{keyword} cannot stand here; write some of {', '.join(sorted(may_be))}"
    if policy.removal == "at-once" and policy.notices != "nothing":
        yield "notices", "where DELE removes at once nothing else is noticed; write nothing"
    if policy.retr_renames and policy.notices == "nothing":
        yield "retr_renames", "write notices too: what has another name is gone for others"
    if policy.sees_new and (policy.window or policy.removal == "at-once"):
        yield "sees_new", "numbers would shift; take out window, and have DELE remove at the end"
    if policy.recent < 0 or policy.window < 0:
        yield "window" if policy.window < 0 else "recent", "write a number from 0 on"
    if policy.unique_ids:
        yield from (("unique_ids", what) for what in _of_the_form(policy.unique_ids))


def _of_the_form(form: str) -> Iterator[str]:
    """What is wrong with the form of unique-ids."""
    digests = ("0" * 32, "f" * 32)
    try:
        one, other = (
            form.format(uid=uid, validity=2**31, own=f"own-{uid}", digest=digest)
            for uid, digest in zip((1, 99_999), digests, strict=True)
        )
    except (KeyError, ValueError, IndexError, AttributeError, TypeError) as error:
        quoted = ", ".join(f"{{{name}}}" for name in _QUOTED)
        yield f"this form cannot be filled in ({error}); quote some of {quoted}"
        return
    if not (_UNIQUE_ID.match(one) and _UNIQUE_ID.match(other)):
        yield "a unique-id has 1 to 70 characters 0x21-0x7E (RFC 1939 §7); write a shorter form"
    elif one == other:
        yield "all messages would have the same; quote {uid}, {own} or {digest}"
