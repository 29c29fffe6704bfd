#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# devices.t: a lost phone, another's end of a session and an unfinished form,
# in a real browser, with scripts and without.
exec "$(dirname "$0")/browser/run" devices
