#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""didit_hosted.py: what stands in for Didit, with the page that people are sent
to and the reports that follow what they do there.

    didit_hosted.py HOOK

says the bank's settings for it as a line of JSON, reports to HOOK, and ends
when its standard input does: then it says how that went."""
import html
import json
import sys
import threading
import time
from urllib.parse import parse_qsl

sys.dont_write_bytecode = True
from didit import Didit, deliver  # noqa: E402

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Not really Didit</title>
<h1>Hold your passport here</h1>
<form method="post">
<p>It says:</p>
{fields}
<p><button name="status" value="Approved">Look at it</button>
<button name="status" value="Declined">Look away</button>
<button name="status" value="Abandoned">Leave</button></p>
</form>
</html>
"""
FIELD = '<p><label>{name} <input name="{name}" value="{value}"></label></p>\n'
SAID = ("first_name", "last_name", "date_of_birth")


class Hosted(Didit):
    """${hook} hears of everything, of the end ${late} seconds after the person
    was sent back."""

    def __init__(self, hook, late=2.5, **more):
        super().__init__(**more)
        self.hook, self.late = hook, late
        self.answers_of_hook, self.reporting = [], []
        # Another site than the bank's, for a browser.
        self.public = self.url.replace("127.0.0.1", "localhost")

    def create(self, rq, path, body):
        status, what, more = super().create(rq, path, body)
        if status == 201:
            what["url"] = what["url"].replace(self.url, self.public)
        return status, what, more

    def tell(self, *events):
        """Each, in this order; people do not wait for it."""
        def run():
            for event in events:
                self.answers_of_hook.append(
                    [event["status"], deliver(self.hook, event)])
        it = threading.Thread(target=run)
        self.reporting.append(it)
        it.start()
        return it

    def page(self, rq, path, body):
        s = next((s for s in list(self.sessions.values())
                  if path == "/session/" + s.token), None)
        if not rq.headers.get("Referer", self.public).startswith(self.public):
            self.wrong.append(("Referer", rq.headers["Referer"]))
        if s is None:
            self.reply(rq, 404, b"<h1>No such check</h1>", "text/html")
        elif rq.command == "POST":
            self.end(rq, s, dict(parse_qsl(body.decode())))
        else:
            self.show(rq, s)

    def show(self, rq, s):
        if s.status == "Not Started":
            s.begun = self.event(s, "In Progress")
            s.heard = self.tell(s.begun)
        fields = "".join(FIELD.format(
            name=name, value=html.escape(s.person[name])) for name in SAID)
        self.reply(rq, 200, PAGE.format(fields=fields).encode(), "text/html")

    def end(self, rq, s, form):
        """Their machine needs a moment. What it says comes twice, and after
        that what was said before."""
        s.person.update({name: form[name].upper() for name in SAID})
        s.person["full_name"] = f"{s.person['first_name']} " \
            f"{s.person['last_name']}"
        s.heard.join()

        def judged():
            event = self.event(s, form["status"], version=2 + s.number % 2)
            self.tell(event, event, s.begun)
        timer = threading.Timer(self.late, judged)
        self.reporting.append(timer)
        timer.start()
        self.reply(rq, 303, b"", "text/html", Location=self.back(s))

    def stop(self):
        for one in self.reporting:  # a timer adds one while it is waited for
            one.join()
        super().stop()


def main(hook):
    it = Hosted(hook)
    print(json.dumps(it.settings(DIDIT_ASK_SECONDS=86400)), flush=True)
    sys.stdin.read()
    it.stop()
    print(json.dumps({"wrong": it.wrong, "told": it.answers_of_hook,
                      "pictures": [name for _, name in it.fetched]}))


if __name__ == "__main__":
    main(sys.argv[1])
