/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_impl.h: what the demo*.c files share; nobody else's. */
#ifndef CLICKNET_DEMO_IMPL_H
#define CLICKNET_DEMO_IMPL_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/db.h"
#include "lib/pool.h"

/* A file of db/demo, all of it: cells in the order asked for. */
struct demo_table {
	const char *name;
	int rows, columns;
	const char **cells;
};
enum err demo_table_read(struct pool *, const char *dir, const char *name,
			 const char *columns, struct demo_table *);
const char *demo_cell(const struct demo_table *, int row, int column);

/* The files, with their columns by name. */
enum { PRODUCT_CODE, PRODUCT_NAME, PRODUCT_CATEGORY, PRODUCT_INTEREST,
       PRODUCT_MIN, PRODUCT_MAX, PRODUCT_DAILY, PRODUCT_TIMES, PRODUCT_FEE };
enum { OFFER_PRODUCT, OFFER_CATEGORY, OFFER_SUMMARY, OFFER_FEATURES,
       OFFER_TERMS, OFFER_FEE, OFFER_MIN, OFFER_AGE };
enum { BRANCH_CODE, BRANCH_KIND, BRANCH_NAME, BRANCH_REGION, BRANCH_ADDRESS,
       BRANCH_LAT, BRANCH_LON, BRANCH_HOURS, BRANCH_SERVICES };
enum { CUSTOMER_CODE, CUSTOMER_NAME, CUSTOMER_BIRTH, CUSTOMER_TAX,
       CUSTOMER_MOBILE, CUSTOMER_EMAIL, CUSTOMER_BRANCH, CUSTOMER_LANGUAGE };
enum { ACCOUNT_KEY, ACCOUNT_SERIAL, ACCOUNT_CUSTOMER, ACCOUNT_TITLE,
       ACCOUNT_PRODUCT, ACCOUNT_CURRENCY, ACCOUNT_OVERDRAFT, ACCOUNT_OPENED,
       ACCOUNT_BALANCE, ACCOUNT_CARD };
enum { HOLDER_ACCOUNT, HOLDER_CUSTOMER, HOLDER_ROLE };
enum { USER_ID, USER_CUSTOMER, USER_PASSWORD, USER_ROLE };
enum { PARTY_GROUP, PARTY_NAME, PARTY_TOWN, PARTY_BANK, PARTY_ACCOUNT };
enum { RHYTHM_ACCOUNT, RHYTHM_KIND, RHYTHM_EVERY, RHYTHM_ON, RHYTHM_CHANCE,
       RHYTHM_LOW, RHYTHM_HIGH, RHYTHM_STEP, RHYTHM_SEASON, RHYTHM_HOURS,
       RHYTHM_OTHER, RHYTHM_PARTY, RHYTHM_PURPOSE, RHYTHM_KEEP, RHYTHM_FROM,
       RHYTHM_UNTIL };

struct demo_files {
	struct demo_table products, offers, branches, customers, accounts,
		holders, users, parties, rhythm;
};

/* An account while its story is told; amounts in minor units. */
struct demo_account {
	const char *key, *number, *currency, *card;
	int64_t id, customer, user; /* user: who orders its payments, or 0 */
	bool savings, loan;
	int32_t opened;
	int64_t balance, brought, fee;
	int64_t interest_bp, accrued; /* sum of the month's closing balances */
};

/* Something that happens again and again on an account, or once. */
enum demo_every { EVERY_WEEK, EVERY_FORTNIGHT, EVERY_MONTH, EVERY_YEAR, ONCE };
enum { DEMO_DAYS = 12 };
struct demo_habit {
	struct demo_account *account, *other; /* other NULL: the bank's own */
	const char *kind, *own, *party, *purpose;
	enum demo_every every;
	int on[DEMO_DAYS], days; /* weekday, day, month * 100 + day, day ago */
	int chance, sign, hour, hours;
	int64_t low, high, step;
	const int *season; /* percent by month; NULL: the same all year */
	bool keeps;
	int64_t keep; /* not done if less would be left */
	int32_t first, last;
	int count; /* how often it happened */
};

struct demo {
	struct db *db;
	struct pool *pool;
	const struct demo_files *files;
	int32_t today, first; /* first: where the story begins */
	int account_count, habit_count;
	struct demo_account *accounts;
	struct demo_habit *habits;
	const char *fault; /* the first thing wrong in the files */
};

/* Adds products, places, people, accounts and users, the passwords encoded in
 * the order of users.csv; inside db_write. */
enum err demo_people(struct demo *, const char *const *passwords);

/* Numbers of a cell; empty: ${empty}. What is none becomes demo->fault. */
int64_t demo_int(struct demo *, const char *text, int64_t empty);
int64_t demo_amount(struct demo *, const char *text, const char *currency,
		    int64_t empty);
struct demo_account *demo_account_find(struct demo *, const char *key);
void demo_fault(struct demo *, const char *why, const char *text);

/* A small generator of its own, so that chance is the same everywhere: what a
 * habit does on a day depends on nothing else. */
struct demo_chance {
	uint64_t state;
};
struct demo_chance demo_chance_of(int habit, int32_t day);
/* 0..${n}, both included. */
int64_t demo_chance_upto(struct demo_chance *, int64_t n);

/* Reads rhythm.csv; whether a habit is due on a day, and its amount then. */
void demo_habits(struct demo *);
bool demo_due(const struct demo_habit *, int32_t day);
int64_t demo_sum(const struct demo_habit *, int32_t day,
		 struct demo_chance *);

/* Somebody outside. One of a group's members in parties.csv; a name that is no
 * group stands for itself; cash machines are the members of "atm". */
struct demo_party {
	const char *name, *town, *bank, *account;
};
struct demo_party demo_party_of(const struct demo *, const char *group,
				struct demo_chance *);

/* A habit's purpose on a day, its words in braces filled in; pool memory. */
const char *demo_purpose(struct pool *, int32_t day, const struct demo_habit *,
			 const struct demo_party *);

/* Books every day from first to yesterday; inside db_write. */
enum err demo_story(struct demo *);

#endif
