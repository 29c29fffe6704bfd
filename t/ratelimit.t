#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""ratelimit.t: what may be asked only so often, through the web server: ten
times the quota, from one address and from fifty, from all addresses of a
network, and with whatever is said to be forwarded. Runs in a network of its
own, where any address can be had."""
import http.client
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))
from served import Bank, done, note, ok, until  # noqa: E402

OWN = "CLICKNET_OWN_NETWORK"
QUOTA, TIMES, MANY, WORKERS = 20, 10, 50, 8
CODE = '{"code":"AAAAA-AAAAA-AAAAA-AAAAA"}'
LET_ON, TOO_MANY = 401, 429
FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP",
             "X-Client-IP", "CF-Connecting-IP")


def six(network, host):
    return f"2001:db8:0:{network:x}::{host:x}"


def own_network():
    """Starts this test again where it may have any address; without the
    rights to that it goes on with those of the loopback."""
    if os.environ.get(OWN) or shutil.which("ip") is None:
        return
    rights = ["-n"] if os.geteuid() == 0 else ["-Urn"]
    for how in (rights, ["-Urn"]):
        if subprocess.run(["unshare", *how, "true"], check=False,
                          capture_output=True).returncode == 0:
            os.execvpe("unshare", ["unshare", *how, sys.executable,
                                   *sys.argv], {**os.environ, OWN: "yes"})


def addresses():
    """Gives this network's loopback what is asked from below."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    lines = [f"addr add {six(1, host)}/128 dev lo nodad\n"
             for host in range(1, QUOTA * TIMES + 1)]
    lines += [f"addr add {six(network, 1)}/128 dev lo nodad\n"
              for network in range(2, 2 + MANY)]
    subprocess.run(["ip", "-6", "-batch", "-"], input="".join(lines),
                   text=True, check=True)


class Asker:
    """Asks again and again over a connection from one address."""

    def __init__(self, bank, address):
        self.to = "::1" if ":" in address else "127.0.0.1"
        self.line = http.client.HTTPConnection(
            self.to, bank.offset + 3333, timeout=30,
            source_address=(address, 0))

    def ask(self, path="/lost-phone", body=CODE, **headers):
        self.line.request("POST", path, body, {
            "Accept": "application/json", "Content-Type": "application/json",
            **{name.replace("_", "-"): it for name, it in headers.items()}})
        answer = self.line.getresponse()
        answer.read()
        return answer.status, dict(answer.getheaders())

    def close(self):
        self.line.close()


def asked_by(bank, address, times, **what):
    asker = Asker(bank, address)
    answers = [asker.ask(**what) for _ in range(times)]
    asker.close()
    return answers


def at_once(bank, froms, times):
    """${times} from each, several at a time: address -> answers."""
    left, found = list(froms), {}

    def work():
        while True:
            try:
                address = left.pop()
            except IndexError:
                return
            found[address] = asked_by(bank, address, times)

    workers = [threading.Thread(target=work) for _ in range(WORKERS)]
    for it in workers:
        it.start()
    for it in workers:
        it.join()
    return found


def count(answers, status):
    return sum(it[0] == status for it in answers)


def told(answers, name):
    """Every refusal says how long to wait and what the limit is, in the
    structured fields of the draft."""
    limits = re.compile(rf'"{name}";q=\d+;w=\d+'), \
        re.compile(rf'"{name}";r=0;t=\d+')
    return all(it.get("Retry-After", "").isdigit() and
               limits[0].fullmatch(it.get("RateLimit-Policy", "")) and
               limits[1].fullmatch(it.get("RateLimit", ""))
               for status, it in answers if status == TOO_MANY)


def held(answers, name, *, let_on=QUOTA, limit="emergency"):
    ok(count(answers, LET_ON) == let_on and
       count(answers, TOO_MANY) == len(answers) - let_on,
       f"{name}: {let_on} of {len(answers)} are listened to",
       sorted({it[0] for it in answers}), count(answers, LET_ON))
    ok(told(answers, limit), "the others are told when to come again",
       next((it for it in answers if it[0] == TOO_MANY), ""))


def forget(bank):
    with sqlite3.connect(os.path.join(bank.home, "bank.db"),
                         timeout=20) as db:
        db.execute("DELETE FROM rate")


def loopback(bank):
    n = QUOTA * TIMES
    answers = asked_by(bank, "127.0.1.1", n)
    held(answers, "one address, ten times its quota")
    left = [int(re.search(r";r=(\d+)", it["RateLimit"]).group(1))
            for status, it in answers if status == LET_ON]
    ok(left == list(range(QUOTA - 1, -1, -1)),
       "those that are listened to hear how many are left", left)
    found = at_once(bank, [f"127.0.{k}.1" for k in range(2, 2 + MANY)], n)
    ok(len(found) == MANY and
       all(count(it, LET_ON) == QUOTA and told(it, "emergency")
           for it in found.values()),
       f"{MANY} addresses: each its quota of {n}, and no more",
       {k: count(it, LET_ON) for k, it in found.items()})
    found = at_once(bank, [f"127.0.200.{k}" for k in range(1, 201)], 1)
    held([it[0] for it in found.values()], "a network of 200 addresses")
    forged = []
    for k in range(n):
        say = f"198.51.{k}.{k}"
        forged += asked_by(bank, "127.0.201.1", 1, **{
            name.replace("-", "_"): f"for={say}" if name == "Forwarded"
            else say for name in FORWARDED})
    held(forged, "whoever says they forward for 200 others")


def six_addresses(bank):
    froms = [six(1, host) for host in range(1, QUOTA * TIMES + 1)]
    found = at_once(bank, froms, 1)
    held([it[0] for it in found.values()], "all addresses of an IPv6 /64")
    found = at_once(bank, [six(k, 1) for k in range(2, 2 + MANY)], QUOTA + 5)
    ok(all(count(it, LET_ON) == QUOTA for it in found.values()),
       f"{MANY} networks: each its own quota",
       {k: count(it, LET_ON) for k, it in found.items()})


def sign_in(bank):
    bank.tool("set", "LOGIN_ADDRESS_LIMIT", "10")
    time.sleep(1.2)
    forget(bank)
    answers = []
    for k in range(100):
        answers += asked_by(
            bank, "127.0.220.1", 1, path="/login",
            body='{"user_id":"nobody%d","password":"x"}' % k,
            X_Forwarded_For=f"203.0.113.{k}")
    held(answers, "failed sign-ins with a hundred user ids", let_on=10,
         limit="signin.address")


def control(bank):
    """Who is forgotten is listened to again."""
    answers = asked_by(bank, "127.0.230.1", QUOTA + 5)
    forget(bank)
    answers += asked_by(bank, "127.0.230.1", QUOTA + 5)
    ok(count(answers, LET_ON) == 2 * QUOTA,
       "counts lost behind the bank's back are found out (negative control)",
       count(answers, LET_ON))


def reload(bank, *changes):
    """Changes words of the web server's settings, and has them read."""
    path = os.path.join(bank.home, "run", "nginx")
    for name in ("clicknet.conf", "site.conf"):
        with open(os.path.join(path, name), encoding="utf-8") as f:
            text = f.read()
        for have, want in changes:
            text = text.replace(have, want)
        with open(os.path.join(path, name), "w", encoding="utf-8") as f:
            f.write(text)
    subprocess.run(["kill", "-HUP", str(bank.pid("web.master"))], check=True)
    time.sleep(1)


def answers_at(bank, address):
    try:
        return asked_by(bank, address, 1, path="/health")[0][0] > 0
    except OSError:
        return False


def web_server(bank, froms):
    """Its own limit: ten attempts a second, and twenty more at once."""
    reload(bank, ("rate=100000r/s", "rate=10r/s"), (";q=100000;", ";q=10;"),
           ("burst=200000", "burst=20"))
    begin = time.monotonic()
    answers = []
    for k, address in enumerate(froms):
        answers += asked_by(bank, address, 1, path="/verify-otp", body="{}",
                            X_Forwarded_For=f"203.0.113.{k}")
    bound = 21 + 10 * (time.monotonic() - begin) + 1
    passed = len(answers) - count(answers, TOO_MANY)
    ok(21 <= passed <= bound,
       f"the web server lets a flood on at its own pace: {froms[0]} ...",
       passed, bound)
    ok(told(answers, "attempts"), "and says so in the same words",
       next((it for it in answers if it[0] == TOO_MANY), ""))
    ok(asked_by(bank, "127.0.240.1", 1, path="/verify-otp",
                body="{}")[0][0] != TOO_MANY, "others go on meanwhile")


def main():
    os.environ["CLICKNET_SIGN_IN_RATE"] = "100000"
    if os.environ.get(OWN):
        addresses()
    with Bank() as bank:
        loopback(bank)
        control(bank)
        if os.environ.get(OWN):
            port = bank.offset + 3333
            reload(bank, (f"listen 127.0.0.1:{port};",
                          f"listen 127.0.0.1:{port}; "
                          f"listen [::1]:{port} ipv6only=on;"))
            until(5, lambda: answers_at(bank, "::1"))
            six_addresses(bank)
        else:
            note("no network of its own: nothing was asked over IPv6")
        sign_in(bank)
        web_server(bank, ["127.0.239.1"] * 300)
        if os.environ.get(OWN):
            web_server(bank, [six(1, k + 1)
                              for k in range(QUOTA * TIMES)])
    return done()


if __name__ == "__main__":
    own_network()
    sys.exit(main())
