#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# gates.t: what every page must hold: for everybody, on every screen, in every
# light; valid, small and fast. CLICKNET_PICTURES=DIR keeps a picture of each.
exec "$(dirname "$0")/browser/run" gates
