"""Starts LocalStack on a free loopback port and ends with the process that started it.

Standard output's first line is the port; all that follows goes to standard error.
End of file on standard input means that the parent is gone, however it went: the
whole process group is then killed.
"""

import os
import signal
import socket
import sys
import threading

if sys.version_info < (3, 11):
    # LocalStack 4.13.1 says that it runs on Python 3.10, and needs only these
    # names of 3.11's standard library to do so.
    import datetime
    import enum
    import typing

    import typing_extensions

    class StrEnum(str, enum.Enum):
        def _generate_next_value_(name, start, count, last_values):
            return name.lower()

        def __str__(self):
            return self.value

    datetime.UTC = datetime.timezone.utc
    enum.StrEnum = StrEnum
    for name in ("NotRequired", "Self", "Unpack"):
        setattr(typing, name, getattr(typing_extensions, name))


def end_with_parent():
    while os.read(0, 4096):
        pass
    os.killpg(os.getpgid(0), signal.SIGKILL)


threading.Thread(target=end_with_parent, daemon=True).start()

# The socket is bound here, once, and handed to the server: nothing else can take
# the port in between, and nothing but loopback is ever listened on. LocalStack's
# own server binds every interface whatever GATEWAY_LISTEN says.
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind(("127.0.0.1", 0))
listener.listen(128)
listener.setblocking(False)
port = listener.getsockname()[1]
os.environ["GATEWAY_LISTEN"] = f"127.0.0.1:{port}"

sys.stdout.write(f"{port}\n")
sys.stdout.flush()
os.dup2(2, 1)

from twisted.internet import endpoints  # noqa: E402


class LoopbackOnly(endpoints.AdoptedStreamServerEndpoint):
    """Takes the place of TCP4ServerEndpoint for the one port that was announced."""

    def __init__(self, reactor, wanted, *_, **__):
        if wanted != port:
            raise RuntimeError(f"LocalStack asked for port {wanted} beside {port}")
        super().__init__(reactor, listener.fileno(), socket.AF_INET)


endpoints.TCP4ServerEndpoint = LoopbackOnly

from localstack.runtime.main import main  # noqa: E402

main()
