"""Runs a command in its own terminal and passes everything between that and the real one.

`green-ml run` starts this program to read a command's output at a terminal, while the command still sees a terminal.
Node has no pseudo-terminals, but Python does. Uses only the standard library and nothing newer than Python 3.6.

Three processes work together, as in sudo and script:

    relay     stays in the process group of green-ml, so that the shell's job control reaches it: it reads the keyboard
              and writes the command's output to the terminal, byte for byte, with a copy to green-ml
    monitor   leads the session of the new terminal; it starts the command in its own process group, in which Ctrl+Z
              works, and waits for it
    command

Descriptor 3 is a socket to green-ml, which sends `start` with the command and later `signal N`, and receives `ready`,
`started`, `failed` and `ended`. Descriptor 4 is a socket for the copy. This program never waits for its reader.
"""

import errno
import fcntl
import os
import select
import signal
import struct
import sys
import termios
import time

CONTROL = 3
COPY = 4

# More than a training prints; if output is faster, the copy leaves out the rest of each second.
COPIED_BYTES_PER_SECOND = 128 * 1024
# The most to read before writing: a terminal gives 4 KiB at once, and each turn of the loop costs time.
BURST_BYTES = 64 * 1024
# The most keyboard input to hold until the command reads it.
KEYBOARD_BYTES = 64 * 1024
# A terminal holds less than this, so this much covers all remaining output.
LAST_BYTES = 256 * 1024

# green-ml passes a signal on at once. If two signals were merged into one, the second note expires after this time.
GROUP_SECONDS = 2

# Signals to our process group that are passed on to the command's group.
PASSED_ON = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGTSTP)
STOPS = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)


class Unavailable(Exception):
    """A relay is not possible here: the command gets the real terminal, as without us."""


def wake_on(*numbers):
    """Makes each of these signals readable at the returned descriptor, as a byte with its number."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in numbers:
        signal.signal(number, lambda *_: None)
    return reader


def read_now(descriptor, size=65536):
    """Reads without waiting: None if there is nothing yet, empty at the end."""
    try:
        return os.read(descriptor, size)
    except BlockingIOError:
        return None
    except OSError:
        # A terminal whose other side is closed answers EIO.
        return b""


def write_now(descriptor, data):
    """Writes without waiting and returns the number of bytes; None if the reader is gone."""
    try:
        return os.write(descriptor, data)
    except BlockingIOError:
        return 0
    except OSError:
        return None


def write_all(descriptor, data):
    while data:
        written = write_now(descriptor, data)
        if written is None:
            return False
        data = data[written:]
        if data:
            select.select([], [descriptor], [])
    return True


def read_exactly(descriptor, size):
    data = b""
    while len(data) < size:
        select.select([descriptor], [], [])
        more = read_now(descriptor, size - len(data))
        if more == b"":
            return None
        data += more or b""
    return data


def send_signal(send, target, number):
    try:
        send(target, number)
    except OSError:
        # It has ended, or belongs to another user (sudo).
        pass


# --- The monitor -----------------------------------------------------------------------------------------------------


def start_command(slave, replaced, words, environment):
    """Starts the command in the foreground of the new terminal; returns its pid and the name of an error, or ""."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            # Once it is in the foreground, what is typed must reach it. Only SIGTTOU would stop it on the way there.
            for number in range(1, signal.NSIG):
                try:
                    if number != signal.SIGTTOU:
                        signal.signal(number, signal.SIG_DFL)
                except (OSError, ValueError):
                    pass
            os.tcsetpgrp(slave, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            for descriptor in replaced:
                os.dup2(slave, descriptor)
            execute(words, environment)
        except OSError as error:
            os.write(writer, errno.errorcode.get(error.errno, str(error.errno)).encode())
        except BaseException as error:
            os.write(writer, type(error).__name__.encode())
        finally:
            os._exit(127)
    os.close(writer)
    try:
        os.setpgid(pid, pid)
    except OSError:
        # It has already done so itself and become the command.
        pass
    problem = os.read(reader, 100)
    os.close(reader)
    if problem:
        os.waitpid(pid, 0)
    return pid, problem.decode()


def execute(words, environment):
    """Like execvp(3), which Node uses: a script without `#!` is run by the shell."""
    try:
        os.execvpe(words[0], words, environment)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
    folders = [b""] if b"/" in words[0] else os.get_exec_path(environment)
    for folder in folders:
        path = os.path.join(os.fsencode(folder), words[0])
        if os.access(path, os.X_OK):
            os.execve(b"/bin/sh", [b"/bin/sh", path] + words[1:], environment)
    raise OSError(errno.ENOEXEC, "")


def detach_streams(kept):
    """Lets go of the command's streams: a pipe must end when the command closes it."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        if descriptor not in kept:
            os.dup2(null, descriptor)
    os.close(null)


def front_group(slave, own):
    """The foreground group, or None if it is the monitor's."""
    try:
        group = os.tcgetpgrp(slave)
    except OSError:
        return None
    return None if group == own else group


def bring_to_front(slave, group):
    """Returns False if the group has ended or the terminal is closed."""
    try:
        os.tcsetpgrp(slave, group)
        return True
    except OSError:
        return False


def monitor(slave, replaced, orders, reports):
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM) + STOPS:
        signal.signal(number, signal.SIG_IGN)
    wake = wake_on(signal.SIGCHLD)

    def report(text):
        # If the relay was killed, report to green-ml directly.
        line = (text + "\n").encode()
        if not write_all(reports, line):
            write_all(CONTROL, line)

    size = read_exactly(orders, 4)
    header = None if size is None else read_exactly(orders, struct.unpack("!I", size)[0])
    if header is None:
        return
    fields = header.split(b"\0")
    count = int(fields[0])
    words = fields[1 : count + 1]
    environment = dict(field.split(b"=", 1) for field in fields[count + 1 :] if b"=" in field[1:])
    pid, problem = start_command(slave, replaced, words, environment)
    if problem:
        report("failed " + problem)
        return
    detach_streams(())
    os.chdir("/")
    report("started %d" % pid)

    own = os.getpgrp()
    foreground = pid
    orders_open = True
    while True:
        readable = select.select([wake] + ([orders] if orders_open else []), [], [])[0]
        if wake in readable:
            read_now(wake)
            while True:
                changed, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
                if changed == 0:
                    break
                if os.WIFSTOPPED(status):
                    foreground = front_group(slave, own) or pid
                    report("stopped %d" % os.WSTOPSIG(status))
                elif os.WIFCONTINUED(status):
                    report("continued")
                else:
                    # Move processes that it left behind out of the foreground, so that our end does not hang them up.
                    bring_to_front(slave, own)
                    os.close(slave)
                    code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
                    report("ended %d %.6f" % (code, time.process_time()))
                    # Stay alive until green-ml has read the command's CPU time from our process.
                    while orders_open and read_exactly(orders, 1) is not None:
                        pass
                    return
        if orders in readable:
            order = read_exactly(orders, 2)
            if order is None:
                orders_open = False
                continue
            name, number = order[:1], order[1]
            if name == b"s":
                send_signal(os.kill, pid, number)
            elif name == b"g":
                send_signal(os.killpg, pid, number)
            elif name == b"f":
                if not bring_to_front(slave, foreground):
                    foreground = pid
                    bring_to_front(slave, pid)
                send_signal(os.killpg, foreground, signal.SIGCONT)
                if foreground != pid:
                    send_signal(os.killpg, pid, signal.SIGCONT)
            elif name == b"b":
                # A command that reads the keyboard is now stopped, like any background job of a shell.
                bring_to_front(slave, own)
                send_signal(os.killpg, pid, signal.SIGCONT)


# --- The relay -------------------------------------------------------------------------------------------------------


class Copy:
    """A copy of the output for green-ml: parts that it does not read in time are left out, and end a line."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.since = 0.0
        self.copied = 0
        self.is_broken = False

    def write(self, data):
        if self.descriptor is None:
            return
        now = time.monotonic()
        if now - self.since >= 1:
            self.since, self.copied = now, 0
        if self.copied > COPIED_BYTES_PER_SECOND:
            self.is_broken = True
            return
        if self.is_broken:
            data = b"\n" + data
        written = write_now(self.descriptor, data)
        if written is None:
            self.close()
            return
        self.copied += written
        self.is_broken = written < len(data)

    def close(self):
        if self.descriptor is not None:
            os.close(self.descriptor)
        self.descriptor = None


class Terminal:
    """The real terminal."""

    def __init__(self):
        if not os.isatty(0):
            raise Unavailable("standard input is no terminal")
        device = os.fstat(0).st_rdev
        #: The command's descriptors that refer to this terminal.
        self.replaced = [0]
        for descriptor in (1, 2):
            if os.isatty(descriptor):
                if os.fstat(descriptor).st_rdev != device:
                    raise Unavailable("two terminals")
                self.replaced.append(descriptor)
        if len(self.replaced) == 1:
            raise Unavailable("nothing is printed at the terminal")
        self.descriptor = self.open(device)
        self.is_gone = False
        #: The shell's settings, while ours are `raw`.
        self.settings = None
        self.raw = None
        if not self.is_ours():
            raise Unavailable("in the background")

    def open(self, device):
        """Opens a descriptor of our own, so that non-blocking mode does not affect other programs."""
        try:
            descriptor = os.open(os.ttyname(0), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            if os.fstat(descriptor).st_rdev == device:
                return descriptor
            os.close(descriptor)
        except OSError:
            pass
        raise Unavailable("the terminal cannot be opened")

    def is_ours(self):
        """Whether our process group is in the foreground."""
        try:
            return os.tcgetpgrp(self.descriptor) == os.getpgrp()
        except OSError:
            return False

    def exists(self):
        try:
            termios.tcgetattr(self.descriptor)
            return True
        except (OSError, termios.error):
            return False

    def make_raw(self):
        """Passes every byte unchanged: the command's terminal does the rest."""
        settings = termios.tcgetattr(self.descriptor)
        if self.settings is not None and settings == self.raw:
            return
        self.settings = settings
        raw = termios.tcgetattr(self.descriptor)
        raw[0] &= ~(
            termios.IGNBRK
            | termios.BRKINT
            | termios.PARMRK
            | termios.ISTRIP
            | termios.INLCR
            | termios.IGNCR
            | termios.ICRNL
            | termios.IXON
        )
        raw[1] &= ~termios.OPOST
        raw[3] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
        raw[6][termios.VMIN] = 1
        raw[6][termios.VTIME] = 0
        termios.tcsetattr(self.descriptor, termios.TCSANOW, raw)
        self.raw = termios.tcgetattr(self.descriptor)

    def restore(self):
        settings, self.settings = self.settings, None
        # In the background, the settings already belong to the shell.
        if settings is None or not self.is_ours():
            return
        try:
            termios.tcsetattr(self.descriptor, termios.TCSANOW, settings)
        except (OSError, termios.error):
            pass


class Relay:
    def __init__(self, terminal, master, monitor_pid, orders, reports, wake):
        self.terminal = terminal
        self.master = master
        self.orders = orders
        self.reports = reports
        self.wake = wake
        self.control = CONTROL
        self.copy = Copy(COPY)
        self.monitor_pid = monitor_pid
        self.control_text = b""
        self.reports_text = b""
        self.to_command = b""
        self.to_terminal = b""
        self.command = None
        self.end = None
        self.last_bytes = LAST_BYTES
        self.is_reported = False
        self.is_front = False
        self.is_stopped = False
        # Ctrl+Z was typed: if the command then stops itself in another way, that means the same.
        self.stop_was_typed = False
        self.next_is_literal = False
        self.early_signals = []
        # When our group got signals that green-ml got too and will still pass on.
        self.of_group = {}

    # Orders to the monitor.

    def order(self, name, number=0):
        write_all(self.orders, name + bytes((number,)))

    def report(self, text):
        if self.control is not None:
            write_all(self.control, (text + "\n").encode())

    # The loop.

    def run(self):
        self.report("ready %d" % self.monitor_pid)
        while not self.is_done():
            self.step()

    def is_done(self):
        if self.control is not None:
            return False
        # Processes that the command left behind may still print.
        return self.command is None or (self.is_reported and self.master is None)

    def step(self):
        reads = [self.wake]
        writes = []
        if self.reports is not None:
            reads.append(self.reports)
        if self.control is not None:
            reads.append(self.control)
        if self.master is not None and not self.to_terminal:
            reads.append(self.master)
        terminal = self.terminal.descriptor
        if not self.terminal.is_gone:
            if self.is_front and self.end is None and len(self.to_command) < KEYBOARD_BYTES:
                reads.append(terminal)
            if self.to_terminal:
                writes.append(terminal)
        if self.to_command and self.master is not None:
            writes.append(self.master)
        readable, writable, _ = select.select(reads, writes, [])
        if self.wake in readable:
            self.handle_signals(read_now(self.wake) or b"")
        if self.master is not None and self.master in writable:
            self.flush_keyboard()
        if terminal in writable:
            self.flush_output()
        if terminal in readable:
            self.read_keyboard()
        if self.master is not None and self.master in readable:
            self.read_output()
        if self.reports in readable:
            self.read_reports()
        if self.control in readable:
            self.read_control()
        if self.end is not None and not self.is_reported:
            self.report_end()

    # Output of the command.

    def read_output(self):
        parts = []
        size = 0
        while size < BURST_BYTES and self.master is not None:
            data = read_now(self.master)
            if data is None:
                break
            if data:
                parts.append(data)
                size += len(data)
            else:
                os.close(self.master)
                self.master = None
        if size == 0:
            return size
        data = b"".join(parts)
        if not self.is_reported:
            self.copy.write(data)
        if not self.is_front and not self.is_reported:
            # A job that was running in the background is brought to the foreground without a signal.
            self.follow()
        # A terminal that is not raw adds the carriage returns itself.
        self.to_terminal += data if self.is_front else data.replace(b"\r\n", b"\n")
        self.flush_output()
        return size

    def flush_output(self):
        if self.terminal.is_gone:
            self.to_terminal = b""
            return
        written = write_now(self.terminal.descriptor, self.to_terminal)
        if written is None:
            self.lose_terminal()
        else:
            self.to_terminal = self.to_terminal[written:]

    def lose_terminal(self):
        """Drops further output. The command is not ended here: a hang-up signal does that."""
        self.terminal.is_gone = True
        self.to_terminal = b""

    # Keyboard input.

    def read_keyboard(self):
        data = read_now(self.terminal.descriptor, 4096)
        if data is None:
            return
        if not data:
            # Another job is in the foreground now, or the terminal is gone.
            if self.terminal.is_ours() or not self.terminal.exists():
                self.lose_terminal()
            else:
                self.follow()
            return
        signals = self.signals_typed(data)
        # Check before the command gets the signals, because it may end at once.
        front = self.front_group() if signals else None
        is_commands = self.command is None or front == self.command
        if self.command is None and front == self.monitor_pid:
            # The terminal has no command yet that these could reach.
            self.early_signals += [number for number in signals if number != signal.SIGTSTP]
        self.to_command += data
        self.flush_keyboard()
        for number in signals:
            self.answer_typed(number, is_commands)

    def flush_keyboard(self):
        written = None if self.master is None else write_now(self.master, self.to_command)
        self.to_command = b"" if written is None else self.to_command[written:]

    def signals_typed(self, data):
        """The signals that the command's terminal will create from these bytes."""
        self.stop_was_typed = False
        if self.master is None:
            return []
        settings = termios.tcgetattr(self.master)
        flags, characters = settings[3], settings[6]
        if not flags & termios.ISIG:
            return []
        names = ((termios.VINTR, signal.SIGINT), (termios.VQUIT, signal.SIGQUIT), (termios.VSUSP, signal.SIGTSTP))
        meanings = {characters[index]: number for index, number in names if characters[index] != b"\0"}
        quotes = flags & termios.ICANON and flags & termios.IEXTEN
        literal = characters[termios.VLNEXT] if quotes else b"\0"
        if not self.next_is_literal and not any(each in data for each in (literal, *meanings)):
            return []
        found = []
        for code in data:
            byte = bytes((code,))
            if self.next_is_literal:
                self.next_is_literal = False
            elif byte in meanings:
                found.append(meanings[byte])
            elif byte == literal and quotes:
                self.next_is_literal = True
        return found

    def answer_typed(self, number, is_commands):
        """Sends the typed signal to the rest of our job, such as a script that started green-ml."""
        if number == signal.SIGTSTP:
            self.stop_was_typed = True
            if self.is_stopped:
                self.suspend(number)
            return
        if not is_commands:
            # A shell in the terminal has one of its own jobs in the foreground.
            return
        handler = signal.signal(number, signal.SIG_IGN)
        send_signal(os.killpg, os.getpgrp(), number)
        signal.signal(number, handler)
        self.note_group(number)

    def note_group(self, number):
        self.of_group.setdefault(number, []).append(time.monotonic())

    def pass_on_signal(self, number):
        """Passes on a signal that green-ml got. If its whole group got it, we got it before this message."""
        self.handle_signals(read_now(self.wake) or b"")
        times = [at for at in self.of_group.pop(number, []) if time.monotonic() - at < GROUP_SECONDS]
        if times:
            self.of_group[number] = times[1:]
        elif number == signal.SIGHUP and not self.terminal.exists():
            self.hang_up(os.kill, self.command)
        else:
            self.order(b"s", number)

    # Job control.

    def resize(self):
        if self.master is None:
            return
        try:
            size = fcntl.ioctl(self.terminal.descriptor, termios.TIOCGWINSZ, bytes(8))
            fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        except OSError:
            pass

    def go_front(self):
        self.terminal.make_raw()
        self.is_front = True
        self.resize()

    def follow(self):
        """Takes the keyboard if our job is in the foreground, and releases it if not."""
        if self.end is not None or self.terminal.is_gone or self.control is None:
            return
        ours = self.terminal.is_ours()
        if ours:
            was_front = self.is_front
            # Also after a stop that we did not notice (SIGSTOP): the shell has changed the terminal's settings.
            self.go_front()
            if not was_front:
                self.order(b"f")
        elif not ours and self.is_front:
            self.is_front = False
            self.order(b"b")

    def suspend(self, number):
        """Stops our job like the command; when the shell continues our job, the command continues too."""
        if self.control is None or self.terminal.is_gone:
            return
        self.read_output()
        self.terminal.restore()
        self.is_front = False
        handler = signal.signal(number, signal.SIG_DFL)
        send_signal(os.killpg, os.getpgrp(), number)
        # We were continued, or never stopped because no shell could continue us.
        signal.signal(number, handler)
        self.stop_was_typed = False
        if self.terminal.is_ours():
            self.go_front()
            self.order(b"f")
        else:
            self.order(b"b")

    def handle_signals(self, numbers):
        if self.command is None:
            early = [each for each in numbers if each in PASSED_ON and each != signal.SIGTSTP]
            self.early_signals += early
            for number in early:
                self.note_group(number)
            return
        for number in numbers:
            if self.end is not None:
                continue
            if number in PASSED_ON:
                self.note_group(number)
            if number == signal.SIGWINCH:
                self.resize()
            elif number == signal.SIGCONT:
                self.follow()
            elif number == signal.SIGHUP and not self.terminal.exists():
                self.hang_up(os.killpg, self.front_group())
            elif number in PASSED_ON:
                self.order(b"g", number)

    def front_group(self):
        try:
            return os.tcgetpgrp(self.master) if self.is_front else self.command
        except (OSError, TypeError):
            return self.command

    def hang_up(self, send, target):
        """Closes the command's terminal like the real one, with the hang-up that it would have got without us."""
        if self.master is None:
            return
        self.lose_terminal()
        os.close(self.master)
        self.master = None
        send_signal(send, target, signal.SIGHUP)
        send_signal(send, target, signal.SIGCONT)

    # Messages.

    def read_control(self):
        data = read_now(self.control)
        if data is None:
            return
        if not data:
            # green-ml has ended or was killed: give the terminal back to the shell.
            os.close(self.control)
            self.control = None
            self.terminal.restore()
            self.is_front = False
            self.copy.close()
            return
        self.control_text += data
        while b"\n" in self.control_text:
            line, rest = self.control_text.split(b"\n", 1)
            name, _, value = line.partition(b" ")
            if name == b"start":
                if len(rest) < int(value):
                    return
                header, rest = rest[: int(value)], rest[int(value) :]
                self.control_text = rest
                self.start(header)
            else:
                self.control_text = rest
                if self.end is None and self.command is not None:
                    self.pass_on_signal(int(value))

    def start(self, header):
        if self.terminal.is_ours():
            self.go_front()
        write_all(self.orders, struct.pack("!I", len(header)) + header)

    def read_reports(self):
        data = read_now(self.reports)
        if data is None:
            return
        if not data:
            os.close(self.reports)
            self.reports = None
            if self.command is not None and self.end is None:
                # The monitor was killed, and the command's terminal with it.
                self.end = (128 + signal.SIGKILL, 0.0)
            return
        self.reports_text += data
        while b"\n" in self.reports_text:
            line, self.reports_text = self.reports_text.split(b"\n", 1)
            name, *values = line.decode().split(" ")
            if name == "started":
                self.command = int(values[0])
                self.report(line.decode())
                if not self.is_front:
                    self.order(b"b")
                for number in self.early_signals:
                    self.order(b"g", number)
            elif name == "failed":
                self.terminal.restore()
                self.report(line.decode())
                self.is_front = False
            elif name == "stopped":
                self.is_stopped = True
                number = int(values[0])
                if number in STOPS and (number == signal.SIGTSTP or not self.terminal.is_ours() or self.is_front):
                    self.suspend(number)
                elif number in STOPS:
                    # It wants the keyboard, and our job is in the foreground by now.
                    self.follow()
                elif self.stop_was_typed:
                    self.suspend(signal.SIGTSTP)
            elif name == "continued":
                self.is_stopped = False
            elif name == "ended":
                self.end = (int(values[0]), float(values[1]))

    def report_end(self):
        """Reports the end once all output of the command is written."""
        while self.last_bytes > 0 and not self.to_terminal and self.master is not None:
            size = self.read_output()
            self.last_bytes -= size
            if size == 0:
                self.last_bytes = 0
        if self.to_terminal and not self.terminal.is_gone:
            return
        self.terminal.restore()
        self.is_front = False
        self.copy.close()
        code, monitor_seconds = self.end
        self.is_reported = True
        self.report("ended %d %.6f" % (code, monitor_seconds + time.process_time()))


def main():
    for descriptor in (CONTROL, COPY):
        os.set_inheritable(descriptor, False)
        os.set_blocking(descriptor, False)
    for number in (signal.SIGTTIN, signal.SIGTTOU):
        signal.signal(number, signal.SIG_IGN)
    wake = wake_on(signal.SIGWINCH, signal.SIGCONT, *PASSED_ON)
    terminal = Terminal()
    master, slave = os.openpty()
    termios.tcsetattr(slave, termios.TCSANOW, termios.tcgetattr(terminal.descriptor))
    fcntl.ioctl(slave, termios.TIOCSWINSZ, fcntl.ioctl(terminal.descriptor, termios.TIOCGWINSZ, bytes(8)))
    orders_reader, orders = os.pipe()
    reports, reports_writer = os.pipe()
    for descriptor in (orders, orders_reader, reports, reports_writer, master):
        os.set_blocking(descriptor, False)
    pid = os.fork()
    if pid == 0:
        try:
            for descriptor in (COPY, master, orders, reports, wake, terminal.descriptor):
                os.close(descriptor)
            monitor(slave, terminal.replaced, orders_reader, reports_writer)
        finally:
            os._exit(0)
    for descriptor in (slave, orders_reader, reports_writer):
        os.close(descriptor)
    detach_streams(terminal.replaced)
    os.chdir("/")
    try:
        Relay(terminal, master, pid, orders, reports, wake).run()
    finally:
        terminal.restore()


try:
    main()
except BaseException as problem:
    # A traceback would be of no use here: green-ml continues without the relay.
    try:
        os.write(CONTROL, b"unavailable\n")
    except OSError:
        pass
    sys.exit(1)
