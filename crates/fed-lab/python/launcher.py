"""Starts an emulator on a free loopback port and ends with the process that started it.

Its one argument is `localstack`, `moto` or `ministack`. Standard output's first line is the port; all
that follows goes to standard error. End of file on standard input means that the parent
is gone, however it went: the whole process group is then killed.
"""

import os
import runpy
import signal
import socket
import sys
import threading


def end_with_parent():
    while os.read(0, 4096):
        pass
    os.killpg(os.getpgid(0), signal.SIGKILL)


def listen():
    # The socket is bound here, once, and handed to the server: nothing else can take
    # the port in between, and nothing but loopback is ever listened on.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    os.dup2(2, 1)
    return listener


def beside(name):
    """What a file beside this one defines."""
    return runpy.run_path(os.path.join(os.path.dirname(__file__), f"{name}.py"), run_name=name)


def accounts():
    """The page that makes an emulator forget an account."""
    return beside("accounts")


def serve_localstack(listener):
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

    beside("quick_start")["of_moto"]()
    port = listener.getsockname()[1]
    os.environ["GATEWAY_LISTEN"] = f"127.0.0.1:{port}"
    listener.setblocking(False)

    from twisted.internet import endpoints

    class LoopbackOnly(endpoints.AdoptedStreamServerEndpoint):
        """Takes the place of TCP4ServerEndpoint for the one port that was announced.

        LocalStack's own server binds every interface whatever GATEWAY_LISTEN says.
        """

        def __init__(self, reactor, wanted, *_, **__):
            if wanted != port:
                raise RuntimeError(f"LocalStack asked for port {wanted} beside {port}")
            super().__init__(reactor, listener.fileno(), socket.AF_INET)

    endpoints.TCP4ServerEndpoint = LoopbackOnly

    from localstack.runtime.main import main

    accounts()["serve_in_localstack"]()
    beside("managed_policies")["give_to_localstack"]()
    main()


def serve_moto(listener):
    beside("quick_start")["of_moto"]()
    port = listener.getsockname()[1]
    os.environ["MOTO_PORT"] = str(port)

    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    class Quiet(MotoRequestHandler):
        def log_request(self, *_):
            pass

    beside("managed_policies")["give_to_moto"]()
    app = accounts()["serve_in_moto"](DomainDispatcherApplication(create_backend_app))
    make_server(
        "127.0.0.1", port, app, threaded=True, request_handler=Quiet, fd=listener.fileno()
    ).serve_forever()


def serve_ministack(listener):
    give = beside("managed_policies")["give_to_ministack"]
    beside("ministack_server")["serve"](listener, accounts(), give)


threading.Thread(target=end_with_parent, daemon=True).start()
{"localstack": serve_localstack, "moto": serve_moto, "ministack": serve_ministack}[sys.argv[1]](listen())
