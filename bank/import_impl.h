/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import_impl.h: what the files of the import share; nobody else's. */
#ifndef CLICKNET_IMPORT_IMPL_H
#define CLICKNET_IMPORT_IMPL_H

#include "bank/import.h"
#include "lib/csv.h"
#include "lib/money.h"

enum { IMPORT_COLUMNS = 12, IMPORT_CONTRAS = 32 };

/* One of the bank's own accounts, found once. */
struct contra {
	char purpose[20], currency[4];
	int64_t id;
};

/* One run of the import; everything in it is made anew when it runs again. */
struct importing {
	struct import *i;
	struct db *db;
	struct pool *pool, *row; /* of the run; of one row */
	struct csv *csv;
	const char *const *columns;
	int at[IMPORT_COLUMNS];
	struct import_line **complaint_end, **note_end;
	struct import_line *spoiled;
	struct contra contras[IMPORT_CONTRAS];
	int contra_count;
	int32_t today, last_on;
	bool catalogue; /* no books beside it */
	int64_t now;
};

/* Adds a complaint about a column of the row; returns ERR_INPUT. */
enum err import_complain(struct importing *, int column, const char *format,
			 ...) __attribute__((format(printf, 3, 4)));
void import_note(struct importing *, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What a bad row was about: later rows about the same are passed over, so
 * that one mistake is one complaint. */
void import_spoil(struct importing *, const char *what);
bool import_spoiled(const struct importing *, const char *what);

/* A field of the row by its number in the file's list of columns. These
 * complain, and return ERR_INPUT, if it is not what it should be. Texts live
 * as long as the row. */
const char *import_text(struct importing *, int column);
enum err import_words(struct importing *, int column, long min, long max,
		      const char **out);
enum err import_code(struct importing *, int column, const char **out);
enum err import_number(struct importing *, int column, const char **out);
enum err import_money(struct importing *, int column, const char *currency,
		      struct money *out);
enum err import_date(struct importing *, int column, int32_t *out);
/* Not negative; none: 0. */
enum err import_bound(struct importing *, int column, const char *currency,
		      int64_t *out);
enum err import_count(struct importing *, int column, int64_t *out);

/* An account that must be there, by its number. */
struct import_account {
	int64_t id, customer;
	char currency[4];
	struct money balance;
};
enum err import_account(struct importing *, int column, const char **number,
			struct import_account *out);

/* Makes a product nobody defined, with a note. */
enum err import_product_need(struct importing *, const char *code);

/* One row each. ERR_INPUT: complained, go on with the next row; any other
 * error ends the import. */
typedef enum err import_row(struct importing *);
import_row import_product, import_offer, import_branch, import_customer;
import_row import_opened, import_holder, import_transaction;
import_row import_standing_order;
extern const char *const import_product_columns[];
extern const char *const import_offer_columns[];
extern const char *const import_branch_columns[];
extern const char *const import_customer_columns[];
extern const char *const import_account_columns[];
extern const char *const import_holder_columns[];
extern const char *const import_transaction_columns[];
extern const char *const import_standing_order_columns[];

#endif
