"""The floor: an asyncio server that answers each line with that line, in one write for each read.

No server in Python answers faster than this one, which has nothing to think about. It greets, and it
closes the line behind QUIT, so that a session with it has as many lines as one with a mail server.
Started by peers.py: `echo_server.py CERTIFICATE`.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from typing import cast

ROOM = memoryview(bytearray(65536))  # one for all: what is read is taken at once


class Echo(asyncio.BufferedProtocol):
    """One connection."""

    def __init__(self) -> None:
        self._kept = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(b"+OK ready\r\n")

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 -- asyncio's signature
        return ROOM

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(ROOM[:nbytes])
        lines = (self._kept + data if self._kept else data).split(b"\n")
        self._kept = lines.pop()
        out = [line + b"\n" for line in lines]
        self._transport.write(out[0] if len(out) == 1 else b"".join(out))
        if out and out[-1] == b"QUIT\r\n":
            self._transport.close()


async def main(certificate: str) -> None:
    loop = asyncio.get_running_loop()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    plain = await loop.create_server(Echo, "127.0.0.1", 0, backlog=512)
    tls = await loop.create_server(Echo, "127.0.0.1", 0, backlog=512, ssl=context)
    ports = [server.sockets[0].getsockname()[1] for server in (plain, tls)]
    print(json.dumps({"port": ports[0], "tls_port": ports[1]}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
