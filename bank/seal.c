/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* seal.c: how personal data goes into a column and comes out of it. */
#include "bank/seal.h"

#include <ctype.h>
#include <string.h>

#define TAX_SIGNS "-/."

void
seal_put(struct stmt *q, struct pool *pool, const char *name,
	 const char *where, int64_t row, const char *text)
{
	size_t len = 0;
	void *sealed = NULL;

	if (text != NULL && *text != '\0')
		sealed = secret_seal(pool, where, row, text, &len);
	db_put_blob(q, name, sealed, len);
}

enum err
seal_get(struct stmt *q, struct pool *pool, const char *column,
	 const char *where, int64_t row, const char **text)
{
	size_t len;
	const void *sealed = db_blob(q, column, &len);
	char *open;
	enum err e;

	*text = "";
	if (sealed == NULL)
		return OK;
	if ((e = secret_open(pool, where, row, sealed, len, &open)) == OK)
		*text = open;
	return e;
}

void
seal_put_bytes(struct stmt *q, struct pool *pool, const char *name,
	       const char *where, int64_t row, const void *data, size_t len)
{
	size_t sealed_len;
	const void *sealed =
		secret_seal_bytes(pool, where, row, data, len, &sealed_len);

	db_put_blob(q, name, sealed, sealed_len);
}

enum err
seal_get_bytes(struct stmt *q, struct pool *pool, const char *column,
	       const char *where, int64_t row, const void **data, size_t *len)
{
	size_t sealed_len;
	const void *sealed = db_blob(q, column, &sealed_len);
	void *open;
	enum err e;

	*data = NULL;
	*len = 0;
	if (sealed == NULL)
		return OK;
	e = secret_open_bytes(pool, where, row, sealed, sealed_len, &open, len);
	if (e == OK)
		*data = open;
	return e;
}

int64_t
seal_row(const uint8_t id[SECRET_ID])
{
	int64_t row;

	memcpy(&row, id + SECRET_ID - sizeof row, sizeof row);
	return row;
}

int64_t
seal_row_of(struct stmt *q, const char *id_column)
{
	uint8_t id[SECRET_ID];

	db_copy(q, id_column, id, sizeof id);
	return seal_row(id);
}

static void
row_mac(const struct chain *c, uint8_t mac[SECRET_HASH])
{
	uint8_t hash[SECRET_HASH];

	chain_end(c, hash);
	secret_mac(mac, SECRET_ROW, hash, sizeof hash);
}

void
seal_bind(struct stmt *q, const struct chain *c)
{
	uint8_t mac[SECRET_HASH];

	row_mac(c, mac);
	db_put_blob(q, "seal", mac, sizeof mac);
}

bool
seal_fits(struct stmt *q, const struct chain *c)
{
	uint8_t mac[SECRET_HASH], have[SECRET_HASH];

	row_mac(c, mac);
	return db_copy(q, "seal", have, sizeof have) &&
	       secret_equal(mac, have, sizeof mac);
}

/* Without ${signs} and space; false if there is nothing to index. */
static bool
index_of(const char *text, const char *signs, uint8_t mac[SECRET_HASH])
{
	char plain[200];
	size_t n = 0;

	for (; *text != '\0' && n < sizeof plain; text++)
		if (!isspace((unsigned char)*text) &&
		    strchr(signs, *text) == NULL)
			plain[n++] = (char)tolower((unsigned char)*text);
	if (n != 0)
		secret_mac(mac, SECRET_INDEX, plain, n);
	return n != 0;
}

static void
index_put(struct stmt *q, const char *name, const char *text,
	  const char *signs)
{
	uint8_t mac[SECRET_HASH];
	bool is = index_of(text, signs, mac);

	db_put_blob(q, name, is ? mac : NULL, sizeof mac);
}

static bool
index_same(const char *a, const char *b, const char *signs)
{
	uint8_t one[SECRET_HASH], other[SECRET_HASH];

	return index_of(a, signs, one) && index_of(b, signs, other) &&
	       secret_equal(one, other, SECRET_HASH);
}

void
seal_put_index(struct stmt *q, const char *name, const char *text)
{
	index_put(q, name, text, "-");
}

bool
seal_same(const char *a, const char *b)
{
	return index_same(a, b, "-");
}

void
seal_put_tax(struct stmt *q, const char *tax_id)
{
	index_put(q, "tax_index", tax_id, TAX_SIGNS);
}

bool
seal_same_tax(const char *a, const char *b)
{
	return index_same(a, b, TAX_SIGNS);
}
