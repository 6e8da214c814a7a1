"""A program in a pseudo-terminal, and the screen it draws: enough of a terminal for what the session prints.

    s = Session()              starts $RILL and waits for its prompt
    s.type("1 + 1\\r")          sends keys and waits until the screen is still
    s.screen()                 the lines of the screen, without trailing blanks; lines that scrolled away come first
"""
import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import termios
import time
import unicodedata

SEQUENCE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b\][^\x07]*\x07|\x1b[=>()][0-9A-B]?")
DRAWN = "\x1b[J"  # what each drawing of a block begins with
UP, DOWN, RIGHT, LEFT, HOME, END = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F"


def paste(text):
    return "\x1b[200~" + text.replace("\n", "\r") + "\x1b[201~"


def width_of(c):
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


class Screen:
    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.lines, self.gone = [{} for _ in range(rows)], []
        self.row = self.column = 0
        self.style, self.styles = "", set()

    def feed(self, text):
        position = 0
        while position < len(text):
            match = SEQUENCE.match(text, position)
            if match:
                self.control(match)
                position = match.end()
            elif text[position] == "\x1b" and len(text) - position < 12:
                return text[position:]  # the rest is still to come
            else:
                self.put(text[position])
                position += 1
        return ""

    def control(self, match):
        if match[2] is None or "?" in match[1]:
            return
        numbers = [int(n or 0) for n in match[1].split(";")]
        n = max(numbers[0], 1)
        if match[2] == "A":
            self.row = max(self.row - n, 0)
        elif match[2] == "B":
            self.row = min(self.row + n, self.rows - 1)
        elif match[2] == "C":
            self.column = min(self.column + n, self.columns - 1)
        elif match[2] == "D":
            self.column = max(self.column - n, 0)
        elif match[2] == "H":
            self.row, self.column = n - 1, max(numbers[-1], 1) - 1 if len(numbers) > 1 else 0
        elif match[2] == "K":
            self.erase(self.row, self.column)
        elif match[2] == "J" and numbers[0] == 2:
            self.lines = [{} for _ in range(self.rows)]
        elif match[2] == "J":
            self.erase(self.row, self.column)
            for row in range(self.row + 1, self.rows):
                self.lines[row] = {}
        elif match[2] == "m":
            self.style = "" if numbers == [0] else match[1]

    def erase(self, row, column):
        self.lines[row] = {c: text for c, text in self.lines[row].items() if c < column}

    def resize(self, rows, columns):
        """Rows that are too long now are broken, as most terminals do; the cursor stays at its character."""
        lines, place = [], (0, 0)
        for number, line in enumerate(self.lines):
            width = max([column + width_of(c) for column, c in line.items()], default=0)
            pieces = max(-(-width // columns), 1)
            if number == self.row:
                place = len(lines) + self.column // columns, self.column % columns
            for piece in range(pieces):
                lines.append({c - piece * columns: text for c, text in line.items() if piece * columns <= c < (piece + 1) * columns})
        while len(lines) > rows and not lines[-1] and len(lines) - 1 > place[0]:
            lines.pop()
        n_gone = max(len(lines) - rows, 0)
        self.gone += lines[:n_gone]
        self.lines = lines[n_gone:] + [{} for _ in range(rows - len(lines))]
        self.row, self.column = min(max(place[0] - n_gone, 0), rows - 1), place[1]
        self.rows, self.columns = rows, columns

    def line_feed(self):
        if self.row + 1 < self.rows:
            self.row += 1
        else:
            self.gone.append(self.lines.pop(0))
            self.lines.append({})

    def put(self, c):
        if c == "\r":
            self.column = 0
        elif c == "\n":
            self.line_feed()
        elif c == "\b":
            self.column = max(self.column - 1, 0)
        elif c >= " ":
            width = width_of(c)
            if self.column + width > self.columns:
                self.column = 0
                self.line_feed()
            self.lines[self.row][self.column] = c
            if self.style:
                self.styles.add((self.style, c))
            self.column += width

    @staticmethod
    def text(line):
        result, width = "", 0
        for column in sorted(line):
            result += " " * (column - width) + line[column]
            width = column + width_of(line[column])
        return result.rstrip()

    def all(self):
        return [self.text(line) for line in self.gone + self.lines]


class Session:
    def __init__(self, *arguments, rows=24, columns=80, environment=None, folder=None, prompt=">>> "):
        command = shlex.split(os.environ["RILL"]) + list(arguments)
        variables = dict(os.environ, TERM="xterm", INPUTRC="/dev/null", NO_COLOR="1", HOME=os.getcwd(),
                         XDG_STATE_HOME=os.path.join(os.getcwd(), "state"))
        variables.update(environment or {})
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # Before the program starts: a change later would make it draw its prompt once more, at any time.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.chdir(folder or ".")
            os.execvpe(command[0], command, variables)
        self.at = Screen(rows, columns)
        self.raw = self.rest = ""
        self.status = None
        self.shown = 1  # the first line has the version
        self.resize(rows, columns)
        self.wait_for(lambda: self.current_line().startswith(prompt))
        self.settle()

    def resize(self, rows, columns):
        if (rows, columns) != (self.at.rows, self.at.columns):
            self.at.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def current_line(self):
        return self.at.text(self.at.lines[self.at.row]) + " " * 4

    def read(self, timeout):
        """What there is to read; False at the end, or if nothing came."""
        if self.status is not None:
            return False
        if not select.select([self.fd], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        if not data:
            self.finish()
            return False
        text = data.decode("utf-8", "replace")
        self.raw += text
        self.rest = self.at.feed(self.rest + text)
        return True

    def wait_for(self, condition, timeout=100 if "RILL_GC_STRESS" in os.environ else 10):
        end = time.monotonic() + timeout
        while not condition() and self.status is None:
            if time.monotonic() > end:
                raise TimeoutError("the screen is:\n" + "\n".join(self.screen()))
            self.read(0.05)

    def is_waiting(self):
        """The program sleeps. Where that cannot be known, time must do."""
        try:
            with open(f"/proc/{self.pid}/stat") as f:
                return f.read().rpartition(")")[2].split()[0] == "S"
        except OSError:
            time.sleep(0.02)
            return True

    def settle(self, still=0.0):
        """Wait until the program has written all it will, and waits for more keys."""
        quiet = 0
        while quiet < 3 and self.status is None:
            quiet = 0 if self.read(max(0.004, still / 3)) or not self.is_waiting() else quiet + 1

    def send(self, text):
        """Send keys and do not wait: what they start may go on for ever."""
        os.write(self.fd, text.encode())

    def type(self, *keys):
        """Send keys one after the other. Each of them makes the program draw its block."""
        for text in keys:
            if self.status is not None:
                return
            before = self.raw.count(DRAWN)
            self.send(text)
            if before == 0:  # no readline
                self.settle(0.3)
                continue
            self.wait_for(lambda: self.raw.count(DRAWN) > before)
            self.settle()

    def enter(self, *lines):
        """Type lines with Enter after each, and wait for a prompt to be back."""
        for line in lines:
            before = len(self.raw)
            os.write(self.fd, (line + "\r").encode())
            self.wait_for(lambda: len(self.raw) > before and self.is_at_prompt())
            self.settle()

    def block(self):
        """The lines that are being edited."""
        lines = self.screen()
        prompts = [number for number, line in enumerate(lines) if line.startswith(">>>")]
        return "\n".join(lines[prompts[-1]:])

    def is_at_prompt(self):
        """An empty one, or a continuation."""
        line = self.at.text(self.at.lines[self.at.row])
        return line in (">>>", "...") or line.startswith("...")

    def interrupt(self):
        os.kill(self.pid, signal.SIGINT)

    def finish(self):
        if self.status is None:
            _, status = os.waitpid(self.pid, 0)
            self.status = os.waitstatus_to_exitcode(status)
            os.close(self.fd)

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.finish()

    def screen(self):
        lines = self.at.all()
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def show(self, title=""):
        """Print the screen from the block on that was edited at the last call."""
        print(f"== {title}".rstrip())
        lines = self.screen()[self.shown:]
        prompts = [number for number, line in enumerate(lines) if line.startswith(">>>")]
        self.shown += prompts[-1] if prompts else 0
        print(re.sub(r"\b0x[0-9a-f]{6,}", "0x...", "\n".join(lines)))
