"""A pseudo-terminal in which the command `sys.argv[1:]` runs. JSON lines on standard input are the actions of a person;
JSON lines on standard output are the events of the terminal. Ends when the command has ended and all output is read."""

import base64
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios


def report(**event):
    print(json.dumps(event), flush=True)


def size_of(rows, columns):
    return struct.pack("HHHH", rows, columns, 0, 0)


pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, size_of(24, 80))
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])
report(pid=pid)
pending = b""
is_reading = True
exit_code = None
while True:
    reads = [0] + ([terminal] if is_reading and terminal is not None else [])
    readable, _, _ = select.select(reads, [], [], 0.05)
    if terminal in readable:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            data = b""
        if data:
            report(out=base64.b64encode(data).decode())
        else:
            is_reading = False
    if 0 in readable:
        data = os.read(0, 65536)
        if not data:
            break
        pending += data
        while b"\n" in pending:
            line, pending = pending.split(b"\n", 1)
            act = json.loads(line)
            if "type" in act:
                os.write(terminal, base64.b64decode(act["type"]))
            elif "resize" in act:
                fcntl.ioctl(terminal, termios.TIOCSWINSZ, size_of(*act["resize"]))
            elif "settings" in act:
                report(settings=repr(termios.tcgetattr(terminal)))
            elif "read" in act:
                is_reading = act["read"]
            elif "close" in act:
                os.close(terminal)
                terminal = None
    if exit_code is None:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            exit_code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
            report(exit=exit_code)
    # Read the remaining output first, unless another process still has the terminal open.
    if exit_code is not None and terminal not in readable and 0 not in readable:
        break
report(end=True)
