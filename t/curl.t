#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""curl.t: the bank as a program sees it, by curl and JSON, behind nginx and
behind lighttpd. The programs are those of CLICKNET_BUILD."""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))
from served import Bank, as_json, done, ok, webs, wrong  # noqa: E402

MONEY = re.compile(r"-?\d+\.\d{2}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
JSON = "application/json"
PROBLEM = "application/problem+json"


def problem(answer, status, code):
    """A problem document as RFC 9457 and the bank's own rules have it."""
    p = answer.json
    return (answer.status == status and answer.get("Content-Type") == PROBLEM
            and p.get("status") == status and p.get("code") == code
            and p.get("type") == f"/problems/{code}"
            and p.get("title") and p.get("detail") and "errors" in p
            and p.get("request_id") == answer.get("X-Request-Id"))


def fields(answer):
    return {e["field"] for e in answer.json.get("errors", [])}


def sign_in(bank, say):
    bad = bank.login("amina", "not her password")
    ok(problem(bad, 401, "login"), say("a wrong password is refused"), bad)
    none = bank.login("nobody-here", "not her password")
    ok(none.status == bad.status and
       {**none.json, "request_id": 0} == {**bad.json, "request_id": 0},
       say("who does not exist is refused in the same words"), none)
    asked = bank.login("amina")
    ok(asked.status == 200 and asked.json["status"] == "otp_required" and
       asked.json["channel"] in asked.json["channels"] and
       INSTANT.fullmatch(asked.json["expires_at"]) and
       "amina@" not in asked.json["sent_to"],
       say("a right password asks for a code"), asked)
    challenge, code = asked.json["challenge_id"], bank.code()
    miss = bank.verify(challenge, wrong(code))
    ok(problem(miss, 401, "otp") and miss.json["tries_left"] == 4,
       say("a wrong code leaves four tries"), miss)
    soon = bank.curl("/resend-otp", *as_json(
        {"challenge_id": challenge, "channel": "email"}))
    ok(problem(soon, 429, "rate") and 0 < int(soon.get("Retry-After")) <= 30,
       say("another code is not sent at once"), soon)
    spaced = f"{code[:3]} {code[3:]}"
    right = bank.verify(challenge, spaced)
    ok(right.status == 200 and right.json["name"] == "Amina Halloran" and
       right.json["user_id"] == "amina" and
       INSTANT.fullmatch(right.json["expires_at"]),
       say("the right code, pasted with a blank in it, signs in"), right)
    cookie = right.get("Set-Cookie")
    ok(all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/")),
       say("its cookie is for the bank's own pages alone"), cookie)
    again = bank.verify(challenge, code)
    ok(again.status in (401, 404, 409, 410) and "token" not in again.json,
       say("a code signs in once"), again)


def dead_code(bank, say):
    challenge = bank.login("kofi").json["challenge_id"]
    code = bank.code()
    for _ in range(5):
        last = bank.verify(challenge, wrong(code))
    ok(problem(last, 401, "otp") and last.json["tries_left"] == 0,
       say("the fifth wrong code is the last"), last)
    late = bank.verify(challenge, code)
    ok(late.status >= 400 and "token" not in late.json,
       say("then the right one is too late"), late)


def seeing(amina, say):
    answer = amina.ask("/accounts")
    accounts = answer.json["accounts"]
    ok(answer.status == 200 and len(accounts) == 4 and
       all(MONEY.fullmatch(a[m]) for a in accounts
           for m in ("balance", "held", "available")),
       say("accounts are listed, amounts as text"), answer)
    totals = {}
    for a in accounts:
        key = a["category"], a["currency"]
        totals[key] = totals.get(key, 0) + Decimal(a["balance"])
    ok({(t["category"], t["currency"]): Decimal(t["balance"])
        for t in answer.json["totals"]} == totals,
       say("the totals are the sums of the accounts"), answer)
    number = accounts[0]["number"]
    one = amina.ask(f"/accounts/{accounts[0]['account_id']}")
    ok(one.json.get("balance") == accounts[0]["balance"] and
       {"per_transfer_min", "per_transfer_max", "daily_amount", "daily_count",
        "used_amount", "used_count"} <= set(one.json["limits"]),
       say("one account tells its limits"), one)
    balance = amina.balance(number)
    ok(balance["balance"] == accounts[0]["balance"] and
       INSTANT.fullmatch(balance["as_of"]),
       say("its balance is the same when asked for alone"), balance)
    tagged = amina.ask("/accounts").get("ETag")
    same = amina.ask("/accounts", "-H", f"If-None-Match: {tagged}")
    ok(tagged and same.status == 304 and same.body == b"",
       say("what has not changed is not sent again"), same)
    head = amina.ask("/accounts", "-I")
    ok(head.status == 200 and head.body == b"" and
       head.get("Content-Length") == str(len(answer.body)),
       say("HEAD is GET without the body"), head)


def history(amina, say):
    number = amina.accounts()["Everyday"]["number"]
    path = f"/transactions?account={number}&limit=200"
    pages, cursors, linked = [], 0, True
    while path:
        answer = amina.ask(path)
        pages += answer.json["transactions"]
        link = re.fullmatch(r'<([^>]*)>; rel="?next"?', answer.get("Link"))
        linked = linked and (link is None) == (answer.json["next"] is None)
        path = link.group(1) if link else None
        cursors += path is not None
    ok(linked and cursors > 1 and
       len({t["transaction_id"] for t in pages}) == len(pages),
       say(f"Link leads through all {len(pages)} transactions, each once"))
    ok(all(MONEY.fullmatch(t["amount"]) and INSTANT.fullmatch(t["booked_at"])
           for t in pages) and
       pages == sorted(pages, key=lambda t: t["booked_at"], reverse=True),
       say("they come newest first"))
    gaps = [t for t, older in zip(pages, pages[1:])
            if Decimal(t["balance_after"]) - Decimal(t["amount"]) !=
            Decimal(older["balance_after"])]
    ok(not gaps and pages[0]["balance_after"] ==
       amina.balance(number)["balance"],
       say("every balance follows from the one before"), gaps[:3])
    small, cursor = [], ""
    for _ in range(9):
        answer = amina.ask(f"/transactions?account={number}&limit=7{cursor}")
        small += answer.json["transactions"]
        cursor = f"&cursor={answer.json['next']}"
    ok(small == pages[:63], say("pages of seven show the same"))
    filters(amina, say, number, pages)
    other = amina.accounts()["Rainy days"]["number"]
    moved = amina.ask(f"/transactions?account={other}{cursor}")
    ok(problem(moved, 422, "input") and fields(moved) == {"cursor"},
       say("one account's cursor opens no other account"), moved)
    bad = amina.ask(f"/transactions?account={number}&limit=201&from=2026-02-30")
    ok(problem(bad, 422, "input") and fields(bad) == {"limit", "from"},
       say("filters that cannot be are named"), bad)


def filters(amina, say, number, pages):
    def found(words):
        return amina.ask(f"/transactions?account={number}&limit=200&{words}"
                         ).json["transactions"]

    day = pages[20]["booked_at"][:10]
    seen = found(f"from={day}&to={day}")
    ok(pages[20] in seen and {t["value_date"] for t in seen} == {day},
       say("a day's transactions include that day"), seen[:3])
    ok(all(t["amount"][0] == "-" for t in found("direction=out")) and
       all(t["amount"][0] != "-" for t in found("direction=in")),
       say("money in and money out are told apart"))
    between = found("min=20&max=30.00")
    ok(between and all(20 <= abs(Decimal(t["amount"])) <= 30 for t in between),
       say("amounts can be bounded"))
    name = pages[0]["counterparty"]["name"]
    seen = found("q=" + name.split()[0].upper())
    ok(pages[0] in seen, say("a search forgives capitals"), name, seen[:3])
    ok(found("q=no-such-words-anywhere") == [],
       say("a search that finds nothing is an empty list"))


def moving(amina, say):
    accounts = amina.accounts()
    here, there = accounts["Rainy days"], accounts["Everyday"]
    order = {"from": here["number"], "to": there["number"],
             "amount": "150.25", "purpose": "Ünder dem Kissen"}
    first = amina.pay("move-1", order)
    ok(first.status == 201 and first.json["status"] == "posted" and
       first.json["amount"] == "150.25" and
       first.json["purpose"] == order["purpose"] and
       re.fullmatch("[0-9a-f]{64}", first.json["hash"]),
       say("money moves between one's own accounts at once"), first)
    after = amina.accounts()
    ok(Decimal(after["Rainy days"]["balance"]) ==
       Decimal(here["balance"]) - Decimal("150.25") ==
       Decimal(first.json["balance_after"]) and
       Decimal(after["Everyday"]["balance"]) ==
       Decimal(there["balance"]) + Decimal("150.25"),
       say("both balances show it"), after)
    again = amina.pay("move-1", order)
    ok(again.status == 201 and again.json == first.json and
       again.get("Idempotent-Replay") == "true" and
       not first.get("Idempotent-Replay"),
       say("the same key gives the same answer again"), again)
    other = amina.pay("move-1", {**order, "amount": "150.26"})
    ok(problem(other, 422, "input"),
       say("the same key for another amount is refused"), other)
    none = amina.pay(None, order)
    ok(problem(none, 400, "input"), say("without a key nothing moves"), none)
    with ThreadPoolExecutor(8) as crowd:
        many = list(crowd.map(lambda _: amina.pay(
            "move-2", {**order, "amount": "1.00"}), range(16)))
    paid = {m.json["transfer_id"] for m in many if m.status == 201}
    ok(len(paid) == 1 and {m.status for m in many} <= {201, 409} and
       Decimal(amina.balance(here["number"])["balance"]) ==
       Decimal(after["Rainy days"]["balance"]) - 1,
       say("the same key sixteen times at once pays once"),
       [m.status for m in many])
    receipt = amina.ask(f"/transfers/{first.json['transfer_id']}")
    ok(receipt.status == 200 and receipt.json == first.json,
       say("the receipt says what the answer said"), receipt)
    happened = amina.ask("/transfers?idempotency_key=move-1")
    never = amina.ask("/transfers?idempotency_key=never-sent")
    ok(happened.json == first.json and problem(never, 404, "missing"),
       say("a program can ask whether its key happened"), happened, never)


def paying(bank, amina, say):
    jonas = bank.sign_in("jonas")
    to = jonas.accounts()["Girokonto"]
    mine = amina.accounts()["Everyday"]
    order = {"from": mine["number"], "to": to["number"], "amount": "25.10",
             "payee_name": "Jonas Reiter", "purpose": "Tickets"}
    asked = amina.pay("pay-1", order)
    ok(asked.status == 202 and asked.json["status"] == "otp_required" and
       asked.json["payee_match"] == "match" and
       asked.json["confirm"] == {"amount": "25.10", "currency": "EUR",
                                 "to": to["number"],
                                 "payee_name": "Jonas Reiter"},
       say("paying somebody else asks for a code and repeats the payment"),
       asked)
    held = amina.balance(mine["number"])
    ok(held["held"] == "25.10" and held["balance"] == mine["balance"] and
       Decimal(held["available"]) ==
       Decimal(mine["available"]) - Decimal("25.10"),
       say("meanwhile the amount is held"), held)
    replay = amina.pay("pay-1", order)
    ok(replay.json == asked.json and
       replay.get("Idempotent-Replay") == "true",
       say("the same key asks for no second code"), replay)
    challenge, code = asked.json["challenge_id"], bank.code()
    stolen = jonas.verify(challenge, code)
    ok(stolen.status in (401, 403, 404) and "transfer_id" not in stolen.json,
       say("somebody else's session cannot confirm it"), stolen)
    paid = amina.verify(challenge, code)
    ok(paid.status == 201 and paid.json["status"] == "posted" and
       paid.json["to"] == to["number"],
       say("the code pays"), paid)
    after = amina.balance(mine["number"])
    ok(after["held"] == "0.00" and Decimal(after["balance"]) ==
       Decimal(mine["balance"]) - Decimal("25.10") and
       Decimal(jonas.balance(to["number"])["balance"]) ==
       Decimal(to["balance"]) + Decimal("25.10"),
       say("then nothing is held, and both balances have changed"), after)
    seen = jonas.ask(f"/transactions?account={to['number']}&limit=1"
                     ).json["transactions"][0]
    ok(seen["amount"] == "25.10" and seen["purpose"] == "Tickets" and
       seen["counterparty"]["name"] == "Amina Halloran",
       say("the payee sees who paid and what for"), seen)
    alike = amina.pay("pay-2", {**order, "payee_name": "Jonas Reitter"})
    unlike = amina.pay("pay-3", {**order, "payee_name": "Peter Pan"})
    ok(alike.json.get("payee_match") == "close" and
       unlike.json.get("payee_match") == "no_match",
       say("names that do not fit the account are told"), alike, unlike)
    for _ in range(5):
        last = amina.verify(alike.json["challenge_id"],
                            wrong("123456" if bank.code() == "234567"
                                  else "234567"))
    left = amina.balance(mine["number"])
    ok(last.status in (401, 410) and left["held"] == "25.10",
       say("five wrong codes let go of what was held for that payment"),
       last, left)
    return jonas


def refusing(amina, say):
    accounts = amina.accounts()
    mine = accounts["Everyday"]
    order = {"from": mine["number"], "to": accounts["Rainy days"]["number"],
             "amount": "1.00"}
    strange = "IE69MRWB99004238164420"
    tries = (
        ("more than there is", {"amount": "4999.00"}, 409, "funds", None),
        ("more than the limit", {"amount": "5000.01"}, 409, "limit", None),
        ("to an account that is not there",
         {"to": "IE42MRWB99004299999999"}, (404, 422), None, None),
        ("from somebody else's account", {"from": strange}, 404, "missing",
         None),
        ("from a loan", {"from": accounts["Car loan"]["number"]}, 409,
         "conflict", {"from"}),
        ("to the same account", {"to": mine["number"]}, 422, "input", {"to"}),
        ("nothing", {"amount": "0.00"}, 422, "input", {"amount"}),
        ("less than nothing", {"amount": "-1.00"}, 422, "input", {"amount"}),
        ("thousandths", {"amount": "1.005"}, 422, "input", {"amount"}),
        ("a JSON number", {"amount": 1}, 422, "input", {"amount"}),
        ("words", {"amount": "one"}, 422, "input", {"amount"}),
        ("no amount", {"amount": None}, (400, 422), None, None),
        ("a long purpose", {"purpose": "a" * 141}, 422, "input", {"purpose"}),
    )
    for i, (what, changed, status, code, where) in enumerate(tries):
        answer = amina.pay(f"refuse-{i}", {**order, **changed})
        statuses = status if isinstance(status, tuple) else (status,)
        ok(answer.status in statuses and
           problem(answer, answer.status, code or answer.json.get("code")) and
           (where is None or fields(answer) == where),
           say(f"it does not pay {what}"), answer)
    for what, kind, body in (("half a JSON object", JSON, '{"from":'),
                             ("a list", JSON, "[1]"),
                             ("a deep nest", JSON, "[" * 5000),
                             ("bytes that are no text", JSON,
                              b'{"from":"\xff\xfe"}'),
                             ("XML", "text/xml", "<transfer/>")):
        answer = amina.ask("/transfer", "-H", "Idempotency-Key: odd", "-H",
                           f"Content-Type: {kind}", "--data-binary", body)
        ok(400 <= answer.status < 500 and
           problem(answer, answer.status, answer.json.get("code")),
           say(f"it reads no payment out of {what}"), answer)
    big = os.path.join(amina.bank.home, "big")
    with open(big, "w", encoding="ascii") as f:
        f.write('{"purpose":"' + "a" * 1000000 + '"}')
    answer = amina.pay("refuse-big", f"@{big}")
    ok(problem(answer, 413, "too_big"),
       say("a megabyte of purpose is too much"), answer)
    ok(amina.accounts() == accounts,
       say("after all that no balance has changed"))


def strangers(bank, amina, jonas, say):
    theirs = jonas.accounts()["Girokonto"]["number"]
    closed = [(amina.ask(f"/accounts/{theirs}"),
               amina.ask("/accounts/IE42MRWB99004299999999")),
              (amina.ask(f"/balance?account={theirs}"),
               amina.ask("/balance?account=nothing")),
              (amina.ask(f"/transactions?account={theirs}"),
               amina.ask("/transactions?account=nothing"))]
    ok(all(problem(a, 404, "missing") and
           {**a.json, "request_id": 0} == {**b.json, "request_id": 0}
           for a, b in closed),
       say("somebody else's account looks like none"), closed[0][0])
    guest = bank.curl("/accounts")
    ok(problem(guest, 401, "login") and guest.get("WWW-Authenticate"),
       say("without signing in nothing is shown"), guest)
    forged = bank.curl("/accounts", "-H", "Authorization: Bearer " + "A" * 43)
    ok(problem(forged, 401, "login"),
       say("a token that was made up is none"), forged)
    cookie = amina.answer.get("Set-Cookie").partition(";")[0]
    own = bank.curl("/accounts", "-b", cookie)
    ok(own.status == 200, say("the cookie signs in as the token does"), own)
    blind = bank.curl("/logout", "-b", cookie, "-d", "x=1")
    ok(problem(blind, 403, "forbidden"),
       say("a form without the page's token does nothing"), blind)
    csrf = re.search(rb'name="csrf" value="([^"]+)"', bank.curl(
        "/", "-b", cookie, accept="text/html").body).group(1).decode()
    strange = bank.curl("/transfer/check", "-b", cookie, "-H",
                        "Origin: https://elsewhere.example", "-d",
                        f"csrf={csrf}")
    ok(problem(strange, 403, "forbidden"),
       say("a form on another site does nothing, whatever it knows"), strange)
    reader = bank.tool("token", "--user-id", "amina", "--read-only"
                       ).stdout.strip()
    reads = bank.curl("/accounts", "-H", f"Authorization: Bearer {reader}")
    pays = bank.curl("/transfer", "-H", f"Authorization: Bearer {reader}",
                     "-H", "Idempotency-Key: r", *as_json({}))
    ok(reads.status == 200 and problem(pays, 403, "forbidden"),
       say("a token for reading reads and does not pay"), reads, pays)


def manners(bank, amina, say):
    none = amina.ask("/nowhere")
    ok(problem(none, 404, "missing"), say("nothing is there"), none)
    for path, allowed in (("/accounts", "GET, HEAD"), ("/logout", "POST"),
                          ("/transfer", "GET, HEAD, POST"),
                          ("/sessions", "GET, HEAD, DELETE")):
        answer = amina.ask(path, "-X", "PATCH")
        ok(problem(answer, 405, "method") and
           set(answer.get("Allow").split(", ")) == set(allowed.split(", ")),
           say(f"{path} says what it can do"), answer)
    for accept, kind in ((JSON, JSON), ("text/html", "text/html"),
                         ("*/*", JSON),
                         ("text/html;q=0.5, application/json", JSON),
                         ("application/json;q=0.1, text/html", "text/html")):
        answer = amina.ask("/accounts", accept=accept)
        ok(answer.status == 200 and
           answer.get("Content-Type").startswith(kind),
           say(f"Accept: {accept} is answered with {kind}"), answer)
    guest = bank.curl("/login", accept="*/*")
    ok(guest.get("Content-Type") == "text/html; charset=utf-8",
       say("who says nothing and is nobody gets a page"), guest)
    careful = amina.ask("/accounts")
    ok(careful.get("Cache-Control") == "no-store" and
       careful.get("X-Content-Type-Options") == "nosniff" and
       "default-src 'none'" in careful.get("Content-Security-Policy"),
       say("answers are kept by nobody on the way"), careful)
    lost = bank.curl("/accounts?x=1", accept="text/html")
    ok(lost.status == 303 and
       lost.get("Location") == "/login?next=/accounts%3Fx%3D1",
       say("a person who is not signed in is led to the sign-in and back"),
       lost)
    away = bank.curl("/language?to=de&next=//elsewhere.example")
    ok(away.get("Location") in ("", "/"), say("no redirect leads away"), away)
    form = bank.curl("/login", "-d", "user_id=amina", "-F", "x=y")
    parts = bank.curl("/login", "-F", "user_id=amina", "-F",
                      f"password={bank.people['amina'][0]}")
    ok(parts.status == 200 and form.status != 500,
       say("forms in parts are read too"), parts)


def leaving(bank, say):
    firefox = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) "
               "Gecko/20100101 Firefox/140.0")
    one, two = bank.sign_in("noor"), bank.sign_in("noor", "-A", firefox)
    listed = one.ask("/sessions").json["sessions"]
    other = [s for s in listed if not s["current"]]
    ok(len(listed) == 2 and len(other) == 1 and
       {"session_id", "device", "ip", "since", "last_seen", "current"} <=
       set(other[0]),
       say("a person sees every session"), listed)
    ok(other[0]["device"] == "Firefox · Windows",
       say("and by a name they would give it"), other)
    ended = one.ask(f"/sessions/{other[0]['session_id']}", "-X", "DELETE")
    ok(ended.status == 204 and two.ask("/accounts").status == 401 and
       one.ask("/accounts").status == 200,
       say("and can end another"), ended)
    gone = one.ask("/logout", "-d", "")
    ok(gone.status == 204 and problem(one.ask("/accounts"), 401, "login"),
       say("signing out ends this one"), gone)


def whole(web):
    def say(sentence):
        return f"{web}: {sentence}"

    with Bank(web) as bank:
        sign_in(bank, say)
        amina = bank.sign_in("amina")
        seeing(amina, say)
        history(amina, say)
        moving(amina, say)
        jonas = paying(bank, amina, say)
        refusing(amina, say)
        strangers(bank, amina, jonas, say)
        manners(bank, amina, say)
        leaving(bank, say)
        dead_code(bank, say)
        book = bank.tool("verify")
        ok(book.returncode == 0, say("the book still verifies"),
           book.stdout + book.stderr)
        bad = subprocess.run(
            ["grep", "-rE", "Sanitizer|runtime error|\"event\":\"bug\"",
             os.path.join(bank.home, "log")], capture_output=True, text=True,
            check=False).stdout
        ok(not bad, say("no program complained of itself"), bad)


for server in webs():
    whole(server)
sys.exit(done())
