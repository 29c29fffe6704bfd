#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""twilio.t: codes by SMS and WhatsApp between the courier and what stands in
for Twilio, whose own library has the last word on both."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))
import served  # noqa: E402
from couriers import (BUILD, SRC, Bank, certificate, ok, run,  # noqa: E402
                      same)
from twilio import (ACCOUNT, SMS, TOKEN, WHATSAPP, Twilio, post,  # noqa: E402
                    signature)

try:
    from smtpd import Server
except ImportError:
    print("1..0 # SKIP python3-aiosmtpd is not installed")
    sys.exit(0)

HOOK = "https://bank.example"
NUMBER = "+491700000001"


def ends(bank, twilio):
    bank.end()
    same(twilio.wrong, [], "every request was as Twilio wants it")
    twilio.stop()


def brief(rows):
    return [(r["channel"], r["state"], r["tries"]) for r in rows]


def sms():
    twilio = Twilio()
    bank = Bank(PUBLIC_BASE_URL=HOOK, **twilio.settings())
    bank.add(channel="sms", to="+49 170 000-0001")
    bank.start()
    rows = bank.ended()
    same(brief(rows), [("sms", "sent", 1)], "an SMS is sent at the first try")
    same(rows[0]["provider_id"], twilio.taken[0][0],
         "the bank knows it by Twilio's name")
    form = twilio.taken[0][1]
    left = int(form.pop("ValidityPeriod"))
    same(form, {"To": NUMBER, "From": SMS,
                "StatusCallback": HOOK + "/twilio-webhook",
                "Body": "735291: Ihr Code für 1.250,00 EUR an Łukasz Żółć. "
                        "5 Minuten gültig; sagen Sie ihn niemandem."},
         "it says what the code confirms, in the person's language")
    ok(290 <= left <= 300, "Twilio carries it as long as the code lives",
       left)
    bank.add(channel="sms", to=NUMBER, template="locked", language="en",
             data={})
    rows = bank.ended()
    same(twilio.taken[1][1]["Body"],
         "Bänk & Söhne: Your sign-in to Bänk & Söhne is locked.",
         "what has no code is told too")
    ends(bank, twilio)


def whatsapp():
    twilio = Twilio()
    bank = Bank(**twilio.whatsapp(TWILIO_MESSAGING_SERVICE_SID="MG1",
                                  TWILIO_CONTENT_SID_NEWS="HX9"))
    bank.add(channel="whatsapp", to=NUMBER)
    bank.add(channel="whatsapp", to=NUMBER, language="en")
    bank.add(channel="whatsapp", to=NUMBER, template="locked", language="en",
             data={})
    bank.add(channel="sms", to=NUMBER, language="en")
    bank.start()
    rows = bank.ended()
    same([r["state"] for r in rows], ["sent"] * 4, "WhatsApp is sent")
    de, en, news, text = [form for _, form in twilio.taken]
    for form in (de, en, news):
        form.pop("ValidityPeriod")
    same(de, {"To": "whatsapp:" + NUMBER, "From": "whatsapp:" + WHATSAPP,
              "ContentSid": "HX2", "ContentVariables": de["ContentVariables"]},
         "as the template of the person's language, with no other words")
    same(json.loads(de["ContentVariables"]),
         {"1": "735291", "2": "Ihr Code für 1.250,00 EUR an Łukasz Żółć",
          "3": "5"}, "filled with the code and what it confirms")
    same(en["ContentSid"], "HX1", "or the one for all languages")
    same((news["ContentSid"], json.loads(news["ContentVariables"])),
         ("HX9", {"1": "Your sign-in to Bänk & Söhne is locked"}),
         "news have their own")
    same((text.get("From"), text["MessagingServiceSid"]), (None, "MG1"),
         "an SMS comes from the number Twilio picks")
    ends(bank, twilio)


def refusals():
    """What each answer makes of a message, one after the other."""
    rows = (((429, 20429), "sent", 2, "", "429 is tried again"),
            ((503, 20503), "sent", 2, "", "so is 503"),
            ((500, 20500), "unknown", 1, "500, 20500",
             "500 may have been heard: never again"),
            ("drop", "unknown", 1, "(52)", "so may a request that was read"),
            ("hang", "unknown", 1, "(28)", "or waited for too long"),
            ("words", "unknown", 1, "answer is none",
             "an answer that is none says nothing"),
            ("flood", "unknown", 1, "(23)", "nor one without an end"),
            ("away", "sent", 2, "", "elsewhere nothing is asked"),
            ((400, 21211), "failed", 1, "400, 21211", "no such number"),
            ((400, 21614), "failed", 1, "21614", "no mobile"),
            ((400, 21610), "failed", 1, "21610", "nobody who wants it"),
            ((400, 21606), "failed", 1, "21606", "not from this number"))
    for answer, state, tries, why, name in rows:
        twilio = Twilio([answer], hang=1.5)
        bank = Bank(**twilio.settings())
        bank.add(channel="sms", to=NUMBER)
        bank.start()
        have = bank.ended()[0]
        ok((have["state"], have["tries"]) == (state, tries) and
           why in have["error"] and have["wiped"] and
           len(twilio.forms) == tries, f"{answer}: {name}", have,
           len(twilio.forms))
        told = bank.told(result=state, **{"try": str(tries)})
        ok(told and (tries == 1 or bank.told(result="later")),
           "the log tells it", bank.log())
        same(told[0]["level"] == "error", "606" in why,
             "an error only if the operator has to mend it")
        ends(bank, twilio)


def once():
    """A connection that was good before is closed under the next message."""
    twilio = Twilio([None, "drop"])
    bank = Bank(**twilio.settings())
    bank.add(2, channel="sms", to=NUMBER)
    bank.start()
    rows = bank.ended()
    same(brief(rows), [("sms", "sent", 1), ("sms", "unknown", 1)],
         "what may have been heard is not sent again")
    same(len(twilio.forms), 2, "not even behind the courier's back")
    ends(bank, twilio)


def encrypted():
    if shutil.which("openssl") is None:
        ok(True, "TLS # SKIP openssl is not installed")
        return
    with tempfile.TemporaryDirectory() as directory:
        tls, cert = certificate(directory)
        twilio = Twilio(tls=tls)
        bank = Bank(**twilio.settings())
        bank.add(channel="sms", to=NUMBER)
        courier = bank.start()
        rows = bank.tried()
        ok(rows[0]["state"] == "queued" and not twilio.forms and
           bank.told(level="error"),
           "who cannot say for sure to be Twilio gets nothing", rows)
        courier.terminate()
        courier.wait(20)
        bank.start(SSL_CERT_FILE=cert)
        same([r["state"] for r in bank.ended()], ["sent"],
             "who can gets the message")
        ends(bank, twilio)


def wrong_token():
    twilio = Twilio([(429, 20429)] * 9)
    bank = Bank(**twilio.settings(TWILIO_AUTH_TOKEN="twilio-token-of-old",
                                  MESSAGE_TRIES=3))
    bank.add(channel="sms", to=NUMBER)
    bank.start()
    rows = bank.tried()
    ok(rows[0]["state"] == "queued" and "401, 20003" in rows[0]["error"],
       "a wrong token is for later", rows)
    ok(bank.told(level="error", result="later"), "and for the operator")
    bank.set(TWILIO_AUTH_TOKEN=TOKEN)
    rows = bank.ended()
    same(brief(rows), [("sms", "failed", 3)],
         "after MESSAGE_TRIES it is given up")
    ends(bank, twilio)


def fallback():
    """A code on its way: SMS, then WhatsApp, then mail."""
    twilio = Twilio([(400, 21614), (400, 63024)])
    mail = Server()
    bank = Bank(SMTP_URL=f"smtp://127.0.0.1:{mail.port}",
                DEFAULT_AUTHENTICATION_TYPE="SMS",
                CREDENTIALS_SENDING_PROCESS="WHATSAPP", **twilio.whatsapp())
    bank.code()
    bank.start()
    rows = bank.ended()
    same(brief(rows), [("sms", "failed", 1), ("whatsapp", "failed", 1),
                       ("email", "sent", 1)],
         "a code that fails goes the next way, each once")
    same([r["error"] for r in rows],
         ["Twilio refused it (400, 21614)", "Twilio refused it (400, 63024)",
          ""], "what failed says why")
    ok(len(mail.mails) == 1 and
       twilio.forms[0]["Body"][:6].encode() in mail.mails[0].raw and
       json.loads(twilio.forms[1]["ContentVariables"])["1"] ==
       twilio.forms[0]["Body"][:6], "it is the same code")
    same([line.get("next") for line in bank.told(result="fell back")],
         ["whatsapp", "email"], "the log tells where it fell back to")
    mail.stop()
    ends(bank, twilio)


def giving_up():
    """Mail only waits: the code goes by SMS, in time, and by mail as well."""
    twilio = Twilio()
    mail = Server(at_rcpt=["450 4.2.0 no"] * 3)
    bank = Bank(SMTP_URL=f"smtp://127.0.0.1:{mail.port}",
                MESSAGE_TRIES=2, **twilio.settings())
    bank.code()
    bank.start()
    rows = bank.ended()
    same(brief(rows), [("email", "failed", 2), ("sms", "sent", 1)],
         "a code whose mail is given up goes by SMS")
    ok(bank.told(result="later") and bank.told(result="failed") and
       bank.told(result="fell back", next="sms"), "as the log tells",
       bank.log())
    ok(not rows[1]["wiped"], "its words wait, sealed, for Twilio's report")
    mail.stop()
    ends(bank, twilio)


def both():
    twilio = Twilio()
    mail = Server()
    bank = Bank(SMTP_URL=f"smtp://127.0.0.1:{mail.port}",
                CREDENTIALS_SENDING_PROCESS="BOTH", **twilio.settings())
    bank.code()
    bank.start()
    rows = bank.ended()
    same(brief(rows), [("email", "sent", 1), ("sms", "sent", 1)],
         "BOTH sends a code by mail and by SMS")
    ok(twilio.forms[0]["Body"][:6].encode() in mail.mails[0].raw,
       "the same one")
    mail.stop()
    ends(bank, twilio)


def library(job):
    """Has Twilio's own library do it."""
    it = subprocess.run(
        [os.path.join(SRC, "t", "browser", "run"), "twilio"],
        env={**os.environ, "CLICKNET_BUILD": BUILD,
             "CLICKNET_TWILIO": json.dumps(job)},
        capture_output=True, text=True, timeout=300, check=False)
    try:
        return json.loads(it.stdout)
    except ValueError:
        ok(False, "Twilio's library can be used", it.stdout, it.stderr)
        return {"sent": [], "reports": [], "valid": []}


def whole():
    """The whole bank behind nginx; what it sends is reported back."""
    twilio = Twilio(then=["queued", ("undelivered", 30005), "sent"])
    mail = Server()
    with served.Bank() as bank:
        hooks = f"http://127.0.0.1:{bank.offset + 9999}"
        for name, value in twilio.settings(
                PUBLIC_BASE_URL=hooks, MESSAGE_DELIVERY="real", SMTP_TLS="no",
                SMTP_URL=f"smtp://127.0.0.1:{mail.port}",
                CLICKNET_SENDER_EMAIL="no-reply@bank.example",
                CREDENTIALS_SENDING_PROCESS="SMS").items():
            it = bank.tool("set", name, str(value))
            if it.returncode:
                ok(False, f"{name} can be set", it.stderr)
        time.sleep(1.2) # settings are looked at once a second
        asked = bank.login("amina")
        same((asked.status, asked.json.get("channel")), (200, "sms"),
             "a code goes by SMS")
        ok(served.until(10, lambda: mail.mails) < 10 and len(twilio.taken),
           "Twilio reports it undelivered, and it goes by mail",
           twilio.reports, asked)
        served.until(5, lambda: len(twilio.reports) == 3)
        same(twilio.reports,
             [("queued", 204), ("undelivered", 204), ("sent", 204)],
             "every report is taken, also one out of order")
        code = twilio.taken[0][1]["Body"][:6]
        right = bank.verify(asked.json["challenge_id"], code)
        same(right.status, 200, "the code is good whichever way it came")
        log = ""
        for name in ("auth", "courier"): # who hears of it first tells it
            with open(os.path.join(bank.home, "log", name + ".log"),
                      encoding="utf-8") as f:
                log += f.read()
        ok(re.search('"result":"fell back","next":"email"', log) and
           twilio.taken[0][1]["To"] not in log and TOKEN not in log,
           "the log tells it, and neither number nor token", log)
        hook = hooks + "/twilio-webhook"
        fields = [("MessageSid", "SM1"), ("MessageStatus", "sent")]
        same([post(hook, fields), post(hook, fields),
              post(hook, fields, token="guess"), post(hook, fields, sign=""),
              post(hook + "?x=1", fields, sign=signature(TOKEN, hook,
                                                         fields))],
             [204, 204, 403, 403, 403],
             "the webhook knows who signs and who only says so")
        mine = [("To", "+491"), ("MessageSid", "SM7"), ("MessageStatus",
                                                        "read")]
        message = {"to": NUMBER, "from": SMS, "body": "Grüße, 1+1=2",
                   "statusCallback": hook, "validityPeriod": 300}
        said = library({
            "account": ACCOUNT, "token": TOKEN, "api": twilio.url,
            "send": [message, {**message, "to": "none"},
                     {"to": "whatsapp:" + NUMBER,
                      "from": "whatsapp:" + WHATSAPP, "contentSid": "HX1",
                      "contentVariables": "{\"1\":\"123456\"}"}],
            "reports": [
                {"url": hook, "params": {
                    "MessageSid": "SM8", "MessageStatus": "delivered",
                    "To": "+491700000001", "Body": "Grüße & 1+1=2"}},
                {"url": hook, "json": {"MessageSid": "SM9",
                                       "MessageStatus": "read"}}],
            "check": [
                {"url": hook, "params": dict(mine),
                 "signature": signature(TOKEN, hook, mine)},
                {"url": hook, "params": {**dict(mine), "x": "1"},
                 "signature": signature(TOKEN, hook, mine)}]})
        ok([m.get("code") for m in said["sent"]] == [None, 21211, None] and
           said["sent"][0]["status"] == "queued",
           "what stands in for Twilio talks to its library as Twilio does",
           said)
        same(twilio.wrong, [], "which asks as our courier does")
        same(said["reports"], [204, 204],
             "what the library signs, our webhook takes: form and JSON")
        same(said["valid"], [True, False],
             "and it takes what our stand-in signs, nothing else")
    mail.stop()
    twilio.stop()


sys.exit(run((sms, whatsapp, refusals, once, encrypted, wrong_token, fallback,
              giving_up, both, whole)))
