/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_write.c: the steps of an application written down, each with its
 * place on the record. */
#include <string.h>

#include "bank/application_impl.h"
#include "bank/application_session.h"
#include "bank/seal.h"
#include "lib/clock.h"
#include "lib/settings.h"

enum err
application_audit(struct db *db, const struct application *a,
		  const struct actor *who, const char *act, const char *detail)
{
	return audit_add(db, -a->id, who, act, detail);
}

enum err
application_wrote(struct db *db, struct stmt *q, struct application *a,
		  const struct actor *who, const char *act, const char *detail)
{
	enum err e;

	a->changed_at = clock_now();
	db_put_int(q, "now", a->changed_at);
	db_put_int(q, "id", a->id);
	if ((e = db_done(q)) != OK)
		return e;
	if (db_changes(db) == 0)
		return ERR_CONFLICT;
	return application_audit(db, a, who, act, detail);
}

/* Eight characters that nobody takes for one another. */
static const char *
reference_make(struct pool *pool)
{
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	uint8_t random[8];
	char *text = pool_alloc(pool, 10);
	int i;

	secret_random(random, sizeof random);
	for (i = 0; i < 8; i++)
		text[i + (i > 3)] = letters[random[i] % 32];
	text[4] = '-';
	return text;
}

static enum err
next_id(struct db *db, int64_t *id)
{
	struct stmt *q = db_sql(db, "SELECT coalesce(max(id), 0) + 1 AS id "
				    "FROM application");

	*id = db_row(q) ? db_int(q, "id") : 0;
	return db_done(q);
}

static void
contact_put(struct stmt *q, struct pool *pool, const struct application *a)
{
	seal_put(q, pool, "name", "application.name", a->id, a->name);
	seal_put(q, pool, "email", "application.email", a->id, a->email);
	seal_put(q, pool, "mobile", "application.mobile", a->id, a->mobile);
	seal_put_index(q, "email_index", a->email);
	seal_put_index(q, "mobile_index", a->mobile);
}

static void
application_begin(struct pool *pool, struct application *a)
{
	secret_id(a->public_id);
	a->reference = reference_make(pool);
	a->details = a->provider = a->asked = a->reason = "";
	a->identity = "none";
	a->state = "started";
	a->mobile_at = a->email_at = a->details_at = a->documents_at = 0;
	a->created_at = a->changed_at = clock_now();
	a->expires_at = application_term();
}

int64_t
application_term(void)
{
	return clock_now() +
	       settings()->KYC_APPLICATION_DAYS * (int64_t)CLOCK_DAY_MS;
}

enum err
application_new(struct db *db, struct pool *pool, struct application *a,
		const struct actor *who)
{
	struct stmt *q;
	enum err e;

	if ((e = next_id(db, &a->id)) != OK)
		return e;
	application_begin(pool, a);
	q = db_sql(db,
		"INSERT INTO application (id, public_id, reference, offer, "
		"branch, language, name, email, mobile, email_index, "
		"mobile_index, state, created_at, changed_at, expires_at) "
		"VALUES (:id, :public_id, :reference, :offer, :branch, "
		":language, :name, :email, :mobile, :email_index, "
		":mobile_index, 'started', :now, :now, :expires_at)");
	db_put_blob(q, "public_id", a->public_id, SECRET_ID);
	db_put_text(q, "reference", a->reference);
	db_put_text(q, "offer", a->offer);
	db_put_text(q, "branch", a->branch);
	db_put_text(q, "language", a->language);
	contact_put(q, pool, a);
	db_put_int(q, "expires_at", a->expires_at);
	return application_wrote(db, q, a, who, "application.begin", a->offer);
}

enum err
application_set_offer(struct db *db, struct application *a, const char *offer,
		      const struct actor *who)
{
	struct stmt *q = db_sql(db,
		"UPDATE application SET offer = :offer, changed_at = :now "
		"WHERE id = :id AND state = 'started'");

	db_put_text(q, "offer", offer);
	a->offer = offer;
	return application_wrote(db, q, a, who, "application.product", offer);
}

enum err
application_set_branch(struct db *db, struct application *a,
		       const char *branch, const struct actor *who)
{
	struct stmt *q = db_sql(db,
		"UPDATE application SET branch = :branch, changed_at = :now "
		"WHERE id = :id AND state = 'started'");

	db_put_text(q, "branch", branch);
	a->branch = branch;
	return application_wrote(db, q, a, who, "application.branch", branch);
}

/* What was confirmed stands for the very address it was confirmed for. */
static const char *
contact_change(struct application *a, const struct application_contact *c)
{
	bool email = strcmp(a->email, c->email) != 0;
	bool mobile = strcmp(a->mobile, c->mobile) != 0;

	if (email)
		a->email_at = 0;
	if (mobile)
		a->mobile_at = 0;
	a->name = c->name;
	a->email = c->email;
	a->mobile = c->mobile;
	return email && mobile ? "email mobile" : email ? "email"
	       : mobile	       ? "mobile"
			       : "name";
}

enum err
application_set_contact(struct db *db, struct pool *pool,
			struct application *a,
			const struct application_contact *c,
			const struct actor *who)
{
	const char *changed = contact_change(a, c);
	struct stmt *q = db_sql(db,
		"UPDATE application SET name = :name, email = :email, "
		"mobile = :mobile, email_index = :email_index, "
		"mobile_index = :mobile_index, "
		"email_at = nullif(:email_at, 0), "
		"mobile_at = nullif(:mobile_at, 0), changed_at = :now "
		"WHERE id = :id AND state IN ('started', 'asked')");
	enum err e;

	contact_put(q, pool, a);
	db_put_int(q, "email_at", a->email_at);
	db_put_int(q, "mobile_at", a->mobile_at);
	e = application_wrote(db, q, a, who, "application.contact", changed);
	if (e != OK || strstr(changed, "email") == NULL)
		return e;
	return application_links_end(db, a->id);
}

enum err
application_mark_code(struct db *db, struct application *a,
		      const char *channel, const struct actor *who)
{
	bool mobile = strcmp(channel, "mobile") == 0;
	struct stmt *q;

	if (mobile)
		q = db_sql(db, "UPDATE application SET mobile_at = :now, "
			       "changed_at = :now WHERE id = :id AND "
			       "state IN ('started', 'asked')");
	else
		q = db_sql(db, "UPDATE application SET email_at = :now, "
			       "changed_at = :now WHERE id = :id AND "
			       "state IN ('started', 'asked')");
	*(mobile ? &a->mobile_at : &a->email_at) = clock_now();
	return application_wrote(db, q, a, who,
				 mobile ? "application.mobile"
					: "application.email", "");
}

enum err
application_set_details(struct db *db, struct pool *pool,
			struct application *a, const char *details,
			const char *tax_id, const struct actor *who)
{
	bool same = strcmp(a->details, details) == 0;
	struct stmt *q = db_sql(db,
		"UPDATE application SET details = :details, "
		"tax_index = :tax_index, details_at = :now, "
		"identity = :identity, changed_at = :now "
		"WHERE id = :id AND state IN ('started', 'asked')");

	if (!same)
		a->identity = "none";
	a->details = details;
	a->details_at = clock_now();
	seal_put(q, pool, "details", "application.details", a->id, details);
	seal_put_tax(q, tax_id);
	db_put_text(q, "identity", a->identity);
	return application_wrote(db, q, a, who, "application.details",
				 same ? "the same" : "");
}

enum err
application_keep_details(struct db *db, struct pool *pool,
			 struct application *a, const char *details,
			 const struct actor *who)
{
	struct stmt *q = db_sql(db,
		"UPDATE application SET details = :details, "
		"changed_at = :now WHERE id = :id AND details_at IS NULL AND "
		"state IN ('started', 'asked')");

	a->details = details;
	seal_put(q, pool, "details", "application.details", a->id, details);
	return application_wrote(db, q, a, who, "application.keep", "");
}

enum err
application_mark_documents(struct db *db, struct application *a,
			   const struct actor *who)
{
	struct stmt *q = db_sql(db,
		"UPDATE application SET documents_at = :now, "
		"changed_at = :now WHERE id = :id AND "
		"state IN ('started', 'asked')");

	a->documents_at = clock_now();
	return application_wrote(db, q, a, who, "application.documents", "");
}

enum err
application_mark_identity(struct db *db, struct application *a,
			  const char *provider, const char *identity,
			  const struct actor *who)
{
	struct stmt *q = db_sql(db,
		"UPDATE application SET provider = :provider, "
		"identity = :identity, changed_at = :now WHERE id = :id AND "
		"state IN ('started', 'sent', 'asked')");

	db_put_text(q, "provider", provider);
	db_put_text(q, "identity", identity);
	a->provider = provider;
	a->identity = identity;
	return application_wrote(db, q, a, who, "application.identity",
				 identity);
}
