"""Runs a command in a terminal of its own and passes everything on between that and the real one.

`green-ml run` starts this to read what a command prints at a terminal, where the command must still find a terminal.
Node has no pseudo-terminals, Python has: only the standard library is used, and nothing newer than Python 3.6.

Three processes take part, as in sudo and script:

    relay     stays in the process group of green-ml, so that the shell's job control reaches it: it reads the keyboard
              and prints what the command prints, byte for byte, and copies that to green-ml
    monitor   leads the session of the new terminal; it starts the command in a process group of its own, in which
              Ctrl+Z works, and waits for it
    command

Descriptor 3 is a socket to green-ml: it gets `start` with the command and later `signal N`, and hears `ready`,
`started`, `failed` and `ended`. Descriptor 4 is a socket that gets the copy. Nobody ever waits for its reader.
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

# More than a training prints; of what comes faster the copy leaves out the rest of each second.
COPIED_BYTES_PER_SECOND = 128 * 1024
# What is read at most before it is written: a terminal gives 4 KiB at once, and each turn costs.
BURST_BYTES = 64 * 1024
# The keyboard's bytes that the command has not taken yet.
KEYBOARD_BYTES = 64 * 1024
# A terminal holds less than this, so all that the command printed is within it.
LAST_BYTES = 256 * 1024

# Signals to our process group that the command's group gets in its turn.
PASSED_ON = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGTSTP)
STOPS = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)


class Unavailable(Exception):
    """This is not the place for a relay: the command gets the real terminal, as without us."""


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
    """What can be read without waiting: None for nothing yet, empty at the end."""
    try:
        return os.read(descriptor, size)
    except BlockingIOError:
        return None
    except OSError:
        # A terminal without anybody at its other side answers EIO.
        return b""


def write_now(descriptor, data):
    """Writes what can be written without waiting and returns how much; None where nobody reads any more."""
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
        # It has ended, or belongs to another person (sudo).
        pass


# --- The monitor -----------------------------------------------------------------------------------------------------


def start_command(slave, replaced, words, environment):
    """Starts the command in the foreground of the new terminal; returns its pid, or the name of what is wrong."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            os.tcsetpgrp(slave, os.getpid())
            for descriptor in replaced:
                os.dup2(slave, descriptor)
            signal.set_wakeup_fd(-1)
            for number in range(1, signal.NSIG):
                try:
                    signal.signal(number, signal.SIG_DFL)
                except (OSError, ValueError):
                    pass
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
        # It has done so itself, and become the command.
        pass
    problem = os.read(reader, 100)
    os.close(reader)
    if problem:
        os.waitpid(pid, 0)
    return pid, problem.decode()


def execute(words, environment):
    """As execvp(3) does it, which Node uses: a script without `#!` is the shell's."""
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
    """Streams that the command was given are its own: a pipe must end when the command closes it."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        if descriptor not in kept:
            os.dup2(null, descriptor)
    os.close(null)


def front_group(slave, own):
    """The group in front, unless it is the monitor's."""
    try:
        group = os.tcgetpgrp(slave)
    except OSError:
        return None
    return None if group == own else group


def bring_to_front(slave, group):
    """False for a group that has ended and for a terminal that was closed."""
    try:
        os.tcsetpgrp(slave, group)
        return True
    except OSError:
        return False


def monitor(slave, replaced, orders, news):
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM) + STOPS:
        signal.signal(number, signal.SIG_IGN)
    wake = wake_on(signal.SIGCHLD)

    def tell(text):
        # Where the relay was killed, green-ml itself is told.
        line = (text + "\n").encode()
        if not write_all(news, line):
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
        tell("failed " + problem)
        return
    detach_streams(())
    os.chdir("/")
    tell("started %d" % pid)

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
                    tell("stopped %d" % os.WSTOPSIG(status))
                elif os.WIFCONTINUED(status):
                    tell("continued")
                else:
                    # What it leaves behind is no longer in front, so that our end hangs up on none of it.
                    bring_to_front(slave, own)
                    os.close(slave)
                    code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
                    tell("ended %d %.6f" % (code, time.process_time()))
                    # green-ml reads in our account what the command used.
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
                # A command that reads the keyboard now is stopped, as in the background of any shell.
                bring_to_front(slave, own)
                send_signal(os.killpg, pid, signal.SIGCONT)


# --- The relay -------------------------------------------------------------------------------------------------------


class Copy:
    """What passes, for green-ml to read: a part that it does not take in time is left out, and ends a line."""

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
        #: The descriptors of the command that are this terminal.
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
        #: What the shell has set, while we have set `raw`.
        self.settings = None
        self.raw = None
        if not self.is_ours():
            raise Unavailable("in the background")

    def open(self, device):
        """Ours alone, so that nobody else finds it changed into one that does not wait."""
        try:
            descriptor = os.open(os.ttyname(0), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            if os.fstat(descriptor).st_rdev == device:
                return descriptor
            os.close(descriptor)
        except OSError:
            pass
        raise Unavailable("the terminal cannot be opened")

    def is_ours(self):
        """Whether our process group is the one in front."""
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
        """Every byte passes as it is: the command's terminal does the rest."""
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
        # In the background they are the shell's by now.
        if settings is None or not self.is_ours():
            return
        try:
            termios.tcsetattr(self.descriptor, termios.TCSANOW, settings)
        except (OSError, termios.error):
            pass


class Relay:
    def __init__(self, terminal, master, monitor_pid, orders, news, wake):
        self.terminal = terminal
        self.master = master
        self.orders = orders
        self.news = news
        self.wake = wake
        self.control = CONTROL
        self.copy = Copy(COPY)
        self.monitor_pid = monitor_pid
        self.control_text = b""
        self.news_text = b""
        self.to_command = b""
        self.to_terminal = b""
        self.command = None
        self.end = None
        self.last_bytes = LAST_BYTES
        self.is_reported = False
        self.is_front = False
        self.is_stopped = False
        # Ctrl+Z was typed: a command that then stops itself in another way means the same.
        self.stop_was_typed = False
        self.next_is_literal = False
        self.early_signals = []

    # Orders to the monitor.

    def order(self, name, number=0):
        write_all(self.orders, name + bytes((number,)))

    def tell(self, text):
        if self.control is not None:
            write_all(self.control, (text + "\n").encode())

    # The loop.

    def run(self):
        self.tell("ready %d" % self.monitor_pid)
        while not self.is_done():
            self.step()

    def is_done(self):
        if self.control is not None:
            return False
        # Whoever was left behind by the command may still print.
        return self.command is None or (self.is_reported and self.master is None)

    def step(self):
        reads = [self.wake]
        writes = []
        if self.news is not None:
            reads.append(self.news)
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
            self.take_signals(read_now(self.wake) or b"")
        if self.master is not None and self.master in writable:
            self.flush_keyboard()
        if terminal in writable:
            self.flush_output()
        if terminal in readable:
            self.read_keyboard()
        if self.master is not None and self.master in readable:
            self.read_output()
        if self.news in readable:
            self.take_news()
        if self.control in readable:
            self.take_control()
        if self.end is not None and not self.is_reported:
            self.report_end()

    # What the command prints.

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
            # A job that was running in the background is brought to the front without a signal.
            self.follow()
        # A terminal that is not raw makes the ends of lines itself.
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
        """What is printed now has nowhere to go; whether the command ends is for the hang-up to say."""
        self.terminal.is_gone = True
        self.to_terminal = b""

    # What the person types.

    def read_keyboard(self):
        data = read_now(self.terminal.descriptor, 4096)
        if data is None:
            return
        if not data:
            # Somebody else is in front now, or the terminal is gone.
            if self.terminal.is_ours() or not self.terminal.exists():
                self.lose_terminal()
            else:
                self.follow()
            return
        signals = self.signals_typed(data)
        self.to_command += data
        self.flush_keyboard()
        for number in signals:
            self.answer_typed(number)

    def flush_keyboard(self):
        written = None if self.master is None else write_now(self.master, self.to_command)
        self.to_command = b"" if written is None else self.to_command[written:]

    def signals_typed(self, data):
        """The signals that the command's terminal will make of these bytes."""
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

    def answer_typed(self, number):
        """The rest of our job, such as a script that started green-ml, gets what the keyboard would have sent it."""
        if number == signal.SIGTSTP:
            self.stop_was_typed = True
            if self.is_stopped:
                self.suspend(number)
            return
        if self.front_group() != self.command:
            return
        handler = signal.signal(number, signal.SIG_IGN)
        send_signal(os.killpg, os.getpgrp(), number)
        signal.signal(number, handler)

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
        """Takes the keyboard where our job is in front, and leaves it where it is not."""
        if self.end is not None or self.terminal.is_gone or self.control is None:
            return
        ours = self.terminal.is_ours()
        if ours:
            was_front = self.is_front
            # Also after a stop that we did not see (SIGSTOP): the shell has set the terminal for itself.
            self.go_front()
            if not was_front:
                self.order(b"f")
        elif not ours and self.is_front:
            self.is_front = False
            self.order(b"b")

    def suspend(self, number):
        """Our job stops as the command has; when the shell continues it, the command goes on."""
        if self.control is None or self.terminal.is_gone:
            return
        self.read_output()
        self.terminal.restore()
        self.is_front = False
        handler = signal.signal(number, signal.SIG_DFL)
        send_signal(os.killpg, os.getpgrp(), number)
        # Continued, or never stopped, where there is no shell that could continue us.
        signal.signal(number, handler)
        self.stop_was_typed = False
        if self.terminal.is_ours():
            self.go_front()
            self.order(b"f")
        else:
            self.order(b"b")

    def take_signals(self, numbers):
        if self.command is None:
            self.early_signals += [each for each in numbers if each in PASSED_ON and each != signal.SIGTSTP]
            return
        for number in numbers:
            if self.end is not None:
                continue
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
        """The terminal was closed: so is the command's, and who would have been told without us is told."""
        if self.master is None:
            return
        self.lose_terminal()
        os.close(self.master)
        self.master = None
        send_signal(send, target, signal.SIGHUP)
        send_signal(send, target, signal.SIGCONT)

    # News.

    def take_control(self):
        data = read_now(self.control)
        if data is None:
            return
        if not data:
            # green-ml has ended, or was killed: the shell has the terminal again.
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
                number = int(value)
                if self.end is not None or self.command is None:
                    continue
                if number == signal.SIGHUP and not self.terminal.exists():
                    self.hang_up(os.kill, self.command)
                else:
                    self.order(b"s", number)

    def start(self, header):
        if self.terminal.is_ours():
            self.go_front()
        write_all(self.orders, struct.pack("!I", len(header)) + header)

    def take_news(self):
        data = read_now(self.news)
        if data is None:
            return
        if not data:
            os.close(self.news)
            self.news = None
            if self.command is not None and self.end is None:
                # The monitor was killed, and the command's terminal with it.
                self.end = (128 + signal.SIGKILL, 0.0)
            return
        self.news_text += data
        while b"\n" in self.news_text:
            line, self.news_text = self.news_text.split(b"\n", 1)
            name, *values = line.decode().split(" ")
            if name == "started":
                self.command = int(values[0])
                self.tell(line.decode())
                if not self.is_front:
                    self.order(b"b")
                for number in self.early_signals:
                    self.order(b"g", number)
            elif name == "failed":
                self.terminal.restore()
                self.tell(line.decode())
                self.is_front = False
            elif name == "stopped":
                self.is_stopped = True
                number = int(values[0])
                if number in STOPS and (number == signal.SIGTSTP or not self.terminal.is_ours() or self.is_front):
                    self.suspend(number)
                elif number in STOPS:
                    # It wants the keyboard, and our job is in front by now.
                    self.follow()
                elif self.stop_was_typed:
                    self.suspend(signal.SIGTSTP)
            elif name == "continued":
                self.is_stopped = False
            elif name == "ended":
                self.end = (int(values[0]), float(values[1]))

    def report_end(self):
        """Once all is printed that the command has printed."""
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
        self.tell("ended %d %.6f" % (code, monitor_seconds + time.process_time()))


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
    news, news_writer = os.pipe()
    for descriptor in (orders, orders_reader, news, news_writer, master):
        os.set_blocking(descriptor, False)
    pid = os.fork()
    if pid == 0:
        try:
            for descriptor in (COPY, master, orders, news, wake, terminal.descriptor):
                os.close(descriptor)
            monitor(slave, terminal.replaced, orders_reader, news_writer)
        finally:
            os._exit(0)
    for descriptor in (slave, orders_reader, news_writer):
        os.close(descriptor)
    detach_streams(terminal.replaced)
    os.chdir("/")
    try:
        Relay(terminal, master, pid, orders, news, wake).run()
    finally:
        terminal.restore()


try:
    main()
except BaseException as problem:
    # Nobody reads a traceback here: green-ml does without us.
    try:
        os.write(CONTROL, b"unavailable\n")
    except OSError:
        pass
    sys.exit(1)
