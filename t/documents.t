#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# documents.t: sending photos of documents in a real browser, with scripts and
# without, over a line that breaks.
exec "$(dirname "$0")/browser/run" documents
