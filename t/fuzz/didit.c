/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit.c: any bytes as a report of Didit's: what is read of it is bounded and
 * plain, and what is signed of it is the same written twice. */
#include <stdlib.h>
#include <string.h>

#include "bank/didit.h"
#include "lib/canonical.h"
#include "lib/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
need(bool good)
{
	if (!good)
		abort();
}

static bool
is_plain(const char *word)
{
	size_t n;

	for (n = 0; word[n] != '\0'; n++)
		if (strchr("/\\?#%& \"'<>\r\n", word[n]) != NULL)
			return false;
	return n <= 64;
}

static void
look(struct pool *pool, json_object *o)
{
	const struct didit_image *i;
	struct didit_word w;
	int n = 0;

	if (!didit_read(pool, o, &w))
		return;
	need(*w.session_id != '\0' && is_plain(w.session_id));
	need(is_plain(w.event_id) && strlen(w.status) <= 40);
	need(strlen(w.first_name) <= 300 && strlen(w.birth_date) <= 300);
	need(w.told_at >= 0 && w.asked == NULL && w.evidence != NULL);
	for (i = w.images; i != NULL; i = i->next)
		need(++n <= 4 && *i->url != '\0');
	need(json_object_to_json_string(w.evidence) != NULL);
}

static const char *
canonical(struct pool *pool, json_object *o, size_t *len)
{
	struct buf b = {.pool = pool};

	canonical_put(&b, o);
	*len = b.len;
	return b.data;
}

/* An integer longer than json-c keeps: 1e20 is one, written out. */
static bool
has_long(const char *json)
{
	size_t n;

	for (; *json != '\0'; json += n > 0 ? n : 1)
		if ((n = strspn(json, "0123456789")) > 18)
			return true;
	return false;
}

/* What grows beyond what is read need not be read again, and what is longer
 * than a number can be is not the same then. */
static void
twice(struct pool *pool, json_object *o)
{
	struct pairs members = {0};
	json_object *again;
	size_t n, m;
	const char *once = canonical(pool, o, &n);
	enum err e = http_json(pool, once, n, &members, &again);

	need(e == OK || e == ERR_TOO_BIG);
	if (e == OK && !has_long(once))
		need(strcmp(canonical(pool, again, &m), once) == 0 && n == m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pool *pool = pool_new();
	struct pairs members = {0};
	json_object *o;

	if (http_json(pool, (const char *)data, len, &members, &o) == OK) {
		look(pool, o);
		twice(pool, o);
	}
	pool_free(pool);
	return 0;
}
