#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# openapi.t: share/openapi.json tells the truth: of every route, behind nginx and
# behind lighttpd, and of what it answers.
exec "$(dirname "$0")/browser/run" openapi
