# SPDX-License-Identifier: AGPL-3.0-or-later
"""served.py: a bank behind a real web server, curl in front of it, and TAP."""
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SRC = os.environ.get("CLICKNET_SRC") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("CLICKNET_BUILD") or SRC)
QUICK = os.path.abspath(os.environ.get("CLICKNET_QUICK") or BUILD)
HELPERS = os.path.join(QUICK, "t", "helper")
WEBS = (os.environ.get("CLICKNET_WEB") or "nginx lighttpd").split()
PORTS = (3333, 2222, 8443, 8444, 9999, 8888)
tested = failed = 0

# Whoever ends a test ends its bank too.
signal.signal(signal.SIGTERM, signal.default_int_handler)


def ok(good, name, *notes):
    """One sentence about the bank; ${notes} follow if it is not so."""
    global tested, failed
    tested += 1
    failed += not good
    print(f"{'' if good else 'not '}ok {tested} - {name}", flush=True)
    if not good:
        for note in notes:
            print("#", str(note)[:2000].replace("\n", "\n# "))
    return good


def note(text):
    print("#", text, flush=True)


def webs():
    """The web servers to look on behind; a checker has one, and it is said."""
    if len(WEBS) < 2:
        note(f"behind {WEBS[0]} alone: the other is for another checker")
    return WEBS


def done():
    print(f"1..{tested}")
    return failed != 0


class Answer:
    """What curl -i printed."""

    def __init__(self, raw):
        raw = raw.replace(b"\r\n", b"\n")
        head, _, self.body = raw.partition(b"\n\n")
        while head.startswith((b"HTTP/1.1 100", b"HTTP/1.0 100")):
            head, _, self.body = self.body.partition(b"\n\n")
        lines = head.decode("latin-1").split("\n")
        self.status = int(lines[0].split()[1]) if lines[0] else 0
        self.fields = [line.partition(":")[::2] for line in lines[1:]]

    def get(self, name):
        """All values of a header field."""
        return ", ".join(value.strip() for field, value in self.fields
                         if field.lower() == name.lower())

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    def __str__(self):
        fields = "\n".join(f"{k}:{v}" for k, v in self.fields)
        return f"{self.status}\n{fields}\n{self.body[:800]!r}"


class Bank:
    """A demonstration bank of its own, on ports that nobody else has."""

    def __init__(self, web="nginx", offset=0):
        self.web = web
        self.home = tempfile.mkdtemp(prefix="clicknet-")
        self.offset = offset
        self.conf = os.path.join(self.home, "clicknet.conf")

    def server(self, *args):
        return subprocess.run(
            [os.path.join(SRC, "script", "server"), "--home", self.home,
             *args], capture_output=True, text=True, timeout=120, check=False,
            env={**os.environ, "CLICKNET_BUILD": BUILD})

    def make(self):
        """The bank that script/server would make, made by a quick build."""
        made = subprocess.run(
            [os.path.join(QUICK, "clicknet"), "--conf", self.conf, "init",
             "--demo"], check=True, capture_output=True, text=True)
        with open(os.path.join(self.home, "demo-signins.txt"), "w",
                  encoding="utf-8") as f:
            f.write(made.stdout)

    def start(self):
        if QUICK != BUILD and not os.path.exists(self.conf):
            self.make()
        for _ in range(5):
            self.offset = self.offset or random.randrange(1000, 22000)
            it = self.server("--detach", "--no-install", "--no-build",
                             "--web", self.web, "--port-offset",
                             str(self.offset))
            if it.returncode == 0 or "is taken" not in it.stderr:
                break
            self.offset = 0
        if it.returncode != 0:
            print("Bail out! the server does not start")
            note(it.stdout + it.stderr)
            raise SystemExit(1)
        with open(os.path.join(self.home, "demo-signins.txt"),
                  encoding="utf-8") as f:
            rows = [line.rstrip("\n").split("\t") for line in f]
        self.people = {row[0]: (row[1], row[2]) for row in rows}
        self.tool("set", "CAPTCHA", "off")  # captcha.t is asked
        self.tool("set", "PASSWORD_HASH_NICE", "0")  # others work beside
        time.sleep(1.2)  # until every program has taken it up
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.server("--stop")
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def at(self):
        return f"http://127.0.0.1:{self.offset + 3333}"

    def pid(self, name):
        with open(os.path.join(self.home, "run", name + ".pid"),
                  encoding="ascii") as f:
            return int(f.read())

    def ports(self):
        """Those that somebody listens on."""
        return [port for port in PORTS if not socket.socket().connect_ex(
            ("127.0.0.1", port + self.offset))]

    def processes(self):
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/cwd") == self.home:
                    found.append(int(pid))
            except OSError:
                pass
        return found

    def tool(self, *args):
        return subprocess.run(
            [os.path.join(BUILD, "clicknet"), "--conf", self.conf, *args],
            capture_output=True, text=True, timeout=120, check=False)

    def curl(self, path, *args, accept="application/json"):
        it = subprocess.run(
            ["curl", "-sSi", "-m", "60", "--path-as-is", "-H",
             f"Accept: {accept}", *args, self.at + path],
            capture_output=True, timeout=90, check=False)
        return Answer(it.stdout or b"HTTP/1.1 0\n" + it.stderr + b"\n\n")

    def code(self):
        """The code in the newest message that has one."""
        it = self.tool("inbox", "--json", "--wait", "20")
        found = (re.search(r"^\d{6}$", message["text"], re.M)
                 for message in json.loads(it.stdout))
        return next(code for code in found if code).group()

    def login(self, user, word=None):
        return self.curl("/login", *as_json(
            {"user_id": user, "password": word or self.people[user][0]}))

    def verify(self, challenge, code, *args):
        return self.curl("/verify-otp", *args, *as_json(
            {"challenge_id": challenge, "code": code}))

    def sign_in(self, user, *args):
        return Person(self, self.verify(self.login(user).json["challenge_id"],
                                        self.code(), *args))


class Person:
    """Somebody who signed in, and the program that asks for them."""

    def __init__(self, bank, answer):
        self.bank = bank
        self.answer = answer
        self.token = answer.json.get("token", "")

    def ask(self, path, *args, **more):
        return self.bank.curl(path, "-H", f"Authorization: Bearer {self.token}",
                              *args, **more)

    def pay(self, key, order, *args):
        """POST /transfer with what differs from these: nothing is sent for a
        key that is None."""
        key = ["-H", f"Idempotency-Key: {key}"] if key else []
        return self.ask("/transfer", *key, *as_json(order), *args)

    def verify(self, challenge, code):
        return self.bank.verify(challenge, code, "-H",
                                f"Authorization: Bearer {self.token}")

    def balance(self, account):
        return self.ask(f"/balance?account={account}").json

    def accounts(self):
        return {a["title"]: a for a in self.ask("/accounts").json["accounts"]}


def as_json(value):
    if not isinstance(value, (str, bytes)):
        value = json.dumps(value)
    return ["-H", "Content-Type: application/json", "--data-binary", value]


def wrong(code):
    """Any other code than the right one."""
    return "".join(str((int(digit) + 1) % 10) for digit in code)


def until(seconds, run):
    """How long until ${run} says yes; more than ${seconds} if it never did."""
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        if run():
            return time.monotonic() - begin
        time.sleep(0.01)
    return seconds + 1
