#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# tsan.t: no two threads touch the same memory without order.
set -u
cd "${CLICKNET_SRC:-$(dirname "$0")/..}" || exit 1
. t/under.sh

dir=$(under_build tsan) || exit 1
under_control tsan "-fsanitize=thread" '
#include <pthread.h>
static int n;
static void *add(void *a) { for (int i = 0; i < 10000; i++) n++; return a; }
int main(void) { pthread_t t; pthread_create(&t, 0, add, 0); add(0);
	pthread_join(t, 0); return 0; }'
under_control tsan "-fsanitize=thread,shift -fno-sanitize-recover=all" '
int main(int count, char **v) { return count << 31 + count == 1; }'
under_all tsan "$dir"
under_done
