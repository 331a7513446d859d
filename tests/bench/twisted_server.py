"""Twisted's POP3 over mail in memory, with TCP_NODELAY (without it a RETR takes 44 ms).

Started by peers.py: `twisted_server.py FOLDER PASSWORD CERTIFICATE`, a folder of Maildirs.
"""

from __future__ import annotations

import io
import json
import sys
from functools import cache
from pathlib import Path

from twisted.internet import defer, protocol, reactor
from twisted.internet.ssl import PrivateCertificate
from twisted.logger import globalLogBeginner
from twisted.mail import pop3


class Store(pop3.Mailbox):
    """A maildrop in memory. Twisted makes CRLF of LF as it sends, so LF it gets."""

    def __init__(self, folder: Path) -> None:
        files = sorted(folder.iterdir())
        self.octets = [path.read_bytes().replace(b"\r\n", b"\n") for path in files]
        self.sizes = [len(each) + each.count(b"\n") for each in self.octets]
        self.ids = [path.name.partition(":")[0].encode() for path in files]

    def listMessages(self, i: int | None = None) -> object:  # noqa: N802 -- Twisted's name
        return self.sizes if i is None else self.sizes[i]

    def getMessage(self, i: int) -> io.BytesIO:  # noqa: N802
        return io.BytesIO(self.octets[i])

    def getUidl(self, i: int) -> bytes:  # noqa: N802
        return self.ids[i]

    def deleteMessage(self, i: int) -> None:  # noqa: N802
        pass

    def undeleteMessages(self) -> None:  # noqa: N802
        pass


store = cache(Store)


class Server(pop3.POP3):
    """One session."""

    def connectionMade(self) -> None:  # noqa: N802
        self.transport.setTcpNoDelay(True)
        super().connectionMade()

    def authenticateUserPASS(self, user: bytes, password: bytes) -> object:  # noqa: N802
        if password.decode() != PASSWORD:
            return defer.fail(pop3.POP3Error("no"))
        return defer.succeed((pop3.IMailbox, store(FOLDER / user.decode() / "cur"), lambda: None))


if __name__ == "__main__":
    FOLDER, PASSWORD, pem = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_bytes()
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)  # a log would cost it its time
    factory = protocol.Factory.forProtocol(Server)
    options = PrivateCertificate.loadPEM(pem).options()
    plain = reactor.listenTCP(0, factory, backlog=512, interface="127.0.0.1")
    tls = reactor.listenSSL(0, factory, options, backlog=512, interface="127.0.0.1")
    ports = {"port": plain.getHost().port, "tls_port": tls.getHost().port}
    print(json.dumps(ports), flush=True)
    reactor.run()
