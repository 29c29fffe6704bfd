/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening_key.c: what names are looked up by, so that a letter mistaken,
 * left out or added does not hide them. */
#include <string.h>

#include "bank/screening_impl.h"

/* Of a part's sound the first six letters, and the first seven with each left
 * out in turn: two parts one edit apart have one of these in common. Of its
 * consonants all, up to eight. */
enum { HEAD = 6, BONES = 8 };

static void
key_put(struct screening_keys *k, char kind, const char *text, size_t len,
	uint32_t parts)
{
	struct screening_key one = {.parts = parts};
	size_t at;
	int i;

	one.text[0] = kind;
	for (at = 0; at < len; at++) /* bytes of other scripts as letters */
		one.text[at + 1] = (text[at] & 0x80) == 0
					   ? text[at]
					   : (char)('0' + (text[at] & 0x3f));
	for (i = 0; i < k->count; i++)
		if (strcmp(k->key[i].text, one.text) == 0) {
			k->key[i].parts |= parts;
			return;
		}
	if (k->count < SCREENING_KEYS)
		k->key[k->count++] = one;
}

static size_t
at_most(const char *text, size_t most)
{
	size_t len = strlen(text);

	return len < most ? len : most;
}

static void
whole_put(struct screening_keys *k, const struct likeness_part *p,
	  uint32_t parts)
{
	size_t bones = at_most(p->core, BONES);

	key_put(k, 's', p->sound, at_most(p->sound, HEAD), parts);
	if (bones > 1)
		key_put(k, 'c', p->core, bones, parts);
}

static void
edits_put(struct screening_keys *k, const struct likeness_part *p,
	  uint32_t parts)
{
	size_t len = at_most(p->sound, HEAD + 1), i;
	char text[HEAD + 1];

	for (i = 0; len > 2 && i < len; i++) {
		memcpy(text, p->sound, i);
		memcpy(text + i, p->sound + i + 1, len - i - 1);
		key_put(k, 's', text, len - 1, parts);
	}
}

/* Two neighbours may be one part elsewhere; with an article between, three. */
static void
joined_put(struct screening_keys *k, const struct likeness_name *n, int at)
{
	struct likeness_name joined = *n;
	uint32_t parts = 3u << at;

	likeness_join(&joined, at);
	whole_put(k, &joined.part[at], parts);
	if (n->part[at + 1].small && at + 1 < joined.count) {
		likeness_join(&joined, at);
		whole_put(k, &joined.part[at], parts | parts << 1);
	}
}

void
screening_keys(const struct likeness_name *n, struct screening_keys *out)
{
	int i;

	out->count = 0;
	for (i = 0; i < n->count; i++) {
		if (i + 1 < n->count)
			joined_put(out, n, i);
		if (n->part[i].small)
			continue;
		whole_put(out, &n->part[i], 1u << i);
		edits_put(out, &n->part[i], 1u << i);
	}
}

/* Names seen so far, in a table twice as large as what is in it. */
struct seen {
	int64_t name;
	uint32_t parts;
	bool rare;
};
struct seen_table {
	struct pool *pool;
	struct seen *slot;
	size_t size, count;
};
enum { TABLE_MIN = 4096, RARE = 40 };

static struct seen *
slot_find(struct seen_table *t, int64_t name)
{
	size_t at = (size_t)((uint64_t)name * 0x9e3779b97f4a7c15u >> 20);

	for (at &= t->size - 1; t->slot[at].name != 0 &&
				t->slot[at].name != name;)
		at = (at + 1) & (t->size - 1);
	return &t->slot[at];
}

static void
table_grow(struct seen_table *t)
{
	struct seen_table old = *t;
	size_t i;

	t->size = old.size > 0 ? old.size * 2 : TABLE_MIN;
	t->slot = pool_alloc(t->pool, t->size * sizeof *t->slot);
	for (i = 0; i < old.size; i++)
		if (old.slot[i].name != 0)
			*slot_find(t, old.slot[i].name) = old.slot[i];
}

static struct seen *
table_put(struct seen_table *t, int64_t name, uint32_t parts)
{
	struct seen *s;

	if (t->count * 2 >= t->size)
		table_grow(t);
	s = slot_find(t, name);
	t->count += s->name == 0;
	s->name = name;
	s->parts |= parts;
	return s;
}

/* Few names share a rare key: each of them is looked at. */
static enum err
key_look(struct db *db, const struct screening_key *key, struct seen_table *t)
{
	struct stmt *q = db_sql(db, "SELECT name FROM screening_key "
				    "WHERE key = :key");
	int64_t first[RARE];
	int count = 0, i;

	db_put_text(q, "key", key->text);
	for (; db_row(q); count++) {
		if (count < RARE)
			first[count] = db_int(q, "name");
		table_put(t, db_int(q, "name"), key->parts);
	}
	for (i = 0; count <= RARE && i < count; i++)
		slot_find(t, first[i])->rare = true;
	return db_done(q);
}

/* Two parts in common, or a rare one, or the only one there is. */
static bool
worth(const struct seen *s, int parts)
{
	return s->name != 0 && (s->rare || parts < 2 ||
				(s->parts & (s->parts - 1)) != 0);
}

enum err
screening_candidates(struct db *db, struct pool *pool,
		     const struct likeness_name *n, int64_t **names,
		     int *count)
{
	struct seen_table t = {.pool = pool};
	struct screening_keys *k = pool_alloc(pool, sizeof *k);
	int parts = 0, i;
	size_t at;
	enum err e;

	for (i = 0; i < n->count; i++)
		parts += !n->part[i].small;
	screening_keys(n, k);
	for (i = 0; i < k->count; i++)
		if ((e = key_look(db, &k->key[i], &t)) != OK)
			return e;
	*names = pool_alloc(pool, (t.count + 1) * sizeof **names);
	*count = 0;
	for (at = 0; at < t.size; at++)
		if (worth(&t.slot[at], parts))
			(*names)[(*count)++] = t.slot[at].name;
	return OK;
}
