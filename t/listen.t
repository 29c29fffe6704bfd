#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""listen.t: push by itself, without a web server in front: what it says of its
arguments and settings, how it takes connections, bad ones too, and its end.
t/push.t has what is told to whom, through the web servers."""
import base64
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))
from served import BUILD, done, ok, until  # noqa: E402

PUSH = os.path.join(BUILD, "clicknet-push")
home = tempfile.mkdtemp(prefix="clicknet-")
conf = os.path.join(home, "clicknet.conf")
log = os.path.join(home, "log", "push.log")
ENV = {**os.environ, "CLICKNET_CONF": conf}
UPGRADE = {"Host": "bank", "Upgrade": "websocket", "Connection": "Upgrade",
           "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": base64.b64encode(b"x" * 16).decode(),
           "Sec-WebSocket-Protocol": "clicknet.push"}
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def run(*args, stdin=subprocess.DEVNULL):
    return subprocess.run([PUSH, *args], capture_output=True, text=True,
                          stdin=stdin, timeout=60, check=False, env=ENV)


def tool(*args):
    it = subprocess.run([os.path.join(BUILD, "clicknet"), "--conf", conf,
                         *args], capture_output=True, text=True, timeout=120,
                        check=False)
    return it.stdout.strip()


def logged():
    if not os.path.exists(log):
        return []
    with open(log, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


class Push:
    """The program behind a socket of its own."""

    def __init__(self, systemd=False):
        self.path = os.path.join(home, "push.sock")
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(self.path)
        self.door.listen(512)
        if systemd:
            number = self.door.fileno()
            self.it = subprocess.Popen(
                ["sh", "-c", f"exec 3<&{number}; LISTEN_FDS=1 LISTEN_PID=$$ "
                 "exec \"$0\"", PUSH], stdin=subprocess.DEVNULL, env=ENV,
                pass_fds=(number,))
        else:
            self.it = subprocess.Popen([PUSH], stdin=self.door, env=ENV)

    def connect(self):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(10)
        line.connect(self.path)
        return line

    def ask(self, what="GET /health/push", headers=None):
        """The answer's head and body."""
        with self.connect() as line:
            send(line, what, headers or {"Host": "bank"})
            return answer(line)

    def listen(self, token, at="/ws"):
        line = self.connect()
        send(line, f"GET {at}", {**UPGRADE, "Authorization":
                                 f"Bearer {token}"})
        return line, answer(line)[0]

    def wait(self, how=None):
        if how is not None:
            self.it.send_signal(how)
        try:
            return self.it.wait(30)
        except subprocess.TimeoutExpired:
            self.it.kill()
            return self.it.wait()


def send(line, what, headers):
    rows = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    line.sendall(f"{what} HTTP/1.1\r\n{rows}\r\n".encode())


def answer(line):
    got = b""
    try:
        while b"\r\n\r\n" not in got:
            more = line.recv(1)
            if not more:
                break
            got += more
        head = got.decode("latin-1")
        length = head.lower().partition("content-length: ")[2]
        body = b""
        want = int(length.split("\r")[0]) if length else 0
        while len(body) < want and not head.startswith("HTTP/1.1 101"):
            more = line.recv(want - len(body))
            if not more:
                break
            body += more
        return head, body
    except OSError as e:
        return f"{got!r} {e}", b""


def exactly(line, n):
    got = b""
    while len(got) < n:
        more = line.recv(n - len(got))
        if not more:
            raise OSError("closed")
        got += more
    return got


def frame(line):
    """The next frame: what kind, and its bytes; (None, why) at the end."""
    try:
        kind, length = exactly(line, 2)
        if length == 126:
            length, = struct.unpack(">H", exactly(line, 2))
        return kind & 15, exactly(line, length)
    except OSError as e:
        return None, str(e)


def say(line, kind, data=b"", mask=b"abcd", first=0x80):
    n = len(data)
    size = (bytes([0x80 | n]) if n < 126 else
            struct.pack(">BH", 0xfe, n) if n < 65536 else
            struct.pack(">BQ", 0xff, n))
    body = bytes(c ^ mask[i % 4] for i, c in enumerate(data))
    try:
        line.sendall(bytes([first | kind]) + size + mask + body)
    except OSError:
        pass


def code(line):
    """By which code it is closed; None: by none."""
    while True:
        kind, data = frame(line)
        if kind is None:
            return None
        if kind == CLOSE:
            return struct.unpack(">H", data[:2])[0] if data else 0


def arguments():
    it = run("--version")
    ok(it.returncode == 0 and it.stdout.startswith("clicknet-push "),
       "push says its version", it)
    it = run("--routes")
    ok(it.returncode == 0 and "GET /ws -" in it.stdout.splitlines(),
       "and its addresses", it)
    it = run("--help")
    ok(it.returncode == 0 and conf in it.stdout, "and where its settings are",
       it)
    for args in (["--nonsense"], ["--version", "x"], ["--help", "x"]):
        it = run(*args)
        ok(it.returncode == 64 and "Usage" in it.stderr and not it.stdout,
           f"and does not know {' '.join(args)}", it)
    it = run()
    ok(it.returncode == 71 and "listening" in it.stderr,
       "without a listening socket it does not start", it)
    with socket.socket() as door:
        door.listen(1)
        it = run(stdin=door)
        ok(it.returncode == 1 and "clicknet-push: " in it.stderr,
           "nor without settings", it)
    tool("init", "--demo")
    os.rename(conf.replace(".conf", ".keys"), conf + ".away")
    with socket.socket() as door:
        door.listen(1)
        it = run(stdin=door)
    ok(it.returncode == 1 and "clicknet.keys: the key file cannot be read" in
       it.stderr, "nor without keys", it)
    os.rename(conf + ".away", conf.replace(".conf", ".keys"))


def requests(p, token):
    head, body = p.ask()
    ok(head.startswith("HTTP/1.1 200 ") and
       json.loads(body)["program"] == "push", "it says that it is well", head)
    ok(p.ask("GET /readyz/push")[0].startswith("HTTP/1.1 200 "),
       "and that it can read the book")
    head, body = p.ask("HEAD /health/push")
    ok(head.startswith("HTTP/1.1 200 ") and body == b"" and
       "Content-Length: 50" in head, "HEAD is the head of it", head)
    for what, status in (("GET /nowhere", 404), ("POST /health/push", 405),
                         ("PUT /ws", 405), ("DELETE /ws", 405),
                         ("OPTIONS /ws", 405), ("GET /ws", 400),
                         ("GET /ws?after=x", 400), ("GET /%77s", 400),
                         ("GET /../ws", 400), ("GET //ws", 400)):
        head, _ = p.ask(what)
        ok(head.startswith(f"HTTP/1.1 {status} "), f"{what} is {status}", head)
    bearer = {"Authorization": f"Bearer {token}"}
    for name, status, headers in (
            ("another protocol to change to", 400, {"Upgrade": "h2c"}),
            ("no key of the handshake", 0, {"Sec-WebSocket-Key": ""}),
            ("a foreign origin", 403, {"Origin": "http://evil"}),
            ("a token of 6000 letters", 401, {"Authorization": "Bearer " +
                                              "A" * 6000}),
            ("60 000 letters of nothing", 0, {"X-Nothing": "A" * 60000})):
        head, _ = p.ask("GET /ws", {**UPGRADE, **bearer, **headers})
        ok(head.startswith(f"HTTP/1.1 {status} ") if status else
           "101" not in head[:12], f"with {name} none opens", head)
    for junk in (b"", b"\r\n", b"GET", b"\0" * 5000, b"\x16\x03\x01" * 99,
                 b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                 b"GET /ws HTTP/1.1\r\n" + b"A: b\r\n" * 5000):
        with p.connect() as line:
            try:
                line.sendall(junk)
            except OSError:
                pass
    ok(p.ask()[0].startswith("HTTP/1.1 200 "), "junk changes nothing")


def sockets(p, token):
    line, head = p.listen(token)
    ok(head.startswith("HTTP/1.1 101 ") and
       "clicknet.push" in head, "a socket opens", head)
    say(line, PING, b"p" * 125)
    ok(frame(line) == (PONG, b"p" * 125), "a ping is answered")
    say(line, CLOSE, struct.pack(">H", 1000))
    ok(code(line) == 1000, "who goes is let go")
    line.close()
    for name, kind, data in (("a word", TEXT, b"hello"),
                             ("nothing", TEXT, b""),
                             ("a megabyte", BINARY, b"m" * (1 << 20))):
        line, _ = p.listen(token)
        say(line, kind, data)
        had = code(line)
        ok(had in (1008, None) if kind == BINARY else had == 1008,
           f"who says {name} is shown out", had)
        line.close()
    for name, raw in (("no mask", b"\x81\x01x"),
                      ("a ping too long", b"\x89\xfe\x00\x80abcd" + b"x" * 128),
                      ("an unknown kind", b"\x83\x80abcd"),
                      ("a reserved bit", b"\xf1\x80abcd"),
                      ("half a head", b"\x81")):
        line, _ = p.listen(token)
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        had = code(line)
        ok(had is None or had >= 1000, f"{name} ends a socket", had)
        line.close()
    line, _ = p.listen(token)
    say(line, TEXT, b"one", first=0)
    ok(code(line) is not None, "half a message, too")
    line.close()
    ok(p.ask()[0].startswith("HTTP/1.1 200 "), "and nothing else")


def full(p, token):
    """Descriptors are given out up to a bound."""
    lines = [p.connect() for _ in range(150)]
    time.sleep(0.5)
    many = 0
    for line in lines:
        line.setblocking(False)
        try:
            many += line.recv(1) == b""
        except BlockingIOError:
            pass
    ok(many > 30, "who comes when all is full is sent away", many)
    for line in lines:
        line.close()
    ok(until(20, lambda: p.ask()[0].startswith("HTTP/1.1 200 ")) < 20,
       "until there is room")
    line, head = p.listen(token)
    ok(head.startswith("HTTP/1.1 101 "), "for those that listen, too", head)
    line.close()


def ends(token):
    p = Push(systemd=True)
    ok(p.ask()[0].startswith("HTTP/1.1 200 "),
       "a listener of systemd's is taken")
    os.rename(log, log + ".1")
    p.it.send_signal(signal.SIGHUP)
    ok(until(20, lambda: os.path.exists(log)) < 20,
       "a hang-up opens the log anew")
    line, _ = p.listen(token)
    p.it.send_signal(signal.SIGTERM)
    ok(code(line) == 1012, "when it ends it says: come again")
    say(line, CLOSE, struct.pack(">H", 1012))
    ok(p.wait() == 0, "and ends well")
    p = Push()
    line, _ = p.listen(token)
    began = time.monotonic()
    ok(p.wait(signal.SIGINT) == 0 and time.monotonic() - began < 8,
       "who does not answer does not hold it up")
    p = Push()
    p.ask()
    p.door.shutdown(socket.SHUT_RDWR)
    ok(p.wait() == 0, "when the socket is taken away it ends")


try:
    arguments()
    mine = tool("token", "--user-id", "amina", "--read-only")
    push = Push()
    requests(push, mine)
    sockets(push, mine)
    ok(push.wait(signal.SIGTERM) == 0, "it ends when it is told to")
    tool("set", "PUSH_SOCKETS", "20")
    push = Push()
    full(push, mine)
    push.wait(signal.SIGTERM)
    ends(mine)
    ok(not any(mine in str(row) for row in logged()),
       "and no token is in its log")
finally:
    shutil.rmtree(home, ignore_errors=True)
sys.exit(done())
