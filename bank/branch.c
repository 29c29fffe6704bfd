/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* branch.c: the only reader and writer of branch. */
#include "bank/branch.h"

static void
put_place(struct stmt *q, const char *name, bool placed, int64_t value)
{
	if (placed)
		db_put_int(q, name, value);
	else
		db_put_text(q, name, NULL);
}

enum err
branch_add(struct db *db, const struct branch *b)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO branch (code, name, region, address, lat_e6, "
		"lon_e6, hours, services) VALUES (:code, :name, :region, "
		":address, :lat_e6, :lon_e6, :hours, :services)");

	db_put_text(q, "code", b->code);
	db_put_text(q, "name", b->name);
	db_put_text(q, "region", b->region);
	db_put_text(q, "address", b->address);
	put_place(q, "lat_e6", b->placed, b->place.lat_e6);
	put_place(q, "lon_e6", b->placed, b->place.lon_e6);
	db_put_text(q, "hours", b->hours);
	db_put_text(q, "services", b->services);
	return db_done(q);
}

static void
branch_read(struct stmt *q, struct pool *pool, struct branch *b)
{
	*b = (struct branch){
		.code = pool_strdup(pool, db_text(q, "code")),
		.name = pool_strdup(pool, db_text(q, "name")),
		.region = pool_strdup(pool, db_text(q, "region")),
		.address = pool_strdup(pool, db_text(q, "address")),
		.hours = pool_strdup(pool, db_text(q, "hours")),
		.placed = !db_null(q, "lat_e6") && !db_null(q, "lon_e6"),
		.services = pool_strdup(pool, db_text(q, "services")),
		.place = {db_int(q, "lat_e6"), db_int(q, "lon_e6")},
		.distance = -1};
}

#define BRANCH_SEEN                                                          \
	"SELECT code, name, region, address, lat_e6, lon_e6, hours, "         \
	"services FROM branch "

enum err
branch_list(struct db *db, struct pool *pool, struct branch **list)
{
	struct stmt *q = db_sql(db, BRANCH_SEEN "ORDER BY code");

	*list = NULL;
	while (db_row(q)) {
		*list = pool_alloc(pool, sizeof **list);
		branch_read(q, pool, *list);
		list = &(*list)->next;
	}
	return db_done(q);
}

enum err
branch_get(struct db *db, struct pool *pool, const char *code,
	   struct branch *out)
{
	struct stmt *q = db_sql(db, BRANCH_SEEN "WHERE code = :code");
	bool found;
	enum err e;

	db_put_text(q, "code", code);
	if ((found = db_row(q)))
		branch_read(q, pool, out);
	e = db_done(q);
	return e == OK && !found ? ERR_MISSING : e;
}

/* Behind those that are as near. */
static void
branch_sort(struct branch **sorted, struct branch *b)
{
	while (*sorted != NULL && (b->distance < 0 ||
				   ((*sorted)->distance >= 0 &&
				    (*sorted)->distance <= b->distance)))
		sorted = &(*sorted)->next;
	b->next = *sorted;
	*sorted = b;
}

enum err
branch_near(struct db *db, struct pool *pool, struct place from,
	    struct branch **list)
{
	struct branch *b, *next;
	enum err e = branch_list(db, pool, &next);

	*list = NULL;
	while (e == OK && (b = next) != NULL) {
		next = b->next;
		if (b->placed)
			b->distance = geo_distance(from, b->place);
		branch_sort(list, b);
	}
	return e;
}
