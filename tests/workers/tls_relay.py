"""Take the encryption off in front of a Redis, as a managed one does.

`python tls_relay.py CERTIFICATE KEY PORT` prints the port it listens on and relays to PORT.
"""

import asyncio
import ssl
import sys


async def relay(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    except OSError:
        pass  # the other end is gone
    finally:
        target.close()


async def main(certificate: str, key: str, port: str) -> None:
    async def join(outer: asyncio.StreamReader, outer_writer: asyncio.StreamWriter) -> None:
        inner, inner_writer = await asyncio.open_connection("127.0.0.1", int(port))
        await asyncio.gather(relay(outer, inner_writer), relay(inner, outer_writer))

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(join, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
