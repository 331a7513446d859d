"""A full round of each program that needs no terminal: list, retrieve, delete, and leave.

Each gives the messages as the program has delivered them.
"""

from __future__ import annotations

import mailbox
from pathlib import Path

from clients.office import HOST, Round, Visitor, run

__all__ = ["ROUNDS", "curl", "fetchmail", "getmail", "mpop", "net_pop3", "s_client"]


def curl(visitor: Visitor) -> list[bytes]:
    """A session for each command."""
    scheme = "pop3s" if visitor.tls else "pop3"
    at = f"{scheme}://{HOST}:{visitor.port}/"
    login = visitor.write("curlrc", f'user = "{visitor.user}:{visitor.password}"\n')
    common = ["curl", "-sS", "--config", login, "--cacert", visitor.ca, "--max-time", "30"]
    if visitor.stls:
        common.append("--ssl-reqd")
    listed = run(*common, at).split(b"\r\n")
    numbers = [row.split()[0].decode() for row in listed if row]
    messages = [run(*common, f"{at}{number}") for number in numbers]
    for number in reversed(numbers):  # a session each, and the numbers begin anew in each
        run(*common, "--request", f"DELE {number}", "--head", at)
    return messages


def s_client(visitor: Visitor) -> list[bytes]:
    """All lines at once; `-quiet` keeps it from taking the R of RETR for itself."""
    numbers = range(1, visitor.count + 1)
    lines = [f"USER {visitor.user}", f"PASS {visitor.password}", "LIST",
             *(f"RETR {n}" for n in numbers), *(f"DELE {n}" for n in numbers), "QUIT", ""]  # fmt: skip
    command = ["openssl", "s_client", "-connect", f"{HOST}:{visitor.port}", "-crlf", "-quiet",
               "-CAfile", visitor.ca, "-verify_return_error", "-verify_hostname", HOST]  # fmt: skip
    if visitor.stls:
        command += ["-starttls", "pop3"]
    said = run(*command, typed="\n".join(lines).encode())
    return bodies(said)


def bodies(said: bytes) -> list[bytes]:
    """The messages in a session's octets: what stands behind each `+OK ... octets`, unstuffed."""
    replies = said.split(b"\r\n.\r\n")
    found = []
    for reply in replies[:-1]:
        first, _, body = reply.partition(b"\r\n")
        if first.endswith(b" octets"):
            found.append((body + b"\r\n").replace(b"\r\n..", b"\r\n.").removeprefix(b"."))
    return found


def fetchmail(visitor: Visitor) -> list[bytes]:
    """By its own configuration, into a file for each message."""
    ssl = {
        "plain": "sslproto ''",
        "stls": f"sslproto 'TLS1.2+' sslcertck sslcertfile {visitor.ca}",
        "tls": f"ssl sslproto 'TLS1.2+' sslcertck sslcertfile {visitor.ca}",
    }[visitor.way]
    into = visitor.home / "in"
    into.mkdir()
    store = visitor.write("store.sh", f'cat > "{into}/$(ls "{into}" | wc -l)"\n')
    rc = visitor.write(
        "fetchmailrc",
        "set no bouncemail\nset invisible\n"
        f"poll {HOST} protocol pop3 service {visitor.port} no envelope\n"
        f'  user "{visitor.user}" password "{visitor.password}" is visitor here\n'
        f"  fetchall no rewrite no keep {ssl}\n"
        f"  mda \"sh '{store}'\"\n",
    )
    pid = visitor.home / "pid"  # else all of a machine have one, and wait for no one
    run("fetchmail", "-f", rc, "--pidfile", pid, "--nosyslog", "-s", home=visitor.home)
    return numbered(into)


def getmail(visitor: Visitor) -> list[bytes]:
    """It knows no STLS. As root it delivers through a command alone."""
    into = visitor.home / "in"
    into.mkdir()
    store = visitor.write("store.sh", f'cat > "{into}/$(ls "{into}" | wc -l)"\n')
    kind = "SimplePOP3SSLRetriever" if visitor.tls else "SimplePOP3Retriever"
    tls = f"ca_certs = {visitor.ca}\n" if visitor.tls else ""
    rc = visitor.write(
        "getmailrc",
        f"[retriever]\ntype = {kind}\nserver = {HOST}\nport = {visitor.port}\n{tls}"
        f"username = {visitor.user}\npassword = {visitor.password}\n"
        f"[destination]\ntype = MDA_external\npath = /bin/sh\narguments = ('{store}',)\n"
        "allow_root_commands = true\n"
        "[options]\ndelete = true\ndelivered_to = false\nreceived = false\nverbose = 0\n",
    )
    run("getmail", "--getmaildir", visitor.home, "--rcfile", rc, home=visitor.home)
    return numbered(into)


def numbered(folder: Path) -> list[bytes]:
    """The files of a folder whose names are numbers, in their order."""
    return [path.read_bytes() for path in sorted(folder.iterdir(), key=lambda path: int(path.name))]


def mpop(visitor: Visitor) -> list[bytes]:
    """By its own configuration, into an mbox."""
    tls = "off" if visitor.plain else f"on\ntls_starttls {'on' if visitor.stls else 'off'}\n"
    trust = "" if visitor.plain else f"tls_trust_file {visitor.ca}\n"
    into = visitor.home / "mbox"
    rc = visitor.write(
        "mpoprc",
        f"account default\nhost {HOST}\nport {visitor.port}\nuser {visitor.user}\n"
        f'passwordeval "cat {visitor.write("secret", visitor.password)}"\n'
        f"tls {tls}\n{trust}"
        f"keep off\nreceived_header off\ndelivery mbox {into}\nuidls_file {visitor.home}/uidls\n",
    )
    run("mpop", f"--file={rc}", "--quiet", home=visitor.home)
    return mbox(into)


def mbox(path: Path) -> list[bytes]:
    """The messages of an mbox, without the quoting of From_."""
    box = mailbox.mbox(path)
    try:
        return [box.get_bytes(key).replace(b"\n>From ", b"\nFrom ") for key in box.iterkeys()]
    finally:
        box.close()


NET_POP3 = r"""
use strict; use warnings; use Net::POP3;
my ($host, $port, $way, $ca, $user, $into) = @ARGV;
my $password = <STDIN>; chomp $password;
my %tls = (SSL_ca_file => $ca, SSL_verifycn_name => $host);
my $pop = Net::POP3->new($host, Port => $port, Timeout => 20, $way eq 'tls' ? (SSL => 1, %tls) : ())
    or die "no connection: $@";
if ($way eq 'stls') { $pop->starttls(%tls) or die "no TLS: $@"; }
defined $pop->login($user, $password) or die $pop->message;
my $list = $pop->list or die $pop->message;
my $ids = $pop->uidl or die $pop->message;
die "UIDL has other numbers" if join(',', sort keys %$list) ne join(',', sort keys %$ids);
for my $number (sort { $a <=> $b } keys %$list) {
    my $lines = $pop->get($number) or die $pop->message;
    open my $file, '>:raw', "$into/$number" or die $!;
    print $file @$lines; close $file;
    $pop->top($number, 1) or die $pop->message;
    $pop->delete($number) or die $pop->message;
}
$pop->quit or die $pop->message;
"""


def net_pop3(visitor: Visitor) -> list[bytes]:
    """Perl's own module."""
    into = visitor.home / "in"
    into.mkdir()
    script = visitor.write("round.pl", NET_POP3)
    run("perl", script, HOST, str(visitor.port), visitor.way, visitor.ca, visitor.user, into,
        typed=visitor.password.encode() + b"\n", home=visitor.home)  # fmt: skip
    return numbered(into)


MODULES = ("perl", "-MNet::POP3", "-MIO::Socket::SSL", "-e", "1")
ROUNDS = (
    Round("curl", "curl", curl, "family"),
    Round("openssl", "openssl", s_client, "hostile", ("stls", "tls")),
    Round("fetchmail", "fetchmail", fetchmail, "studio"),
    Round("getmail", "getmail6", getmail, "office", ("plain", "tls")),
    Round("mpop", "mpop", mpop, "letters-abroad"),
    Round("perl", "perl libio-socket-ssl-perl", net_pop3, "household", works=MODULES),
)
