/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* seal.h: sealed columns, and blind indexes to find them by. */
#ifndef CLICKNET_SEAL_H
#define CLICKNET_SEAL_H

#include "bank/chain.h"
#include "lib/db.h"
#include "lib/pool.h"
#include "lib/secret.h"

/* Binds :${name} to ${text} sealed for its place (${where}, ${row}); an empty
 * or NULL text binds NULL. */
void seal_put(struct stmt *, struct pool *, const char *name,
	      const char *where, int64_t row, const char *text);

/* A sealed column opened, in pool memory; "" for NULL. ERR_INTERNAL if it was
 * tampered with or moved. */
enum err seal_get(struct stmt *, struct pool *, const char *column,
		  const char *where, int64_t row, const char **text);

/* The same for bytes: a picture. An absent one is NULL, of length 0. */
void seal_put_bytes(struct stmt *, struct pool *, const char *name,
		    const char *where, int64_t row, const void *data,
		    size_t len);
enum err seal_get_bytes(struct stmt *, struct pool *, const char *column,
			const char *where, int64_t row, const void **data,
			size_t *len);

/* How many bytes a sealed column has more than what is in it. */
enum { SEAL_MORE = 29 };

/* The row number that stands for a row whose key is an id. */
int64_t seal_row(const uint8_t id[SECRET_ID]);
int64_t seal_row_of(struct stmt *, const char *id_column);

/* A row that decides who gets in carries a MAC over its key and its columns, in
 * its column seal: what another writes into it is known for that. The chain is
 * begun with the table's name; then come the columns, in any order that stays;
 * _bind binds :seal, _fits asks whether the standing row has that seal. */
void seal_bind(struct stmt *, const struct chain *);
bool seal_fits(struct stmt *, const struct chain *);

/* Binds :${name} to the blind index of ${text}: the same letters and digits,
 * whatever their case, spaces and dashes, give the same. NULL if empty. */
void seal_put_index(struct stmt *, const char *name, const char *text);

/* Would the two have the same index? Never for an empty one. */
bool seal_same(const char *a, const char *b);

/* The same for tax ids, :tax_index: with strokes and points or without. */
void seal_put_tax(struct stmt *, const char *tax_id);
bool seal_same_tax(const char *a, const char *b);

#endif
