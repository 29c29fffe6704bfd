#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# valgrind.t: no unit test depends on memory nobody wrote, or loses any.
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh
renice -n 15 -p $$ >/dev/null # it gives way to what looks at the clock

dir=$(under_build valgrind) || exit 1
under_control valgrind "-O0" '
#include <stdlib.h>
int main(void) { int *volatile p = malloc(8); p = 0; return p != 0; }'
under_control valgrind "-O0" '
#include <stdio.h>
#include <stdlib.h>
int main(void) { int *p = malloc(8); if (p[1] == 7) puts("seven");
	free(p); return 0; }'
under_all valgrind "$dir"
under_done
