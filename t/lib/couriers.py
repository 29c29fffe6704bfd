# SPDX-License-Identifier: AGPL-3.0-or-later
"""couriers.py: a bank's outbox and the couriers that empty it, and TAP."""
import atexit
import glob
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time

from served import BUILD, HELPERS, SRC

COURIER = os.path.join(BUILD, "clicknet-courier")
QUEUE = os.path.join(HELPERS, "queue")
ORDER = {"name": "Jörg Müller", "code": "735291", "bank": "Bänk & Söhne",
         "amount": "1250.00", "currency": "EUR",
         "payee_name": "Łukasz Żółć", "to": "DE02120300000000202051",
         "from_title": "Girokonto", "expires_minutes": 5}
count = failed = 0


def ok(good, name, *notes):
    global count, failed
    count += 1
    print(f"{'' if good else 'not '}ok {count} - {name}", flush=True)
    if not good:
        failed += 1
        for note in notes:
            print("# " + str(note).replace("\n", "\n# "), flush=True)
    return good


def same(have, want, name):
    return ok(have == want, name, f"have {have!r}", f"want {want!r}")


class Bank:
    """A bank's files in a folder of their own, and its couriers."""

    def __init__(self, **settings):
        self.dir = tempfile.mkdtemp(prefix="clicknet-courier-")
        self.conf = os.path.join(self.dir, "clicknet.conf")
        self.env = dict(os.environ, CLICKNET_CONF=self.conf)
        self.env.pop("SSL_CERT_FILE", None)
        self.couriers = []
        os.mkdir(os.path.join(self.dir, "log"))
        self.settings = {
            "SHARE_DIR": os.path.join(SRC, "share"),
            "BANK_NAME": "Bänk & Söhne", "PRODUCTION": "no",
            "CLICKNET_SENDER_EMAIL": "no-reply@bank.example",
            "SMTP_TLS": "no", "SMTP_TIMEOUT_SECONDS": 10,
            "MESSAGE_RETRY_SECONDS": 1, **settings}
        self.set()
        self.queue("init", os.path.join(SRC, "db", "schema.sql"))
        atexit.register(self.kill)

    def set(self, **settings):
        self.settings.update(settings)
        with open(self.conf + ".new", "w") as f:
            for name, value in self.settings.items():
                f.write(f"{name} = {value}\n")
        os.rename(self.conf + ".new", self.conf)

    def kill(self):
        """Whatever happens to a test, no courier is left."""
        for p in self.couriers:
            if p.poll() is None:
                p.kill()

    def queue(self, *args):
        out = subprocess.run([QUEUE, *map(str, args)], env=self.env,
                             stdout=subprocess.PIPE, check=True)
        return [json.loads(line) for line in out.stdout.splitlines()]

    def add(self, n=1, template="code-transfer", channel="email",
            to="joerg@mail.example", language="de", seconds=300, data=None):
        self.queue("add", n, template, channel, to, language, seconds,
                   json.dumps(ORDER if data is None else data))

    def code(self, language="de"):
        """A code by the person's first way; what it confirms."""
        return self.queue("code", language)[0]["challenge"]

    def start(self, n=1, **env):
        for _ in range(n):
            self.couriers.append(subprocess.Popen(
                [COURIER], env={**self.env, **env}, cwd=self.dir))
        return self.couriers[-1]

    def outbox(self):
        return self.queue("list")

    def until(self, done, seconds=20):
        """The outbox as soon as it is as wanted, or as it was at last."""
        end = time.monotonic() + seconds
        while True:
            rows = self.outbox()
            if done(rows) or time.monotonic() > end:
                return rows
            time.sleep(0.1)

    def ended(self, seconds=20):
        return self.until(lambda rows: all(
            r["state"] != "queued" for r in rows), seconds)

    def tried(self, n=1, seconds=20):
        """Until a try has come to nothing."""
        return self.until(lambda rows: any(
            r["tries"] >= n and r["error"] for r in rows), seconds)

    def log(self):
        lines = []
        for name in sorted(glob.glob(os.path.join(self.dir, "log", "*"))):
            with open(name) as f:
                lines += [json.loads(line) for line in f]
        return lines

    def told(self, **pairs):
        """Lines about messages; waits a little for the first."""
        end = time.monotonic() + 2
        while True:
            lines = [line for line in self.log() if line["event"] == "message"
                     and all(line.get(k) == v for k, v in pairs.items())]
            if lines or time.monotonic() > end:
                return lines
            time.sleep(0.05)

    def end(self):
        for p in self.couriers:
            if p.poll() is None:
                p.terminate()
        codes = {p.wait(30) for p in self.couriers}
        ok(codes <= {0, -signal.SIGKILL}, "every courier ends in order",
           codes)
        # Ids and times are digits by chance: an amount may be among them.
        said = [{k: v for k, v in line.items() if k not in ("id", "time")}
                for line in self.log()]
        text = json.dumps(said, ensure_ascii=False)
        words = ["joerg", "mail.example", "Jörg", "735291", "1250", "Łukasz",
                 "DE0212", "Girokonto", "+4917", "17000000", "twilio-token"]
        ok(not any(w in text for w in words),
           "the log names nobody and nothing of what was said", text)
        shutil.rmtree(self.dir)


def certificate(directory):
    key, cert = (os.path.join(directory, n) for n in ("key.pem", "cert.pem"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
         "2", "-keyout", key, "-out", cert, "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
        check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert


def run(tests):
    """Those named on the command line, or all; the exit status."""
    for test in tests:
        if len(sys.argv) < 2 or test.__name__ in sys.argv[1:]:
            print(f"# {test.__name__}", flush=True)
            test()
    print(f"1..{count}")
    return failed != 0
