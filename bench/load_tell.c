/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* load_tell.c: how often the load driver was answered, and how soon. */
#include "bench/load.h"

#include <inttypes.h>
#include <stdio.h>

static void
report_text(const struct load *l, int64_t us)
{
	int i;

	printf("mode %s, clients %ld, seconds %" PRId64 ".%03" PRId64 "\n",
	       l->mode_name, l->clients_wanted, us / 1000000,
	       us / 1000 % 1000);
	printf("requests %" PRId64 ", ok %" PRId64 ", a second %" PRId64 "\n",
	       l->sent, l->ok, l->ok * 1000000 / us);
	for (i = 0; i < LOAD_STATUSES; i++)
		if (l->statuses[i] != 0)
			printf("status %d: %" PRId64 "\n", i, l->statuses[i]);
	printf("asked again %" PRId64 ", connections lost %" PRId64 "\n",
	       l->retried, l->lost_connections);
	printf("microseconds: p50 %" PRId64 ", p90 %" PRId64 ", p99 %" PRId64
	       ", max %" PRId64 "\n",
	       times_part(&l->times, 500), times_part(&l->times, 900),
	       times_part(&l->times, 990), l->times.max);
}

static void
report_json(const struct load *l, int64_t us)
{
	const char *comma = "";
	int i;

	printf("{\"mode\":\"%s\",\"clients\":%ld,\"microseconds\":%" PRId64
	       ",\"requests\":%" PRId64 ",\"ok\":%" PRId64
	       ",\"a_second\":%" PRId64 ",\"asked_again\":%" PRId64
	       ",\"connections_lost\":%" PRId64 ",\"p50\":%" PRId64
	       ",\"p90\":%" PRId64 ",\"p99\":%" PRId64 ",\"max\":%" PRId64
	       ",\"status\":{",
	       l->mode_name, l->clients_wanted, us, l->sent, l->ok,
	       l->ok * 1000000 / us, l->retried, l->lost_connections,
	       times_part(&l->times, 500), times_part(&l->times, 900),
	       times_part(&l->times, 990), l->times.max);
	for (i = 0; i < LOAD_STATUSES; i++)
		if (l->statuses[i] != 0) {
			printf("%s\"%d\":%" PRId64, comma, i, l->statuses[i]);
			comma = ",";
		}
	puts("}}");
}

void
load_tell(const struct load *l, int64_t us)
{
	if (l->json)
		report_json(l, us);
	else
		report_text(l, us);
}
