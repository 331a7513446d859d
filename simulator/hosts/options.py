"""The options of `openssl s_client`, as OpenSSL 3.0 reads them.

Many change nothing where the network is simulated. They are taken all the same, since one meets them
in what others have written.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["HELP", "Options", "read_options"]

#: Options that change nothing here, and those among them that want a value.
_IDLE = (
    "4 6 prexit debug msg state security_debug security_debug_verbose trace nbio nbio_test async "
    "bugs verify_return_error verify_quiet no-CAfile no-CApath no-CAstore reconnect noservername "
    "status tlsextdebug ignore_unexpected_eof no_ssl3 no_tls1 no_tls1_1 comp no_comp no_ticket "
    "serverpref legacy_renegotiation client_renegotiation no_renegotiation strict no_etm ct noct "
    "legacy_server_connect no_legacy_server_connect no_middlebox prioritize_chacha enable_pha "
    "fallback_scsv x509_strict trusted_first partial_chain no_check_time crl_check crl_check_all "
    "policy_check check_ss_sig"
)
_IDLE_VALUES = (
    "servername CAfile CApath CAstore verify verify_depth verify_hostname verify_ip verify_email "
    "verify_name purpose auth_level attime nameopt cert certform cert_chain key keyform pass alpn "
    "nextprotoneg cipher ciphersuites sigalgs client_sigalgs groups curves min_protocol "
    "max_protocol bind name xmpphost sess_out sess_in keylogfile msgfile keymatexport "
    "keymatexportlen mtu maxfraglen max_send_frag split_send_frag max_pipelines read_buf "
    "record_padding rand writerand requestCAfile verifyCAfile chainCAfile engine provider "
    "provider-path propquery"
)
_SWITCHES = (
    "crlf quiet ign_eof no_ign_eof brief showcerts nocommands tls1_2 tls1_3 no_tls1_2 no_tls1_3"
)
_TAKES_VALUE = frozenset(f"connect host port starttls {_IDLE_VALUES}".split())
_STANDS_ALONE = frozenset(f"{_SWITCHES} {_IDLE}".split())
HELP = "s_client: Use -help for summary."
_S_CLIENT_HELP = (
    "Usage: s_client [options] [host:port]\n"
    "Of its many options these change something in Port110:\n"
    " -connect val               TCP/IP where to connect; default: 4433\n"
    " -crlf                      Convert LF from terminal into CRLF\n"
    " -quiet                     No s_client output\n"
    " -ign_eof                   Ignore input eof (default when -quiet)\n"
    " -no_ign_eof                Don't ignore input eof\n"
    " -starttls val              Use the appropriate STARTTLS command before starting TLS\n"
    " -brief                     Restrict output to brief summary of connection parameters\n"
    " -showcerts                 Show all certificates sent by the server\n"
    " -nocommands                Do not use interactive command letters\n"
    " -tls1_2                    Just use TLSv1.2\n"
    " -tls1_3                    Just use TLSv1.3"
)


@dataclass(slots=True)
class Options:
    """The options of s_client as they are read, one after the other."""

    values: dict[str, str] = field(default_factory=dict)
    switches: set[str] = field(default_factory=set)
    ign_eof: bool = False
    target: list[str] = field(default_factory=list)


def read_options(words: tuple[str, ...]) -> Options | str:
    """The options, or what s_client says to them. The first word without a dash ends them."""
    found, rest = Options(), list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word == "--":
            break
        name, equals, value = word.removeprefix("-").removeprefix("-").partition("=")
        if name in ("help", "h"):
            return _S_CLIENT_HELP
        if name in _TAKES_VALUE:
            if not (equals or rest):
                return f"s_client: Option -{name} needs a value\n{HELP}"
            found.values[name] = value if equals else rest.pop(0)
        elif name in _STANDS_ALONE:
            found.switches.add(name)
            if name in ("quiet", "ign_eof", "no_ign_eof"):
                found.ign_eof = name != "no_ign_eof"
        else:
            return f"s_client: Unknown option: {word}\n{HELP}"
    found.target = rest
    return found
