/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* webauthn.c: tests that a passkey's word counts only for what it was asked,
 * and that each lie is known for what it is. */
#include "lib/webauthn.h"

#include <string.h>

#include "t/lib/authenticator.h"
#include "t/tap.h"

static const uint8_t asked[WEBAUTHN_CHALLENGE] = {1, 2, 3};
static struct pool *pool;

static struct webauthn
question(const struct answer *s)
{
	return (struct webauthn){.pool = pool,
				 .rp = "bank.example",
				 .origin = "https://bank.example",
				 .challenge = asked,
				 .client_data = s->client_data,
				 .auth_data = s->auth_data,
				 .signature = s->signature};
}

static const char *
verdict(const char *why)
{
	return why != NULL ? why : "taken";
}

static const char *
create(struct authenticator *a, struct webauthn *w)
{
	struct answer s = authenticator_create(a, asked);

	*w = question(&s);
	return verdict(webauthn_create(w));
}

static const char *
get(struct authenticator *a, struct answer *s)
{
	struct webauthn w = question(s);

	memcpy(w.key, a->public_key, sizeof w.key);
	return verdict(webauthn_get(&w));
}

/* Bytes as a browser sent them. */
static struct piece
bytes(const char *hex)
{
	size_t len = strlen(hex) / 2;
	char *out = pool_alloc(pool, len);

	secret_unhex(out, len, hex);
	return (struct piece){out, len};
}

static void
test_good(void)
{
	struct authenticator a = authenticator_new(pool);
	struct webauthn w;
	struct answer s;

	a.count = 7;
	a.flags = 0x1d;
	is_text(create(&a, &w), "taken", "a new passkey is taken");
	ok(w.id.len == sizeof a.id && memcmp(w.id.data, a.id, w.id.len) == 0 &&
		   memcmp(w.key, a.public_key, sizeof w.key) == 0,
	   "with its id and its key");
	ok(w.sign_count == 7 && w.backed_up && w.aaguid[1] == 2,
	   "its counter, make and whether it is kept elsewhere too");
	s = authenticator_get(&a, asked);
	w = question(&s);
	memcpy(w.key, a.public_key, sizeof w.key);
	is_text(verdict(webauthn_get(&w)), "taken",
		"and what it signs is taken");
	ok(w.sign_count == 8 && w.backed_up, "with the counter gone on");
	a.more = "";
	s = authenticator_get(&a, asked);
	is_text(get(&a, &s), "taken", "who does not say it is alone may be so");
	a.more = ",\"crossOrigin\":false,\"other_keys\":{\"a\":[1]}";
	s = authenticator_get(&a, asked);
	is_text(get(&a, &s), "taken", "what browsers add is passed over");
}

/* Recorded from Chromium's own virtual authenticator. */
static void
test_chromium(void)
{
	static const char client[] =
		"{\"type\":\"webauthn.get\",\"challenge\":"
		"\"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\","
		"\"origin\":\"http://localhost:8123\",\"crossOrigin\":false}";
	uint8_t sevens[WEBAUTHN_CHALLENGE];
	struct webauthn w = {
		.pool = pool,
		.rp = "localhost",
		.origin = "http://localhost:8123",
		.challenge = sevens,
		.client_data = {client, sizeof client - 1},
		.auth_data = bytes("49960de5880e8c687434170f6476605b8fe4aeb9"
				   "a28632c7995cf3ba831d97630500000002"),
		.signature = bytes(
			"3045022100dad02d144175788a679456a1ecadcf02652f17fb87"
			"15792ee5219cec863bd87302206fce09d40b93e201dad44d2fea"
			"848f64fd53c92146de702b1ffebb69ca4d86b6")};

	memset(sevens, 7, sizeof sevens);
	memcpy(w.key,
	       bytes("43c644ce51b1e1cfed977e34a9338a4af9f6aacc823622829ab739"
		     "6a87ee56d92a469d3a29173e017366b1ab01be27b2f3e71b56b2f7"
		     "a5a72fa90bd1c24e8a1d")
		       .data,
	       sizeof w.key);
	is_text(verdict(webauthn_get(&w)), "taken",
		"what a real browser sent is taken");
	ok(w.sign_count == 2 && !w.backed_up, "and read as it was meant");
}

/* Each changes one thing of a passkey that is right in all others. */
static const struct lie {
	const char *name, *why;
	const char *rp, *origin, *type, *more;
	int flags;
} lies[] = {
	{"from another page", "another origin",
	 .origin = "https://bank.exampl"},
	{"from another port", "another origin",
	 .origin = "https://bank.example:8443"},
	{"without TLS", "another origin", .origin = "http://bank.example"},
	{"of another bank", "another relying party", .rp = "example"},
	{"of another kind", "another type", .type = "payment.get"},
	{"within a stranger's page", "within another page",
	 .more = ",\"crossOrigin\":true"},
	{"within who knows what", "within another page",
	 .more = ",\"crossOrigin\":\"false\""},
	{"within a page that is named", "within another page",
	 .more = ",\"topOrigin\":\"https://evil.example\""},
	{"that says its type twice", "client data is no JSON object",
	 .more = ",\"type\":\"webauthn.get\""},
	{"with something behind", "client data is no JSON object",
	 .more = "}{"},
	{"of a key that was only touched", "the person was not verified",
	 .flags = 0x01},
	{"of a key nobody touched", "nobody was present", .flags = 0x04},
	{"that is backed up and cannot be", "backed up without being able to",
	 .flags = 0x15},
};

static struct authenticator
liar(const struct authenticator *honest, const struct lie *l)
{
	struct authenticator a = *honest;

	a.rp = l->rp != NULL ? l->rp : a.rp;
	a.origin = l->origin != NULL ? l->origin : a.origin;
	a.type = l->type;
	a.more = l->more != NULL ? l->more : a.more;
	a.flags = l->flags != 0 ? (uint8_t)l->flags : a.flags;
	return a;
}

static void
test_lies(void)
{
	struct authenticator honest = authenticator_new(pool), a;
	struct webauthn w;
	struct answer s;
	size_t i;

	for (i = 0; i < sizeof lies / sizeof *lies; i++) {
		a = liar(&honest, &lies[i]);
		s = authenticator_get(&a, asked);
		is_text(get(&a, &s), lies[i].why, "a signature %s is refused",
			lies[i].name);
		is_text(create(&a, &w), lies[i].why, "so is a new passkey");
		s = authenticator_get(&honest, asked);
		is_text(get(&honest, &s), "taken", "the honest one is not");
	}
	honest.type = "webauthn.get";
	is_text(create(&honest, &w), "another type",
		"a signature makes no passkey");
	honest.type = "webauthn.create";
	s = authenticator_get(&honest, asked);
	is_text(get(&honest, &s), "another type",
		"nor is making one a signature");
}

static void
test_challenge(void)
{
	static const uint8_t other[WEBAUTHN_CHALLENGE] = {1, 2, 4};
	struct authenticator a = authenticator_new(pool);
	struct answer s = authenticator_get(&a, other);
	struct webauthn w;

	is_text(get(&a, &s), "another challenge",
		"what was signed for another question is no answer");
	s = authenticator_create(&a, other);
	w = question(&s);
	is_text(verdict(webauthn_create(&w)), "another challenge",
		"nor is a passkey made for one");
	s.client_data = (struct piece){"[]", 2};
	is_text(get(&a, &s), "client data is no JSON object",
		"a list is no client data");
}

/* One bit, anywhere. */
static bool
flip_seen(struct authenticator *a, struct piece *p, struct answer *s)
{
	struct piece kept = *p;
	char *bytes_new = pool_strndup(pool, p->data, p->len);
	bool seen = true;
	size_t i;

	p->data = bytes_new;
	for (i = 0; i < p->len; i++) {
		bytes_new[i] ^= 1;
		if (strcmp(get(a, s), "taken") == 0) {
			seen = false;
			printf("# byte %zu\n", i);
		}
		bytes_new[i] ^= 1;
	}
	*p = kept;
	return seen;
}

static void
test_altered(void)
{
	struct authenticator a = authenticator_new(pool), other;
	struct answer s = authenticator_get(&a, asked);
	struct webauthn w;

	ok(flip_seen(&a, &s.client_data, &s), "altered client data is seen");
	ok(flip_seen(&a, &s.auth_data, &s), "altered flags and counter are");
	ok(flip_seen(&a, &s.signature, &s), "and an altered signature");
	is_text(get(&a, &s), "taken", "unaltered all is well");
	other = authenticator_new(pool);
	is_text(get(&other, &s), "the signature does not fit",
		"another's signature is not one's own");
	a.flags = 0x85;
	s = authenticator_get(&a, asked);
	is_text(get(&a, &s), "more than was asked for",
		"what was not asked for is not read");
	a.flags = 0x45;
	s = authenticator_get(&a, asked);
	is_text(get(&a, &s), "more than was asked for", "nor a key");
	a.flags = 0x05;
	s = authenticator_get(&a, asked);
	s.signature.len = 0;
	ok(strcmp(get(&a, &s), "taken") != 0, "none is none");
	s.auth_data.len = 36;
	is_text(get(&a, &s), "authenticator data is too short",
		"data cut short is refused");
	s = authenticator_get(&a, asked);
	w = question(&s);
	memset(w.key, 1, sizeof w.key);
	is_text(verdict(webauthn_get(&w)), "the stored key is not on the curve",
		"a key that cannot be one signs nothing");
}

static void
test_keys(void)
{
	struct authenticator a = authenticator_new(pool);
	struct webauthn w;
	struct answer s;
	size_t len, whole, taken = 0;

	a.alg = -257;
	is_text(create(&a, &w), "key is not ES256",
		"a key of another kind is not taken");
	a.alg = -7;
	a.public_key[0] ^= 1;
	is_text(create(&a, &w), "key is not on the curve",
		"a point beside the curve is no key");
	a.public_key[0] ^= 1;
	s = authenticator_get(&a, asked);
	a.type = "webauthn.create";
	s = authenticator_get(&a, asked);
	w = question(&s);
	is_text(verdict(webauthn_create(&w)), "no credential in it",
		"a passkey without a key is none");
	a.type = NULL;
	a.flags = 0x85;
	is_text(create(&a, &w), "taken", "what stands behind is passed over");
	a.flags = 0x05;
	s = authenticator_create(&a, asked);
	whole = s.auth_data.len;
	for (len = 0; len < whole; len++) {
		s.auth_data.len = len;
		w = question(&s);
		taken += webauthn_create(&w) == NULL;
	}
	is_int((int)taken, 0, "nor is one cut short, wherever");
	s.auth_data.len = whole;
	w = question(&s);
	is_text(verdict(webauthn_create(&w)), "taken", "whole it is taken");
}

static void
test_sizes(void)
{
	struct authenticator a = authenticator_new(pool);
	struct answer s = authenticator_create(&a, asked);
	char *data = pool_strndup(pool, s.auth_data.data, s.auth_data.len);
	struct webauthn w;

	/* An id of no bytes: the key follows its length at once. */
	data[54] = 0;
	memmove(data + 55, data + 55 + sizeof a.id,
		s.auth_data.len - 55 - sizeof a.id);
	s.auth_data = (struct piece){data, s.auth_data.len - sizeof a.id};
	w = question(&s);
	ok(webauthn_create(&w) != NULL, "a passkey has a name of its own");
}

int
main(void)
{
	pool = pool_new();
	secret_start();
	test_good();
	test_chromium();
	test_lies();
	test_challenge();
	test_altered();
	test_keys();
	test_sizes();
	pool_free(pool);
	return tap_done();
}
