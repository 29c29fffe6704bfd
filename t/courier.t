#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""courier.t: the courier between an outbox and a mail server that says no."""
import email
import email.policy
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import datetime

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))
from couriers import (COURIER, ORDER, Bank, certificate, ok, run,  # noqa: E402
                      same)

try:
    from smtpd import Server, free_port
except ImportError:
    print("1..0 # SKIP python3-aiosmtpd is not installed")
    sys.exit(0)


def plain(server, **settings):
    return Bank(SMTP_URL=f"smtp://127.0.0.1:{server.port}", **settings)


def ids(mails):
    return [email.message_from_bytes(m.raw)["Message-ID"] for m in mails]


def inbox():
    bank = Bank(MESSAGE_DELIVERY="inbox")
    bank.add()
    bank.add(channel="sms", to="+491700000000", language="en")
    bank.start()
    rows = bank.ended()
    same([r["state"] for r in rows], ["sent"] * 2,
         "a demonstration keeps every message, whatever its channel")
    ok(all(r["wiped"] for r in rows), "the outbox forgets what it said")
    kept = bank.queue("inbox")
    kept.sort(key=lambda k: k["channel"])
    same((kept[0]["to"], kept[0]["channel"], kept[0]["subject"]),
         ("joerg@mail.example", "email",
          "Ihr Code für 1.250,00 EUR an Łukasz Żółć"),
         "the inbox has the subject in the person's language")
    ok("735291" in kept[0]["text"] and "1.250,00 EUR" in kept[0]["text"],
       "and the text with the code and the amount")
    bank.end()


def well_formed():
    server = Server()
    bank = plain(server)
    bank.add()
    bank.start()
    rows = bank.ended()
    same((rows[0]["state"], rows[0]["tries"], rows[0]["wiped"]),
         ("sent", 1, True), "a message is sent at the first try")
    mail = server.mails[0]
    same((mail.sender, mail.to, mail.ehlo),
         ("no-reply@bank.example", ["joerg@mail.example"], "bank.example"),
         "the envelope is right and the greeting names our domain")
    m = email.message_from_bytes(mail.raw, policy=email.policy.default)
    defects = [d for part in m.walk() for d in part.defects]
    defects += [d for _, v in m.items() for d in getattr(v, "defects", ())]
    same(defects, [], "the mail is well-formed")
    same((m["From"].addresses[0].display_name,
          m["From"].addresses[0].addr_spec),
         ("Bänk & Söhne", "no-reply@bank.example"), "From names the bank")
    same(m["To"].addresses[0].addr_spec, "joerg@mail.example",
         "To is the person's address")
    same(str(m["Subject"]), "Ihr Code für 1.250,00 EUR an Łukasz Żółć",
         "the subject names amount and payee")
    same(m["Message-ID"], f"<{rows[0]['id']}@bank.example>",
         "the Message-ID is the message's own")
    ok(abs(m["Date"].datetime.timestamp() - time.time()) < 60,
       "the date is now")
    same(m["Auto-Submitted"], "auto-generated", "it says a machine wrote it")
    same(len(set(k.lower() for k in m.keys())), len(m.keys()),
         "no header is there twice")
    same((m.get_content_type(),
          [p.get_content_type() for p in m.iter_parts()],
          [p["Content-Transfer-Encoding"] for p in m.iter_parts()],
          [p.get_content_charset() for p in m.iter_parts()]),
         ("multipart/alternative", ["text/plain", "text/html"],
          ["quoted-printable"] * 2, ["utf-8"] * 2),
         "text comes first, HTML last")
    text, html = [p.get_content().replace("\r\n", "\n")
                  for p in m.iter_parts()]
    ok(text.startswith("1.250,00 EUR an Łukasz Żółć zahlen?\n\n") and
       "\n\n735291\n\n" in text and "Empfänger: Łukasz Żółć\n" in text,
       "the text can be read", text)
    ok("<" not in text and max(map(len, text.split("\n"))) <= 72,
       "has no markup and short lines", text)
    ok("Łukasz Żółć" in html and html.rstrip().endswith("</html>") and
       'lang="de"' in html, "the HTML is whole", html)
    lines = mail.raw.split(b"\r\n")
    ok(not any(b"\n" in line or b"\r" in line for line in lines) and
       max(map(len, lines)) <= 90, "every line is short and ends in CRLF",
       max(lines, key=len))
    ok(all(c < 128 for c in mail.raw), "every byte is ASCII")
    bank.end()
    server.stop()


def connection():
    server = Server(idle=2)
    bank = plain(server)
    bank.add(5)
    bank.start()
    bank.ended()
    same((len(server.mails), server.connections), (5, 1),
         "one connection carries several messages")
    time.sleep(2.5)
    bank.add()
    rows = bank.ended()
    same((len(server.mails), max(r["tries"] for r in rows)), (6, 1),
         "a server that hung up meanwhile costs no try")
    bank.end()
    server.stop()


def refusals():
    server = Server(at_rcpt=["451 4.3.0 <joerg@mail.example> later"])
    bank = plain(server)
    bank.add()
    bank.start()
    rows = bank.tried()
    ok(rows[0]["wait_ms"] <= 1250, "a 451 is tried again in a second",
       rows)
    rows = bank.ended()
    same((rows[0]["state"], rows[0]["tries"], len(server.mails)),
         ("sent", 2, 1), "and then it is sent, once")
    ok(bank.told(result="later", **{"try": "1"}) and
       bank.told(result="sent", **{"try": "2"}), "the log tells both")

    server.at_rcpt = ["550 5.1.1 <joerg@mail.example> is not here"]
    bank.add()
    rows = bank.ended()
    same((rows[1]["state"], rows[1]["tries"], rows[1]["wiped"]),
         ("failed", 1, True), "a 550 is final")
    ok("550" in rows[1]["error"] and "joerg" not in rows[1]["error"],
       "the outbox says why, without what the server said", rows[1])

    server.at_data = ["554 5.7.1 no"]
    bank.add()
    rows = bank.ended()
    same((rows[2]["state"], rows[2]["tries"]), ("failed", 1),
         "a 554 to the letter is final")

    server.at_data = ["452 4.2.2 full"]
    bank.add()
    rows = bank.ended()
    same((rows[3]["state"], rows[3]["tries"]), ("sent", 2),
         "a 452 to the letter is not")

    del server.seen[:]
    server.at_data = ["hang up"]
    bank.add()
    rows = bank.ended()
    same((rows[4]["state"], rows[4]["tries"]), ("sent", 2),
         "a server that hangs up after the letter is asked again")
    same((len(server.seen), len(set(ids(server.seen)))), (2, 1),
         "with the same Message-ID")
    heads = {re.sub(rb"boundary=\S+", b"", m.raw.split(b"\r\n\r\n")[0])
             for m in server.seen}
    same(len(heads), 1, "and the same headers")
    bank.end()
    server.stop()


def giving_up():
    server = Server(at_rcpt=["450 4.2.0 no"] * 100)
    bank = plain(server, MESSAGE_TRIES=3)
    bank.add()
    bank.start()
    rows = bank.ended()
    same((rows[0]["state"], rows[0]["tries"]), ("failed", 3),
         "after MESSAGE_TRIES a message is given up")
    bank.told(result="failed")
    at = [datetime.fromisoformat(line["time"]).timestamp()
          for line in bank.told()]
    waits = [b - a for a, b in zip(at, at[1:])]
    ok(len(waits) == 2 and waits[0] >= 0.99 and waits[1] >= 1.99,
       "it waits a second, then twice that", waits)
    server.at_rcpt = ["450 4.2.0 no"] * 100
    bank.add(seconds=2)
    rows = bank.ended()
    same((rows[1]["state"], rows[1]["error"]), ("failed", "expired"),
         "a code that has expired is not sent any more")
    bank.end()
    server.stop()


def not_sendable():
    server = Server()
    bank = plain(server)
    bank.add(seconds=-1)
    bank.add(channel="sms", to="+491700000000")
    bank.add(to="joerg@mail.example\r\nRCPT TO:<thief@example.org>")
    bank.add(to="joerg@mail.example> SIZE=1")
    bank.add(data={**ORDER, "payee_name": "A\r\nBcc: thief@example.org"})
    bank.add(template="nothing", seconds=300)
    bank.start()
    rows = bank.until(lambda r: sum(x["state"] == "queued" for x in r) == 1
                      and r[5]["error"])
    same([(r["state"], r["error"]) for r in rows[:2]],
         [("failed", "expired"), ("failed", "no SMS carrier is configured")],
         "expired and without a carrier: failed, and it says why")
    same([r["state"] for r in rows[2:4]], ["failed"] * 2,
         "an address with more than an address in it is refused")
    same((rows[4]["state"], len(server.mails)), ("sent", 1),
         "the good one goes out")
    m = email.message_from_bytes(server.mails[0].raw,
                                 policy=email.policy.default)
    ok(m["Bcc"] is None and "A Bcc: thief" in str(m["Subject"]) and
       server.mails[0].to == ["joerg@mail.example"],
       "a line end in a name begins no header", m["Subject"])
    same((rows[5]["state"], rows[5]["error"]),
         ("queued", "the letter could not be written"),
         "a letter without a template waits for the operator")
    bank.end()
    server.stop()


def hanging():
    server = Server(at_rcpt=[4, 4])
    bank = plain(server, SMTP_TIMEOUT_SECONDS=1)
    bank.add()
    bank.start()
    rows = bank.tried()
    same((rows[0]["state"], len(server.mails)),
         ("queued", 0), "a server that does not answer is left in time")
    server.at_rcpt = []
    rows = bank.ended()
    same((rows[0]["state"], len(server.mails)), ("sent", 1),
         "and asked again")
    bank.end()
    server.stop()

    bank = Bank(SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    bank.add()
    bank.start()
    rows = bank.tried()
    same(rows[0]["state"], "queued", "no server at all is for later")
    bank.end()


def configuration():
    for settings, why in (
            ({}, "no mail server is configured"),
            ({"SMTP_URL": "http://127.0.0.1/"}, "no address of a mail"),
            ({"SMTP_URL": "smtp://192.0.2.1:25"}, "only a loopback"),
            ({"SMTP_URL": "smtp://127.0.0.1.example:25"}, "only a loopback"),
            ({"SMTP_URL": "smtp://127.0.0.1:25", "CLICKNET_SENDER_EMAIL": ""},
             "no address to send from")):
        bank = Bank(**settings)
        bank.add()
        bank.start()
        rows = bank.tried()
        ok(rows[0]["state"] == "queued" and why in rows[0]["error"],
           f"a message waits: {why}", rows)
        ok(bank.told(level="error"), "and the operator is told", bank.log())
        bank.end()


def encrypted():
    server = Server()
    bank = plain(server, SMTP_TLS="yes")
    bank.add()
    bank.start()
    rows = bank.tried()
    same((rows[0]["state"], server.seen), ("queued", []),
         "without STARTTLS nothing is sent to a server that must have it")
    ok(bank.told(level="error"), "and the operator is told")
    bank.end()
    server.stop()

    if shutil.which("openssl") is None:
        ok(True, "TLS # SKIP openssl is not installed")
        return
    directory = tempfile.mkdtemp(prefix="clicknet-courier-")
    tls, cert = certificate(directory)
    login = {"SMTP_USER": "bank", "SMTP_PASSWORD": "s3cret"}
    server = Server(tls=tls, login=("bank", "s3cret"))
    bank = plain(server, SMTP_TLS="yes", **login)
    bank.add()
    bank.start()
    rows = bank.tried()
    same((rows[0]["state"], server.seen), ("queued", []),
         "a server whose certificate nobody vouches for gets nothing")
    bank.end()
    bank = plain(server, SMTP_TLS="yes", **login)
    bank.add()
    bank.start(SSL_CERT_FILE=cert)
    rows = bank.ended()
    same((rows[0]["state"], server.mails[0].tls,
          server.mails[0].authenticated), ("sent", True, True),
         "with STARTTLS and the password the message goes out encrypted")
    bank.end()
    server.login = ("bank", "changed")
    bank = plain(server, SMTP_TLS="yes", **login)
    bank.add()
    bank.start(SSL_CERT_FILE=cert)
    rows = bank.tried()
    same((rows[0]["state"], rows[0]["wiped"], len(server.mails)),
         ("queued", False, 1), "a wrong password is for later")
    ok(bank.told(level="error"), "and for the operator", bank.log())
    ok("s3cret" not in json.dumps(bank.log()), "who does not read it")
    bank.end()
    server.stop()

    server = Server(tls=tls, implicit=True)
    bank = Bank(SMTP_URL=f"smtps://localhost:{server.port}/mail.bank.example",
                SMTP_TLS="yes")
    bank.add()
    bank.start(SSL_CERT_FILE=cert)
    rows = bank.ended()
    same((rows[0]["state"], len(server.mails)), ("sent", 1),
         "smtps needs no STARTTLS")
    same(server.mails and server.mails[0].ehlo, "mail.bank.example",
         "and SMTP_URL says how we greet")
    bank.end()
    server.stop()
    shutil.rmtree(directory)


def signals():
    server = Server(at_rcpt=[2])
    bank = plain(server)
    bank.add(2)
    courier = bank.start()
    bank.until(lambda rows: any(r["tries"] for r in rows))
    time.sleep(0.3)
    courier.send_signal(signal.SIGTERM)
    same(courier.wait(20), 0, "SIGTERM ends the courier in order")
    rows = bank.outbox()
    same(sorted((r["state"], r["tries"]) for r in rows),
         [("queued", 0), ("sent", 1)],
         "after the message in hand, and no other")
    courier = bank.start()
    bank.ended()
    log = os.path.join(bank.dir, "log", "courier.log")
    os.rename(log, log + ".1")
    courier.send_signal(signal.SIGHUP)
    end = time.monotonic() + 5
    while not os.path.exists(log) and time.monotonic() < end:
        time.sleep(0.05)
    ok(os.path.exists(log), "SIGHUP reopens the log")
    stat = f"/proc/{courier.pid}/stat"
    with open(stat) as f:
        first = sum(map(int, f.read().rsplit(")", 1)[1].split()[11:13]))
    time.sleep(2)
    with open(stat) as f:
        used = sum(map(int, f.read().rsplit(")", 1)[1].split()[11:13])) - first
    ok(used <= 10, "waiting costs next to nothing", f"{used} ticks")
    bank.end()
    server.stop()


def together():
    server = Server()
    bank = plain(server)
    bank.add(200)
    bank.start(2)
    rows = bank.ended(60)
    same([r["state"] for r in rows], ["sent"] * 200,
         "two couriers send two hundred messages")
    found = ids(server.mails)
    same((len(found), len(set(found))), (200, 200), "each exactly once")
    same(set(found), {f"<{r['id']}@bank.example>" for r in rows},
         "and none that was not there")
    bank.end()
    server.stop()


def killed():
    server = Server()
    bank = plain(server)
    bank.add(200)
    kills = 0
    while kills < 5:
        couriers = [bank.start(), bank.start()]
        target = len(server.mails) + 20
        end = time.monotonic() + 20
        while len(server.mails) < target and time.monotonic() < end:
            time.sleep(0.002)
        for courier in couriers:
            courier.kill()
            courier.wait()
        kills += 1
    rows = bank.outbox()
    left = sum(r["state"] == "queued" for r in rows)
    ok(0 < left < 200, f"couriers are killed in the middle ({left} left)")
    leased = sum(r["state"] == "queued" and r["wait_ms"] > 0 for r in rows)
    ok(leased <= 2 * kills, "each had at most one message in hand", leased)
    bank.queue("due")
    bank.start(2)
    rows = bank.ended(60)
    same([r["state"] for r in rows], ["sent"] * 200, "none is lost")
    found = ids(server.mails)
    same(set(found), {f"<{r['id']}@bank.example>" for r in rows},
         "every one arrived")
    twice = len(found) - len(set(found))
    ok(twice <= 2 * kills, "only those in hand may have come again, under "
       "the same Message-ID", f"{twice} came again")
    bank.end()
    server.stop()


def clockwork():
    """While the mail server hangs: what is due by time does not wait."""
    server = Server(at_rcpt=[8])
    bank = plain(server)
    path = os.path.join(bank.dir, "bank.db")
    book = sqlite3.connect(path)
    book.executescript("""
        INSERT INTO bank_user (id, user_id, customer, password,
            password_set_at, created_at)
            VALUES (1, 'ada', 1, '', 0, 0);
        INSERT INTO product (code, name, category)
            VALUES ('C', 'Current', 'current');
        INSERT INTO account (id, number, customer, title, product, currency,
            opened_on, balance, held, hash, used_amount, used_count) VALUES
            (1, '1', 1, 'Current', 'C', 'EUR', 0, 1000, 700, x'00', 700, 1),
            (2, '2', 2, 'Giro', 'C', 'EUR', 0, 0, 0, x'00', 0, 0);
        INSERT INTO payment (id, bank_user, from_account, to_account, amount,
            currency, purpose, payee_name, payee_match, address, created_at,
            expires_at, challenge, state) VALUES
            (x'00112233445566778899aabbccddeeff', 1, 1, 2, 700, 'EUR', '',
            x'', 'match', '', 0, 1, x'00112233445566778899aabbccddeeff',
            'waiting');
        INSERT INTO hold (id, account, amount, reason, created_at, expires_at,
            hash) VALUES (x'00112233445566778899aabbccddeeff', 1, 700,
            'payment', 0, 1, x'00');
        INSERT INTO signin (user_index, failures, last_at)
            VALUES (x'01', 3, 0);
        """)
    book.close()
    bank.add()
    bank.start()
    query = ("SELECT (SELECT state FROM payment), (SELECT count(*) FROM hold),"
             "(SELECT held FROM account WHERE id = 1),"
             "(SELECT count(*) FROM signin)")
    want = ("expired", 0, 0, 0)
    end = time.monotonic() + 6
    have = None
    while have != want and time.monotonic() < end:
        time.sleep(0.1)
        book = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        have = book.execute(query).fetchone()
        book.close()
    ok(have == want, "a payment whose code never came ends, its hold with it, "
       "and old failures are forgotten", have, bank.log())
    same([r["state"] for r in bank.outbox()], ["queued"],
         "while a mail is still being sent")
    same([r["state"] for r in bank.ended()], ["sent"], "which arrives")
    bank.end()
    server.stop()


def arguments():
    bank = Bank()
    for args, status, told, said in (
            (["--version"], 0, b"clicknet-courier ", b""),
            (["--help"], 0, bank.conf.encode(), b""),
            (["--once"], 64, b"", b"Usage: clicknet-courier"),
            (["--version", "x"], 64, b"", b"Usage: clicknet-courier")):
        p = subprocess.run([COURIER, *args], env=bank.env,
                           capture_output=True)
        ok(p.returncode == status and told in p.stdout and said in p.stderr
           and bool(p.stdout) == bool(told),
           f"the courier answers {' '.join(args)}", p)


def refuses_to_start():
    bank = Bank()
    book = sqlite3.connect(os.path.join(bank.dir, "bank.db"))
    book.execute("UPDATE meta SET value = '999' WHERE name = 'schema'")
    book.commit()
    book.close()
    p = subprocess.run([COURIER], env=bank.env, capture_output=True)
    ok(p.returncode == 1 and p.stderr, "a book of another form is refused",
       p.stderr)
    os.chmod(os.path.join(bank.dir, "clicknet.keys"), 0o444)
    p = subprocess.run([COURIER], env=bank.env, capture_output=True)
    same(p.returncode, 1, "keys others can read are refused")
    ok(b"clicknet.keys: the keys must be" in p.stderr, "and it says why",
       p.stderr)
    os.unlink(bank.conf)
    p = subprocess.run([COURIER], env=bank.env, capture_output=True)
    ok(p.returncode == 1 and b"clicknet.conf" in p.stderr,
       "without settings it says where it looked", p.stderr)
    bank.end()


sys.exit(run((inbox, well_formed, connection, refusals, giving_up,
              not_sendable, hanging, configuration, encrypted, signals,
              together, killed, clockwork, arguments,
              refuses_to_start)))
