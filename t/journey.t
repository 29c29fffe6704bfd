#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# journey.t: whole visits in a real browser, with scripts and without, behind
# nginx and behind lighttpd.
exec "$(dirname "$0")/browser/run" journey
