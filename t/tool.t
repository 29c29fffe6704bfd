#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""tool.t: the operator's command, verb by verb, in banks of its own."""
import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

SRC = os.path.abspath(os.environ.get("CLICKNET_SRC") or os.path.dirname(
    os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.abspath(os.environ.get("CLICKNET_BUILD") or SRC)
CLICKNET = os.path.join(BUILD, "clicknet")
VERBS = ("init", "import", "verify", "backup", "restore", "migrate",
         "user add", "user app-off", "user release", "user unlock", "token",
         "inbox", "set", "get", "export", "status", "doctor", "bench-data",
         "breach-list", "screening import", "screening search")
PASSWORD = "a long enough password\n"
MAIL = {"SMTP_URL": "smtps://mail.bank.example:465",
        "CLICKNET_SENDER_EMAIL": "no-reply@bank.example"}
count = failed = 0

# Of sysexits.h, as the manual has them.
USAGE, DATA, NOINPUT, NOUSER, CANTCREAT = 64, 65, 66, 67, 73
IOERR, TEMPFAIL, NOPERM, CONFIG = 74, 75, 77, 78


def ok(good, name, *notes):
    global count, failed
    count += 1
    failed += not good
    print(f"{'' if good else 'not '}ok {count} - {name}", flush=True)
    if not good:
        for note in notes:
            print("#", str(note)[:2000].replace("\n", "\n# "))


def skip(name, why):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {why}", flush=True)


# Root minds modes only without what lets it pass by them.
BOUND = [] if os.geteuid() else [
    "setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


def call(*words, typed="", before=(), **more):
    return subprocess.run([*before, CLICKNET, *words], input=typed, text=True,
                          capture_output=True, timeout=60, check=False,
                          **more)


def said(name, done, status, pattern=""):
    """It ended so, and said this on either side."""
    text = done.stdout + done.stderr
    ok(done.returncode == status and re.search(pattern, text, re.M),
       name, f"{done.returncode}, not {status}", pattern, text)


class Home:
    """A bank in a directory that goes with the test."""
    top = ""
    made = 0

    def __init__(self, books=False, **settings):
        Home.made += 1
        self.dir = os.path.join(Home.top, str(Home.made))
        os.mkdir(self.dir)
        self.conf = self.path("clicknet.conf")
        settings.setdefault("SHARE_DIR", f"{SRC}/share")
        settings.setdefault("PASSWORD_HASH_KIB", 1024)
        with open(self.conf, "w", encoding="utf-8") as f:
            f.writelines(f"{k} = {v}\n" for k, v in settings.items())
        self.init = self.run("init")
        if books:
            self.run("import", f"{SRC}/t/fixture/bank")

    def path(self, name):
        return os.path.join(self.dir, name)

    def run(self, *words, **more):
        return call("--conf", self.conf, *words, **more)

    def read(self, sql):
        with sqlite3.connect(self.path("bank.db")) as db:
            rows = db.execute(sql).fetchall()
        db.close()
        return rows

    def write(self, sql):
        """Behind the bank's back."""
        self.read(sql)

    def add(self, *words, typed=PASSWORD):
        return self.run("user", "add", *words, "--password-stdin",
                        typed=typed)


def falsify(path):
    """One word of one booking is not what it was."""
    with open(path, "rb") as f:
        data = f.read()
    assert b"cash deposit" in data
    with open(path, "wb") as f:
        f.write(data.replace(b"cash deposit", b"cash depusit", 1))


def words():
    for verb in VERBS:
        said(f"clicknet {verb} explains itself", call(*verb.split(),
             "--help"), 0, rf"\Ausage: clicknet \[--conf FILE\] {verb}")
    listed = call("--help")
    ok(listed.returncode == 0 and
       all(f"\n  {verb} " in listed.stdout for verb in VERBS),
       "every verb is in the list", listed.stdout)
    said("-h asks for the list, too", call("-h"), 0, r"\Ausage:")
    said("the version is told", call("--version"), 0, r"\Aclicknet \d+\.\d+")
    said("no verb at all is a wrong use", call(), USAGE, r"\Ausage:")
    said("a verb there is none of is a wrong use", call("rob"), USAGE,
         r"\Ausage:")
    said("half a verb is no verb", call("user"), USAGE, r"\Ausage:")
    said("nobody can remove a user", call("user", "remove"), USAGE,
         r"\Ausage:")
    said("--conf wants a file", call("status", "--conf"), USAGE,
         "--conf: needs a value")
    said("and one that has a name", call("--conf=", "status"), USAGE,
         "--conf: needs a value")


def options(home):
    said("--conf may stand before the verb",
         call("--conf", home.conf, "status"), 0, "^customers +8$")
    said("--conf may stand behind the verb",
         call("status", "--conf", home.conf), 0, "^customers +8$")
    said("--conf may be one word",
         call("status", f"--conf={home.conf}"), 0, "^customers +8$")
    said("an option nobody knows is refused", home.run("status", "--loud"),
         USAGE, "status: --loud: no such option\n.*usage: clicknet status")
    said("a word too many is refused", home.run("status", "now"), USAGE,
         "now: one word too many")
    said("a missing option is named", home.run("token"), USAGE,
         "--user-id: this is missing")
    said("a missing word is named", home.run("backup"), USAGE,
         "FILE: this is missing")
    said("an option without its value is refused",
         home.run("token", "--user-id"), USAGE, "--user-id: needs a value")
    said("a switch takes no value", home.run("status", "--json=yes"), USAGE,
         "--json: takes no value")
    said("an option given twice is refused",
         home.run("token", "--user-id", "a", "--user-id=b"), USAGE,
         "--user-id: given twice")
    for wait in ("soon", "-1", "", "1" * 19):
        said(f"nobody waits {wait or 'nothing'} seconds",
             home.run("inbox", f"--wait={wait}"), USAGE,
             "--wait: a whole number is wanted")
    said("behind -- nothing is an option",
         home.run("get", "--", "--help"), DATA, "--help: no such setting")
    said("a full disk behind the output is noticed",
         subprocess.run(["sh", "-c", f"'{CLICKNET}' --conf '{home.conf}' "
                         "status >/dev/full"], capture_output=True,
                        text=True, check=False),
         IOERR, "standard output: No space")


def init():
    home = Home()
    said("a bank is made", home.init, 0, r"\A\Z")
    ok(oct(os.stat(home.path("clicknet.keys")).st_mode)[-3:] == "400" and
       os.stat(home.path("bank.db")).st_mode & 0o27 == 0,
       "its keys and books are nobody else's to read")
    before = home.read("SELECT count(*) FROM sqlite_schema")
    said("a bank is never made over another", home.run("init"), CANTCREAT,
         r"bank\.db: ")
    ok(home.read("SELECT count(*) FROM sqlite_schema") == before and
       home.run("verify").returncode == 0, "which is as good as before")
    said("a bank is not made where there is no directory",
         call("init", "--conf", home.path("none/clicknet.conf")), CANTCREAT,
         "none/clicknet.conf: No such file")
    name = "a bank is not made where nobody may write"
    if os.geteuid() == 0:
        skip(name, "root may write anywhere")
    else:
        os.mkdir(home.path("shut"), 0o555)
        said(name, call("init", "--conf", home.path("shut/clicknet.conf")),
             CANTCREAT, "Permission denied")
    said("a bank is not made below a file", Home(
        DATABASE="clicknet.conf/bank.db").init, CANTCREAT,
        "bank.db: the database cannot be made")
    said("keys are not made below a file", Home(
        KEY_FILE="clicknet.conf/keys").init, CANTCREAT,
        "the key file cannot be made")
    said("account numbers of a country there is none of are refused",
         Home(BANK_COUNTRY="XX", BANK_CODE="1").init, CONFIG, "XX|country")


def broken():
    home = Home()
    with open(home.conf, "a", encoding="utf-8") as f:
        f.write("a line of nothing\n")
    said("a damaged settings file is named with its line",
         home.run("status"), CONFIG,
         r"clicknet\.conf:3: a line must read KEY = value")
    said("the doctor names it, too", home.run("doctor"), 1,
         r"^bad +settings .*clicknet\.conf:3: ")
    os.unlink(home.conf)
    said("a settings file that is gone is missed", home.run("status"),
         CONFIG, "there is no settings file; clicknet init")
    said("the doctor misses it, too", home.run("doctor"), 1,
         r"^bad +settings .* is not there: clicknet init")
    home = Home()
    keys = home.path("clicknet.keys")
    os.chmod(keys, 0o440)
    said("keys that others may read are refused", home.run("status"),
         NOPERM, "chmod 0400")
    said("the doctor asks to think of new keys", home.run("doctor"), 1,
         r"^bad +keys .*chmod 0400")
    os.chmod(keys, 0o600)
    with open(keys, "w", encoding="utf-8") as f:
        f.write("0\n")
    os.chmod(keys, 0o400)
    said("damaged keys are refused", home.run("status"), CONFIG,
         "the key file is damaged")
    said("the doctor says to put the copy of the keys back",
         home.run("doctor"), 1, r"^bad +keys .* is damaged: put the copy")
    os.unlink(keys)
    said("without keys there is no bank", home.run("status"), NOINPUT,
         "the key file cannot be read")
    said("the doctor says what the keys are for", home.run("doctor"), 1,
         r"^bad +keys .*no name of a customer opens")
    said("new ones are not made for a bank that had others", home.run("init"),
         NOINPUT, r"clicknet\.keys: the keys of the bank in .* put the copy")
    ok(not os.path.exists(keys), "nor left behind")


def users(home):
    said("a customer is let in", home.add("--customer", "P001", "--user-id",
         "Ada"), 0, r"\A\Z")
    ok(home.read("SELECT user_id, role FROM bank_user") ==
       [("ada", "customer")], "under a user id in small letters")
    ok(PASSWORD.strip() not in str(home.read("SELECT * FROM bank_user")),
       "with a password that is not kept")
    for role in ("teller", "support", "compliance", "admin"):
        said(f"a {role} is let in", home.add("--user-id", f"the.{role}",
             "--role", f"staff:{role}"), 0, r"\A\Z")
    said("staff may be a customer, too", home.add("--customer", "P002",
         "--user-id", "both", "--role=staff:teller"), 0, r"\A\Z")
    for role in ("teller", "staff:king", "admin", "staff:"):
        said(f"nobody is {role}", home.add("--user-id", "king", "--role",
             role), USAGE, f"{role}: no such role")
    for user, why in (("ab", "too short"), ("x" * 41, "too long"),
                      ("ada lovelace", "letters, digits"),
                      ("äda", "letters, digits")):
        said(f"{user[:12]} is no user id", home.add("--customer", "P001",
             "--user-id", user), DATA, why)
    said("a user id is one person's", home.add("--customer", "P002",
         "--user-id", "ADA"), DATA, "the user id ada is taken")
    said("a customer nobody knows is not let in", home.add("--customer",
         "P999", "--user-id", "nobody"), DATA, "there is no customer P999")
    said("a customer's user belongs to a customer", home.add("--user-id",
         "nobody"), USAGE, "--customer: this is missing\n.*usage: clicknet")
    for typed, why in (("short\n", "too short"), ("", "no password"),
                       ("x" * 129, "too long"), ("\n", "too short"),
                       ("äöü" * 2 + "\n", "too short"),
                       ("Password1!\n", "people who try them out")):
        said(f"{typed[:6].strip() or 'nothing'} is no password", home.add(
            "--customer", "P001", "--user-id", "ada2", typed=typed), DATA,
            why)
    ok(home.read("SELECT count(*) FROM bank_user") == [(6,)],
       "whoever was refused is not there")
    said("a lock is lifted", home.run("user", "unlock", "ada"), 0, r"\A\Z")
    said("a user nobody knows has no lock", home.run("user", "unlock",
         "ghost"), NOUSER, "there is no user ghost")
    said("nor stopped payments", home.run("user", "release", "ghost"), NOUSER,
         "there is no user ghost")
    said("who has not lost a phone has none either", home.run("user",
         "release", "ada"), DATA, "ada: nothing is stopped")
    said("nor an authenticator app", home.run("user", "app-off", "ada"), DATA,
         "ada: there is no authenticator app")
    said("nor has nobody", home.run("user", "app-off", "ghost"), NOUSER,
         "there is no user ghost")
    home.write("INSERT INTO totp (bank_user, secret, made_at, confirmed_at) "
               "SELECT id, x'00', 1, 1 FROM bank_user WHERE user_id = 'ada'")
    said("the app of a lost phone is removed", home.run("user", "app-off",
         "ADA"), 0, r"\A\Z")
    ok(home.read("SELECT count(*) FROM totp") == [(0,)] and
       home.read("SELECT actor, subject = (SELECT customer FROM bank_user "
                 "WHERE user_id = 'ada') FROM audit "
                 "WHERE act = 'totp.remove'") == [("operator", 1)],
       "on record as the operator's")
    ok(home.read("SELECT count(*) > 0 FROM outbox "
                 "WHERE template = 'security-changed'") == [(1,)],
       "and its owner is told")
    home.write("UPDATE bank_user SET role = 'admin' WHERE user_id = 'ada'")
    for verb in ("unlock", "release", "app-off"):
        said(f"{verb} does nothing for a row that was tampered with",
             home.run("user", verb, "ada"), DATA, "changed by another")
    said("which the verification names", home.run("verify"), DATA,
         "User ada: the password, role or customer was changed")
    home.write("UPDATE bank_user SET role = 'customer' WHERE user_id = 'ada'")
    said("as it was it is well", home.run("verify"), 0)


def breaches():
    """A password a line, or its SHA-1."""
    home = Home()
    words = home.path("words")
    with open(words, "w", encoding="utf-8") as f:
        f.write("harbour-light-7\nanother\nharbour-light-7\n")
    said("a list of known passwords is made", home.run("breach-list", words),
         0, r"\A2 passwords in .*/breached-passwords\n\Z")
    said("what is on it is no password", home.add("--user-id", "ada",
         "--role", "staff:admin", typed="harbour-light-7\n"), DATA,
         "people who try them out")
    with open(words, "w", encoding="utf-8") as f:
        f.write("7" * 40 + ":12\nnot a hash\n")
    said("a bad line is named", home.run("breach-list", words), DATA,
         r"/words:2: it is no SHA-1")
    said("and the old list stays", home.add("--user-id", "ada", "--role",
         "staff:admin", typed="another-one-7\n"), 0, r"\A\Z")
    said("a file that is not there", home.run("breach-list",
         home.path("nothing")), NOINPUT, "/nothing: No such file")
    said("is as useful as none", home.run("breach-list"), USAGE,
         "breach-list: FILE|usage: clicknet breach-list")
    home.run("set", "BREACH_FILE", "")
    said("without a place there is no list", home.run("breach-list", words),
         CONFIG, "BREACH_FILE is not set")


def screening(home):
    """Lists of people nobody may serve unseen."""
    path = home.path("list")
    with open(path, "w", encoding="utf-8") as f:
        f.write("list,entry,name,aliases,birth_dates,countries\n"
                "UN,QDi.7,Yevgeny Zhukovskiy,,1958-12-30,RU\n")
    said("a list of people is taken over", home.run("screening", "import",
         path), 0, r"\A1 names of 1 entries on 1 lists\n\Z")
    said("they are found in another alphabet", home.run("screening", "search",
         "Евгений Жуковский", "--born", "1958-12-30"), 0,
         r"\A 98  UN QDi.7  Yevgeny Zhukovskiy  1958-12-30  RU\n .*born then")
    done = home.run("screening", "search", "Evgeni Zhukovski", "--json")
    ok(json.loads(done.stdout)["matches"][0]["entry"] == "QDi.7",
       "and by programs", done.stdout)
    said("somebody else of the name is not", home.run("screening", "search",
         "Evgeni Zhukovski", "--born", "1990-01-02"), 0, r"\A\Z")
    said("a date is one", home.run("screening", "search", "Nora", "--born",
         "soon"), USAGE, "--born: a date")
    said("somebody is looked for", home.run("screening", "search"), USAGE,
         "NAME")
    with open(path, "a", encoding="utf-8") as f:
        f.write("UN,QDi.8,,,,\n")
    said("a bad row is named", home.run("screening", "import", path), DATA,
         r"/list:3:10: This is missing.\n.*nothing was imported")
    said("a file that is not there as well", home.run("screening", "import",
         home.path("nothing")), NOINPUT, "/nothing: No such file")
    said("and none at all", home.run("screening", "import"), USAGE, "FILE")
    said("books that are not there are missed", home.run("import",
         home.path("nothing")), NOINPUT, "/nothing: No such file")


def tokens(home):
    first = home.run("token", "--user-id", "Ada")
    second = home.run("token", "--user-id", "ada", "--read-only")
    said("a program gets a token", first, 0, r"\A\S{32,}\n\Z")
    said("and one that may only read", second, 0, r"\A\S{32,}\n\Z")
    ok(first.stdout != second.stdout, "no two tokens are one")
    with open(home.path("bank.db"), "rb") as a, \
            open(home.path("bank.db-wal"), "rb") as b:
        ok(first.stdout.strip().encode() not in a.read() + b.read(),
           "a token is kept nowhere")
    ok(home.read("SELECT count(*) FROM audit WHERE act LIKE '%token%'") ==
       [(2,)], "but that it was made is recorded")
    said("a user nobody knows gets no token", home.run("token", "--user-id",
         "ghost"), NOUSER, "there is no user ghost")


def inbox(home):
    said("an empty inbox says nothing", home.run("inbox"), 0, r"\A\Z")
    ok(json.loads(home.run("inbox", "--json").stdout) == [],
       "or, to a program, an empty list")
    began = time.monotonic()
    said("waiting for a message ends", home.run("inbox", "--wait", "1",
         "--to", "p001@bank.example"), 0, r"\A\Z")
    ok(0.9 < time.monotonic() - began < 5, "when its time is up")
    demo = Home(PRODUCTION="no", MESSAGE_DELIVERY="inbox")
    made = demo.run("import", f"{SRC}/t/fixture/bank")
    said("a demonstration's inbox is there to be read", demo.run("inbox",
         "--to", "nobody@bank.example", "--json"), made.returncode, r"\[")


def settings():
    home = Home()
    said("a setting is changed", home.run("set", "BANK_NAME", "Our Bank"),
         0, r"\A\Z")
    said("one setting is shown by its value alone",
         home.run("get", "BANK_NAME"), 0, r"\AOur Bank\n\Z")
    said("several are shown with their names",
         home.run("get", "BANK_NAME", "THREADS"), 0,
         r"\ABANK_NAME = Our Bank\nTHREADS = 64\n\Z")
    home.run("set", "SMTP_PASSWORD", "hush")
    shown = home.run("get").stdout
    ok(len(shown.splitlines()) > 30 and "BANK_NAME = Our Bank" in shown,
       "all are shown if none is named", shown)
    ok("hush" not in shown and "SMTP_PASSWORD = set" in shown,
       "but a secret is not", shown)
    audit = str(home.read("SELECT * FROM audit"))
    ok("BANK_NAME = Our Bank" in audit and "hush" not in audit,
       "a change is recorded, a secret is not", audit)
    said("a setting there is none of cannot be shown",
         home.run("get", "LUCK"), DATA, "LUCK: no such setting")
    said("or changed", home.run("set", "LUCK", "1"), DATA,
         "LUCK: no such setting")
    for key, value, why in (
            ("THREADS", "0", "whole number from 1 to 256"),
            ("THREADS", "many", "whole number"), ("PRODUCTION", "maybe", ""),
            ("MESSAGE_DELIVERY", "owl", ""), ("BANK_NAME", "x" * 61, ""),
            ("BANK_NAME", "two\nlines", ""),
            ("MESSAGE_DELIVERY", "inbox", "refused while PRODUCTION")):
        before = home.run("get").stdout
        done = home.run("set", key, value)
        ok(done.returncode == DATA and re.search(why, done.stderr) and
           home.run("get").stdout == before,
           f"{key} does not become {value[:9]!r}", done)
    os.unlink(home.path("bank.db"))
    said("a setting may be changed before there is a bank",
         home.run("set", "THREADS", "8"), 0, r"\A\Z")


def shown(home):
    s = json.loads(home.run("status", "--json").stdout)
    ok(s["customers"] == 8 and s["accounts"] == 12 and
       s["transfers"] == 202 and s["database_bytes"] > 0,
       "the status can be read by a program", s)
    ok({t["currency"] for t in s["totals"]} == {"EUR", "JPY", "KWD"},
       "and has every currency", s)
    said("and by a person", home.run("status"), 0,
         r"^customers have +\d+\.\d\d EUR in 10 accounts, 0\.00 held$")
    v = json.loads(home.run("verify", "--json").stdout)
    ok(v["ok"] and v["postings"] == 404 and v["checks"] and
       all(c["ok"] for c in v["checks"]),
       "the verification can be read by a program", v)
    said("an account nobody has is not exported", home.run("export",
         "--format", "csv", "--account", "FX99"), DATA,
         "there is no account FX99")
    said("a format nobody reads is not written", home.run("export",
         "--format", "xls"), USAGE, "xls: no such format\n.*usage: clicknet")
    for name in ("hledger", "ledger", "csv"):
        said(f"{name} is", home.run("export", "--format", name,
             "--account", "FX00000001"), 0, "FX00000001")
    said("an export cut off by a full disk fails", subprocess.run(
        ["sh", "-c", f"'{CLICKNET}' --conf '{home.conf}' export "
         "--format csv >/dev/full"], capture_output=True, text=True,
        check=False), IOERR, "standard output: No space")
    said("a bank that is current stays", home.run("migrate"), 0, r"\A\Z")
    said("a bank with customers takes no load test's",
         home.run("bench-data", "--accounts", "2"), DATA,
         "there are customers in this bank")
    said("a load test has accounts", home.run("bench-data", "--accounts",
         "0"), USAGE, "--accounts: a number from 1 .*\n.*usage: clicknet")
    said("a load test's tokens need a place", home.run("bench-data",
         "--accounts", "2", "--tokens", home.path("none/tokens")),
         CANTCREAT, "none/tokens: No such file")


def load():
    home = Home()
    said("an empty bank takes a load test's customers", home.run(
        "bench-data", "--accounts", "4", "--tokens", home.path("tokens")), 0)
    with open(home.path("tokens"), encoding="utf-8") as f:
        ok([len(line.split()) for line in f] == [4, 4],
           "and a line is written for each user")
    said("whose books verify", home.run("verify"), 0, r"\A\Z")


def doctor():
    home = Home(**MAIL)
    said("a healthy bank has nothing bad", home.run("doctor"), 0,
         "^warn +program .* in /run/clicknet: the bank is not running")
    ok("bad " not in home.run("doctor").stdout and re.search(
        "^ok +database .*version", home.run("doctor").stdout, re.M),
       "and the doctor says so line by line")
    os.mkdir(home.path("run"))
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(home.path("run/banking.sock"))
    said("a program that does not answer is bad", home.run("doctor"), 1,
         r"^bad +program .*banking\.sock does not answer")
    sock.listen(8)
    said("one that answers is not", home.run("doctor"), 0,
         r"^ok +program .*banking\.sock answers")
    sock.close()
    shutil.rmtree(home.path("run"))
    os.chmod(home.path("bank.db"), 0o644)
    said("books that others may read are warned of", home.run("doctor"), 0,
         r"^warn +database .*mode 0644: chmod 0640")
    shutil.rmtree(home.path("log"))
    said("a log directory that is gone is bad", home.run("doctor"), 1,
         r"^bad +log .*/log: No such file")
    os.mkdir(home.path("log"))
    os.chmod(home.path("log"), 0o777)
    said("one that anybody may write to is, too", home.run("doctor"), 1,
         r"^bad +log +anybody may write .*chmod o-w")
    os.chmod(home.path("log"), 0o750)
    name = "a log on a full disk of its own is, too"
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "none",
             home.path("log")], capture_output=True, check=False).returncode:
        skip(name, "only root may mount one")
    else:
        said(name, home.run("doctor"), 1,
             r"^bad +space .* free in .*/log: make room before nothing is")
        subprocess.run(["umount", home.path("log")], check=True)
    home.run("set", "LOG_DIR", "")
    said("a log may go to standard error", home.run("doctor"), 0,
         r"^ok +log +standard error")
    home.run("set", "PRODUCTION", "no")
    said("mail of a bank that is not in production is warned of",
         home.run("doctor"), 0, r"^warn +messages +sent for real")
    home.run("set", "MESSAGE_DELIVERY", "inbox")
    said("an inbox is warned of", home.run("doctor"), 0,
         r"^warn +messages +kept in the inbox")
    said("and keeps the bank out of production", home.run("set",
         "PRODUCTION", "yes"), DATA, "inbox is refused while")
    with open(home.conf, encoding="utf-8") as f:
        text = f.read()
    with open(home.conf, "w", encoding="utf-8") as f:
        f.write(re.sub("(?m)^PRODUCTION.*", "PRODUCTION = yes", text))
    said("an inbox in production is refused by the settings",
         home.run("doctor"), 1, r"^bad +settings .*inbox is refused while")
    home = Home(**MAIL)
    os.chmod(home.path("bank.db"), 0o440)
    said("a bank of somebody else's is none to make anew",
         home.run("doctor", before=BOUND), 1,
         "^bad +database .*Permission denied; give it to the bank's user")
    said("and a matter of rights", home.run("status", before=BOUND), NOPERM,
         "Permission denied")
    os.chmod(home.path("clicknet.keys"), 0)
    said("so are keys of somebody else's", home.run("doctor", before=BOUND),
         1, "^bad +keys .*Permission denied; ask as the bank's user")
    os.chmod(home.dir, 0o500)
    said("and a setting that cannot be written is", home.run("set",
         "OTP_LENGTH", "7", before=BOUND), IOERR, "cannot be written")
    os.chmod(home.dir, 0o700)
    said("an unset mail server is bad", Home().run("doctor"), 1,
         r"^bad +messages +SMTP_URL is not set")
    home = Home(SMTP_URL="mail.bank.example")
    said("what is no mail server's address is bad", home.run("doctor"), 1,
         "^bad +messages +SMTP_URL begins neither")
    home.run("set", "SMTP_URL", "smtp://mail.bank.example")
    said("so is nobody to send from", home.run("doctor"), 1,
         "^bad +messages +CLICKNET_SENDER_EMAIL is no address")
    said("so is a zone the machine does not know", Home(
        BANK_TIMEZONE="Mars/Phobos", **MAIL).run("doctor"), 1,
        "^bad +timezone +BANK_TIMEZONE = Mars/Phobos")
    twilio = Home(**MAIL,
                  CREDENTIALS_SENDING_PROCESS="SMS")
    for lacks, value in (
            ("TWILIO_ACCOUNT_SID", "AC1"), ("TWILIO_AUTH_TOKEN", "hush"),
            ("TWILIO_MOBILE_NUMBER", "+15005550006"),
            ("TWILIO_WHATSAPP_NUMBER", "+14155238886"),
            ("TWILIO_CONTENT_SID_CODE", "HX1")):
        said(f"half a carrier is bad: {lacks}", twilio.run("doctor"), 1,
             f"^bad +twilio +{lacks} is not set")
        twilio.run("set", lacks, value)
        if lacks == "TWILIO_MOBILE_NUMBER":
            said("one that cannot report is warned of",
                 twilio.run("doctor"), 0, "^warn +twilio +PUBLIC_BASE_URL")
            twilio.run("set", "DEFAULT_AUTHENTICATION_TYPE", "WHATSAPP")
    twilio.run("set", "PUBLIC_BASE_URL", "https://bank.example")
    said("a whole one is not", twilio.run("doctor"), 0,
         "^ok +twilio +.*https://bank.example/twilio-webhook")
    didit = Home(**MAIL)
    didit.run("set", "DIDIT_WEBHOOK_SECRET", "hush")
    for lacks, value in (
            ("DIDIT_API_KEY", "hush"), ("DIDIT_WORKFLOW_ID", "w1"),
            ("PUBLIC_BASE_URL", "http://bank.example")):
        said(f"nor half of Didit: {lacks}", didit.run("doctor"), 1,
             f"^bad +didit +{lacks} is not set")
        didit.run("set", lacks, value)
    said("people must find back from there", didit.run("doctor"), 0,
         "^warn +didit +PUBLIC_BASE_URL is no https")
    didit.run("set", "PUBLIC_BASE_URL", "https://bank.example")
    said("a whole one is good", didit.run("doctor"), 0,
         "^ok +didit +asked at https://verification.didit.me")
    didit.run("set", "DIDIT_API_BASE", "http://127.0.0.1:1")
    didit.run("set", "PRODUCTION", "yes")
    said("but no stand-in in production", didit.run("doctor"), 1,
         "^bad +didit +DIDIT_API_BASE is http://127.0.0.1:1")
    said("a currency there is none of is bad", Home(
        BANK_CURRENCY="QQQ").run("doctor"), 1,
        r"^bad +settings .*BANK_CURRENCY must be")
    home = Home()
    for end in ("", "-wal", "-shm"):
        with open(home.path("bank.db" + end), "wb") as f:
            f.write(b"no bank" * 1000)
    said("a file that is no bank is bad", home.run("doctor"), 1,
         r"^bad +database ")
    said("and opened by no verb", home.run("status"), DATA, "bank\\.db: ")
    os.unlink(home.path("bank.db"))
    said("books that are gone are bad", home.run("doctor"), 1,
         r"^bad +database .*No such file.*clicknet init")
    said("and missed by every verb", home.run("status"), NOINPUT,
         "the bank cannot be opened: No such file")


def small_disk():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200 << 10, 200 << 10))


def backup(home):
    copy = home.path("copy")
    said("a copy is made and verified", home.run("backup", copy), 0,
         r"\A\Z")
    ok(os.stat(copy).st_mode & 0o777 == 0o600 and
       not any(os.path.exists(copy + end)
               for end in ("-wal", "-shm", ".lock")),
       "it is one file, and nobody else's to read")
    ok(home.read("SELECT count(*) FROM audit WHERE act = 'bank.backup'") ==
       [(1,)], "that it was made is recorded")
    said("no file is written over", home.run("backup", copy), CANTCREAT,
         "copy: File exists")
    said("a copy needs a directory", home.run("backup",
         home.path("none/copy")), CANTCREAT, "none/copy: No such file")
    half = home.path("half")
    said("a copy that the disk is too small for fails", home.run("backup",
         half, preexec_fn=small_disk), IOERR)
    ok(not os.path.exists(half), "and half a copy is not left behind")
    bad = Home()
    for end in ("-wal", "-shm"):
        if os.path.exists(bad.path("bank.db" + end)):
            os.unlink(bad.path("bank.db" + end))
    shutil.copy(copy, bad.path("bank.db"))
    os.chmod(bad.path("clicknet.keys"), 0o600)
    shutil.copy(home.path("clicknet.keys"), bad.path("clicknet.keys"))
    said("a bank moves with its copy and its keys", bad.run("verify"), 0,
         r"\A\Z")
    falsify(bad.path("bank.db"))
    said("a falsified bank does not verify", bad.run("verify"), DATA,
         "verify: ")
    said("and no copy is made of it", bad.run("backup", bad.path("copy")),
         DATA, "verify: ")
    ok(not os.path.exists(bad.path("copy")), "not even half of one")
    return copy


def beside(home):
    return sorted(name for name in os.listdir(home.dir) if "before-" in name
                  and not name.endswith(("-wal", "-shm")))


def restore(home, copy):
    with sqlite3.connect(f"file:{copy}?immutable=1", uri=True) as db:
        ok(db.execute("SELECT count(*) FROM session").fetchone()[0] > 0,
           "(in the copy somebody is signed in)")
    db.close()
    users_now = len(home.read("SELECT * FROM bank_user"))
    home.add("--user-id", "later", "--role", "staff:teller")
    bad = home.path("falsified")
    shutil.copy(copy, bad)
    falsify(bad)
    for name, path, status, why in (
            ("a falsified copy", bad, DATA, "verify: "),
            ("a text", home.conf, DATA,
             rf"{re.escape(home.conf)}: this is no bank"),
            ("a copy there is none of", home.path("none"), NOINPUT,
             "No such file")):
        said(f"{name} is not put in the bank's place",
             home.run("restore", path), status, why)
    with open(bad + "-wal", "w", encoding="utf-8") as f:
        f.write("x")
    said("nor a copy that has a log beside it", home.run("restore", bad),
         DATA, "this is a copy of a running bank")
    ok(len(home.read("SELECT * FROM bank_user")) == users_now + 1 and
       not beside(home), "the bank is as before")
    held(home, copy)
    said("a good copy is put in the bank's place", home.run("restore",
         copy), 0, r"\A\Z")
    ok(len(home.read("SELECT * FROM bank_user")) == users_now,
       "what came later is not in it")
    aside = beside(home)
    ok(len(aside) == 1, "what was there stays beside it", aside)
    with sqlite3.connect(home.path(aside[0])) as db:
        ok(db.execute("SELECT count(*) FROM bank_user").fetchone() ==
           (users_now + 1,), "with all that was in it")
    db.close()
    ok(home.read("SELECT count(*) FROM audit WHERE act = 'bank.restore'") ==
       [(1,)], "that it was restored is recorded")
    ok(home.read("SELECT count(*) FROM session") == [(0,)] and
       home.read("SELECT count(*) FROM challenge WHERE state = 'open'") ==
       [(0,)], "nobody is signed in to what was restored")
    said("and the bank verifies", home.run("verify"), 0, r"\A\Z")
    os.unlink(home.path("bank.db"))
    for end in ("-wal", "-shm"):
        if os.path.exists(home.path("bank.db" + end)):
            os.unlink(home.path("bank.db" + end))
    said("a bank that is gone is restored", home.run("restore", copy), 0,
         r"\A\Z")
    said("and verifies, too", home.run("verify"), 0, r"\A\Z")


def held(home, copy):
    """A program of the bank has it open."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(home.path("banking.sock"))
        sock.listen(8)
        program = subprocess.Popen(
            [os.path.join(BUILD, "clicknet-banking")], stdin=sock,
            env={**os.environ, "CLICKNET_CONF": home.conf},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 5
        done = home.run("doctor")
        while program.poll() is None and time.monotonic() < until:
            with open("/proc/locks", encoding="ascii") as f:
                if re.search(rf"\s{program.pid}\s", f.read()):
                    break
            time.sleep(0.02)
        done = home.run("restore", copy)
        said("nothing is put in the place of a bank that is open", done,
             TEMPFAIL, rf"process {program.pid} has the bank open")
        program.terminate()
        program.wait(10)


class Busy:
    """A bank that somebody writes to for longer than a verb waits."""

    def __init__(self, verb):
        self.home = Home(**MAIL)
        self.db = sqlite3.connect(self.home.path("bank.db"),
                                  isolation_level=None)
        self.db.execute("BEGIN IMMEDIATE")
        self.verb = subprocess.Popen(
            [CLICKNET, "--conf", self.home.conf, verb], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def end(self, name, status):
        out = self.verb.communicate(timeout=60)[0]
        self.db.close()
        ok(self.verb.returncode == status and "restore" not in out and
           f"is busy with process {os.getpid()}" in out, name, out)
        said("and it is well when the other is done",
             self.home.run("doctor"), 0)


def main():
    with tempfile.TemporaryDirectory(prefix="clicknet-") as Home.top:
        busy = Busy("status")
        ill = Busy("doctor")
        home = Home(books=True)
        words()
        options(home)
        init()
        broken()
        inbox(home)
        users(home)
        breaches()
        screening(home)
        tokens(home)
        settings()
        shown(home)
        load()
        doctor()
        restore(home, backup(home))
        busy.end("a bank that is busy is not said to be none", TEMPFAIL)
        ill.end("nor does the doctor ask to put a backup in its place", 1)
    print(f"1..{count}")
    return failed != 0


sys.exit(main())
