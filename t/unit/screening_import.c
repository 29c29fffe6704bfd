/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening_import.c: tests of lists taken from a file: whole, in the place of
 * the old one, or not at all. */
#include "bank/screening.h"

#include <string.h>

#include "t/lib/apply.h"
#include "t/lib/bank.h"
#include "t/lib/fault.h"
#include "t/tap.h"

#define HEADER "list,entry,name,aliases,birth_dates,countries\n"

static const char good[] =
	HEADER
	"EU,EU.1.1,Yevgeny Zhukovskiy,Evgeni Zhukovski|Евгений Жуковский| - "
	"|,1958-12-30 | 1959,rus|UA\n"
	"EU,EU.1.1,Zhukovskiy the Elder,,,\n"
	"UN,QDi.1,Mohammed al-Rashidi,,1966,SY\n";

/* A row instead, and what is said of it. */
static const struct {
	const char *text, *says;
} wrong[] = {
	{HEADER ",1,Nora,,,\n", ":2:1: This is missing."},
	{HEADER "EU,,Nora,,,\n", ":2:4: This is missing."},
	{HEADER "EU,1,,,,\n", ":2:6: This is missing."},
	{HEADER "EU,1,...,,,\n", ":2:6: \"...\" is no name."},
	{HEADER "EU,1,No\x01ra,,,\n", ":2:6: There are characters"},
	{HEADER "EU,1,Nora,\x01,,\n", ":2:11: There are characters"},
	{HEADER "EU,1,Nora,,1966-02-30,\n", "\"1966-02-30\" is no date"},
	{HEADER "EU,1,Nora,,1966|soon,\n", ":2:12: \"soon\" is no date"},
	{HEADER "EU,1,Nora,,,Russia\n", "\"Russia\" is no code"},
	{HEADER "EU,1,Nora,,,QQQ\n", "\"QQQ\" is no code"},
	{HEADER "EU,1,Nora,,,UTO\n", "\"UTO\" is no code"},
	{HEADER "EU,1,Nora,,,D1\n", "\"D1\" is no code"},
	{HEADER "EU,1,Nora\n", "has 3 fields"},
	{HEADER, "Nobody is in this file."},
	{"list,entry,nom\nEU,1,Nora\n", "no column \"nom\""},
	{"list,entry\nEU,1\n", "The column \"name\" is missing."},
	{"", ""},
};

struct ask {
	struct bank *b;
	struct screening_import i;
};

static enum err
import_text(struct bank *b, const char *text, struct screening_import *i)
{
	const char *path = pool_printf(b->pool, "%s/list.csv", b->dir);
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
	memset(i, 0, sizeof *i);
	i->file = path;
	return screening_import(b->db, b->pool, i);
}

static void
test_good(struct bank *b)
{
	struct screening_import i;
	struct screening_match *m;

	is_int(import_text(b, good, &i), OK, "lists are taken over");
	is_int(i.lists * 100 + i.entries * 10 + i.names, 225,
	       "two lists, two entries, five names");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE subject = "
			     "0 AND act = 'screening.import' AND detail = "
			     "'EU, UN: entries 2, names 5'"), 1,
	       "it is on record");
	screening_search(b->db, b->pool, "Jewgenij Schukowski", "1958-12-30",
			 "UA", &m);
	ok(m != NULL && strcmp(m->entry, "EU.1.1") == 0 && m->next == NULL,
	   "an entry is found by its name");
	is_text(m != NULL ? m->birth_date : "", "1958-12-30|1959",
		"with its birth dates");
	is_text(m != NULL ? m->country : "", "RU|UA", "and countries");
	ok(m != NULL && strstr(m->why, "country: same") != NULL,
	   "one of which is the same");
	screening_search(b->db, b->pool, "Жуковский Евгений", "1959-06-06",
			 NULL, &m);
	ok(m != NULL && strncmp(m->why, "an alias: ", 10) == 0,
	   "or by an alias, and that is said");
}

static void
test_replaced(struct bank *b)
{
	struct screening_import i;
	struct screening_match *m;

	is_int(import_text(b, HEADER "UN,QDi.2,Ramon Valdez,,,\n", &i), OK,
	       "a newer list comes");
	screening_search(b->db, b->pool, "Mohammed al-Rashidi", "1966-01-01",
			 NULL, &m);
	ok(m == NULL, "and takes the place of the one of its name");
	screening_search(b->db, b->pool, "Yevgeny Zhukovskiy", "1958-12-30",
			 NULL, &m);
	ok(m != NULL, "the other list stays");
	is_int(bank_count(b, "SELECT count(*) AS n FROM screening_key WHERE "
			     "name NOT IN (SELECT id FROM screening_name)"),
	       0, "no key is left of what is gone");
	is_int(import_text(b, "name,entry,list\nNora Neu,7,UN\n", &i), OK,
	       "columns stand in any order, and may be missing");
	is_int(bank_count(b, "SELECT count(*) AS n FROM screening_name WHERE "
			     "list = 'UN'"), 1, "one row is one name");
}

static void
test_wrong(struct bank *b)
{
	struct screening_import i;
	uint64_t before = fault_digest(b);
	const char *says;
	size_t n;

	for (n = 0; n < sizeof wrong / sizeof *wrong; n++) {
		is_int(import_text(b, wrong[n].text, &i), ERR_INPUT,
		       "a bad list is refused: %s", wrong[n].says);
		says = i.complaints != NULL ? i.complaints->text : "";
		if (!ok(strstr(says, wrong[n].says) != NULL &&
				strstr(says, "list.csv:") != NULL,
			"and where and why is said"))
			printf("# %s\n", says);
	}
	ok(fault_digest(b) == before, "nothing has changed by any of them");
	i.file = "/nowhere/at/all.csv";
	is_int(screening_import(b->db, b->pool, &i), ERR_INPUT,
	       "nor by a file that is not there");
	ok(i.complaints != NULL, "which is said");
}

static void
test_many(struct bank *b)
{
	struct buf text = {.pool = b->pool};
	struct screening_import i;
	int n;

	buf_puts(&text, HEADER);
	for (n = 0; n < IMPORT_COMPLAINTS + 5; n++)
		buf_puts(&text, "EU,1,,,,\n");
	is_int(import_text(b, text.data, &i), ERR_INPUT,
	       "a list of mistakes is refused");
	is_int(i.complained, IMPORT_COMPLAINTS,
	       "twenty of them are enough to say");
	text.len = 0;
	buf_puts(&text, HEADER);
	for (n = 0; n < 51; n++)
		buf_printf(&text, "L%d,1,Nora Neu,,,\n", n);
	is_int(import_text(b, text.data, &i), ERR_INPUT,
	       "fifty-one lists are too many");
	text.len = 0;
	buf_puts(&text, HEADER "EU,1,Nora Neu,,");
	for (n = 0; n < 250; n++)
		buf_puts(&text, "1966|");
	buf_puts(&text, ",\n");
	is_int(import_text(b, text.data, &i), ERR_INPUT,
	       "and so are birth dates without an end");
}

static void
test_waiting(struct bank *b)
{
	struct application sent = apply_ready(b), begun = apply_ready(b);
	struct screening_import i;
	struct screening_hit *h;

	import_text(b, good, &i);
	apply_do(b, apply_send, &sent);
	is_int(import_text(b, HEADER "UN,QDi.9,Neu Nora,,1994-02-28,DE\n", &i),
	       OK, "a list names somebody who has applied");
	is_int(i.applications, 1, "who waits is looked up anew");
	screening_hits(b->db, b->pool, sent.id, &h);
	ok(h != NULL && strcmp(h->entry, "QDi.9") == 0 && h->score == 100,
	   "and found");
	screening_hits(b->db, b->pool, begun.id, &h);
	ok(h == NULL, "who has not sent it yet will be when they do");
	is_int(apply_acts(b, &sent, "screening.run"), 2, "on record");
	db_rest(b->db);
	bank_tamper(b, "UPDATE application SET details = x'0011'");
	is_int(import_text(b, HEADER "UN,QDi.9,Other Name,,,\n", &i),
	       ERR_INTERNAL, "who cannot be looked up stops the list");
	bank_tamper(b, "UPDATE application SET details = NULL");
}

static enum err
run(struct bank *b, struct pool *pool, void *arg)
{
	struct screening_import i = {
		.file = pool_printf(pool, "%s/list.csv", b->dir)};

	(void)arg;
	return screening_import(b->db, pool, &i);
}

int
main(void)
{
	struct screening_import i;
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_good(&b);
	test_replaced(&b);
	test_wrong(&b);
	test_many(&b);
	test_waiting(&b);
	import_text(&b, good, &i);
	fault_loop(&b, "importing lists", run, NULL, OK);
	bank_close(&b);
	return tap_done();
}
