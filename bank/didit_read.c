/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* didit_read.c: the only reader of Didit's JSON. */
#include <string.h>

#include "bank/didit_impl.h"
#include "lib/clock.h"

enum { TEXT_MAX = 300, WORD_MAX = 64, STATUS_MAX = 40, URL_MAX = 4000 };
enum { WARNINGS_MAX = 20 };

static json_object *
member(json_object *o, const char *name)
{
	json_object *m = NULL;

	return json_object_is_type(o, json_type_object) &&
			       json_object_object_get_ex(o, name, &m)
		       ? m : NULL;
}

/* A text that is not longer than it may be; pool memory, "" if it is none. */
static const char *
text(struct pool *pool, json_object *o, const char *name, int longest)
{
	json_object *m = member(o, name);

	if (!json_object_is_type(m, json_type_string) ||
	    json_object_get_string_len(m) > longest)
		return "";
	return pool_strdup(pool, json_object_get_string(m));
}

/* What stands in a log, in a look-up or in an address: plain, or none. */
static const char *
plain(struct pool *pool, json_object *o, const char *name)
{
	const char *word = text(pool, o, name, WORD_MAX);

	return word[strspn(word, "abcdefghijklmnopqrstuvwxyz-_"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] ==
			       '\0'
		       ? word : "";
}

/* v2 has one of each, v3 a list; of a list the first. */
static json_object *
part(json_object *decision, const char *one, const char *many)
{
	json_object *p = member(decision, one);

	if (p == NULL)
		p = member(decision, many);
	if (json_object_is_type(p, json_type_array))
		p = json_object_array_get_idx(p, 0);
	return json_object_is_type(p, json_type_object) ? p : NULL;
}

struct parts {
	json_object *document, *liveness, *face, *ip;
};

static void
keep(json_object *to, const char *name, json_object *from, const char *what)
{
	json_object *m = member(from, what);

	switch (json_object_get_type(m)) {
	case json_type_string:
	case json_type_int:
	case json_type_double:
	case json_type_boolean:
		json_object_object_add(to, name, json_object_get(m));
		break;
	case json_type_null:
	case json_type_array:
	case json_type_object:
		break;
	}
}

static void
put(json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static json_object *
keep_document(json_object *document)
{
	static const char *const names[][2] = {
		{"status", "status"}, {"type", "document_type"},
		{"number", "document_number"}, {"first_name", "first_name"},
		{"last_name", "last_name"}, {"full_name", "full_name"},
		{"birth_date", "date_of_birth"}, {"gender", "gender"},
		{"nationality", "nationality"},
		{"issued_by", "issuing_state"},
		{"issued_on", "date_of_issue"},
		{"expires_on", "expiration_date"}};
	json_object *o = json_object_new_object();
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		keep(o, names[i][0], document, names[i][1]);
	return o;
}

static json_object *
keep_score(json_object *check)
{
	json_object *o = json_object_new_object();

	keep(o, "status", check, "status");
	keep(o, "score", check, "score");
	return o;
}

static json_object *
keep_place(json_object *ip)
{
	json_object *o = json_object_new_object();

	keep(o, "country", ip, "ip_country_code");
	keep(o, "vpn_or_tor", ip, "is_vpn_or_tor");
	keep(o, "data_center", ip, "is_data_center");
	return o;
}

static void
keep_warnings(json_object *to, json_object *of)
{
	json_object *list = member(of, "warnings"), *risk;
	size_t n, i;

	if (!json_object_is_type(list, json_type_array))
		return;
	n = json_object_array_length(list);
	for (i = 0; i < n && json_object_array_length(to) < WARNINGS_MAX;
	     i++) {
		risk = member(json_object_array_get_idx(list, i), "risk");
		if (json_object_is_type(risk, json_type_string))
			json_object_array_add(to, json_object_get(risk));
	}
}

/* By which people are looked up elsewhere, too. */
static const char *
name_of(struct pool *pool, const struct didit_word *w)
{
	return *w->full_name != '\0' ? w->full_name
	       : pool_printf(pool, "%s%s%s", w->first_name,
			     *w->first_name != '\0' && *w->last_name != '\0'
				     ? " " : "", w->last_name);
}

/* Words and figures, no picture and no link: what a person decides by. */
static json_object *
evidence(struct pool *pool, const struct didit_word *w,
	 const struct parts *p, const char *kind)
{
	json_object *o = pool_json(pool, json_object_new_object());
	json_object *warnings = json_object_new_array();

	put(o, "session", w->session_id);
	put(o, "status", w->status);
	if (p->document != NULL) {
		put(o, "document_kind", kind);
		put(o, "name", name_of(pool, w));
		json_object_object_add(o, "document",
				       keep_document(p->document));
	}
	if (p->liveness != NULL)
		json_object_object_add(o, "liveness",
				       keep_score(p->liveness));
	if (p->face != NULL)
		json_object_object_add(o, "face_match", keep_score(p->face));
	if (p->ip != NULL)
		json_object_object_add(o, "ip", keep_place(p->ip));
	keep_warnings(warnings, p->document);
	keep_warnings(warnings, p->liveness);
	keep_warnings(warnings, p->face);
	keep_warnings(warnings, p->ip);
	json_object_object_add(o, "warnings", warnings);
	return o;
}

/* As their v2 words it, or as their codes do. */
static const char *
kind_of(const char *type)
{
	static const struct {
		const char *type, *kind;
	} kinds[] = {{"Passport", "passport"},
		     {"P", "passport"},
		     {"Residence Permit", "residence_permit"},
		     {"RP", "residence_permit"}};
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcasecmp(kinds[i].type, type) == 0)
			return kinds[i].kind;
	return "id_card";
}

static void
image(struct pool *pool, struct didit_word *w, json_object *from,
      const char *name, const char *kind, const char *side)
{
	const char *url = text(pool, from, name, URL_MAX);
	struct didit_image *i;

	if (*url == '\0')
		return;
	i = pool_alloc(pool, sizeof *i);
	*i = (struct didit_image){.next = w->images, .kind = kind,
				  .side = side, .url = url};
	w->images = i;
}

static void
decision_read(struct pool *pool, json_object *decision, struct didit_word *w)
{
	struct parts p = {
		.document = part(decision, "id_verification",
				 "id_verifications"),
		.liveness = part(decision, "liveness", "liveness_checks"),
		.face = part(decision, "face_match", "face_matches"),
		.ip = part(decision, "ip_analysis", "ip_analyses")};
	const char *kind = kind_of(text(pool, p.document, "document_type",
					TEXT_MAX));

	w->seen = p.document != NULL;
	w->first_name = text(pool, p.document, "first_name", TEXT_MAX);
	w->last_name = text(pool, p.document, "last_name", TEXT_MAX);
	w->full_name = text(pool, p.document, "full_name", TEXT_MAX);
	w->birth_date = text(pool, p.document, "date_of_birth", TEXT_MAX);
	w->evidence = evidence(pool, w, &p, kind);
	image(pool, w, p.document, "front_image", kind, "front");
	image(pool, w, p.document, "back_image", kind, "back");
	image(pool, w, p.document, "portrait_image", "portrait", "");
	image(pool, w, p.liveness, "reference_image", "selfie", "");
}

/* Seconds; in an answer it is a text and says when the session began. */
static int64_t
told_at(json_object *o)
{
	json_object *m = member(o, "created_at");
	int64_t at = json_object_is_type(m, json_type_int)
			     ? json_object_get_int64(m) : 0;

	return at > 0 && at < INT64_MAX / CLOCK_SECOND ? at : 0;
}

bool
didit_read(struct pool *pool, json_object *o, struct didit_word *out)
{
	json_object *decision = member(o, "decision");

	*out = (struct didit_word){
		.event_id = plain(pool, o, "event_id"),
		.session_id = plain(pool, o, "session_id"),
		.vendor_data = text(pool, o, "vendor_data", TEXT_MAX),
		.status = text(pool, o, "status", STATUS_MAX),
		.told_at = told_at(o)};
	decision_read(pool, decision != NULL ? decision : o, out);
	return *out->session_id != '\0' && *out->status != '\0';
}
