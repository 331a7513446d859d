"""What becomes of the mail, where servers differ: each decision a named field of `Policy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .policy_session import SessionPolicy

__all__ = ["MailPolicy"]


@dataclass(frozen=True, slots=True)
class MailPolicy(SessionPolicy):
    """Marks, locks, listings and what is kept. Defaults are what RFC 1939 asks for.

    Most are read where a command is answered. Those that say how mail is kept are read by the store
    (simulator.mailroom), which takes a policy for it.
    """

    # Marks

    #: DELE on a marked message: refused (RFC 1939 §5), or +OK again (mailutils, Qpopper, Twisted).
    dele_twice: bool = False
    #: How marked messages stand in STAT, LIST and UIDL. "left-out": numbers with gaps (RFC 1939 §5);
    #: "renumbered": gone, and the others are counted from 1 (Courier after 1.0); "empty": counted
    #: still, with 0 octets (Twisted); "listed": as if they were not marked (Mailpit).
    marked: Literal["left-out", "renumbered", "empty", "listed"] = "left-out"
    #: Commands that find a marked message by its number all the same, of LIST, UIDL, RETR, TOP. RFC
    #: 1939 §5 and §7 have none. Twisted LIST and UIDL; GreenMail and Mailpit all.
    finds_marked: frozenset[str] = frozenset()
    #: When what is marked goes. "at-quit": in UPDATE only (RFC 1939 §6); "also-on-drop": whenever the
    #: session ends (Qpopper's update-on-abort); "at-once": DELE removes, later numbers move down and
    #: RSET brings nothing back (smtp4dev); "flagged": DELE leaves a mark on the disk that outlives the
    #: session, and the next QUIT of anybody removes it (GreenMail).
    removal: Literal["at-quit", "also-on-drop", "at-once", "flagged"] = "at-quit"
    #: A QUIT that could not remove all says +OK all the same, where RFC 1939 §6 wants -ERR (Courier,
    #: Cyrus, GreenMail).
    hushes_failures: bool = False

    # Who else is there

    #: The exclusive-access lock of RFC 1939 §4. Without it sessions share a maildrop. Of the recorded
    #: servers mailutils alone has it.
    lock: bool = True
    #: Sessions that one user may have from one address, else `in-use.sessions`; 0: any number. Dovecot
    #: 10. No RFC.
    sessions_limit: int = 0
    #: What a session without the lock notices when others remove mail. "nothing": it sends what it
    #: had (RFC 1939 §8 asks for that picture); "message": RETR and TOP of that message are refused
    #: (Dovecot, Courier); "maildrop": any RETR and TOP, and a QUIT that would remove mail, gives up
    #: and hangs up (popa3d); "maildrop-always": so does each QUIT (solid-pop3d).
    notices: Literal["nothing", "message", "maildrop", "maildrop-always"] = "nothing"
    #: RETR gives a message that nobody had read another name on the disk, so that a session that was
    #: open before does not find it: by `notices` it is gone, and DELE with QUIT leaves it there. No
    #: RFC; Courier, whose maildir keeps "seen" in the name.
    retr_renames: bool = False
    #: New mail shows in the session that runs, under the next numbers, once STAT, LIST, UIDL or RSET
    #: goes through all messages (mailutils). RFC 1939 §8 has it wait for the next login.
    sees_new: bool = False

    # Which messages are shown, and how long they stay

    #: Only the first so many messages are shown; 0: all. Gmail shows some 250 to 300. No RFC.
    window: int = 0
    #: What RETR has sent is not shown again once QUIT was said, DELE or not (Gmail). No RFC.
    shows_once: bool = False
    #: A login as "recent:NAME" shows the mail of the last so many days, sent before or not; 0: there
    #: is no such name. Gmail 30. No RFC.
    recent: int = 0
    #: Which message is number 1. No RFC; Exchange can be told to begin with the newest.
    order: Literal["oldest-first", "newest-first"] = "oldest-first"
    #: How long mail is kept (RFC 2449 §6.7): "" says nothing, "NEVER" is removed, or days; "0": what
    #: RETR sent is gone after QUIT.
    expire: str = ""
    #: The same for some users: CAPA then says EXPIRE ... USER before the login.
    expire_of: Mapping[str, str] = field(default_factory=dict)
    #: From when `expire` counts. "arrival": each login removes what came so long ago; "reading": QUIT
    #: writes X-Expire-Timestamp into what RETR or TOP has sent, and removes what has borne it so long;
    #: "reading-noted": it only writes it (mailutils has these two).
    expire_from: Literal["arrival", "reading", "reading-noted"] = "arrival"
    #: QUIT also removes what RETR sent (RFC 1939 §8), and no EXPIRE 0 says so. Some providers.
    retr_deletes: bool = False

    # LAST (RFC 1460 §5, which RFC 1725 took back)

    #: Commands that raise what LAST says, of RETR, TOP, DELE. Dovecot RETR; popa3d RETR and DELE;
    #: Twisted RETR and TOP; solid-pop3d none.
    last_counts: frozenset[str] = frozenset({"RETR", "DELE"})
    #: LAST begins where the session before had got to (RFC 1460 §4), else at 0 (popa3d, solid-pop3d,
    #: Twisted).
    last_kept: bool = True

    # What unique-ids are (RFC 1939 §7)

    #: Their form, or "": the sample's own. It quotes {uid} (a number in the maildrop, never given
    #: twice), {validity} (seconds, of the maildrop), {own}, and {digest} (32 hexadecimal digits).
    #: Dovecot "{uid:08x}{validity:08x}", Courier "UID{uid}-{validity}", Cyrus "{validity}.{uid}".
    unique_ids: str = ""
    #: Of what {digest} is the MD5, so that equal mail has equal unique-ids (§7 has clients bear it) but
    #: where it is "own", the sample's own unique-id; "lines": the lines Received, Date, Message-Id and
    #: Subject, spelt so (solid-pop3d); "fixed-headers": what stands before a first Received, and that
    #: (popa3d, which turns the octets of each word round).
    unique_id_digest: Literal["own", "lines", "fixed-headers"] = "own"

    # What sizes are (RFC 1939 §11: octets as sent)

    #: What STAT, LIST and RETR's text tell: the "exact" octets, or "estimated", up to 1023 more
    #: (Exchange, unless it is told to count).
    sizes: Literal["exact", "estimated"] = "exact"
    #: The CRLF behind a last line that nothing ended is "counted", or "uncounted", though it is sent
    #: (Courier, Cyrus, Dovecot, mailutils, Twisted).
    unended_mail: Literal["counted", "uncounted"] = "counted"
    #: By how many octets the total in LIST's text lags behind STAT's. Seed page 004 shows 17325 of
    #: Gmail; the text means nothing to a client (RFC 1939 §5).
    list_header_lag: int = 0
    #: LIST tells the lines of a message behind its octets (RFC 1939 §5: implementations "may include
    #: other information"). mailutils, where it is told to.
    list_lines: bool = False
    #: A message with quoted From lines, once RETR, TOP or UIDL has opened it, is counted with all that
    #: was read of its body in the session: each RETR, TOP, LIST and STAT makes it grow; and a RETR
    #: right behind `TOP 1 0` sends its headers alone (mailutils: see rereading.py).
    rereads: bool = False

    # How mail is sent

    #: Mail with UTF-8 in its headers, where UTF8 is offered and was not said: "refused" (RFC 6856
    #: §5), sent in a "surrogate" whose headers are ASCII (Courier), or sent "as-is".
    utf8_mail: Literal["refused", "surrogate", "as-is"] = "refused"
    #: What TOP sends of the body. "lines": so many (RFC 1939 §7); "blank-line-more": and a blank line
    #: in front, where any is asked for (mailutils); "whole": all of it then (Mailpit); "headed": of a
    #: message that begins with its blank line, nothing ends the headers but a second one (Courier);
    #: "ended-lines": so it is, and a last line that nothing ends is left out (Twisted).
    top: Literal["lines", "blank-line-more", "whole", "headed", "ended-lines"] = "lines"
    #: A dot that is the first octet of a message: "stuffed" as at any line's beginning (RFC 1939 §3),
    #: or sent "bare", so that a client loses it (Courier, Dovecot, Twisted).
    first_dot: Literal["stuffed", "bare"] = "stuffed"

    # How mail is kept (no RFC; the store reads these)

    #: Body lines that begin "From ", in a store that is one mbox: "kept" as they came; "quoted" and
    #: sent with a ">" before them (popa3d, solid-pop3d); or with one ">" less, also before ">From "
    #: that was written so: "unquoted" (mailutils).
    from_lines: Literal["kept", "quoted", "unquoted"] = "kept"
    #: Of the blank line that stands behind a message in an mbox: it is "kept-off"; it ends the
    #: "headers" of a message that has no blank line of its own (popa3d); or "each" message ends in it,
    #: and it counts (solid-pop3d, qmail-pop3d).
    blank_line_behind: Literal["kept-off", "headers", "each"] = "kept-off"
    #: Octets above 127 in headers, of which RFC 5322 has none: "kept", or an X each ("crossed-out":
    #: Cyrus).
    eight_bit_headers: Literal["kept", "crossed-out"] = "kept"
    #: Headers are taken apart and written anew, as `Name: value`; what is none, and all headers behind
    #: it, are lost (mailutils).
    neat_headers: bool = False
    #: The server writes into the mail: UIDL an X-UIDL, so that sizes change there and then, and the
    #: end of a session X-IMAPbase, X-UID and a Status, which RETR makes "OR" (mailutils).
    status_headers: bool = False
