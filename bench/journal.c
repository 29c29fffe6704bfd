/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* journal.c: proves that every transfer a client was told is done is in the
 * book exactly once, and that no key paid twice. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/idem.h"
#include "bank/ledger.h"
#include "bench/options.h"
#include "lib/db.h"
#include "lib/log.h"
#include "lib/secret.h"

enum { SAY_MAX = 10, LINE = 200 };

struct check {
	struct db *db;
	int64_t journalled, lost, half, twice, booked;
};

static void
say(int64_t nth, const char *what, const char *line)
{
	if (nth <= SAY_MAX)
		fprintf(stderr, "# %s: %s", what, line);
}

/* The transfer, its two postings and its key, all fitting. */
static bool
fits(struct db *db, struct stmt *q, const uint8_t id[SECRET_ID],
     const char *key)
{
	struct idem i = {.user = db_int(q, "ordered_by"), .key = key};

	return strcmp(db_text(q, "purpose"), key) == 0 &&
	       db_int(q, "paid") == -db_int(q, "amount") &&
	       db_int(q, "got") == db_int(q, "amount") &&
	       idem_find(db, &i) == OK && i.result == IDEM_TRANSFER &&
	       memcmp(i.subject, id, SECRET_ID) == 0;
}

static void
line_check(struct check *c, const char *line)
{
	char text[SECRET_ID_TEXT], key[100];
	uint8_t id[SECRET_ID];
	struct stmt *q;

	if (sscanf(line, "%36s %99s", text, key) != 2 ||
	    !secret_id_parse(id, text)) {
		fprintf(stderr, "not a line of a journal: %s\n", line);
		exit(65);
	}
	c->journalled++;
	q = db_sql(c->db,
		"SELECT t.purpose, t.amount, f.amount AS paid, o.amount AS "
		"got, t.ordered_by FROM transfer t LEFT JOIN posting f ON "
		"f.id = " POSTING_ID("t.from_account", "t.from_seq")
		" AND f.transfer = t.id LEFT JOIN posting o ON o.id = "
		POSTING_ID("t.to_account", "t.to_seq")
		" AND o.transfer = t.id WHERE t.id = :id");
	db_put_blob(q, "id", id, sizeof id);
	if (!db_row(q))
		say(++c->lost, "acknowledged and lost", line);
	else if (!fits(c->db, q, id, key))
		say(++c->half, "acknowledged and not whole", line);
	if (db_done(q) != OK)
		exit(70);
}

/* Each request of bench/load has a purpose of its own: its key. */
static void
twice_check(struct check *c)
{
	struct stmt *q = db_sql(c->db,
		"SELECT purpose, count(*) AS n FROM transfer WHERE "
		"kind = 'transfer' GROUP BY purpose");
	char line[LINE];

	while (db_row(q)) {
		c->booked += db_int(q, "n");
		if (db_int(q, "n") == 1)
			continue;
		snprintf(line, sizeof line, "%.150s\n",
			 db_text(q, "purpose"));
		say(++c->twice, "booked more than once", line);
	}
	if (db_done(q) != OK)
		exit(70);
}

int
main(int argc, char **argv)
{
	const char *database = NULL, *journal = NULL;
	const struct option_row rows[] = {
		{"database", OPTION_TEXT, &database, 0, 0, "the book"},
		{"journal", OPTION_TEXT, &journal, 0, 0,
		 "what bench/load --journal wrote"}};
	struct check c = {.journalled = 0};
	struct store *store;
	char line[LINE];
	FILE *f;

	options_read(rows, 2, "bench/journal --database FILE --journal FILE",
		     argc, argv);
	log_open("journal", NULL);
	if (database == NULL || journal == NULL ||
	    (f = fopen(journal, "r")) == NULL ||
	    store_open(database, 1, false, &store) != OK) {
		fprintf(stderr, "journal: book or journal cannot be opened\n");
		return 66;
	}
	c.db = db_new(store);
	while (fgets(line, sizeof line, f) != NULL)
		line_check(&c, line);
	twice_check(&c);
	fclose(f);
	db_free(c.db);
	store_close(store);
	printf("{\"acknowledged\":%" PRId64 ",\"booked\":%" PRId64
	       ",\"lost\":%" PRId64 ",\"half\":%" PRId64 ",\"twice\":%" PRId64
	       "}\n", c.journalled, c.booked, c.lost, c.half, c.twice);
	return c.lost + c.half + c.twice != 0;
}
