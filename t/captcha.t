#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# captcha.t: the bank's captcha in a real browser, with scripts and without,
# and against another implementation of it.
exec "$(dirname "$0")/browser/run" captcha
