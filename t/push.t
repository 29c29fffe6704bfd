#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# push.t: open pages are told at once, behind nginx and behind lighttpd; and who
# is not told, and what does not disturb it.
exec "$(dirname "$0")/browser/run" push
