#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# kyc.t: a stranger on a phone becomes a customer with an account: through the
# desk and through Didit, in a real browser, with scripts and without.
exec "$(dirname "$0")/browser/run" kyc
