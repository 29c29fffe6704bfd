/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bare.c: proves what reading a page of history costs without a bank around
 * it: nobody is asked who they are, nothing is opened, escaped or checked. */
#include <fcgiapp.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *file;

/* As much of a reader's cache as the bank's own have. */
static sqlite3 *
book_open(void)
{
	sqlite3 *db;

	if (sqlite3_open_v2(file, &db,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
			    NULL) == SQLITE_OK &&
	    sqlite3_exec(db, "PRAGMA cache_size=-192", NULL, NULL, NULL) ==
		    SQLITE_OK)
		return db;
	fprintf(stderr, "%s: %s\n", file, sqlite3_errmsg(db));
	exit(1);
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK)
		return s;
	fprintf(stderr, "%s\n", sqlite3_errmsg(db));
	exit(1);
}

static size_t
movement_print(char *out, size_t room, const char *number, sqlite3_stmt *s)
{
	return (size_t)snprintf(out, room,
		"{\"transaction_id\":\"%s\",\"account_id\":\"%s\","
		"\"booked_at\":%lld,\"value_date\":%lld,\"amount\":%lld,"
		"\"balance_after\":%lld,\"kind\":\"%s\",\"purpose\":\"%s\","
		"\"reference\":\"%s\",\"counterparty\":{\"account\":\"%s\"}},",
		sqlite3_column_text(s, 0), number, sqlite3_column_int64(s, 1),
		sqlite3_column_int64(s, 2), sqlite3_column_int64(s, 3),
		sqlite3_column_int64(s, 4), sqlite3_column_text(s, 5),
		sqlite3_column_text(s, 6), sqlite3_column_text(s, 7),
		sqlite3_column_text(s, 8));
}

static void
answer(FCGX_Request *r, sqlite3_stmt *account, sqlite3_stmt *postings)
{
	const char *query = FCGX_GetParam("QUERY_STRING", r->envp);
	char number[41] = "", body[32768] = "[";
	size_t len = 1;

	sscanf(query, "account=%40[A-Z0-9]", number);
	sqlite3_bind_text(account, 1, number, -1, SQLITE_STATIC);
	if (sqlite3_step(account) == SQLITE_ROW)
		sqlite3_bind_int64(postings, 1,
				   sqlite3_column_int64(account, 0));
	sqlite3_reset(account);
	while (sqlite3_step(postings) == SQLITE_ROW && len < sizeof body / 2)
		len += movement_print(body + len, sizeof body / 2, number,
				      postings);
	sqlite3_reset(postings);
	body[len > 1 ? len - 1 : len++] = ']';
	FCGX_FPrintF(r->out, "Content-Type: application/json\r\n"
			     "Content-Length: %d\r\n\r\n", (int)len);
	FCGX_PutStr(body, (int)len, r->out);
}

static void *
work(void *arg)
{
	sqlite3 *db = book_open();
	sqlite3_stmt *account = prepare(db, "SELECT id FROM account "
					    "WHERE number = ?");
	sqlite3_stmt *postings = prepare(db,
		"SELECT hex(transfer), booked_at, value_date, amount, "
		"balance_after, kind, purpose, reference, other FROM posting "
		"WHERE id BETWEEN ?1 * 4294967296 + 1 "
		"AND ?1 * 4294967296 + 4294967295 ORDER BY id DESC LIMIT 20");
	FCGX_Request r;

	FCGX_InitRequest(&r, 0, 0);
	while (FCGX_Accept_r(&r) == 0)
		answer(&r, account, postings);
	return arg;
}

/* bench/bare BOOK [THREADS], its listening socket as standard input */
int
main(int argc, char **argv)
{
	long n = argc > 2 ? strtol(argv[2], NULL, 10) : 64;
	pthread_t thread;

	file = argc > 1 ? argv[1] : "bank.db";
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	FCGX_Init();
	while (--n > 0)
		pthread_create(&thread, NULL, work, NULL);
	work(NULL);
	return 0;
}
