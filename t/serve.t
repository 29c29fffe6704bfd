#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""serve.t: a program by itself, without a web server in front: what it says of
its arguments, settings and keys, and how it takes connections and its end."""
import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))
from served import BUILD, SRC, done, ok  # noqa: E402

BANKING = os.path.join(BUILD, "clicknet-banking")
CLICKNET = os.path.join(BUILD, "clicknet")
USAGE, NOINPUT, UNAVAILABLE, IOERR, NOPERM, CONFIG = 64, 66, 69, 74, 77, 78
home = tempfile.mkdtemp(prefix="clicknet-")
conf = os.path.join(home, "clicknet.conf")
keys = os.path.join(home, "clicknet.keys")
base = os.path.join(home, "bank.db")
HEALTH = {"REQUEST_METHOD": "GET", "DOCUMENT_URI": "/health",
          "REQUEST_URI": "/health", "QUERY_STRING": "",
          "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "bank.example"}


# Root minds modes only without what lets it pass by them.
BOUND = [] if os.geteuid() else [
    "setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


def run(*args, env=None, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
        before=()):
    """The program, told of our settings."""
    return subprocess.run([*before, BANKING, *args], stdin=stdin, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=30, check=False,
                          env={**os.environ, "CLICKNET_CONF": conf,
                               **(env or {})})


def refused(name, status, word, **how):
    it = run(**how)
    ok(it.returncode == status and word in it.stderr.decode(), name,
       it.returncode, it.stderr.decode())


def write(path, text, mode=0o600):
    if os.path.exists(path):
        os.unlink(path)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


def arguments():
    it = run("--version")
    ok(it.returncode == 0 and it.stdout.startswith(b"clicknet-banking "),
       "a program says its version", it)
    it = run("--help")
    ok(it.returncode == 0 and conf.encode() in it.stdout,
       "help says where the settings are", it)
    it = run("--routes")
    rows = it.stdout.decode().splitlines()
    ok(it.returncode == 0 and rows[0] == "GET / -" and
       {"POST /transfer money", "POST /transfer/check read",
        "GET /brand.css guest,open", "GET /health guest,open"} < set(rows),
       "a program lists its routes, the strictest with no flag", it)
    for args in (["--nonsense"], ["--version", "x"], ["--help", "x"],
                 ["--routes", "x"], ["x"]):
        it = run(*args)
        ok(it.returncode == USAGE and b"Usage" in it.stderr and
           it.stdout == b"", f"{' '.join(args)} is refused with the usage",
           it)


def version_set(version):
    """Of the book's form; what it was."""
    db = sqlite3.connect(base)
    (was,), = db.execute("SELECT value FROM meta WHERE name = 'schema'")
    db.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (version,))
    db.commit()
    db.close()
    return was


def beginnings():
    """What is lacking, one after the other, until nothing is."""
    refused("without settings there is no start", NOINPUT, "no such settings")
    write(conf, "NONSENSE = 1\n")
    refused("bad settings are named with their line", CONFIG, ":1: NONSENSE")
    os.unlink(conf)
    made = subprocess.run([CLICKNET, "--conf", conf, "init", "--demo"],
                          capture_output=True, timeout=120, check=False)
    ok(made.returncode == 0, "a bank is made", made)
    with open(conf, encoding="utf-8") as f:
        whole = f.read()
    with open(keys, encoding="utf-8") as f:
        key = f.read()
    os.unlink(keys)
    refused("without keys there is no start", NOINPUT, "no such key file")
    write(keys, key, 0o444)
    refused("keys that all can read are refused", NOPERM, "chmod 400")
    os.chmod(keys, 0)
    refused("so are those of somebody else", NOPERM, "the bank's user's",
            before=BOUND)
    write(keys, "nonsense\n", 0o400)
    refused("damaged keys are refused", CONFIG, "damaged")
    write(keys, key, 0o400)
    for end in ("-wal", "-shm"):  # a log would make a database of anything
        if os.path.exists(base + end):
            os.rename(base + end, base + ".away" + end)
    os.rename(base, base + ".away")
    refused("without a database there is no start", NOINPUT, "bank.db")
    write(base, "no database at all, but long enough to be looked at\n" * 40)
    refused("what is no database is refused", UNAVAILABLE, "cannot be opened")
    for end in ("", "-wal", "-shm"):
        if os.path.exists(base + end):
            os.unlink(base + end)
        if os.path.exists(base + ".away" + end):
            os.rename(base + ".away" + end, base + end)
    os.chmod(base, 0o440)
    refused("a book that cannot be written is refused", UNAVAILABLE,
            "cannot be opened", before=BOUND)
    os.chmod(base, 0o640)
    was = version_set(1)
    refused("a book of an older form is refused", CONFIG, "clicknet migrate")
    version_set(99)
    refused("so is one of a newer", CONFIG, "it is too old")
    version_set(was)
    share = os.path.join(SRC, "share")
    write(conf, whole + "\nTHREADS = 2\n" +
          ("" if "\nSHARE_DIR" in whole else f"SHARE_DIR = {share}\n"))
    it = run(env=HEALTH)
    ok(it.returncode == 0, "with all of it there is", it)
    return whole


def cgi():
    it = run(env=HEALTH)
    ok(it.returncode == 0 and b"Status: 200" in it.stdout,
       "one request can come by the environment", it)
    it = run(env={**HEALTH, "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "3",
                  "CONTENT_TYPE": "application/x-www-form-urlencoded"},
             stdin=subprocess.DEVNULL)
    ok(it.returncode == 0 and b"Status: 4" in it.stdout,
       "a body that does not come is refused", it)
    with open("/dev/full", "wb") as full:
        it = run(env=HEALTH, stdout=full)
    ok(it.returncode == IOERR, "an answer nobody takes is told", it)
    for env in ({"LISTEN_FDS": "2", "LISTEN_PID": "1"},
                {"LISTEN_FDS": "1", "LISTEN_PID": "1"},
                {"LISTEN_FDS": "1"}):
        it = run(env={**HEALTH, **env})
        ok(it.returncode == 0 and b"Status: 200" in it.stdout,
           f"{env} for another changes nothing", it)


def record(kind, body=b"", number=1):
    return struct.pack(">BBHHBB", 1, kind, number, len(body), 0, 0) + body


def params(env):
    return b"".join(struct.pack("BB", len(k), len(v)) + k.encode() +
                    v.encode() for k, v in env.items())


def request(keep=True, end=True):
    return (record(1, struct.pack(">HB5x", 1, keep)) +
            record(4, params(HEALTH)) + record(4) +
            (record(5) if end else b""))


def answer(s):
    """All that comes until the request is over or the connection is."""
    got = b""
    try:
        while True:
            head = b""
            while len(head) < 8:
                more = s.recv(8 - len(head))
                if not more:
                    return got
                head += more
            _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", head)
            body = b""
            while len(body) < length + padding:
                more = s.recv(length + padding - len(body))
                if not more:
                    return got
                body += more
            if kind == 6:
                got += body[:length]
            if kind == 3:
                return got
    except OSError:
        return got


class Program:
    """The program behind a socket of its own, as its standard input, or as
    systemd would hand it over."""

    def __init__(self, systemd=False, port=False):
        self.path = os.path.join(home, "banking.sock")
        if os.path.exists(self.path):
            os.unlink(self.path)
        if port:
            self.door = socket.socket()
            self.door.bind(("127.0.0.1", 0))
        else:
            self.door = socket.socket(socket.AF_UNIX)
            self.door.bind(self.path)
        self.door.listen(16)
        env = {**os.environ, "CLICKNET_CONF": conf}
        if systemd:
            number = self.door.fileno()
            self.it = subprocess.Popen(
                ["sh", "-c", f"exec 3<&{number}; LISTEN_FDS=1 LISTEN_PID=$$ "
                 f"exec \"$0\" 2>&1", BANKING], stdin=subprocess.DEVNULL,
                env=env, pass_fds=(number,))
        else:
            self.it = subprocess.Popen([BANKING], stdin=self.door, env=env)

    def connect(self):
        s = socket.socket(self.door.family)
        s.settimeout(20)
        s.connect(self.door.getsockname())
        return s

    def ask(self):
        with self.connect() as s:
            s.sendall(request(keep=False))
            return answer(s)

    def end(self, how=signal.SIGTERM):
        self.it.send_signal(how)
        try:
            return self.it.wait(20)
        except subprocess.TimeoutExpired:
            self.it.kill()
            return self.it.wait()


def connections(p):
    ok(b"Status: 200" in p.ask(), "a connection is answered")
    threads = [int(t) for t in os.listdir(f"/proc/{p.it.pid}/task")]
    ours = [t for t in threads if os.sched_getscheduler(t) == os.SCHED_BATCH]
    ok(len(ours) > 1, "by threads that do not interrupt each other", threads)
    it = subprocess.run(["cgi-fcgi", "-bind", "-connect", p.path],
                        env={**os.environ, **HEALTH}, capture_output=True,
                        stdin=subprocess.DEVNULL, timeout=30, check=False)
    ok(b"Status: 200" in it.stdout, "also one of another's making", it)
    with p.connect() as s:
        good = True
        for _ in range(3):
            s.sendall(request())
            good = good and b"Status: 200" in answer(s)
        ok(good, "a connection that is kept is answered again")
    with p.connect():
        pass
    with p.connect() as s:
        s.sendall(request()[:11])
    with p.connect() as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: bank.example\r\n\r\n")
    ok(b"Status: 200" in p.ask(), "one that breaks off harms nobody")
    idle = [p.connect() for _ in range(2)]
    for s in idle:
        s.sendall(request())
        answer(s)
    began = time.monotonic()
    ok(b"Status: 200" in p.ask() and time.monotonic() - began < 10,
       "those that rest make way for one that asks")
    for s in idle:
        s.close()


def signals():
    p = Program()
    connections(p)
    log = os.path.join(home, "log", "banking.log")
    os.rename(log, log + ".1")
    p.it.send_signal(signal.SIGHUP)
    until = time.monotonic() + 10
    while not os.path.exists(log) and time.monotonic() < until:
        time.sleep(0.05)
    ok(os.path.exists(log), "a hang-up opens the log anew")
    with p.connect() as idle:
        idle.sendall(request())
        answer(idle)
        ok(p.end() == 0, "a program ends while a connection rests")
    p = Program(systemd=True)
    ok(b"Status: 200" in p.ask(), "a listener of systemd's is taken")
    with p.connect() as busy:
        busy.sendall(request(end=False))
        time.sleep(0.3)
        p.it.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        busy.sendall(record(5))
        ok(b"Status: " in answer(busy), "a request in hand is answered")
    ok(p.end() == 0, "before the program ends")
    p = Program()
    ok(b"Status: 200" in p.ask() and p.end(signal.SIGINT) == 0,
       "an interrupt ends it too")


def door_gone(port):
    """Nobody can come any more: the program ends by itself."""
    p = Program(port=port)
    kind = "port" if port else "socket"
    ok(b"Status: 200" in p.ask(), f"while the {kind} is open people come")
    p.door.shutdown(socket.SHUT_RDWR)
    try:
        status = p.it.wait(20)
    except subprocess.TimeoutExpired:
        p.it.kill()
        status = p.it.wait()
    ok(status == 0, f"when the {kind} is taken away the program ends", status)


def stuck():
    """A request that does not end is not waited for for ever."""
    p = Program()
    with p.connect() as busy:
        busy.sendall(record(1, struct.pack(">HB5x", 1, 0)) +
                     record(4, params(HEALTH))[:20])
        time.sleep(0.3)
        ok(p.end() == 0, "a request that never comes whole does not hold "
           "the end up")


def no_log(whole):
    write(conf, whole.replace("\nLOG_DIR", "\n#LOG_DIR") +
          "\nLOG_DIR = \"\"\n")
    it = run(env={"CLICKNET_CONF": conf, **HEALTH})
    ok(it.returncode == 0 or b"LOG_DIR" in it.stderr,
       "without a folder the log is standard error", it)


try:
    arguments()
    settings = beginnings()
    cgi()
    signals()
    door_gone(True)
    door_gone(False)
    stuck()
    no_log(settings)
finally:
    shutil.rmtree(home, ignore_errors=True)
sys.exit(done())
