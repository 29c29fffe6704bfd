#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# totp.t: an authenticator app and codes on paper in a real browser: a camera
# reads the picture on the page, and what it read opens the bank.
for program in zbarimg oathtool; do
	command -v $program >/dev/null || {
		echo "Bail out! $program is missing: script/packages test installs it"
		exit 1
	}
done
exec "$(dirname "$0")/browser/run" totp
