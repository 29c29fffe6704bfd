#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""demo.t: what clicknet init --demo makes, as its operator sees it."""
import csv
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from decimal import Decimal

SRC = os.environ.get("CLICKNET_SRC") or os.path.dirname(
    os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get("CLICKNET_BUILD") or SRC
CLICKNET = os.path.abspath(os.path.join(BUILD, "clicknet"))
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-"
                  r"[0-9a-f]{12}")
FORTNIGHT = timedelta(days=14)
count = failed = 0


def ok(good, name, *notes):
    global count, failed
    count += 1
    failed += not good
    print(f"{'' if good else 'not '}ok {count} - {name}", flush=True)
    if not good:
        for note in notes:
            print("#", str(note)[:2000].replace("\n", "\n# "))


class Home:
    """A bank of its own, on a day that stands still where faketime is."""

    def __init__(self, top, name, day="2026-11-20 10:00:00"):
        self.dir = os.path.join(top, name)
        os.mkdir(self.dir)
        fake = shutil.which("faketime")
        self.before = [fake, day] if fake else []
        # A built tree elsewhere finds the files beside the pages.
        self.conf = os.path.join(self.dir, "clicknet.conf")
        with open(self.conf, "w", encoding="utf-8") as f:
            f.write(f"SHARE_DIR = {SRC}/share\n")

    def run(self, *args):
        return subprocess.run(
            [*self.before, CLICKNET, "--conf", self.conf, *args],
            capture_output=True, text=True, timeout=300, check=False)

    def rows(self):
        return list(csv.DictReader(io.StringIO(
            self.run("export", "--format", "csv").stdout)))


def table(name):
    with open(os.path.join(SRC, "db", "demo", name), encoding="utf-8",
              newline="") as f:
        return list(csv.DictReader(f))


def same(rows):
    """Without ids, which are new each time."""
    return [{k: UUID.sub("", v) for k, v in row.items()} for row in rows]


def settings_follow(top):
    """With no settings file, init --demo writes the demonstration's."""
    home = os.path.join(top, "bare")
    tree = os.path.join(top, "tree")
    os.mkdir(home)
    os.mkdir(tree)
    shutil.copy(CLICKNET, tree)
    os.symlink(os.path.join(SRC, "db"), os.path.join(tree, "db"))
    conf = os.path.join(home, "clicknet.conf")
    tool = [os.path.join(tree, "clicknet"), "--conf", conf]
    made = subprocess.run([*tool, "init", "--demo"], capture_output=True,
                          text=True, timeout=300, check=False)
    ok(made.returncode == 0, "a demonstration is made from nothing",
       made.stderr)
    got = subprocess.run([*tool, "get"], capture_output=True, text=True,
                         timeout=60, check=False).stdout
    missing = [row["name"] for row in table("settings.csv")
               if not re.search(rf"^{row['name']}\b.*"
                                rf"{re.escape(row['value'])}", got, re.M)]
    ok(not missing, "its settings are those of db/demo", missing, got)
    numbers = subprocess.run([*tool, "export", "--format", "csv"],
                             capture_output=True, text=True, timeout=60,
                             check=False).stdout
    ok("\nIE" in numbers and "MRWB990042" in numbers,
       "its account numbers name country and bank", numbers[:300])


def lives(rows):
    accounts = {}
    for row in rows:
        accounts.setdefault(row["account_number"], []).append(row)
    files = table("accounts.csv")
    ok(len(accounts) == len(files), "every account has movements",
       sorted(accounts))
    bad = []
    for row in files:
        number = next((n for n in accounts if n.endswith(row["serial"])), "")
        room = Decimal(row["overdraft_limit"])
        balance = Decimal(0)
        for move in accounts.get(number, []):
            balance += Decimal(move["amount"])
            if balance != Decimal(move["balance_after"]) or balance < -room:
                bad.append((row["account"], move))
                break
    ok(not bad, "nobody is ever beyond their overdraft, and sums are right",
       bad)
    last = date.fromisoformat(max(row["booked_on"] for row in rows))
    lately = {row["account_number"] for row in rows
              if last - date.fromisoformat(row["booked_on"]) < FORTNIGHT}
    owners = {row["customer_id"] for row in files
              if any(n.endswith(row["serial"]) for n in lately)}
    staff = {row["customer_id"] for row in table("users.csv")
             if row["role"] != "customer"}
    ok(owners == {row["customer_id"] for row in table("customers.csv")} - staff,
       "every customer has movements in the last fortnight", owners)


def main():
    if not os.access(CLICKNET, os.X_OK):
        print("1..0 # SKIP clicknet is not built")
        return 0
    with tempfile.TemporaryDirectory() as top:
        one, two = Home(top, "one"), Home(top, "two")
        made = one.run("init", "--demo")
        ok(made.returncode == 0, "init --demo makes a bank", made.stderr)
        lines = [line.split("\t") for line in made.stdout.splitlines()]
        ok([len(line) for line in lines] == [3] * 6 + [4] * 3,
           "nine sign-ins are printed, three of them of staff", made.stdout)
        verified = one.run("verify")
        ok(verified.returncode == 0, "the book verifies", verified.stderr)
        rows = one.rows()
        lives(rows)
        again = one.run("init", "--demo")
        ok(again.returncode != 0 and one.rows() == rows,
           "a bank that is there is left alone", again.stderr)
        if os.environ.get("CLICKNET_FEW"):
            print("# two more are left to a run without a checker")
        else:
            two.run("init", "--demo")
            ok(same(two.rows()) == same(rows) and len(rows) > 4000,
               "two made on the same day tell the same story")
            settings_follow(top)
    print(f"1..{count}")
    return failed != 0


sys.exit(main())
