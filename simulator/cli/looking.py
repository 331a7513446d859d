"""The verbs by which one looks something up: their options. What they do is loaded when they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .completion import beginning, host_names

if TYPE_CHECKING:
    from .main import Wishes

__all__ = ["compare", "hosts"]

COMPARE_EPILOG = """\b
Examples:
  port110 compare "TOP 1 -1" "DELE 1" "DELE 1"
  port110 compare CAPA --servers exemplary,guarded
  port110 compare --before-login CAPA "USER nobody" "PASS x"

\b
The keys of --json:
  question  mailbox, user, messages, before_login, tls
  servers   each: name, server, way (null: no way in), tls
  lines     each: line, usage, cite, open, answers, rfc, replies
  answers   who does the same: does, status, reason, differs (none, data,
            deed, unsaid), hangs_up, servers, and wordings: text, servers
  rfc       notes: kind (meaning, why, breach, unusual), text, cite, servers
  replies   by server: said, reply, code, body_lines, body_octets, body,
            hung_up, delay (seconds), state, breaches
"""


@click.command(short_help="Say the same lines to many servers.", epilog=COMPARE_EPILOG)
@click.argument("lines", nargs=-1, metavar="LINE...")
@click.option("--servers", metavar="A,B", help="Ask these only; any personality, or all.")
@click.option(
    "--mailbox",
    default="touchstone",
    show_default=True,
    metavar="NAME",
    help="Whose mail each has.",
)
@click.option("--before-login", is_flag=True, help="Say the lines before anybody logs in.")
@click.option("--tls", is_flag=True, help="With TLS from the first octet, as at port 995.")
@click.option("--raw", is_flag=True, help="Show each reply octet by octet, and fold only such.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--plain", is_flag=True, help="Append-only, no colour, words for symbols.")
@click.option(
    "--width", type=click.IntRange(20, 1000), metavar="COLUMNS", help="Not the terminal's."
)
@click.pass_obj
def compare(wishes: Wishes, /, lines: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401 -- click checks each
    """Say lines to many servers, each with the same mail, and see who answers what.

    Each line is one argument. Servers that do the same stand together; what does something else is
    marked, and below stands what the RFCs say. A line behind which a server hangs up is the last that
    it is told. Exit status: 1 where no server lets one in.
    """
    from .comparing import Comparing, compare_servers

    raise SystemExit(compare_servers(wishes, lines, Comparing(**options)))


@click.command(short_help="List the hosts one can call, or say all of one.")
@click.argument(
    "host", required=False, default="",
    shell_complete=lambda *now: beginning(host_names(), now[-1]),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def hosts(wishes: Wishes, host: str, as_json: bool) -> None:
    """List the hosts one can call; or say all that is known of one.

    HOST may be its first word alone: courier.
    """
    from . import listings

    listings.hosts(wishes, host, as_json=as_json)
