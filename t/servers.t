#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""servers.t: how fast the bank opens, comes back and closes, behind nginx and
behind lighttpd; t/web.t has the rest of script/server. A busy machine may
miss a second once: the best of three counts."""
import os
import signal
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "lib"))
from served import Bank, done, note, ok, until, webs  # noqa: E402

SECOND = 1.0
AWRY = 6221  # moves 2222 to 8443, which was another of the ports
PROGRAMS = ("auth", "banking", "kyc", "push")


def healthy(bank, program):
    answer = bank.curl(f"/health/{program}")
    return answer.status == 200 and answer.json.get("status") == "ok"


def left(bank):
    """What a closed bank must not leave."""
    run = os.listdir(os.path.join(bank.home, "run"))
    return (bank.processes(), bank.ports(),
            [f for f in run if f.endswith((".pid", ".sock"))])


def opens(bank):
    """From the command until all programs say that they are well."""
    command = threading.Thread(target=bank.start)
    command.start()
    took = until(20, lambda: all(healthy(bank, name) for name in PROGRAMS))
    command.join()
    return took


def returns(bank, program):
    """From kill -9 until another program answers in its place."""
    old = bank.pid(program)
    os.kill(old, signal.SIGKILL)
    took = until(20, lambda: healthy(bank, program))
    ok(bank.pid(program) != old, f"{bank.web}: killed, another {program} comes")
    return took


def may_wait():
    """Whether a process may choose here to be scheduled as a batch."""
    try:
        return subprocess.run(["chrt", "--batch", "0", "true"],
                              stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def waits(bank):
    """The web server interrupts no program that is at work."""
    if may_wait():
        ok(os.sched_getscheduler(bank.pid("web")) == os.SCHED_BATCH,
           f"{bank.web}: the web server waits for its turn")
    else:
        note(f"{bank.web}: no policy may be chosen here, so none is")


def timed(bank, what, tries):
    note(f"{bank.web}: {what}: " + " ".join(f"{t:.2f} s" for t in tries))
    ok(min(tries) <= SECOND, f"{bank.web}: {what} within a second")


for web in webs():
    with Bank(web, AWRY) as it:
        if it.offset != AWRY:
            note(f"{web}: a port of offset {AWRY} is taken; {it.offset}")
        ok(all(healthy(it, name) for name in PROGRAMS),
           f"{web}: the bank is open when its command returns")
        ok(len(it.ports()) == 6, f"{web}: on all its six ports", it.ports())
        waits(it)
        opened = []
        for _ in range(3):
            it.server("--stop")
            ok(left(it) == ([], [], []), f"{web}: closed, it leaves nothing",
               left(it))
            opened.append(opens(it))
        timed(it, "the bank opens", opened)
        for name in PROGRAMS:
            timed(it, f"{name} returns",
                  [returns(it, name) for _ in range(3)])
sys.exit(done())
