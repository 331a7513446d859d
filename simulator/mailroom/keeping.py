"""How a server keeps mail: what its store makes of a sample, where servers differ.

A sample is mail as it was sent. One server keeps it as it came, another in an mbox, with `>` before
some lines and headers of its own. The decisions are fields of pop3's policy; this is the place that
reads those which concern a store.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property, partial
from hashlib import md5
from zlib import crc32

from simulator.pop3.policy import Policy

from .bookkeeping import uids_of, written
from .drop import Drop
from .edits import (
    blank_line_behind,
    crossed_out,
    from_lines,
    neat_headers,
    unique_id_in,
    with_unique_id,
)  # fmt: skip
from .message import Message, Names

__all__ = ["RECENT", "Keeping", "digest"]

#: What stands before a name that asks for the mail of the last days (`recent`).
RECENT = "recent:"
#: The first second that a maildrop's {validity} may be; which one follows from its owner's name.
_EPOCH = 1_748_736_000
_DAY = 86400
_KIB = 1024


class Keeping:
    """A store's ways. `policy`: of the server whose store it is; without one, mail is as it came."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy = policy or Policy()
        self._recent = policy.recent > 0
        #: A session sees the maildrop's messages as they are: nothing is picked or turned round.
        self._shows_all = (
            not (policy.recent or policy.shows_once) and policy.order == "oldest-first"
        )

    # Names

    def owner(self, name: str) -> str:
        """Whose maildrop a login with that name opens."""
        return name.removeprefix(RECENT) if self._recent else name

    def validity(self, owner: str) -> int:
        """Seconds since 1970 that belong to the owner's maildrop, the same on any machine."""
        return _EPOCH + crc32(owner.encode("utf-8", "surrogateescape")) % (365 * _DAY)

    # Mail that comes

    def stored(self, owner: str, sample: Iterable[Message]) -> tuple[Message, ...]:
        """The sample's messages as this store keeps them, before any session."""
        edits = self._edits
        messages = tuple(sample)
        if edits:
            messages = tuple(_through(edits, each) for each in messages)
        if not self.policy.unique_ids:
            return messages
        return tuple(self._named(owner, messages))

    def delivered(self, owner: str, message: Message, number: int) -> Message:
        """A message that arrives, the `number`-th that the maildrop has had. Its id may be in use."""
        kept = _through(self._edits, message)
        if not self.policy.unique_ids:
            return kept
        return self._as_named(kept, self._unique_id(self.validity(owner), kept, number))

    def _named(self, owner: str, messages: Sequence[Message]) -> Iterator[Message]:
        """With unique-ids of the server's form, no two alike but where equal mail has equal ones."""
        validity, names = self.validity(owner), Names()
        noted = self.policy.status_headers
        numbers = uids_of(messages) if noted else range(1, len(messages) + 1)
        for number, message in zip(numbers, messages, strict=True):
            own = self._unique_id(validity, message, number)
            yield names.apart(self._as_named(message, own), label=True)

    def _as_named(self, message: Message, unique_id: str) -> Message:
        """With that unique-id, which UIDL says even where another message has it."""
        named = message.renamed(message.label, unique_id)
        policy = self.policy  # X-UIDL may have come with the mail, and be the same twice
        shared = policy.status_headers or (
            policy.unique_id_digest != "own" and "{digest" in policy.unique_ids
        )
        return named.in_form(named.form._replace(listed=unique_id)) if shared else named

    def _unique_id(self, validity: int, message: Message, number: int) -> str:
        form = self.policy.unique_ids
        if self.policy.status_headers and (own := unique_id_in(message.headed())) is not None:
            return own
        found = digest(message, self.policy.unique_id_digest) if "{digest" in form else ""
        return form.format(uid=number, validity=validity, own=message.unique_id, digest=found)

    @cached_property
    def _edits(self) -> tuple[Callable[[Message], Message], ...]:
        """What is done to each message that comes."""
        policy = self.policy
        edits: list[Callable[[Message], Message]] = []
        if policy.unended_mail == "uncounted":
            edits.append(_uncounted)
        if policy.first_dot == "bare" or policy.top in {"headed", "ended-lines"}:
            edits.append(partial(_formed, policy))
        if policy.from_lines != "kept":
            edit = partial(from_lines, quoted=policy.from_lines == "quoted")
            edits.append(lambda message: message.edited(edit))
        if policy.neat_headers:
            edits.append(lambda message: message.edited(neat_headers))
        if policy.eight_bit_headers == "crossed-out":
            edits.append(lambda message: message.edited(crossed_out))
        if policy.blank_line_behind != "kept-off":
            ended = partial(blank_line_behind, each=policy.blank_line_behind == "each")
            edits.append(lambda message: message.edited(ended))
        if policy.sizes == "estimated":
            edits.append(_estimated)
        return tuple(edits)

    # Sessions

    def shown(self, drop: Drop, name: str, at: float) -> tuple[Message, ...]:
        """What a session that begins then, under that name, is shown of the maildrop, in its order."""
        policy, messages = self.policy, drop.messages
        if self._shows_all:
            return messages
        if policy.recent and name.startswith(RECENT):
            since = at - policy.recent * _DAY
            arrived = drop.arrived()
            messages = tuple(each for each in messages if arrived(each) >= since)
        elif policy.shows_once and drop.notes.sent:
            sent = drop.notes.sent
            messages = tuple(each for each in messages if each.unique_id not in sent)
        return messages if policy.order == "oldest-first" else messages[::-1]

    def told(self, drop: Drop, unique_ids: Collection[str]) -> Drop:
        """The maildrop once UIDL has told these, which are written into the mail."""
        if drop.notes.told.issuperset(unique_ids):
            return drop
        messages = tuple(
            each.edited(partial(with_unique_id, unique_id=each.unique_id))
            if each.unique_id in unique_ids else each
            for each in drop.messages
        )  # fmt: skip
        notes = drop.notes._replace(told=drop.notes.told.union(unique_ids))
        return drop._replace(notes=notes, messages=messages)

    def noted(
        self,
        owner: str,
        drop: Drop,
        seen: Sequence[Message],
        sent: Collection[str],
        *,
        quitted: bool,
    ) -> Drop:
        """The maildrop after a session, which had `seen`, and RETR has sent those unique-ids in it."""
        policy = self.policy
        if not (policy.status_headers or (policy.shows_once and quitted)):
            return drop
        read = drop.notes.sent.union(sent)
        drop = drop._replace(notes=drop.notes._replace(sent=read))
        if not policy.status_headers:
            return drop
        messages = written(seen, drop.messages, self.validity(owner), sent)
        if policy.unended_mail == "uncounted":
            messages = tuple(map(_ended, messages))
        return drop._replace(messages=messages)


def digest(message: Message, of: str) -> str:
    """MD5 as 32 hexadecimal digits, by the policy `unique_id_digest`, of headers alone."""
    if of == "own":
        return _md5(message.unique_id.encode()).hex()
    headers = message.headed().partition(b"\r\n\r\n")[0].split(b"\r\n")
    if of == "lines":
        wanted = (b"Received:", b"Date:", b"Message-Id:", b"Subject:")
        return _md5(b"".join(line + b"\n" for line in headers if line.startswith(wanted))).hex()
    found = _md5(b"".join(line + b"\n" for line in _fixed(headers)))
    return b"".join(found[at : at + 4][::-1] for at in range(0, 16, 4)).hex()


def _fixed(headers: Iterable[bytes]) -> Iterator[bytes]:
    """Header lines that no later server adds or changes, each with its continuation lines."""
    takes, received = False, False
    for line in headers:
        if not line.startswith((b" ", b"\t")):
            name = line.partition(b":")[0].lower()
            takes = name in (b"delivered-to", b"x-delivery-id") or (
                not received and name in (b"received", b"date", b"message-id")
            )
            received = received or name == b"received"
        if takes:
            yield line


def _md5(octets: bytes) -> bytes:
    return md5(octets, usedforsecurity=False).digest()


def _through(edits: Iterable[Callable[[Message], Message]], message: Message) -> Message:
    for edit in edits:
        message = edit(message)
    return message


def _uncounted(message: Message) -> Message:
    """The same without the CRLF behind a last line that nothing ended."""
    return message.of_size(message.octets - 2) if message.form.unended else message


def _ended(message: Message) -> Message:
    """The same once it was written anew, and its last line has an end that counts."""
    if not message.form.unended:
        return message
    return message.in_form(message.form._replace(unended=False)).of_size(message.octets + 2)


def _formed(policy: Policy, message: Message) -> Message:
    """The same on its way to the line by the policies `first_dot` and `top`."""
    form = message.form._replace(
        first_dot=policy.first_dot == "stuffed", ended_lines=policy.top == "ended-lines",
        headed=policy.top in {"headed", "ended-lines"},
    )  # fmt: skip
    return message.in_form(form)


def _estimated(message: Message) -> Message:
    """The same with a size that was never counted: the next full KiB."""
    return message.of_size(-(-message.octets // _KIB) * _KIB)
