/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contact.c: any text as a number and as a mail address; what is taken holds
 * nothing but what carriers and letters may have, and is taken the same
 * again. */
#include "bank/contact.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pool *pool = pool_new();
	char *text = pool_strndup(pool, (const char *)data, len);
	const char *mobile = contact_mobile(pool, text);
	const char *email = contact_email(pool, text);

	if (mobile != NULL) {
		must(mobile[0] == '+' && strlen(mobile) <= 16 &&
		     mobile[1 + strspn(mobile + 1, "0123456789")] == '\0');
		must(strcmp(contact_mobile(pool, mobile), mobile) == 0);
	}
	if (email != NULL) {
		must(strcmp(email, text) == 0 && strlen(email) <= 200 &&
		     strchr(email, '@') == strrchr(email, '@'));
		must(strpbrk(email, " \t\r\n<>,;:\"()[]\\") == NULL);
	}
	pool_free(pool);
	return 0;
}
