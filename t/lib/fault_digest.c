/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fault_digest.c: a hash of all that a reader would see. The connection stays
 * for as long as it is the same bank's, for it takes long to learn a schema. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "t/lib/fault.h"

enum { TABLES_MAX = 100 };

static struct eye {
	char path[100];
	sqlite3 *handle;
	sqlite3_stmt *tables; /* names, but for some */
	struct {
		char name[40];
		sqlite3_stmt *rows;
	} seen[TABLES_MAX];
	int count;
} eye;

static uint64_t
mix(uint64_t h, const void *data, size_t len)
{
	const unsigned char *c = data;

	for (; len > 0; len--)
		h = (h ^ *c++) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u;
}

static void
eye_close(void)
{
	while (eye.count > 0)
		sqlite3_finalize(eye.seen[--eye.count].rows);
	sqlite3_finalize(eye.tables);
	sqlite3_close(eye.handle);
	memset(&eye, 0, sizeof eye);
}

static void
eye_open(const char *path)
{
	static const char tables[] =
		"SELECT name FROM sqlite_master WHERE type = 'table' AND "
		"instr(?, ' ' || name || ' ') = 0 ORDER BY name";

	if (strcmp(path, eye.path) == 0)
		return;
	eye_close();
	snprintf(eye.path, sizeof eye.path, "%s", path);
	sqlite3_open_v2(path, &eye.handle, SQLITE_OPEN_READWRITE, NULL);
	sqlite3_db_config(eye.handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_prepare_v2(eye.handle, tables, -1, &eye.tables, NULL);
	if (eye.tables == NULL)
		log_bug("the bank cannot be looked at");
}

static sqlite3_stmt *
rows_of(const char *table)
{
	char sql[80];
	int i;

	for (i = 0; i < eye.count; i++)
		if (strcmp(eye.seen[i].name, table) == 0)
			return eye.seen[i].rows;
	if (i == TABLES_MAX || strlen(table) >= sizeof eye.seen[i].name)
		log_bug("a table cannot be looked at");
	eye.count++;
	snprintf(eye.seen[i].name, sizeof eye.seen[i].name, "%s", table);
	snprintf(sql, sizeof sql, "SELECT * FROM %s", table);
	sqlite3_prepare_v2(eye.handle, sql, -1, &eye.seen[i].rows, NULL);
	return eye.seen[i].rows;
}

static uint64_t
mix_rows(const char *table, uint64_t h)
{
	sqlite3_stmt *s = rows_of(table);
	int i;

	h = mix(h, table, strlen(table));
	while (s != NULL && sqlite3_step(s) == SQLITE_ROW)
		for (i = 0; i < sqlite3_column_count(s); i++)
			h = mix(h, sqlite3_column_blob(s, i),
				(size_t)sqlite3_column_bytes(s, i));
	sqlite3_reset(s);
	return h;
}

uint64_t
fault_digest(struct bank *b)
{
	return fault_digest_but(b, "");
}

uint64_t
fault_digest_but(struct bank *b, const char *but)
{
	uint64_t h = 0xcbf29ce484222325u;
	char path[100];

	snprintf(path, sizeof path, "%s/bank.db", b->dir);
	eye_open(path);
	sqlite3_exec(eye.handle, "BEGIN", NULL, NULL, NULL);
	sqlite3_bind_text(eye.tables, 1, but, -1, SQLITE_STATIC);
	while (sqlite3_step(eye.tables) == SQLITE_ROW)
		h = mix_rows((const char *)sqlite3_column_text(eye.tables, 0),
			     h);
	sqlite3_reset(eye.tables);
	sqlite3_exec(eye.handle, "END", NULL, NULL, NULL);
	return h;
}
