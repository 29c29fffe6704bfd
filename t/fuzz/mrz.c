/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mrz.c: any text as the lines of a document; what was understood is
 * understood the same again. */
#include "lib/mrz.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
again(const struct mrz *m, int32_t today)
{
	char text[MRZ_LINES * (MRZ_WIDTH + 1) + 1] = "";
	struct mrz n;
	size_t len, at = 0;
	int i;

	for (i = 0; i < MRZ_LINES && m->line[i][0] != '\0'; i++) {
		len = strlen(m->line[i]);
		memcpy(text + at, m->line[i], len);
		at += len;
		text[at++] = '\n';
	}
	text[at] = '\0';
	if (mrz_read(text, today, &n) != NULL || n.form != m->form)
		abort();
	if (memcmp(m, &n, sizeof n) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int32_t today = 20777;
	char text[2 * MRZ_TEXT_MAX];
	const char *why;
	struct mrz m;

	if (len >= sizeof text)
		len = sizeof text - 1;
	memcpy(text, data, len);
	text[len] = '\0';
	why = mrz_read(text, today, &m);
	if (why != NULL && *why == '\0')
		abort();
	if (why == NULL && (m.faults == 0) != (*mrz_words(m.faults) == '\0'))
		abort();
	if (why == NULL)
		again(&m, today);
	return 0;
}
