/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sniff.c: the only includer of libmagic. */
#include "lib/sniff.h"

#include <magic.h>
#include <pthread.h>

#include "lib/log.h"

/* libmagic reads its table once and answers one at a time. What would make
 * it look deep into a stranger's bytes stays off: archives, text, tables. */
enum {
	FLAGS = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR |
		MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_ELF |
		MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_CSV |
		MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_APPTYPE
};
static struct {
	pthread_mutex_t lock;
	magic_t cookie;
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const char unknown[] = "application/octet-stream";

static magic_t
table_open(void)
{
	if (table.cookie != NULL)
		return table.cookie;
	table.cookie = magic_open(FLAGS);
	if (table.cookie != NULL && magic_load(table.cookie, NULL) != 0) {
		log_event("error", "sniff", "why", magic_error(table.cookie),
			  NULL);
		magic_close(table.cookie);
		table.cookie = NULL;
	}
	return table.cookie;
}

const char *
sniff(struct pool *pool, const void *data, size_t len)
{
	const char *type = NULL;
	magic_t cookie;

	pthread_mutex_lock(&table.lock);
	if ((cookie = table_open()) != NULL)
		type = magic_buffer(cookie, data,
				    len < SNIFF_BYTES ? len : SNIFF_BYTES);
	type = pool_strdup(pool, type != NULL ? type : unknown);
	pthread_mutex_unlock(&table.lock);
	return type;
}
