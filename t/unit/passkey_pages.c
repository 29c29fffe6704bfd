/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* passkey_pages.c: passkeys as a browser and a program see them: adding,
 * signing in, paying, and what is said when one is refused. */
#include <string.h>

#include "lib/clock.h"
#include "t/lib/authenticator.h"
#include "t/lib/deal.h"
#include "t/lib/visit.h"
#include "t/tap.h"

/* A member of a JSON answer by its path, "publicKey/rp/id"; "" if absent. */
static const char *
member(struct bank *b, const char *answer, const char *path)
{
	json_object *o =
		pool_json(b->pool, json_tokener_parse(answer_body(answer)));
	const char *slash;
	char name[40];

	for (; o != NULL && *path != '\0'; path = slash + (*slash == '/')) {
		slash = path + strcspn(path, "/");
		snprintf(name, sizeof name, "%.*s", (int)(slash - path), path);
		if (!json_object_object_get_ex(o, name, &o))
			return "";
	}
	return o != NULL ? json_object_get_string(o) : "";
}

static const uint8_t *
challenge(struct bank *b, const char *asked)
{
	uint8_t *out = pool_alloc(b->pool, 32);

	is_int(answer_status(asked), 200, "a question is asked");
	is_int(secret_unbase64url(out, 32,
				  member(b, asked, "publicKey/challenge")),
	       32, "of 32 bytes");
	return out;
}

/* A field as a program or a page sends it. */
static void
put(struct buf *out, bool json, const char *name, const char *value)
{
	if (json)
		buf_printf(out, "\"%s\":\"%s\",", name, value);
	else
		buf_printf(out, "%s=%s&", name, value);
}

static const char *
body(struct buf *out, bool json)
{
	out->len--; /* the last comma */
	out->data[out->len] = '\0';
	return json ? pool_printf(out->pool, "{%s}", out->data) : out->data;
}

static const char *
made(struct bank *b, struct authenticator *a, const char *asked, bool json)
{
	struct answer s = authenticator_create(a, challenge(b, asked));
	struct buf out = {.pool = b->pool};

	put(&out, json, "ceremony_id", member(b, asked, "ceremony_id"));
	put(&out, json, "name", "Ring");
	put(&out, json, "client_data",
	    authenticator_text(b->pool, s.client_data));
	put(&out, json, "authenticator_data",
	    authenticator_text(b->pool, s.auth_data));
	return body(&out, json);
}

static const char *
used(struct bank *b, struct authenticator *a, const char *asked,
     const char *handle, bool json)
{
	struct answer s = authenticator_get(a, challenge(b, asked));
	struct buf out = {.pool = b->pool};

	put(&out, json, "ceremony_id", member(b, asked, "ceremony_id"));
	put(&out, json, "credential_id",
	    authenticator_text(b->pool, (struct piece){a->id, sizeof a->id}));
	put(&out, json, "client_data",
	    authenticator_text(b->pool, s.client_data));
	put(&out, json, "authenticator_data",
	    authenticator_text(b->pool, s.auth_data));
	put(&out, json, "signature", authenticator_text(b->pool, s.signature));
	put(&out, json, "user_handle", handle);
	return body(&out, json);
}

/* A program whose person gave a code just now. */
static const char *
token_of(struct bank *b, const char *user_id)
{
	const char *token = bank_token(b, user_id);

	bank_arrange(b, "UPDATE session SET confirmed_at = created_at");
	return token;
}

/* What a page's script asks, with the page's session. */
static const char *
script(struct visit *v, const char *path, const char *form)
{
	struct pool *pool = v->bank->pool;

	return bank_ask(v->bank, &auth_app, pool_printf(pool, "POST %s", path),
			pool_printf(pool, "csrf=%s&%s",
				    v->csrf != NULL ? v->csrf : "", form),
			"HTTP_ACCEPT=application/json",
			"HTTP_SEC_FETCH_SITE=same-origin",
			pool_printf(pool, "HTTP_COOKIE=clicknet=%s",
				    v->cookie != NULL ? v->cookie : ""),
			NULL);
}

static const char *
program(struct bank *b, const char *what, const char *token, const char *json)
{
	return bank_ask_json(b, &auth_app, what, token, json, NULL);
}

/* Who belongs to the credentials a question was asked for. */
static const char *handle;

static struct authenticator
enrol(struct bank *b, const char *token)
{
	struct authenticator a = authenticator_new(b->pool);
	const char *asked = program(b, "POST /passkeys/options", token, "{}");

	handle = member(b, asked, "publicKey/user/id");
	is_int(answer_status(program(b, "POST /passkeys", token,
				     made(b, &a, asked, true))),
	       201, "a program adds a passkey");
	return a;
}

static const char *
party(struct bank *b, const char *base, const char *host, const char *address)
{
	bank_set(b, "PUBLIC_BASE_URL", base);
	return member(
		b,
		bank_ask_json(b, &auth_app, "POST /login/passkey/options", NULL,
			      "{}", pool_printf(b->pool, "HTTP_HOST=%s", host),
			      pool_printf(b->pool, "REMOTE_ADDR=%s", address),
			      NULL),
		"publicKey/rpId");
}

static void
test_site(struct bank *b)
{
	struct visit v = {.bank = b};
	const char *a;

	is_text(party(b, "", "localhost:3333", "127.0.0.1"), "localhost",
		"on one's own machine passkeys are localhost's");
	is_text(party(b, "", "localhost", "::1"), "localhost",
		"on any port of it");
	is_text(party(b, "", "localhost:3333", "192.0.2.7"), "",
		"nobody else is localhost");
	is_text(party(b, "", "127.0.0.1:3333", "127.0.0.1"), "",
		"a number is no name");
	is_text(party(b, "", "bank.example", "127.0.0.1"), "",
		"what a visitor calls the bank is not its name");
	a = visit_get(&v, &auth_app, "/login");
	ok(!visit_has(a, "passkey"), "then nobody is offered to sign in so");
	is_text(party(b, "https://192.0.2.1", "x", "127.0.0.1"), "",
		"nor is a public number");
	is_text(party(b, "https://[2001:db8::1]/", "x", "::1"), "",
		"of any kind");
	is_text(party(b, "https://Bank.Example:443/online", "x", "192.0.2.7"),
		"bank.example", "the bank's own name is");
	is_text(party(b, "http://bank.example:8080", "x", "192.0.2.7"),
		"bank.example", "whatever its port");
	bank_set(b, "PUBLIC_BASE_URL", "https://bank.example");
	a = visit_get(&v, &auth_app, "/login");
	ok(visit_has(a, "action=\"/login/passkey\" data-passkey=\"get\" "
			"hidden") &&
		   visit_has(a, "/assets/passkey.js"),
	   "who has a browser that can is offered it");
}

static void
test_adding(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	struct authenticator a = authenticator_new(b->pool), other;
	const char *page, *asked, *id;
	int i;

	page = visit_get(&v, &auth_app, "/passkeys");
	ok(visit_has(page, "You have no passkey yet.") &&
		   visit_has(page, "data-passkey=\"create\" hidden") &&
		   !visit_has(page, "{{"),
	   "a person without a passkey may add one");
	asked = script(&v, "/passkeys/options", "");
	is_text(member(b, asked, "publicKey/rp/id"), "bank.example",
		"for this bank");
	is_text(member(b, asked, "publicKey/user/name"), "anna", "for them");
	is_text(member(b, asked,
		       "publicKey/authenticatorSelection/userVerification"),
		"required", "opened by nobody else");
	page = visit_post(&v, &auth_app, "/passkeys",
			  made(b, &a, asked, false));
	ok(answer_status(page) == 303 &&
		   strcmp(answer_header(b, page, "Location"), "/passkeys") == 0,
	   "it is added");
	page = visit_get(&v, &auth_app, "/passkeys");
	ok(visit_has(page, "<b>Ring</b>") && visit_has(page, "Not used yet"),
	   "and shown by its name");
	asked = script(&v, "/passkeys/options", "");
	ok(visit_has(asked,
		     authenticator_text(b->pool,
					(struct piece){a.id, sizeof a.id})),
	   "the same device is not asked twice");
	other = authenticator_new(b->pool);
	other.flags = 0x01;
	page = visit_post(&v, &auth_app, "/passkeys",
			  made(b, &other, asked, false));
	ok(answer_status(page) == 401 &&
		   visit_has(page, "The passkey was not accepted.") &&
		   visit_has(page, "<b>Ring</b>"),
	   "one that only was touched is refused, on the same page");
	page = visit_post(&v, &auth_app, "/passkeys",
			  "ceremony_id=0199f2d4-2222-7000-8000-000000000001"
			  "&client_data=a*b&authenticator_data=AAAA");
	is_int(answer_status(page), 422, "what is no base64url is told");
	page = visit_post(&v, &auth_app, "/passkeys",
			  "ceremony_id=0199f2d4-2222-7000-8000-000000000001"
			  "&client_data=AAAA&authenticator_data=A");
	is_int(answer_status(page), 422, "in either field");
	page = visit_post(&v, &auth_app, "/passkeys", "");
	is_int(answer_status(page), 422, "an empty form is told");
	page = visit_get(&v, &auth_app, "/passkeys");
	id = strstr(page, "/passkeys/0");
	ok(id != NULL, "it can be named and removed");
	id = pool_strndup(b->pool, id + 10, 36);
	page = visit_post(&v, &auth_app,
			  pool_printf(b->pool, "/passkeys/%s/rename", id),
			  "name=%3Cb%3Emine");
	is_int(answer_status(page), 303, "named anew");
	page = visit_get(&v, &auth_app, "/passkeys");
	ok(visit_has(page, "&lt;b&gt;mine"), "in any letters");
	page = visit_post(&v, &auth_app,
			  pool_printf(b->pool, "/passkeys/%s/rename", id),
			  "name=");
	ok(answer_status(page) == 422 && visit_has(page, "&lt;b&gt;mine"),
	   "but not without");
	page = visit_post(&v, &auth_app,
			  pool_printf(b->pool, "/passkeys/%s/remove", id), "");
	is_int(answer_status(page), 303, "removed");
	ok(visit_has(visit_get(&v, &auth_app, "/passkeys"),
		     "You have no passkey yet."),
	   "it is gone");
	for (i = 0; i < 20; i++)
		enrol(b, token_of(b, "anna"));
	is_int(answer_status(script(&v, "/passkeys/options", "")), 409,
	       "twenty are enough");
	bank_tamper(b, "DELETE FROM passkey");
}

static void
test_programs(struct bank *b)
{
	const char *token = token_of(b, "anna"), *bens = token_of(b, "ben");
	struct authenticator a = authenticator_new(b->pool);
	const char *asked, *n, *id;
	json_object *list;

	asked = program(b, "POST /passkeys/options", token, "{}");
	n = program(b, "POST /passkeys", token, made(b, &a, asked, true));
	is_int(answer_status(n), 201, "a program adds one");
	id = answer_text(b, n, "passkey_id");
	is_int((int)strlen(id), 36, "and is told its id");
	list = json_tokener_parse(
		answer_body(program(b, "GET /passkeys", token, NULL)));
	ok(visit_has(json_object_to_json_string(list), id), "it is listed");
	json_object_put(list);
	n = program(b, pool_printf(b->pool, "POST /passkeys/%s/rename", id),
		    token, "{\"name\":\"Safe\"}");
	ok(answer_status(n) == 200 &&
		   strcmp(answer_text(b, n, "name"), "Safe") == 0,
	   "named");
	n = program(b, pool_printf(b->pool, "POST /passkeys/%s/rename", id),
		    token, "{}");
	is_int(answer_status(n), 422, "with a name");
	n = program(b, pool_printf(b->pool, "POST /passkeys/%s/rename", id),
		    bens, "{\"name\":\"Safe\"}");
	is_int(answer_status(n), 404, "by nobody else");
	n = program(b, "POST /passkeys/x/rename", token, "{\"name\":\"a\"}");
	is_int(answer_status(n), 404, "nor what is none");
	n = program(b, pool_printf(b->pool, "DELETE /passkeys/%s", id), bens,
		    NULL);
	is_int(answer_status(n), 404, "or removed");
	n = program(b, "DELETE /passkeys/x", token, NULL);
	is_int(answer_status(n), 404, "what is none is none");
	n = program(b, pool_printf(b->pool, "DELETE /passkeys/%s", id), token,
		    NULL);
	is_int(answer_status(n), 204, "but by its owner");
	bank_set(b, "PUBLIC_BASE_URL", "");
	is_int(answer_status(program(b, "POST /passkeys/options", token, "{}")),
	       409, "a bank without a name asks for none");
	n = program(b, "POST /passkeys", token, made(b, &a, asked, true));
	is_int(answer_status(n), 409, "and takes none");
	bank_set(b, "PUBLIC_BASE_URL", "https://bank.example");
}

/* Whoever finds a bank left open makes no key to it. */
static void
test_code_first(struct bank *b)
{
	const char *token = token_of(b, "anna"), *n, *id;
	struct visit v = visit_begin(b, "anna");

	enrol(b, token);
	n = program(b, "GET /passkeys", token, NULL);
	id = pool_strndup(b->pool, strstr(n, "passkey_id\":\"") + 13, 36);
	bank_arrange(b, "UPDATE session SET confirmed_at = NULL");
	is_int(answer_status(script(&v, "/passkeys/options", "")), 403,
	       "a passkey is not made without a fresh code");
	n = visit_post(&v, &auth_app, "/passkeys", "next=/passkeys");
	is_text(answer_header(b, n, "Location"), "/step-up?next=/passkeys",
		"the page leads to one, and back");
	n = program(b, pool_printf(b->pool, "DELETE /passkeys/%s", id), token,
		    NULL);
	is_int(answer_status(n), 403, "nor removed");
	n = program(b, "GET /passkeys", token, NULL);
	ok(answer_status(n) == 200 && visit_has(n, id), "it is still there");
	bank_tamper(b, "DELETE FROM passkey");
}

static void
test_signing_in(struct bank *b)
{
	struct authenticator a = enrol(b, token_of(b, "anna"));
	struct visit v = {.bank = b};
	const char *asked, *n, *form;

	asked = program(b, "POST /login/passkey/options", NULL, "{}");
	is_text(member(b, asked, "publicKey/allowCredentials"), "[ ]",
		"who asks is not told who has one");
	n = program(b, "POST /login/passkey", NULL,
		    used(b, &a, asked, handle, true));
	is_int(answer_status(n), 200, "a passkey alone signs in");
	is_text(answer_text(b, n, "user_id"), "anna", "who it belongs to");
	is_text(answer_text(b, n, "name"), "Anna Müller", "by name");
	is_int((int)strlen(answer_text(b, n, "token")), 43, "with a token");
	ok(!visit_has(n, "clicknet-device="),
	   "a program keeps no mark of a browser");
	n = program(b, "GET /passkeys", answer_text(b, n, "token"), NULL);
	ok(answer_status(n) == 200 && visit_has(n, "used_at"),
	   "which opens the bank, where its use is seen");
	asked = script(&v, "/login/passkey/options", "");
	form = pool_printf(b->pool, "next=/limits&%s",
			   used(b, &a, asked, handle, false));
	n = visit_post(&v, &auth_app, "/login/passkey", form);
	ok(answer_status(n) == 303 &&
		   strcmp(answer_header(b, n, "Location"), "/limits") == 0,
	   "a person is led to where they wanted");
	ok(visit_has(n, "Set-Cookie: clicknet-device="),
	   "and their browser is given its mark");
	v.cookie = pool_strndup(b->pool, answer_header(b, n, "Set-Cookie") + 9,
				43);
	is_int(answer_status(visit_get(&v, &banking_app, "/")), 200, "and in");
	v.cookie = NULL;
	n = visit_post(&v, &auth_app, "/login/passkey", form);
	ok(answer_status(n) == 401 && visit_has(n, "name=\"password\"") &&
		   visit_has(n, "The passkey was not accepted.") &&
		   *answer_header(b, n, "Set-Cookie") == '\0',
	   "once: then there is the password");
	asked = program(b, "POST /login/passkey/options", NULL, "{}");
	a.origin = "https://evil.example";
	n = program(b, "POST /login/passkey", NULL,
		    used(b, &a, asked, handle, true));
	ok(answer_status(n) == 401 &&
		   strcmp(answer_text(b, n, "code"), "otp") == 0 &&
		   !visit_has(n, "another"),
	   "a wrong one is not told why");
	is_int(answer_status(program(b, "POST /login/passkey", NULL, "{}")),
	       422, "an empty one is told what is missing");
	v = visit_begin(b, "ben");
	n = visit_post(&v, &auth_app, "/login/passkey", form);
	ok(answer_status(n) == 401 && !visit_has(n, "name=\"password\""),
	   "who is signed in is shown no sign-in");
}

static void
test_bytes(struct bank *b)
{
	static const char *const fields[] = {"credential_id", "client_data",
					     "authenticator_data", "signature",
					     "user_handle"};
	struct buf out;
	size_t i, k;

	for (i = 0; i < sizeof fields / sizeof *fields; i++) {
		out = (struct buf){.pool = b->pool};
		put(&out, true, "ceremony_id",
		    "0199f2d4-2222-7000-8000-000000000001");
		for (k = 0; k < sizeof fields / sizeof *fields; k++)
			put(&out, true, fields[k], i == k ? "A=" : "AAAA");
		is_int(answer_status(program(b, "POST /login/passkey", NULL,
					     body(&out, true))),
		       422, "%s must be base64url", fields[i]);
	}
	bank_set(b, "PUBLIC_BASE_URL", "");
	out = (struct buf){.pool = b->pool};
	put(&out, true, "ceremony_id", "0199f2d4-2222-7000-8000-000000000001");
	for (k = 0; k < sizeof fields / sizeof *fields; k++)
		put(&out, true, fields[k], "AAAA");
	is_int(answer_status(program(b, "POST /login/passkey", NULL,
				     body(&out, true))),
	       409, "without a name nobody is let in so");
	bank_set(b, "PUBLIC_BASE_URL", "https://bank.example");
}

/* A payment that waits for its code: the challenge's id. */
static const char *
bill(struct visit *v)
{
	const char *a = visit_post(v, &banking_app, "/transfer",
				   "from=" ANNA_CURRENT "&to=" BEN_CURRENT
				   "&amount=12.34&payee_name=Ben+Okoye"
				   "&purpose=rent");
	const char *where = answer_header(v->bank, a, "Location");

	ok(strncmp(where, "/verify-otp?challenge_id=", 25) == 0,
	   "a payment waits for its code");
	return pool_strndup(v->bank->pool, where + 25, 36);
}

static void
test_paying(struct bank *b)
{
	struct visit v = visit_begin(b, "anna"), ben = visit_begin(b, "ben");
	const char *id = bill(&v), *page, *asked, *form, *where, *n, *ask;
	struct authenticator a;

	page = visit_get(
		&v, &auth_app,
		pool_printf(b->pool, "/verify-otp?challenge_id=%s", id));
	ok(visit_has(page, "Confirm with your passkey") &&
		   visit_has(page, "12.34") && visit_has(page, "Ben Okoye"),
	   "who has a passkey may sign, under what is signed");
	bank_tamper(b, "DELETE FROM passkey");
	ask = pool_printf(b->pool, "challenge_id=%s", id);
	is_int(answer_status(script(&v, "/verify-otp/passkey/options", ask)),
	       409, "who has none may not");
	a = enrol(b, token_of(b, "anna"));
	asked = script(&v, "/verify-otp/passkey/options", ask);
	form = pool_printf(b->pool, "challenge_id=%s&%s", id,
			   used(b, &a, asked, "", false));
	n = visit_post(&ben, &auth_app, "/verify-otp/passkey", form);
	is_int(answer_status(n), 401, "nobody sends another's signature");
	n = visit_post(&v, &auth_app, "/verify-otp/passkey", "challenge_id=x");
	is_int(answer_status(n), 422, "an empty one is told");
	n = visit_post(&v, &auth_app, "/verify-otp/passkey", form);
	is_int(answer_status(n), 303, "their own pays");
	where = answer_header(b, n, "Location");
	page = visit_get(&v, &banking_app, where);
	ok(visit_has(page, "Payment made") &&
		   visit_has(page, "Signed with passkey Ring"),
	   "the receipt says with what");
	page = visit_get(&ben, &banking_app, where);
	ok(answer_status(page) == 200 && !visit_has(page, "Ring"),
	   "the payee's does not");
	n = visit_post(&v, &auth_app, "/verify-otp/passkey", form);
	is_int(answer_status(n), 401, "it pays once");
	is_int(answer_status(script(&v, "/verify-otp/passkey/options", ask)),
	       410, "what is paid is not signed again");
	is_int(answer_status(script(&v, "/verify-otp/passkey/options", "")),
	       422, "nothing is not signed");
	is_int(bank_count(b, "SELECT count(*) AS n FROM signature"), 1,
	       "one signature is kept");
}

/* As a program does it, and one that is refused. */
static void
test_paying_refused(struct bank *b)
{
	struct visit v = visit_begin(b, "anna");
	struct authenticator a = enrol(b, token_of(b, "anna"));
	const char *id = bill(&v), *asked, *n;

	asked = script(&v, "/verify-otp/passkey/options",
		       pool_printf(b->pool, "challenge_id=%s", id));
	a.flags = 0x01;
	n = visit_post(&v, &auth_app, "/verify-otp/passkey",
		       pool_printf(b->pool, "challenge_id=%s&%s", id,
				   used(b, &a, asked, handle, false)));
	ok(answer_status(n) == 401 && visit_has(n, "id=\"code\"") &&
		   visit_has(n, "The passkey was not accepted."),
	   "a mere touch pays nothing; the code still may");
	asked = script(&v, "/verify-otp/passkey/options",
		       pool_printf(b->pool, "challenge_id=%s", id));
	a.flags = 0x05;
	n = script(&v, "/verify-otp/passkey",
		   used(b, &a, asked, handle, false));
	is_int(answer_status(n), 201, "a verified person pays");
	is_text(answer_text(b, n, "amount"), "12.34", "what was asked");
	n = bank_ask_json(b, &banking_app,
			  pool_printf(b->pool, "GET /transfers/%s",
				      answer_text(b, n, "transfer_id")),
			  v.cookie, NULL, NULL);
	is_text(answer_text(b, n, "signed_with"), "Ring",
		"a program is told with what, too");
	bank_set(b, "PUBLIC_BASE_URL", "");
	is_int(answer_status(script(&v, "/verify-otp/passkey/options",
				    "challenge_id=0199f2d4-2222-7000-8000-"
				    "000000000001")),
	       409, "without a name nothing is signed");
	id = bill(&v);
	n = visit_get(&v, &auth_app,
		      pool_printf(b->pool, "/verify-otp?challenge_id=%s", id));
	ok(answer_status(n) == 200 && !visit_has(n, "data-passkey"),
	   "nor offered to be");
	bank_set(b, "PUBLIC_BASE_URL", "https://bank.example");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_site(&b);
	test_adding(&b);
	test_programs(&b);
	test_code_first(&b);
	test_signing_in(&b);
	test_bytes(&b);
	test_paying(&b);
	test_paying_refused(&b);
	bank_close(&b);
	return tap_done();
}
