#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# register.t: registering, forgotten and new passwords in a real browser, with
# scripts and without.
exec "$(dirname "$0")/browser/run" register
