#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# asan.t: no test reads or writes where it may not, leaks, or leaves C's rules.
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh

dir=$(under_build asan) || exit 1
under_control asan "-fsanitize=address,undefined" '
#include <stdlib.h>
int main(void) { char *p = malloc(8); p[8] = 1; return p[8] == 2; }'
under_control asan "-fsanitize=address,undefined" '
#include <stdlib.h>
int main(void) { char *volatile p = malloc(8); p = 0; return p != 0; }'
under_all asan "$dir"
under_done
