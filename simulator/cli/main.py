"""The command line: `port110` and its verbs.

Every import that a verb alone needs stands within it: the first prompt should not wait for pydantic,
rich or sqlite.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

import click

import simulator

from .completion import beginning, host_names, lesson_names
from .exits import Exit
from .looking import compare, hosts

__all__ = ["Wishes", "main"]

PORT = click.IntRange(0, 65535)
READABLE = click.Path(exists=True, dir_okay=False, allow_dash=True)
MARGINS = ("full", "brief", "off")
EPILOG = """\b
Examples:
  port110                                  start, or go on where you left
  port110 learn first-login                one lesson
  port110 practise --host pop.eo.lu        no lesson, all hosts
  port110 practise --margin off < script   print what the real programs would
  port110 connect pop.example.org --stls   a real server, with the margin

\b
Exit status: 0 done, 1 failed, 2 usage, 3 lesson not passed, 130 interrupted
"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """The global options."""

    plain: bool = False
    color: bool | None = None  #: None: as the terminal and NO_COLOR say
    margin: str | None = None  #: None: as last chosen, or as the lesson has it


class InOrder(click.Group):
    """Lists the verbs in the order in which one needs them, and suggests the verb that was meant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """The verbs as they stand in this file."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- click's signature
        """As click does it; but of a reader who has left, click itself would make a failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _leave_closed_pipe()


@click.group(
    cls=InOrder,
    invoke_without_command=True,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.option("--plain", is_flag=True, help="Append-only, no colour, words for symbols.")
@click.option("--color/--no-color", default=None, help="Colour whatever the terminal says.")
@click.option("--margin", type=click.Choice(MARGINS), help="How much is explained.")
@click.version_option(simulator.__version__, package_name="port110", prog_name="port110")
@click.pass_context
def port110(ctx: click.Context, plain: bool, color: bool | None, margin: str | None) -> None:
    """Learn POP3 by typing it: a mail server to talk to, and a tutor who explains every reply."""
    ctx.obj = Wishes(plain, color, margin)
    if ctx.invoked_subcommand is None:
        ctx.exit(_learn(ctx.obj, None))


@port110.command(short_help="Take a lesson, or go on where you left.")
@click.argument(
    "lesson", required=False, shell_complete=lambda *now: beginning(lesson_names(), now[-1])
)
@click.option("--margin", type=click.Choice(MARGINS), help="How much is explained.")
@click.pass_obj
def learn(wishes: Wishes, lesson: str | None, margin: str | None) -> None:
    """Take a lesson (its name or number); without one, go on where you left."""
    raise SystemExit(_learn(_with_margin(wishes, margin), lesson))


@port110.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def lessons(wishes: Wishes, as_json: bool) -> None:
    """Show the course, with a tick at what you have passed."""
    from . import listings

    listings.lessons(wishes, as_json=as_json)


@port110.command()
@click.option(
    "--host",
    shell_complete=lambda *now: beginning(host_names(), now[-1]),
    help="Call this host at once.",
)
@click.option("--margin", type=click.Choice(MARGINS), help="How much is explained.")
@click.option("--echo", is_flag=True, help="From a pipe: print also what was typed.")
@click.option(
    "--svg", type=click.File("w", encoding="utf-8", lazy=True), help="From a pipe: draw it."
)
@click.pass_obj
def practise(
    wishes: Wishes, host: str | None, margin: str | None, echo: bool, svg: IO[str] | None
) -> None:
    """Call any host and try what you like; nothing real can be lost."""
    from . import sittings

    wishes = _with_margin(wishes, margin)
    if svg is None:
        raise SystemExit(sittings.practise(wishes, host, echo=echo))
    if sys.stdin.isatty():
        raise click.UsageError(
            "A picture is drawn of lines from a pipe: `practise --svg FILE < script`."
        )
    drawing = io.StringIO()
    status = sittings.practise(wishes, host, echo=echo, drawing=drawing)
    from simulator.console.picture import picture

    svg.write(picture(drawing.getvalue()))
    raise SystemExit(status)


@port110.command(short_help="The same console and margin at a real server.")
@click.argument("target", metavar="HOST[:PORT]")
@click.option("--tls", is_flag=True, help="TLS from the first octet (port 995).")
@click.option("--stls", is_flag=True, help="Say STLS first, and nothing without TLS.")
@click.option(
    "--ca", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
    help="Check the certificate by these authorities (PEM), not by the system's.",
)  # fmt: skip
@click.option("--insecure", is_flag=True, help="Take any certificate.")
@click.option("--cleartext", is_flag=True, help="Let passwords go without TLS.")
@click.option("--margin", type=click.Choice(MARGINS), help="How much is explained.")
@click.option("--echo", is_flag=True, help="From a pipe: print also what was typed.")
@click.pass_obj
def connect(wishes: Wishes, /, target: str, margin: str | None, **how: Any) -> None:  # noqa: ANN401 -- click's
    """Call a real POP3 server: what is deleted there is gone.

    An IPv6 address stands in brackets: [2001:db8::110]:110. Exit status: 0 after QUIT or when you have
    hung up, 1 where there was no line, no TLS, or the server hung up unasked.
    """
    from . import connecting

    raise SystemExit(connecting.connect(_with_margin(wishes, margin), target, **how))


port110.add_command(hosts)
port110.add_command(compare)


@port110.command(short_help="Serve POP3 on real ports, to real mail programs.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=1110, show_default=True, type=PORT, help="0: any free one.")
@click.option("--tls-port", default=1995, show_default=True, type=PORT, help="For TLS at once.")
@click.option(
    "--accounts", type=click.Path(path_type=Path), metavar="DIR",
    help="Each entry an account: a mailbox.yaml, .eml files, a Maildir, an mbox.",
)  # fmt: skip
@click.option("--mailbox", metavar="NAME", help="Serve this sample maildrop alone.")
@click.option("--user", metavar="NAME", help="Whose it is.")
@click.option("--password", metavar="PW", help="What opens the maildrops that have no own one.")
@click.option("--apop", is_flag=True, help="Offer APOP, too.")
@click.option(
    "--as", "manner", default="exemplary", show_default=True, metavar="PERSONALITY",
    help="Speak as this server.",
)  # fmt: skip
@click.option("--idle", type=click.IntRange(1), metavar="SECONDS", help="Until autologout.")
@click.option("--max-connections", default=1000, show_default=True, type=click.IntRange(1))
@click.option("--max-per-address", default=32, show_default=True, type=click.IntRange(1))
@click.option("--log", metavar="FILE", help="Who called, and how it ended; - is the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Say where it listens for programs.")
@click.option(
    "--margin", type=click.Choice(MARGINS[:2]), is_flag=False, flag_value="brief",
    help="Explain what the callers do, as they do it.",
)  # fmt: skip
@click.pass_obj
def serve(wishes: Wishes, /, **options: Any) -> None:  # noqa: ANN401 -- click checks each
    """Serve sample mail, or your own folders, to real mail programs until Ctrl-C.

    SIGHUP puts all mail back as it was; what is deleted is gone from memory only.
    """
    from . import serving

    raise SystemExit(serving.serve(wishes, serving.Serving(**options)))


@port110.command(short_help="Explain a session from a page, a log or a capture.")
@click.argument("source", metavar="[FILE|-]", default="-", type=READABLE)
@click.option("--margin", type=click.Choice(MARGINS), help="How much is explained.")
@click.option("--width", type=click.IntRange(20, 1000), metavar="N", help="Draw for N columns.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def explain(
    wishes: Wishes, source: str, margin: str | None, width: int | None, as_json: bool
) -> None:
    """Explain a POP3 session from a web page, a log, a terminal or a capture (pcap, pcapng).

    The text may have anything around the session. Passwords are hidden. Exit status: 0 explained, 1
    nothing was recognised.
    """
    from . import explaining

    raise SystemExit(
        explaining.explain(_with_margin(wishes, margin), source, as_json=as_json, width=width)
    )


@port110.command(short_help="Prove lessons against the real engine.")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text",
    show_default=True, help="How findings are printed.",
)  # fmt: skip
def check(paths: tuple[str, ...], form: str) -> None:
    """Prove lessons: read them strictly, and play their tests against the real engine."""
    from . import checking

    raise SystemExit(checking.check(paths, form))


@port110.command(short_help="Forget progress, of one lesson or all.")
@click.argument(
    "lesson", required=False, shell_complete=lambda *now: beginning(lesson_names(), now[-1])
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(lesson: str | None, yes: bool) -> None:
    """Forget progress: of one lesson, or all of it and the practice mail too."""
    from . import listings

    if lesson is None and not yes and sys.stdin.isatty():
        click.confirm(
            "Forget the progress of all lessons, and bring the practice mail back?", abort=True
        )

    listings.reset(lesson)


def _learn(wishes: Wishes, lesson: str | None) -> int:
    from . import sittings

    return sittings.learn(wishes, lesson)


def _with_margin(wishes: Wishes, margin: str | None) -> Wishes:
    return Wishes(wishes.plain, wishes.color, margin) if margin else wishes


def main() -> NoReturn:
    """The entry point. Errors that a user can mend are one line; nothing ends in a traceback."""
    from simulator.pages import PageError

    try:
        port110.main(prog_name="port110", standalone_mode=False)
    except click.exceptions.Abort:
        raise SystemExit(Exit.INTERRUPTED) from None
    except click.exceptions.Exit as leaving:
        raise SystemExit(leaving.exit_code) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except PageError as error:
        click.echo(str(error), err=True)
        raise SystemExit(Exit.FAILED) from None
    except KeyboardInterrupt:
        raise SystemExit(Exit.INTERRUPTED) from None
    raise SystemExit(Exit.DONE)


def _leave_closed_pipe() -> NoReturn:
    """`port110 ... | head`: the reader is gone; say nothing, and let no flush at exit complain."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(141)
