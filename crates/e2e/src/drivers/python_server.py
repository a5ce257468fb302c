"""Runs programs of Python that use the aws CLI or boto3, each in a fork of one process that has both
in memory.

Its arguments are the path of a socket and the aws CLI's program. Each connection brings the standard
input and outputs of a command, its arguments, its folder and its environment, and takes its exit
status back. A connection that ends before is of a command that nobody waits for any more: it is
killed with all that it started. End of file on standard input ends the server.
"""

import contextlib
import gc
import importlib
import io
import os
import runpy
import select
import signal
import socket
import struct
import sys
import threading

SOCKET, AWS = sys.argv[1:]
# What nearly every scenario asks.
ASKED = (("ec2", "describe-instances"), ("iam", "list-users"), ("sts", "get-caller-identity"))

# As the aws CLI's program has it; boto3 needs them as little.
sys.modules["awscrt"] = None
sys.modules["OpenSSL"] = None

import awscli.botocore.hooks
import awscli.botocore.loaders
import awscli.clidriver
import boto3
import botocore.hooks
import botocore.loaders


def kept(method):
    """The method, which answers what it answered before: what is in files does not change."""
    found = {}

    def ask(asked, *question, **options):
        key = (*getattr(asked, "search_paths", ()), *question, *options.items())
        if key not in found:
            found[key] = method(asked, *question, **options)
        return found[key]

    return ask


def kept_of_functions(question):
    """The same for what is asked of a function, made whenever, or of a method whosever it is."""
    found = {}

    def ask(function):
        key = getattr(function, "__code__", function)
        if key not in found:
            found[key] = question(function)
        return found[key]

    return ask


def keep_what_is_read():
    """Has the models of services found and read once, and what follows from them alone."""
    # The aws CLI has a botocore of its own.
    for loaders in (awscli.botocore.loaders, botocore.loaders):
        reader, finder = loaders.JSONFileLoader, loaders.Loader
        reader.load_file = kept(reader.load_file)
        for name in ("list_available_services", "list_api_versions", "determine_latest_version"):
            setattr(finder, name, kept(getattr(finder, name)))
    # Each process registers some four hundred handlers of events.
    for hooks in (awscli.botocore.hooks, botocore.hooks):
        hooks.EventAliaser._alias_event_name = kept(hooks.EventAliaser._alias_event_name)
        hooks.accepts_kwargs = kept_of_functions(hooks.accepts_kwargs)
    nobody = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    for service, operation in ASKED:
        driver = awscli.clidriver.create_clidriver()
        with contextlib.redirect_stdout(io.StringIO()):
            driver.main([service, operation, "--generate-cli-skeleton"])
        for client in (driver.session.create_client, boto3.client):
            client(service, "us-east-1", **nobody)


def keep_driver():
    """Has the aws CLI's driver made once, with the table of its commands. What it has read of a
    person's files it forgets: each fork reads its own.
    """
    driver = awscli.clidriver.create_clidriver()
    driver._create_parser(driver._get_command_table())
    session = driver.session
    session._config = session._profile_map = session._profile = session._credentials = None
    awscli.clidriver.create_clidriver = lambda: driver


def receive(connection, count):
    parts = b""
    while len(parts) < count:
        part = connection.recv(count - len(parts))
        if not part:
            raise EOFError("the command's process has ended")
        parts += part
    return parts


def take_place(connection):
    """Becomes what the process at the other end is; answers its arguments."""
    size, files, *_ = socket.recv_fds(connection, 8, 3)
    size += receive(connection, 8 - len(size))
    texts = receive(connection, *struct.unpack(">Q", size)).split(b"\0")
    count = int(texts[0])
    arguments = texts[1 : count + 1]
    folder, *environment, _ = texts[count + 1 :]
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environb.clear()
    os.environb.update(pair.split(b"=", 1) for pair in environment)
    os.chdir(folder)
    # It notes in the environment where its data are.
    importlib.reload(awscli)
    return [os.fsdecode(argument) for argument in arguments]


def end_with(connection):
    if not connection.recv(1):
        os.killpg(0, signal.SIGKILL)


def status_of(program):
    """Runs it, and answers the exit status that Python gives it."""
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 0xFF
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def run(connection):
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    name, *arguments = take_place(connection)
    threading.Thread(target=end_with, args=(connection,), daemon=True).start()
    # `aws …`, or `python -I PROGRAM …`.
    sys.argv = [AWS, *arguments] if os.path.basename(name) == "aws" else arguments[1:]
    status = status_of(sys.argv[0])
    sys.stdout.flush()
    sys.stderr.flush()
    connection.send(bytes([status]))
    os._exit(0)


def serve():
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(SOCKET)
    listener.listen(64)
    # Nobody waits for the forks: their exit status goes to the command's process.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    while True:
        waiting, *_ = select.select([listener, 0], [], [])
        if 0 in waiting:
            return
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            run(connection)
        connection.close()


keep_what_is_read()
keep_driver()
# What is there stays, and a fork ends before it has made much.
gc.disable()
gc.freeze()
serve()
