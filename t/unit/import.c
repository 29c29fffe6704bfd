/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import.c: tests of books taken over, a complaint for each thing that may be
 * wrong with a row, and nothing kept when one is. */
#include "bank/import.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bank/branch.h"
#include "bank/offer.h"
#include "bank/verify.h"
#include "t/lib/bank.h"
#include "t/lib/fault.h"
#include "t/tap.h"

/* A small bank: each file's header and its rows. */
static const struct {
	const char *name, *header, *rows;
} files[] = {
	{"products", "code,name,category,interest_rate,per_transfer_min,"
		     "per_transfer_max,daily_amount,daily_count,transfer_fee",
	 "GIRO,Giro,current,0.5,0.01,500.00,800.00,5,0.20\n"
	 "PLAIN,Plain,,,,,,,\nLEND,Lend,loan,,,,,,\n"},
	{"offers", "product_code,category,currency,summary,features,terms,"
		   "monthly_fee,opening_min,age_min",
	 "GIRO,deposit,,For pay.,Free | quick|,\"One.\r\nTwo.\",2.50,10.00,16\n"
	 "PLAIN,card,JPY,,,,150,,\n"},
	{"branches", "branch_code,name,region,address,hours,services,lat,lon",
	 "B1,Main,North,1 High Street,Mo-Fr 9-17,\"cash, advice\",52.5,-13.4\n"
	 "B2,Side,,,,,,\n"},
	{"customers", "customer_id,name,birth_date,tax_id,mobile,email,"
		      "branch_code,language",
	 "P1,Nina,1980-01-01,T1,+1 (2) 3-4/5,n@bank.example,B1,de\n"
	 "P2,Otto,,,,,,\n"},
	{"accounts", "account_number,customer_id,title,product_code,currency,"
		     "opened_on,branch_code,overdraft_limit",
	 "X00001,P1,Giro,GIRO,EUR,2020-01-01,B1,10.00\n"
	 "X00002,P2,Spare,MY_SAVINGS,EUR,2020-01-01,,\n"
	 "X00003,P2,House,LOAN_1,EUR,2020-01-01,,\n"},
	{"holders", "account_number,customer_id,role",
	 "X00001,P1,owner\nX00001,P2,user\n"},
	{"transactions", "account_number,booked_on,kind,amount,balance_after,"
			 "contra,counterparty_bank,counterparty_account,"
			 "purpose,reference,currency",
	 "X00001,2021-01-01,deposit,5.00,5.00,cash,,,first,,EUR\n"
	 "X00001,2021-01-02,card,-15.00,,cards,QX,12,second,R2,\n"},
	{"standing-orders", "account_number,to_bank,to_account,amount,"
			    "purpose,currency",
	 "X00001,QX,123,4.50,rent,EUR\nX00002,QX,123,1.00,,\n"},
};
enum { FILES = sizeof files / sizeof *files };

/* One row instead of a file's own, and what is said of it. */
static const struct {
	const char *name, *row, *says;
} wrong[] = {
	{"products", ",Giro,,,,,,,", "missing"},
	{"products", "A B,Giro,,,,,,,", "A code has letters"},
	{"products", "G,,,,,,,,", "missing"},
	{"products", "G,Giro,magic,,,,,,", "no category"},
	{"products", "G,Giro,,1.255,,,,,", "no rate"},
	{"products", "G,Giro,,1.,,,,,", "no rate"},
	{"products", "G,Giro,,.5,,,,,", "no rate"},
	{"products", "G,Giro,,1.2.3,,,,,", "no rate"},
	{"products", "G,Giro,,123456789,,,,,", "no rate"},
	{"products", "G,Giro,,x,,,,,", "no rate"},
	{"products", "G,Giro,,,x,,,,", "no amount"},
	{"products", "G,Giro,,,,-1.00,,,", "not negative"},
	{"products", "G,Giro,,,,,x,,", "no amount"},
	{"products", "G,Giro,,,,,,x,", "no number"},
	{"products", "G,Giro,,,,,,1234567890,", "no number"},
	{"products", "G,Giro,,,,,,,x", "no amount"},
	{"products", "SAVE,Save,,,,,,,", "product SAVE already"},
	{"offers", ",deposit,,,,,,,", "missing"},
	{"offers", "NONE,deposit,,,,,,,", "no product NONE"},
	{"offers", "GIRO,deposit,,,,,,,\nGIRO,card,,,,,,,", "offered twice"},
	{"offers", "GIRO,,,,,,,,", "no category"},
	{"offers", "GIRO,gift,,,,,,,", "no category"},
	{"offers", "GIRO,loan,,,,,,,", "a current account, which is no loan"},
	{"offers", "SAVE,card,,,,,,,", "a savings account, which is no card"},
	{"offers", "LEND,deposit,,,,,,,", "account, which is no deposit"},
	{"offers", "BANK,card,,,,,,,", "account, which is no card"},
	{"offers", "GIRO,deposit,EURO,,,,,,", "no currency"},
	{"offers", "GIRO,deposit,,\x01,,,,,", "cannot be seen"},
	{"offers", "GIRO,deposit,,,a|\x01|b,,,,", "cannot be seen"},
	{"offers", "GIRO,deposit,,,,\x01,,,", "cannot be seen"},
	{"offers", "GIRO,deposit,,,,,x,,", "no amount"},
	{"offers", "GIRO,deposit,,,,,-1.00,,", "not negative"},
	{"offers", "GIRO,deposit,JPY,,,,1.00,,", "no amount in JPY"},
	{"offers", "GIRO,deposit,,,,,,x,", "no amount"},
	{"offers", "GIRO,deposit,,,,,,,old", "no number"},
	{"offers", "GIRO,deposit,,,,,,,100", "older than 99"},
	{"branches", ",Main,North,,,,,", "missing"},
	{"branches", "B1,,North,,,,,", "missing"},
	{"branches", "B1,Main,\x01,,,,,", "cannot be seen"},
	{"branches", "B1,Main,,\x01,,,,", "cannot be seen"},
	{"branches", "B1,Main,,,\x01,,,", "cannot be seen"},
	{"branches", "B1,Main,,,,\x01,,", "cannot be seen"},
	{"branches", "B1,Main,,,,,52.5,", "lat and lon, or neither"},
	{"branches", "B1,Main,,,,,,13.4", "lat and lon, or neither"},
	{"branches", "B1,Main,,,,,north,13.4", "no degree"},
	{"branches", "B1,Main,,,,,90.1,13.4", "of 90 at most"},
	{"branches", "B1,Main,,,,,52.5,181", "of 180 at most"},
	{"branches", "B1,Main,North,,,,,\nB1,Main,North,,,,,",
	 "branch B1 already"},
	{"customers", ",Nina,,,,,,", "missing"},
	{"customers", "P1,,,,,,,", "missing"},
	{"customers", "P1,Nina,yesterday,,,,,", "no date"},
	{"customers", "P1,Nina,2999-01-01,,,,,", "in the future"},
	{"customers", "P1,Nina,,\x01,,,,", "cannot be seen"},
	{"customers", "P1,Nina,,,call me,,,", "no phone number"},
	{"customers", "P1,Nina,,,1234567890123456789012345678901,,,",
	 "longer than 30"},
	{"customers", "P1,Nina,,,,nobody,,", "no mail address"},
	{"customers", "P1,Nina,,,,\x01@,,", "cannot be seen"},
	{"customers", "P1,Nina,,,,,\x01,", "cannot be seen"},
	{"customers", "P1,Nina,,,,,B9,", "no branch B9"},
	{"customers", "P1,Nina,,,,,,klingonish", "longer than 8"},
	{"customers", "C1,Nina,,,,,,", "customer C1 already"},
	{"accounts", "X1,P1,Giro,GIRO,EUR,2020-01-01,,", "5 to 34"},
	{"accounts", "X0000!,P1,Giro,GIRO,EUR,2020-01-01,,", "digits only"},
	{"accounts", "BANK-X,P1,Giro,GIRO,EUR,2020-01-01,,", "bank's own"},
	{"accounts", "X00001,P9,Giro,GIRO,EUR,2020-01-01,,", "customer P9"},
	{"accounts", "X00001,!,Giro,GIRO,EUR,2020-01-01,,", "A code has"},
	{"accounts", "X00001,P1,,GIRO,EUR,2020-01-01,,", "missing"},
	{"accounts", "X00001,P1,Giro,,EUR,2020-01-01,,", "missing"},
	{"accounts", "X00001,P1,Giro,GIRO,EURO,2020-01-01,,", "no currency"},
	{"accounts", "X00001,P1,Giro,GIRO,EUR,2020-02-30,,", "no date"},
	{"accounts", "X00001,P1,Giro,GIRO,EUR,2020-01-01,B9,", "branch B9"},
	{"accounts", "X00001,P1,Giro,GIRO,EUR,2020-01-01,,x", "no amount"},
	{"accounts", "X00001,P1,Giro,GIRO,EUR,2020-01-01,,-1.00",
	 "not negative"},
	{"accounts", ANNA_CURRENT ",P1,Giro,GIRO,EUR,2020-01-01,,",
	 "already"},
	{"holders", "X00009,P1,user", "no account X00009"},
	{"holders", "X00001,P9,user", "no customer P9"},
	{"holders", "X00001,P2,boss", "no role"},
	{"holders", "X00001,P2,user\nX00001,P2,user", "already"},
	{"transactions", "X00009,2021-01-01,deposit,5.00,,cash,,,,,",
	 "no account"},
	{"transactions", "X00001,soon,deposit,5.00,,cash,,,,,", "no date"},
	{"transactions", "X00001,2021-01-01,Oops!,5.00,,cash,,,,,",
	 "no kind"},
	{"transactions", "X00001,2021-01-01,,5.00,,cash,,,,,", "no kind"},
	{"transactions", "X00001,2021-01-01,deposit,x,,cash,,,,,",
	 "no amount"},
	{"transactions", "X00001,2021-01-01,deposit,0.00,,cash,,,,,",
	 "not zero"},
	{"transactions", "X00001,2021-01-01,deposit,-92233720368547758.08,,"
			 "cash,,,,,", "too much"},
	{"transactions", "X00001,2021-01-01,deposit,5.00,6.00,cash,,,,,",
	 "balance after"},
	{"transactions", "X00001,2021-01-01,deposit,5.00,x,cash,,,,,",
	 "no amount"},
	{"transactions", "X00001,2021-01-01,deposit,5.00,,sofa,,,,,",
	 "bank's own"},
	{"transactions", "X00001,2021-01-01,deposit,5.00,,cash,\x01,,,,",
	 "cannot be seen"},
	{"transactions", "X00001,2021-01-01,deposit,5.00,,cash,,\x01,,,",
	 "cannot be seen"},
	{"transactions", "X00001,2021-01-01,deposit,5.00,,cash,,,\x01,,",
	 "cannot be seen"},
	{"transactions", "X00001,2021-01-01,deposit,5.00,,cash,,,,\x01,",
	 "cannot be seen"},
	{"transactions", "X00001,2021-01-01,deposit,5.00,,cash,,,,,USD",
	 "has EUR"},
	{"transactions", "X00001,2021-01-01,card,-10.01,,cards,,,,,",
	 "more than X00001 has"},
	{"transactions", "X00001,2021-01-02,deposit,5.00,,cash,,,,,\n"
			 "X00001,2021-01-01,deposit,5.00,,cash,,,,,",
	 "booking order"},
	{"transactions", ANNA_CURRENT ",2021-01-01,deposit,5.00,,cash,,,,,",
	 "later bookings"},
	{"standing-orders", "X00009,QX,123,4.50,rent,", "no account"},
	{"standing-orders", "X00001,QX,,4.50,rent,", "missing"},
	{"standing-orders", "X00001,QX,123,x,rent,", "no amount"},
	{"standing-orders", "X00001,QX,123,-4.50,rent,", "above zero"},
	{"standing-orders", "X00001,QX,123,4.50,\x01,", "cannot be seen"},
	{"standing-orders", "X00001,QX,123,4.50,rent,USD", "has EUR"},
	{"branches", "B1,Main", "has 2 fields"},
	{"branches", "\"B1,Main,North", ""},
};
enum { WRONG = sizeof wrong / sizeof *wrong };

static const char *
path_of(struct bank *b, const char *name)
{
	return pool_printf(b->pool, "%s/books/%s.csv", b->dir, name);
}

static void
write_file(struct bank *b, const char *name, const char *header,
	   const char *rows)
{
	FILE *f = fopen(path_of(b, name), "w");

	fprintf(f, "%s\n%s", header, rows);
	fclose(f);
}

static void
write_all(struct bank *b)
{
	int i;

	for (i = 0; i < FILES; i++)
		write_file(b, files[i].name, files[i].header, files[i].rows);
}

static const char *
header_of(const char *name)
{
	int i;

	for (i = 0; i < FILES - 1; i++)
		if (strcmp(files[i].name, name) == 0)
			break;
	return files[i].header;
}

static void
heard(int64_t done, int64_t all)
{
	(void)done;
	(void)all;
}

static enum err
run(struct bank *b, struct pool *pool, void *arg)
{
	struct import *i = arg;

	i->dir = pool_printf(pool, "%s/books", b->dir);
	i->progress = heard;
	return import_books(b->db, pool, i);
}

static void
test_wrong(struct bank *b)
{
	struct import_line *l;
	uint64_t before = fault_digest(b);
	struct import i = {.dry_run = true};
	bool said;
	int k;

	for (k = 0; k < WRONG; k++) {
		write_all(b);
		write_file(b, wrong[k].name, header_of(wrong[k].name),
			   pool_printf(b->pool, "%s\n", wrong[k].row));
		said = run(b, b->pool, &i) == ERR_INPUT;
		for (l = i.complaints; l != NULL; l = l->next)
			if (strstr(l->text, wrong[k].name) != NULL &&
			    strstr(l->text, wrong[k].says) != NULL)
				break;
		if (!ok(said && l != NULL, "%s: %s", wrong[k].name,
			wrong[k].says) &&
		    i.complaints != NULL)
			printf("# %s\n", i.complaints->text);
	}
	ok(fault_digest(b) == before, "and nothing of it is kept");
}

static void
test_headers(struct bank *b)
{
	struct import i = {0};

	write_all(b);
	write_file(b, "branches", "branch_code,name,regoin", "B1,Main,N\n");
	is_int(run(b, b->pool, &i), ERR_INPUT, "a column misspelt");
	ok(strstr(i.complaints->text, "no column \"regoin\"") != NULL,
	   "is named");
	write_file(b, "branches", "branch_code,region", "B1,N\n");
	is_int(run(b, b->pool, &i), ERR_INPUT, "a column missing");
	ok(strstr(i.complaints->text, "\"name\" is missing") != NULL,
	   "is named");
	write_all(b);
	unlink(path_of(b, "accounts"));
	is_int(run(b, b->pool, &i), ERR_INPUT, "a file missing");
	ok(strstr(i.complaints->text, "accounts.csv") != NULL, "is named");
}

/* More than the words a person would read. */
static void
test_long(struct bank *b)
{
	struct import i = {.dry_run = true};
	char words[2200];

	memset(words, 'a', sizeof words - 1);
	words[sizeof words - 1] = '\0';
	write_all(b);
	write_file(b, "offers", header_of("offers"),
		   pool_printf(b->pool, "GIRO,deposit,,,%s,,,,\n", words));
	is_int(run(b, b->pool, &i), ERR_INPUT, "features without an end");
	ok(strstr(i.complaints->text, "longer than 2000") != NULL,
	   "are named");
}

/* In a bank that has its books: what it offers is changed. */
static void
test_catalogue(struct bank *b)
{
	struct import i = {0};
	struct offer o;
	int n;

	for (n = 0; n < FILES; n++)
		unlink(path_of(b, files[n].name));
	is_int(run(b, b->pool, &i), ERR_INPUT, "an empty folder is no books");
	write_file(b, "offers", header_of("offers"),
		   "PLAIN,deposit,,,,,,,\nGIRO,deposit,,Cheap.,,,,,\n");
	is_int(run(b, b->pool, &i), OK, "a catalogue needs no books");
	is_int(i.offers, 2, "and is counted");
	is_int(offer_get(b->db, b->pool, "GIRO", &o), OK, "an offer");
	ok(strcmp(o.summary, "Cheap.") == 0 && *o.features == '\0' &&
		   o.monthly_fee == 0 && o.age_min == 18 && o.position == 1,
	   "is what was said last");
	db_rest(b->db);
	write_file(b, "holders", header_of("holders"), "X00001,P2,user\n");
	is_int(run(b, b->pool, &i), ERR_INPUT, "what is more is books");
	ok(strstr(i.complaints->text, "customers.csv") != NULL,
	   "which need people");
}

static void
test_offered(struct bank *b)
{
	struct offer o;
	struct branch br;

	is_int(offer_get(b->db, b->pool, "GIRO", &o), OK,
	       "what is offered stands");
	ok(strcmp(o.features, "Free\nquick") == 0 &&
		   strcmp(o.terms, "One.\nTwo.") == 0 &&
		   strcmp(o.currency, "EUR") == 0 && o.monthly_fee == 250 &&
		   o.opening_min == 1000 && o.age_min == 16 && o.position == 0,
	   "line by line, in the bank's currency");
	offer_get(b->db, b->pool, "PLAIN", &o);
	ok(strcmp(o.currency, "JPY") == 0 && o.monthly_fee == 150 &&
		   o.age_min == 18 && o.position == 1,
	   "or in its own");
	is_int(branch_get(b->db, b->pool, "B1", &br), OK, "a branch stands");
	ok(br.placed && br.place.lat_e6 == 52500000 &&
		   br.place.lon_e6 == -13400000 &&
		   strcmp(br.services, "cash, advice") == 0 &&
		   strcmp(br.hours, "Mo-Fr 9-17") == 0,
	   "where it is, when it is open and what it does");
	branch_get(b->db, b->pool, "B2", &br);
	ok(!br.placed && *br.address == '\0', "of another nothing is known");
	db_rest(b->db);
}

static void
test_right(struct bank *b)
{
	struct import i = {.dry_run = true};
	uint64_t before = fault_digest(b);
	struct verify v;

	write_all(b);
	is_int(run(b, b->pool, &i), OK, "books can be tried");
	ok(i.notes != NULL && i.notes->next != NULL,
	   "products nobody defined are made, and noted");
	ok(fault_digest(b) == before, "and nothing of it is kept");
	i.dry_run = false;
	ok(fault_loop(b, "taking books over", run, &i, OK) > 50,
	   "all or nothing of it is");
	ok(i.customers == 2 && i.accounts == 3 && i.transactions == 2 &&
		   i.standing_orders == 2 && i.holders == 2 &&
		   i.branches == 2 && i.products == 5 && i.offers == 2,
	   "everything is counted");
	is_int(bank_count(b, "SELECT count(*) AS n FROM product WHERE "
			     "(code = 'MY_SAVINGS' AND category = 'savings') "
			     "OR (code = 'LOAN_1' AND category = 'loan')"),
	       2, "as what their names say");
	is_int(bank_count(b, "SELECT balance AS n FROM account "
			     "WHERE number = 'X00001'"),
	       -1000, "the balance is what was booked");
	verify_bank(b->db, b->pool, NULL, &v);
	db_rest(b->db);
	ok(v.ok, "and the book is right");
	test_offered(b);
}

int
main(void)
{
	struct bank b;
	int i;

	bank_open(&b);
	mkdir(pool_printf(b.pool, "%s/books", b.dir), 0700);
	test_wrong(&b);
	test_headers(&b);
	test_long(&b);
	test_right(&b);
	test_catalogue(&b);
	for (i = 0; i < FILES; i++)
		unlink(path_of(&b, files[i].name));
	rmdir(pool_printf(b.pool, "%s/books", b.dir));
	bank_close(&b);
	return tap_done();
}
