#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# passkeys.t: passkeys in a real browser with a device made of software: made,
# named, used to sign in and to pay, refused, removed.
exec "$(dirname "$0")/browser/run" passkeys
