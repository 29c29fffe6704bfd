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

	w.key = authenticator_key(a);
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
test_good(int alg)
{
	struct authenticator a = authenticator_of(pool, alg);
	struct webauthn w;
	struct answer s;

	a.count = 7;
	a.flags = 0x1d;
	is_text(create(&a, &w), "taken", "a new passkey of kind %d is taken",
		alg);
	ok(w.id.len == sizeof a.id && memcmp(w.id.data, a.id, w.id.len) == 0 &&
		   w.key.len == a.key_len &&
		   memcmp(w.key.data, a.public_key, a.key_len) == 0,
	   "with its id and its key");
	ok(w.sign_count == 7 && w.backed_up && w.aaguid[1] == 2,
	   "its counter, make and whether it is kept elsewhere too");
	s = authenticator_get(&a, asked);
	w = question(&s);
	w.key = authenticator_key(&a);
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

/* What a browser sent. */
static const struct recorded {
	int alg;
	const char *made_client, *made_data;
	const char *used_client, *used_data, *used_signature;
	const char *touched_client, *touched_data, *touched_signature;
} recorded[] = {
#define RECORDED(...) {__VA_ARGS__},
#include "t/unit/webauthn.def"
};

static const uint8_t sevens[WEBAUTHN_CHALLENGE] = {
	7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
	7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};

static struct webauthn
sent(const char *client, const char *data, const char *signature)
{
	return (struct webauthn){.pool = pool,
				 .rp = "localhost",
				 .origin = "http://localhost:8123",
				 .challenge = sevens,
				 .client_data = {client, strlen(client)},
				 .auth_data = bytes(data),
				 .signature = bytes(signature)};
}

/* Each question it was not the answer to. */
static void
test_recorded_lies(const struct webauthn *good)
{
	struct webauthn w = *good;

	w.origin = "http://localhost:8124";
	is_text(verdict(webauthn_get(&w)), "another origin",
		"not at another page");
	w = *good;
	w.origin = "https://localhost:8123";
	is_text(verdict(webauthn_get(&w)), "another origin", "nor over TLS");
	w = *good;
	w.rp = "bank.example";
	is_text(verdict(webauthn_get(&w)), "another relying party",
		"nor of another bank");
	w = *good;
	w.challenge = asked;
	is_text(verdict(webauthn_get(&w)), "another challenge",
		"nor to another question");
	is_text(verdict(webauthn_create(&w)), "another type",
		"nor as a new passkey");
	w = *good;
	is_text(verdict(webauthn_get(&w)), "taken", "as it was sent it is");
}

/* One who can only flip bits of what was sent. */
static void
test_recorded_bits(const struct webauthn *good)
{
	struct piece part[3];
	struct webauthn w;
	size_t i, k, taken = 0, step = (size_t)tap_step(31);
	uint8_t *copy;

	for (k = 0; k < 3; k++) {
		part[0] = good->client_data;
		part[1] = good->auth_data;
		part[2] = good->signature;
		copy = pool_alloc(pool, part[k].len);
		memcpy(copy, part[k].data, part[k].len);
		part[k].data = copy;
		for (i = 0; i < part[k].len; i += step) {
			copy[i] ^= 0x40;
			w = *good;
			w.client_data = part[0];
			w.auth_data = part[1];
			w.signature = part[2];
			taken += webauthn_get(&w) == NULL;
			copy[i] ^= 0x40;
		}
	}
	is_int((int)taken, 0, "nor with any byte of it changed");
}

static void
test_recorded(const struct recorded *r)
{
	struct webauthn made = sent(r->made_client, r->made_data, "");
	struct webauthn w;

	is_text(verdict(webauthn_create(&made)), "taken",
		"a real browser's new passkey of kind %d is taken", r->alg);
	ok(made.sign_count == 1 && !made.backed_up && made.id.len == 32 &&
		   made.key.len == (r->alg == -7   ? 64u
				    : r->alg == -8 ? 32u
						   : 259u),
	   "and read as it was meant");
	w = sent(r->used_client, r->used_data, r->used_signature);
	w.key = made.key;
	is_text(verdict(webauthn_get(&w)), "taken", "what it signs, too");
	is_int(w.sign_count, 2, "with its counter");
	test_recorded_lies(&w);
	test_recorded_bits(&w);
	w = sent(r->touched_client, r->touched_data, r->touched_signature);
	w.key = made.key;
	is_text(verdict(webauthn_get(&w)), "the person was not verified",
		"but not when it was only touched");
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
test_lies(int alg)
{
	struct authenticator honest = authenticator_of(pool, alg), a;
	struct webauthn w;
	struct answer s;
	size_t i;

	for (i = 0; i < sizeof lies / sizeof *lies; i++) {
		a = liar(&honest, &lies[i]);
		s = authenticator_get(&a, asked);
		is_text(get(&a, &s), lies[i].why, "a signature of kind %d %s is "
			"refused", alg, lies[i].name);
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
	for (i = 0; i < p->len; i += (size_t)tap_step(31)) {
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
test_altered(int alg)
{
	struct authenticator a = authenticator_of(pool, alg), other;
	struct answer s = authenticator_get(&a, asked);

	ok(flip_seen(&a, &s.client_data, &s), "altered client data is seen");
	ok(flip_seen(&a, &s.auth_data, &s), "altered flags and counter are");
	ok(flip_seen(&a, &s.signature, &s), "and an altered signature");
	is_text(get(&a, &s), "taken", "unaltered all is well");
	other = authenticator_of(pool, alg);
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
}

/* Kinds, and what is taken for one. */
static void
test_keys(int alg)
{
	struct authenticator a = authenticator_of(pool, alg);
	struct webauthn w;
	struct answer s = authenticator_get(&a, asked);
	size_t len, whole, taken = 0;

	a.type = "webauthn.create";
	s = authenticator_get(&a, asked);
	w = question(&s);
	is_text(verdict(webauthn_create(&w)), "no credential in it",
		"a passkey of kind %d without a key is none", alg);
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

/* One byte of a new passkey's key changed, from its end. */
static const char *
create_changed(struct authenticator *a, size_t from_end, uint8_t byte)
{
	struct answer s = authenticator_create(a, asked);
	char *data = pool_strndup(pool, s.auth_data.data, s.auth_data.len);
	struct webauthn w;

	data[s.auth_data.len - from_end] = (char)byte;
	s.auth_data.data = data;
	w = question(&s);
	return verdict(webauthn_create(&w));
}

/* Does this signature count by that key? */
static const char *
get_by(struct authenticator *a, const void *key, size_t len)
{
	struct answer s = authenticator_get(a, asked);
	struct webauthn w = question(&s);

	w.key = (struct piece){key, len};
	return verdict(webauthn_get(&w));
}

static void
test_bad_keys(void)
{
	static const char none[] = "the stored key cannot be one";
	struct authenticator ec = authenticator_new(pool);
	struct authenticator rsa = authenticator_of(pool, -257);
	struct authenticator ed = authenticator_of(pool, -8);
	uint8_t key[WEBAUTHN_KEY_MAX + 1];

	is_text(create_changed(&ec, 1, ec.public_key[63] ^ 1),
		"key cannot be one", "a point beside the curve is no key");
	is_text(create_changed(&ec, 35 + 32 + 6, 0x27),
		"key is of no kind we know", "nor is one of a kind unheard of");
	is_text(create_changed(&rsa, 1, 3), "key cannot be one",
		"an exponent that no device uses makes none");
	is_text(create_changed(&rsa, 3, 0), "key cannot be one",
		"above all not one, with which anybody could sign");
	is_text(create_changed(&rsa, 6, 0x10), "key cannot be one",
		"nor does an even modulus");
	is_text(create_changed(&rsa, 5 + 256, 0x7f), "key cannot be one",
		"nor a shorter one");
	memset(key, 1, sizeof key);
	is_text(get_by(&ec, key, 64), none, "what is no key signs nothing");
	is_text(get_by(&rsa, key, 259), none, "of no kind");
	is_text(get_by(&ec, ec.public_key, 63), none, "nor what is cut short");
	is_text(get_by(&ec, "", 0), none, "nor nothing");
	is_text(get_by(&rsa, key, 260), none, "nor what is longer than any");
	is_text(get_by(&ed, key, 32), "the signature does not fit",
		"another's key is not one's own");
	memcpy(key, ed.public_key, 32);
	is_text(get_by(&ed, key, 32), "taken", "one's own is");
	is_text(get_by(&ed, key, 64), none, "and no more than it");
	is_text(get_by(&ec, ed.public_key, 32), "the signature does not fit",
		"a signature of one kind is none of another");
	is_text(get_by(&rsa, ec.public_key, 64), "the signature does not fit",
		"whichever");
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
	static const int algs[] = {-7, -8, -257};
	size_t i;

	pool = pool_new();
	secret_start();
	for (i = 0; i < sizeof algs / sizeof *algs; i++) {
		test_good(algs[i]);
		test_lies(algs[i]);
		test_altered(algs[i]);
		test_keys(algs[i]);
	}
	test_bad_keys();
	for (i = 0; i < sizeof recorded / sizeof *recorded; i++)
		test_recorded(&recorded[i]);
	test_challenge();
	test_sizes();
	pool_free(pool);
	return tap_done();
}
