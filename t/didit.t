#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""didit.t: identity by Didit, between the bank and what stands in for it: the
courier asks and fetches, reports come signed, in any order, and forged."""
import copy
import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))
import served  # noqa: E402
from couriers import Bank, ok, run, same  # noqa: E402
from didit import KEY, SECRET, Didit, deliver, post, sign  # noqa: E402

HELPER = os.path.join(served.HELPERS, "applicants")
HOME = "https://bank.example"
DELIVERIES = int(os.environ.get("CLICKNET_DELIVERIES") or 10000)
PICTURES = "passport:front:kept portrait::kept selfie::kept"


def applicants(conf, *args):
    it = subprocess.run([HELPER, *map(str, args)], check=True,
                        env={**os.environ, "CLICKNET_CONF": conf},
                        stdout=subprocess.PIPE)
    return [json.loads(line) for line in it.stdout.splitlines()]


def until(conf, done, seconds=20):
    """How they stand as soon as it is as wanted, or as it was at last."""
    end = time.monotonic() + seconds
    while True:
        rows = applicants(conf, "list")
        if done(rows) or time.monotonic() > end:
            return rows
        time.sleep(0.1)


def hurried(conf, done, seconds=20):
    """The same, without the waits between two tries."""
    def now(rows):
        if not done(rows):
            applicants(conf, "due")
            return False
        return True
    return until(conf, now, seconds)


def is_made(rows):
    return all(r["check_state"] != "wanted" for r in rows)


class Case:
    """A courier, who waits for Didit, and what stands in for it."""

    def __init__(self, n=1, settings=None, **didit):
        self.didit = Didit(**didit)
        self.bank = Bank(PUBLIC_BASE_URL=HOME, **{
            **self.didit.settings(), **(settings or {})})
        applicants(self.bank.conf, "add", n)
        self.bank.start()

    def hurried(self, done, seconds=20):
        return hurried(self.bank.conf, done, seconds)

    def until(self, done, seconds=20):
        return until(self.bank.conf, done, seconds)

    def session(self, row):
        return self.didit.by_name(row["reference"])

    def told(self, event, **pairs):
        return [line for line in self.bank.log() if line["event"] == event
                and all(line.get(k) == v for k, v in pairs.items())]

    def end(self):
        log = json.dumps(self.bank.log())
        ok(KEY not in log and SECRET not in log and "NORA" not in log and
           "X-Amz" not in log, "the log has no key, no name and no link")
        self.bank.end()
        same(self.didit.wrong, [], "every request was as Didit wants it")
        self.didit.stop()


def made():
    case = Case(2, create=["drop"])
    rows = case.hurried(is_made)
    same([r["check_state"] for r in rows], ["open", "open"],
         "sessions are made")
    same(len(case.didit.sessions), 2, "one for each, though one was asked "
         "for twice")
    for r in rows:
        s = case.session(r)
        at, _, state = s.callback.partition("?state=")
        ok((at, len(state)) == (HOME + "/apply/identity/back", 43) and
           s.id == r["session"], "with a way back that nobody can guess",
           s.callback)
    same(len({case.session(r).callback for r in rows}), 2, "each its own")
    case.end()


def refused():
    """What each answer of Didit's makes of a check that is wanted."""
    rows = ((["drop"], "open", 2), (["hang"], "open", 2),
            ([500], "open", 2), ([503, 502], "open", 3),
            ([(429, 0), (429, 0)], "open", 3), ([500] * 3, "failed", 3),
            ([(429, 0)] * 3, "failed", 3), (["hang"] * 3, "failed", 3),
            ([400], "failed", 1), ([401], "failed", 1), ([403], "failed", 1),
            (["words"], "failed", 1), (["away"], "failed", 1),
            ([{"session_id": "../../x", "url": "https://x.example"}],
             "failed", 1),
            ([{"session_id": "s", "url": "javascript:alert(1)"}],
             "failed", 1),
            ([{"session_id": "s", "url": "https://x.example",
               "vendor_data": "somebody else"}], "failed", 1))
    for answers, state, tries in rows:
        case = Case(create=answers)
        row = case.hurried(is_made)[0]
        ok((row["check_state"], case.didit.count("create")) ==
           (state, tries), f"{answers}: {state} after {tries}", row,
           case.didit.asked)
        same((row["identity"], row["provider"]),
             ("open", "didit") if state == "open" else ("none", "desk"),
             "the person goes on there" if state == "open"
             else "the desk looks instead")
        if state == "failed":
            line = case.told("didit", result="given up")
            same((len(line), line[0]["level"] if line else ""),
                 (1, "warn" if tries == 3 else "error"),
                 "the log tells it, as an error if it is ours to mend")
        case.end()


def patient():
    case = Case(create=[(429, 7)])
    begin = time.monotonic()
    case.until(is_made, 15)
    took = time.monotonic() - begin
    ok(6.5 < took < 13, "who is asked to come back in 7 seconds does", took)
    case.end()


def approved(case):
    rows = case.hurried(is_made)
    for r in rows:
        case.session(r).status = "Approved"
    return rows


def asked():
    """No report comes: the courier asks."""
    case = Case(3, settings={"DIDIT_ASK_SECONDS": 1},
                decision=[500, "words", "drop", (429, 1)])
    approved(case)
    rows = case.until(lambda rows: all(
        r["pictures"] == PICTURES for r in rows), 40)
    same({(r["status"], r["check_state"], r["identity"], r["results"],
           r["pictures"], r["links"]) for r in rows},
         {("Approved", "ended", "passed", "passed", PICTURES, 0)},
         "what was approved is found out, with its pictures")
    same({r["acts"] for r in rows}, {2}, "once")
    asked_for = case.didit.count("decision")
    time.sleep(2.5)
    same(case.didit.count("decision"), asked_for,
         "then nothing more is asked")
    case.end()
    case = Case()
    row = case.hurried(is_made)[0]
    del case.didit.sessions[row["session"]]
    row = case.hurried(lambda rows: rows[0]["check_state"] != "open")[0]
    ok((row["status"], row["identity"]) == ("Expired", "none") and
       case.didit.count("decision") >= 3,
       "a session that is there no more has ended", row)
    case.end()
    case = Case(decision=[
        {"session_id": "another", "status": "Approved"}] * 20)
    row = case.hurried(lambda rows: rows[0]["tries"] > 1 or
                       case.didit.count("decision"))[0]
    time.sleep(0.5)
    row = applicants(case.bank.conf, "list")[0]
    same((row["status"], row["identity"]), ("", "open"),
         "another session's answer is none")
    case.end()


def fetched():
    """Pictures: what each answer to a link makes of one."""
    for answers, want, tries in (
            ([500], PICTURES, 4), (["drop"], PICTURES, 4),
            (["cut"], PICTURES, 4), (["hang"], PICTURES, 4),
            ([403], PICTURES, 4), ([404], PICTURES, 4),
            ([302], PICTURES, 4), (["away"], PICTURES, 4),
            ([b"<p>no picture</p>"], "failed", 3),
            ([b"\x89PNG\r\n\x1a\n" + b"x" * 100], "failed", 3),
            (["flood"], PICTURES, 4)):
        case = Case(picture=answers)
        approved(case)
        rows = case.hurried(lambda rows: rows[0]["pictures"].count("kept") +
                            rows[0]["pictures"].count(":failed") == 3 and (
                                want == "failed" or
                                rows[0]["pictures"] == PICTURES))
        have = rows[0]["pictures"]
        ok((have == want or (want == "failed" and
                             have.count(":failed") == 1)) and
           case.didit.count("picture") == tries and rows[0]["links"] == 0,
           f"{str(answers)[:40]}: {want} after {tries}", rows[0],
           case.didit.count("picture"), case.bank.log())
        same(case.didit.count("page"), 0, "nobody is led elsewhere")
        case.end()


def led_away():
    """Links that lead where they must not; the first is the control."""
    for host, settings, good in (
            (None, {}, True),
            ("http://localhost:{port}", {}, False),
            ("http://127.0.0.1:{port}", {"DIDIT_IMAGE_HOSTS": "*.didit.me"},
             False),
            ("http://127.0.0.2:{port}", {}, False),
            ("http://169.254.169.254", {"DIDIT_IMAGE_HOSTS":
                                        "169.254.169.254"}, False),
            ("https://10.0.0.1", {"DIDIT_IMAGE_HOSTS": "10.0.0.1"}, False),
            ("file:///etc/passwd?", {"DIDIT_IMAGE_HOSTS": "127.0.0.1"},
             False),
            ("http://x@127.0.0.1:{port}", {}, False)):
        case = Case(settings=settings)
        port = case.didit.server.server_port
        case.didit.link_host = host and host.format(port=port)
        approved(case)
        row = case.hurried(lambda rows: rows[0]["pictures"].count("kept") +
                           rows[0]["pictures"].count("failed") == 3)[0]
        ok(row["identity"] == "passed" and case.didit.count("picture") ==
           (3 if good else 0) and (row["pictures"] == PICTURES) == good,
           f"{host or 'where it may'}: "
           f"{'fetched' if good else 'nothing is asked there'}", row,
           case.didit.asked)
        same(len(case.told("didit_picture", result="lost", level="error")),
             0 if good else 3, "the log tells it")
        case.end()


class Web:
    """A whole bank behind a web server, with Didit set up."""

    def __init__(self, web, **didit):
        self.didit = Didit(**didit)
        self.bank = served.Bank(web)
        self.bank.start()
        self.hook = f"http://127.0.0.1:{self.bank.offset + 8888}" \
            "/didit-webhook"
        for name, value in self.didit.settings(
                PUBLIC_BASE_URL=HOME, DIDIT_ASK_SECONDS=86400).items():
            it = self.bank.tool("set", name, str(value))
            if it.returncode:
                ok(False, f"{name} can be set", it.stderr)
        time.sleep(1.2)  # settings are looked at once a second

    def add(self, n):
        applicants(self.bank.conf, "add", n)
        until(self.bank.conf, is_made, 60)
        return [s for s in list(self.didit.sessions.values())]

    def rows(self):
        return {r["session"]: r for r in applicants(self.bank.conf, "list")}

    def end(self):
        good = self.bank.tool("verify").returncode
        same(good, 0, "the books and records still follow")
        same(self.didit.wrong, [], "every request was as Didit wants it")
        self.bank.__exit__()
        self.didit.stop()


def whole(web):
    it = Web(web)
    s = it.add(1)[0]
    now = time.time() - 60
    for i, status in enumerate(("In Progress", "In Review", "Approved")):
        same(deliver(it.hook, it.didit.event(s, status, now + i,
                                             version=2 + i % 2)), [204],
             f"{web}: \"{status}\" is taken")
    rows = until(it.bank.conf, lambda rows: rows[0]["pictures"] == PICTURES)
    same((rows[0]["identity"], rows[0]["results"], rows[0]["pictures"]),
         ("passed", "passed review", PICTURES),
         "the person is known, the pictures are there")
    event = it.didit.event(s, "Declined", now + 5)
    body, head = Didit.envelope(event)
    same(post(it.hook, body, {**head, "X-Didit-Test-Webhook": "true"}), 204,
         "a test from their console is answered")
    same(it.rows()[s.id]["identity"], "passed", "and changes nothing")
    for drop, name in (("X-Signature", "the second signature alone will do"),
                       ("X-Signature-V2", "and the first")):
        some = {k: v for k, v in head.items() if k != drop}
        same(post(it.hook, body, some), 204, name)
    for drop, name in ((("X-Signature", "X-Signature-V2"),
                        "the third signature never will"),
                       (("X-Timestamp",), "nor any without a time")):
        some = {k: v for k, v in head.items() if k not in drop}
        same(post(it.hook, body, some), 401, name)
    pretty = json.dumps(json.loads(body), indent=1).encode()
    same(post(it.hook, pretty, head), 204,
         "a proxy may have written it anew")
    same(post(f"http://127.0.0.1:{it.bank.offset + 3333}/didit-webhook",
              body, head), 404, "there is no such address among the pages")
    back = it.bank.curl(it.didit.back(s)[len(HOME):], accept="text/html")
    same((back.status, back.get("Location")), (303, "/apply/identity"),
         "the way back leads on")
    it.end()


NORA = {"given_names": "Nora", "family_name": "Neu",
        "birth_date": "1994-02-28", "nationality": "DE",
        "address": "Lindenweg 3", "postcode": "10115", "city": "Berlin",
        "country": "DE", "tax_country": "DE", "tax_id": "12 345 678 901",
        "occupation": "employed", "source_of_funds": "salary", "pep": False,
        "declarations": True}


class Nora:
    """A stranger with a browser's cookie or a program's token."""

    def __init__(self, bank, branch="B01", product="EVERYDAY"):
        self.bank, self.token, self.used = bank, None, set()
        self.token = self.ask("POST", "/kyc-session", {
            "product_code": product, "branch_code": branch,
            "name": "Nora Neu", "email": "nora@new.example",
            "mobile": "+49 151 12345678"}).json.get("token")
        for channel in ("mobile", "email"):
            self.ask("POST", "/kyc-session/send-otp", {"channel": channel})
            self.ask("POST", "/kyc-session/verify", {
                "channel": channel, "code": self.code()})

    def code(self):
        """The newest that was sent and not used; letters come in between."""
        for _ in range(100):
            for m in json.loads(self.bank.tool("inbox", "--json").stdout):
                found = re.search(r"^\d{6}$|^\d{6}(?=:)", m["text"], re.M)
                if found and found.group() not in self.used:
                    self.used.add(found.group())
                    return found.group()
            time.sleep(0.2)
        return "none came"

    def ask(self, method, path, what=None, accept="application/json"):
        more = ["-X", method]
        if self.token:
            more += ["-H", f"Authorization: Bearer {self.token}"]
        if what is not None:
            more += served.as_json(what)
        return self.bank.curl(path, *more, accept=accept)

    def page(self):
        return self.ask("GET", "/apply/identity", accept="text/html")

    def steps(self):
        return {s["name"]: s["status"] for s in
                self.ask("GET", "/kyc-session").json["steps"]}


def person(web):
    """A stranger from the first word to the last, by way of Didit."""
    it = Web(web, create=[(429, 2)])
    who = Nora(it.bank)
    same(who.ask("POST", "/verify-identity", {}).status, 409,
         f"{web}: first one says who one is")
    same(who.ask("PUT", "/kyc-session/details", NORA).status, 200,
         "which is said")
    asked = who.ask("POST", "/verify-identity", {})
    same((asked.status, asked.json.get("provider"),
          asked.json.get("status"), asked.json.get("url")),
         (202, "didit", "open", None), "then Didit is asked for a place")
    page = who.page()
    ok(page.get("Refresh") == "2" and b"One moment" in page.body,
       "a page waits for it", page)
    took = served.until(15, lambda: "url" in who.ask(
        "GET", "/apply/identity").json)
    url = who.ask("GET", "/apply/identity").json.get("url")
    s = next(iter(it.didit.sessions.values()))
    ok(1.5 < took < 15 and url == s.url, "the place is there", took, url)
    ok(f'href="{url}"'.encode() in who.page().body, "and a way to it")
    same(who.ask("POST", "/verify-identity", {}).json.get("url"), url,
         "asked for again it is the same")
    deliver(it.hook, it.didit.event(s, "In Progress"))
    back = who.ask("GET", it.didit.back(s)[len(HOME):], accept="text/html")
    same((back.status, back.get("Location")), (303, "/apply/identity"),
         "the way back leads on")
    page = who.page()
    ok(page.get("Refresh") == "10" and b"under way" in page.body and
       "open" == who.ask("GET", "/apply/identity").json.get("status"),
       "to a page that waits for Didit's word, whatever the address said",
       page)
    s.status = "Approved"  # and its report is lost: who came back is asked for
    served.until(15, lambda: who.ask("GET", "/apply/identity").json.get(
        "status") == "passed")
    ok(b"We know who you are" in who.page().body, "it is asked for, and said",
       who.page())
    served.until(15, lambda: who.steps()["documents"] == "done")
    steps = who.steps()
    same((steps["documents"], steps["identity"], steps["review"]),
         ("done", "done", "now"), "Didit's pictures do for documents")
    same(who.ask("POST", "/kyc-session/submit", {}).json.get("status"),
         "pending", "and it can be sent")
    same(deliver(it.hook, it.didit.event(s, "Declined", time.time() + 5)),
         [204], "what Didit says afterwards is heard")
    same(it.rows()[s.id]["identity"], "failed", "and those who decide see it")
    it.end()


# A check as it may go, each part told at a second of its own or not.
STORIES = (
    (("Not Started", 0), ("In Progress", 3), ("Approved", 9)),
    (("Not Started", 0), ("In Progress", 3), ("In Review", 9),
     ("Approved", 40), ("Kyc Expired", 60)),
    (("Not Started", 0), ("In Progress", 0), ("In Review", 0),
     ("Declined", 0)),
    (("In Progress", 1), ("In Review", 5), ("Resubmitted", 6),
     ("In Progress", 8), ("In Review", 12), ("Something New", 13),
     ("Approved", 20)),
    (("Not Started", 0), ("Expired", 70)),
    (("In Progress", 1), ("Abandoned", 30)),
    (("In Progress", 1), ("Abandoned", 30), ("In Progress", 31),
     ("Declined", 35)),
    (("In Progress", 1), ("In Review", 2)),
)


def ends_as(row):
    return tuple(row[k] for k in ("check_state", "status", "status_at",
                                  "identity", "provider", "pictures",
                                  "links"))


def forged(rng, event, others):
    """One that Didit did not send, in one of the ways there are."""
    body, head = Didit.envelope(event)
    lie = {**event, "status": "Approved"}
    way = rng.randrange(10)
    if way == 0:
        head.pop("X-Signature")
        head.pop("X-Signature-V2")
    elif way == 1:
        body, head = Didit.envelope(lie, secret="")
    elif way == 2:
        body, head = Didit.envelope(lie, secret="guess")
    elif way == 3:  # words changed under a good signature
        body = json.dumps({**json.loads(body), "status": "Resubmitted",
                           "created_at": int(time.time())}).encode()
    elif way == 4:  # kept for too long
        body, head = Didit.envelope(event, at=time.time() - 301)
    elif way == 5:  # kept, and a new time written on it
        body, head = Didit.envelope(event, at=time.time() - 400)
        head["X-Timestamp"] = str(int(time.time()))
    elif way == 6:  # another's signatures
        head.update({k: v for k, v in Didit.envelope(
            rng.choice(others))[1].items() if k.startswith("X-Signature")})
        body = body.replace(b'"event_id"', b'"event_jd"', 1)
    elif way == 7:  # of tomorrow
        body, head = Didit.envelope(event, at=time.time() + 400)
    elif way == 8:
        head["X-Signature"] = head["X-Signature"].upper()
        head["X-Signature-V2"] = "0" * 64
    else:
        head["X-Signature"] = sign(b"")
        head["X-Signature-V2"] = head["X-Signature-Simple"]
    return body, head


def send_all(hook, jobs, threads=12):
    """Answers and how long each took; every thread keeps its connection."""
    address, _, path = hook.partition("//")[2].partition("/")
    place, lock, out = [0], threading.Lock(), [None] * len(jobs)

    def worker():
        link = http.client.HTTPConnection(address, timeout=10)
        while True:
            with lock:
                i = place[0]
                place[0] += 1
            if i >= len(jobs):
                return
            body, head = jobs[i]()
            begin = time.monotonic()
            try:
                link.request("POST", "/" + path, body, head)
                answer = link.getresponse()
                answer.read()
                out[i] = answer.status, time.monotonic() - begin
            except (OSError, http.client.HTTPException):
                link.close()
                out[i] = 0, time.monotonic() - begin
    hands = [threading.Thread(target=worker) for _ in range(threads)]
    for h in hands:
        h.start()
    for h in hands:
        h.join()
    return out


def storm(web, deliveries):
    """Everything Didit ever said, again and again, in no order, among lies."""
    rng = random.Random(deliveries)
    it = Web(web, pictures=deliveries < 3000)
    kinds, n = len(STORIES), max(16, deliveries // 60)
    sessions = it.add(kinds + n)
    now = int(time.time()) - 120
    clean, stormy = sessions[:kinds], sessions[kinds:]
    for s, story in zip(clean, STORIES):
        for status, after in story:
            same(deliver(it.hook, it.didit.event(s, status, now + after)),
                 [204], f"in order: {status}") \
                if s is clean[0] else deliver(
                    it.hook, it.didit.event(s, status, now + after))
    events = [it.didit.event(s, status, now + after, version=2 + i % 2)
              for i, s in enumerate(stormy)
              for status, after in STORIES[i % kinds]]
    jobs, want, ids = [], [], {}
    for e in events:
        ids.setdefault(e["session_id"], set()).add(e["event_id"])
        jobs.append(lambda e=e: Didit.envelope(e))
        want.append(204)
    while len(jobs) < deliveries:
        e = rng.choice(events)
        lie = rng.random() < 0.25
        if not lie and rng.random() < 0.4:  # a try has a number of its own
            e = copy.copy(e)
            e["event_id"] += f"-{rng.randrange(3)}"
            ids[e["session_id"]].add(e["event_id"])
        jobs.append((lambda e=e: forged(rng, e, events)) if lie
                    else lambda e=e: Didit.envelope(e))
        want.append(401 if lie else 204)
    order = list(range(len(jobs)))
    rng.shuffle(order)
    begin = time.monotonic()
    have = send_all(it.hook, [jobs[i] for i in order])
    took = time.monotonic() - begin
    wrong = [(want[i], h[0]) for i, h in zip(order, have) if h[0] != want[i]]
    slowest = max(h[1] for h in have)
    served.note(f"{web}: {len(jobs)} deliveries, {want.count(401)} of them "
                f"forged, about {len(sessions)} checks in {took:.1f} s, "
                f"{len(jobs) / took:.0f}/s, the slowest {slowest:.2f} s")
    same(wrong[:5], [], f"{web}: each of {len(jobs)} is answered 204, forged "
         "ones 401")
    ok(slowest < 5, "within 5 seconds", slowest)
    rows = it.rows()
    if it.didit.pictures:
        rows = {r["session"]: r for r in until(
            it.bank.conf, lambda rows: not any(
                ":wanted" in r["pictures"] for r in rows), 60)}
    other = [(STORIES[i % kinds], ends_as(rows[s.id]),
              ends_as(rows[clean[i % kinds].id]))
             for i, s in enumerate(stormy)
             if ends_as(rows[s.id]) != ends_as(rows[clean[i % kinds].id])]
    same(other[:2], [], "every check ends as it does in order")
    half = clean[1]
    deliver(it.hook, it.didit.event(half, "Declined", now + 50))
    ok(ends_as(it.rows()[half.id]) not in {ends_as(rows[s.id])
                                           for s in stormy},
       "one word more would be seen")
    twice = [rows[s.id] for i, s in enumerate(stormy)
             if rows[s.id]["acts"] > 1 + len(STORIES[i % kinds]) or
             max(map(rows[s.id]["results"].split().count,
                     ("passed", "review", "failed"))) >
             max(map([t for t, _ in STORIES[i % kinds]].count,
                     ("Approved", "In Review", "Declined")))]
    same(twice[:2], [], "nothing was taken up twice")
    noted = [rows[s.id] for s in stormy
             if rows[s.id]["events"] != len(ids[s.id])]
    same(noted[:2], [], "each report was noted once")
    same(sum(r["events"] for r in rows.values() if r["session"] in ids),
         sum(map(len, ids.values())), "and no forged one")
    it.end()


def served_whole():
    for web in served.webs():
        person(web)
        whole(web)


def storms():
    for web in served.webs():
        storm(web, DELIVERIES if web == "nginx" else min(1000, DELIVERIES))


sys.exit(run((made, refused, patient, asked, fetched, led_away, served_whole,
              storms)))
