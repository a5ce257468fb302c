"""A person at a terminal of 80 columns: types what a session says, and shows what was seen.

terminal.py SESSION: lines of the session begin with `= ` (words before a command), `$ ` (a command,
which goes on where a line begins with four spaces), `> ` (what is typed at a question: its end, a
bar, and the answer) or `! ` (a command that nobody is shown). Words are printed behind U+0001.
"""

import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios

PATIENCE = 180


def seen(command, answers):
    """What the terminal shows while the command runs."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        ["timeout", "--foreground", str(PATIENCE), "bash", "-c", command],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)),
    )
    os.close(slave)
    text, looked_at, answers = "", 0, list(answers)
    while True:
        try:
            some = os.read(master, 4096)
        except OSError:
            # The last process that had the terminal is gone.
            break
        if not some:
            break
        text += some.decode(errors="replace")
        if answers and (at := text.find(answers[0][0], looked_at)) >= 0:
            looked_at = at + len(answers[0][0])
            os.write(master, f"{answers.pop(0)[1]}\n".encode())
    process.wait()
    os.close(master)
    if answers:
        sys.exit(f"`{command}` did not ask `{answers[0][0]}`:\n{text}")
    return text.replace("\r\n", "\n").replace("\r", "")


def settled(text):
    """Without what is another in every run."""
    for pattern, instead in [
        (re.escape(os.environ["HOME"]), "~"),
        (r"127\.0\.0\.1:(?!3000/)\d+", "127.0.0.1:PORT"),
        (r"\b(state|nonce|code_challenge)=[\w-]{20,}", r"\1=…"),
        (r"\bi-[0-9a-f]{17}\b", "i-0123456789abcdef0"),
        (r"\bAROA[A-Z0-9]{17}\b", "AROAEXAMPLEEXAMPLE001"),
    ]:
        text = re.sub(pattern, instead, text)
    return "\n".join(line.rstrip() for line in text.split("\n"))


def steps(text):
    """The session's steps: words, command, answers."""
    for line in text.splitlines():
        kind, rest = line[:2], line[2:]
        if kind == "= ":
            yield "words", rest, []
        elif kind in ("$ ", "! "):
            last = "shown" if kind == "$ " else "hidden"
            yield last, rest, []
        elif kind == "> ":
            yield "answer", *rest.split("|", 1)
        elif line.startswith("    "):
            yield "more", line, []
        elif line and not line.startswith("#"):
            sys.exit(f"expected a step, found `{line}`")


def main(session):
    whole = []
    for kind, text, more in steps(pathlib.Path(session).read_text()):
        if kind == "more":
            whole[-1][1] += f"\n{text}"
        elif kind == "answer":
            whole[-1][2].append((text, more))
        else:
            whole.append([kind, text, []])
    for kind, text, answers in whole:
        if kind == "words":
            print(f"\x01{text}")
            continue
        shown = seen(text, answers)
        if kind == "shown":
            print(settled(f"$ {text}\n{shown}"), end="", flush=True)


main(sys.argv[1])
