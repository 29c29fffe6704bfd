/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening_list.c: the only writer of the lists and what their names are
 * looked up by. */
#include "bank/screening_impl.h"

static enum err
name_put(struct db *db, const struct screening_name *n, int64_t *id)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO screening_name (list, entry, name, alias, "
		"birth_date, country) VALUES (:list, :entry, :name, :alias, "
		":birth_date, :country) RETURNING id");

	db_put_text(q, "list", n->list);
	db_put_text(q, "entry", n->entry);
	db_put_text(q, "name", n->name);
	db_put_int(q, "alias", n->alias);
	db_put_text(q, "birth_date", n->birth_date);
	db_put_text(q, "country", n->country);
	if (db_row(q))
		*id = db_int(q, "id");
	return db_done(q);
}

static enum err
key_put(struct db *db, const char *key, int64_t name)
{
	struct stmt *q = db_sql(db, "INSERT INTO screening_key (key, name) "
				    "VALUES (:key, :name)");

	db_put_text(q, "key", key);
	db_put_int(q, "name", name);
	return db_done(q);
}

enum err
screening_add(struct db *db, const struct screening_name *n)
{
	struct likeness_name name;
	struct screening_keys keys;
	int64_t id = 0;
	enum err e;
	int i;

	likeness_read(n->name, &name);
	screening_keys(&name, &keys);
	e = name_put(db, n, &id);
	for (i = 0; e == OK && i < keys.count; i++)
		e = key_put(db, keys.key[i].text, id);
	return e;
}

enum err
screening_drop(struct db *db, const char *list)
{
	struct stmt *q = db_sql(db,
		"DELETE FROM screening_key WHERE name IN "
		"(SELECT id FROM screening_name WHERE list = :list)");
	enum err e;

	db_put_text(q, "list", list);
	if ((e = db_done(q)) != OK)
		return e;
	q = db_sql(db, "DELETE FROM screening_name WHERE list = :list");
	db_put_text(q, "list", list);
	return db_done(q);
}
