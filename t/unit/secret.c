/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret.c: tests that what is hashed, sealed and stretched stays secret. */
#include "lib/secret.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/clock.h"
#include "t/tap.h"

static char folder[] = "/tmp/secret.XXXXXX";
static char path[sizeof folder + 8];
static const struct secret_cost cheap = {1, 64, 1};

/* Two master keys: bytes 00 to 1f, and 20 to 3f. */
#define KEY_ONE                                                              \
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY_TWO                                                              \
	"202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"

static void
write_keys(const char *text, mode_t mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    fchmod(fd, mode) != 0)
		abort();
	close(fd);
}

static void
is_hex(const void *have, size_t len, const char *want, const char *name)
{
	char text[200];

	is_text(secret_hex(text, have, len), want, "%s", name);
}

static void
test_hash(void)
{
	struct piece pieces[40];
	uint8_t out[SECRET_HASH], whole[SECRET_HASH];
	char data[40];
	int64_t began;

	secret_hash(out, "abc", 3);
	is_hex(out, sizeof out,
	       "ba7816bf8f01cfea414140de5dae2223"
	       "b00361a396177a9cb410ff61f20015ad",
	       "the hash of abc is the published one");
	secret_hash(out, "", 0);
	is_hex(out, sizeof out,
	       "e3b0c44298fc1c149afbf4c8996fb924"
	       "27ae41e4649b934ca495991b7852b855",
	       "the hash of nothing is the published one");
	for (int i = 0; i < 40; i++) {
		data[i] = (char)('a' + i % 26);
		pieces[i] = (struct piece){data + i, 1};
	}
	secret_hash(whole, data, sizeof data);
	secret_hash_pieces(out, pieces, 40);
	ok(secret_equal(out, whole, sizeof out),
	   "forty pieces hash as the whole they make");
	began = clock_mono();
	for (int i = 0; i < 10000; i++)
		secret_hash_pieces(out, pieces, 5);
	printf("# a hash of five pieces takes %d ns\n",
	       (int)((clock_mono() - began) / 10000));
}

static void
test_random(void)
{
	int seen[10] = {0}, fewest = 100000;
	char code[9];
	uint8_t a[32], b[32];
	bool digits = true;

	for (int i = 0; i < 2000; i++) {
		secret_code(code, 8);
		digits = digits && strspn(code, "0123456789") == 8 &&
			 code[8] == '\0';
		for (int k = 0; digits && k < 8; k++)
			seen[code[k] - '0']++;
	}
	for (int i = 0; i < 10; i++)
		fewest = seen[i] < fewest ? seen[i] : fewest;
	ok(digits, "a code has digits only, as many as asked for");
	ok(fewest > 1300, "no digit is rarer in codes than chance allows");
	secret_random(a, sizeof a);
	secret_random(b, sizeof b);
	ok(!secret_equal(a, b, sizeof a), "two random tokens differ");
	ok(secret_equal(a, a, sizeof a) && secret_equal(a, b, 0),
	   "a token equals itself, and nothing equals nothing");
	memcpy(b, a, sizeof a);
	for (int i = 0; i < 256; i++) {
		b[i / 8] ^= (uint8_t)(1 << i % 8);
		digits = digits && !secret_equal(a, b, sizeof a);
		b[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	ok(digits, "a token with any one bit changed is another token");
}

static void
test_key_file(void)
{
	static const char *const damaged[] = {
		"", "\n# nothing\n", "1\n", "1 00\n", "0 " KEY_ONE "\n",
		"256 " KEY_ONE "\n", "01 " KEY_ONE "\n", "-1 " KEY_ONE "\n",
		"1 " KEY_ONE "00\n", "1 " KEY_ONE " \n", "x " KEY_ONE "\n",
		"1 " KEY_ONE "\n1 " KEY_TWO "\n", "1  " KEY_ONE "\n",
	};
	struct stat st;
	bool refused = true;

	is_int(secret_keys(path), ERR_MISSING, "a key file must be there");
	is_int(secret_make_keys(path), OK, "a key file can be made");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0400 &&
	   st.st_size == 2 + 64 + 1, "it is for its owner's eyes alone");
	is_int(secret_keys(path), OK, "a fresh key file can be read");
	is_int(secret_make_keys(path), ERR_CONFLICT,
	       "a key file is never overwritten");
	is_int(secret_make_keys("/nowhere/keys"), ERR_INTERNAL,
	       "no key file is made in a folder that is not there");
	write_keys("1 " KEY_ONE "\n", 0440);
	is_int(secret_keys(path), ERR_FORBIDDEN,
	       "a key file its group may read is refused");
	write_keys("1 " KEY_ONE "\n", 0404);
	is_int(secret_keys(path), ERR_FORBIDDEN,
	       "a key file the world may read is refused");
	for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
		write_keys(damaged[i], 0400);
		refused = refused && secret_keys(path) == ERR_INTERNAL;
	}
	ok(refused, "a damaged key file is refused");
	is_int(secret_keys(folder), ERR_INTERNAL, "a folder is no key file");
	write_keys("# rotated\n\n7 " KEY_ONE, 0600);
	is_int(secret_keys(path), OK,
	       "comments, blank lines and a missing last newline are fine");
}

/* Values computed with another implementation of HMAC-SHA-256. */
static void
test_mac(void)
{
	uint8_t first[SECRET_HASH], again[SECRET_HASH], other[SECRET_HASH];

	write_keys("1 " KEY_ONE "\n", 0400);
	secret_keys(path);
	secret_mac(first, SECRET_INDEX, "ada@example.org", 15);
	is_hex(first, sizeof first,
	       "ea3d6b09c9a06d77d11e36bb29f7f7c3"
	       "0435c42d42fe919d615256d56689a8c8",
	       "a blind index is the HMAC under the derived key");
	secret_mac(other, SECRET_CODE, "ada@example.org", 15);
	is_hex(other, sizeof other,
	       "e0929abd84629d8a6920afdc3184d646"
	       "6806374ee258089b1e0ca414b3c6c1a6",
	       "the same text under another purpose is another code");
	write_keys("1 " KEY_ONE "\n2 " KEY_TWO "\n", 0400);
	secret_keys(path);
	secret_mac(again, SECRET_INDEX, "ada@example.org", 15);
	ok(secret_equal(first, again, sizeof first),
	   "a new key in the file breaks no look-up");
	write_keys("2 " KEY_TWO "\n", 0400);
	secret_keys(path);
	secret_mac(again, SECRET_INDEX, "ada@example.org", 15);
	ok(!secret_equal(first, again, sizeof first),
	   "another bank's key makes another index");
}

static bool
opens(struct pool *p, const char *where, int64_t row, const void *sealed,
      size_t len, const char *want)
{
	char *text = NULL;

	return secret_open(p, where, row, sealed, len, &text) == OK &&
	       strcmp(text, want) == 0;
}

static void
test_seal(struct pool *p)
{
	const char *name = "Ada Lovelace";
	size_t len, empty_len, other_len;
	uint8_t *sealed, *empty, *other, cut[64];
	bool refused = true;
	char *text;

	sealed = secret_seal(p, "customer.name", 42, name, &len);
	is_int((int64_t)len, 1 + 12 + 12 + 16,
	       "a sealed name is 29 bytes longer than the name");
	ok(memmem(sealed, len, "Ada", 3) == NULL,
	   "a sealed name cannot be read");
	ok(opens(p, "customer.name", 42, sealed, len, name),
	   "a sealed name opens where it was sealed");
	ok(!opens(p, "customer.name", 43, sealed, len, name) &&
	   !opens(p, "customer.nam", 42, sealed, len, name) &&
	   !opens(p, "customer.name:4", 2, sealed, len, name),
	   "a sealed name does not open in another row or column");
	other = secret_seal(p, "customer.name", 42, name, &other_len);
	ok(memcmp(sealed, other, len) != 0,
	   "the same name sealed twice looks different");
	empty = secret_seal(p, "x", INT64_MIN, "", &empty_len);
	ok(opens(p, "x", INT64_MIN, empty, empty_len, ""),
	   "nothing can be sealed and opened too");
	for (size_t i = 0; i < len * 8; i++) {
		sealed[i / 8] ^= (uint8_t)(1 << i % 8);
		refused = refused && secret_open(p, "customer.name", 42,
						 sealed, len,
						 &text) == ERR_INTERNAL;
		sealed[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	ok(refused, "a sealed name with any bit changed does not open");
	for (size_t i = 0; i < len; i++) {
		memcpy(cut, sealed, i);
		refused = refused && secret_open(p, "customer.name", 42, cut,
						 i, &text) == ERR_INTERNAL;
	}
	ok(refused, "a sealed name cut short anywhere does not open");
	is_int(secret_open(p, "customer.name", 42, NULL, 0, &text),
	       ERR_INTERNAL, "no bytes at all do not open");
}

static void
test_bytes(struct pool *p)
{
	uint8_t photo[300];
	void *data = NULL, *sealed;
	size_t len, found = 0;

	for (size_t i = 0; i < sizeof photo; i++)
		photo[i] = (uint8_t)i;
	sealed = secret_seal_bytes(p, "photo", 7, photo, sizeof photo, &len);
	ok(secret_open_bytes(p, "photo", 7, sealed, len, &data, &found) ==
	   OK && found == sizeof photo && memcmp(data, photo, found) == 0,
	   "a sealed photo opens byte for byte");
}

static void
test_rotation(struct pool *p)
{
	size_t old_len, new_len;
	uint8_t *old, *new;
	bool both = true;

	write_keys("1 " KEY_ONE "\n", 0400);
	secret_keys(path);
	old = secret_seal(p, "customer.name", 1, "old", &old_len);
	write_keys("1 " KEY_ONE "\n200 " KEY_TWO "\n", 0400);
	secret_keys(path);
	new = secret_seal(p, "customer.name", 1, "new", &new_len);
	ok(old[0] == 1 && new[0] == 200,
	   "what is sealed names the key that was current");
	for (int i = 0; i < 3; i++)
		both = both &&
		       opens(p, "customer.name", 1, old, old_len, "old") &&
		       opens(p, "customer.name", 1, new, new_len, "new");
	ok(both, "old and new keys open in turn what they sealed");
	write_keys("200 " KEY_TWO "\n", 0400);
	secret_keys(path);
	ok(!opens(p, "customer.name", 1, old, old_len, "old") &&
	   opens(p, "customer.name", 1, new, new_len, "new"),
	   "a key taken out of the file opens nothing");
}

/* The vectors of the Argon2 reference implementation. */
static void
test_argon2_vectors(void)
{
	static const char *const encoded[] = {
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$"
		"bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
	};
	bool stale = false;

	for (int i = 0; i < 2; i++)
		is_int(secret_password_check(encoded[i], "password", cheap,
					     &stale), OK,
		       "published Argon2id vector %d holds", i + 1);
	ok(stale, "a password stretched otherwise than wanted now is stale");
	is_int(secret_password_check(encoded[0], "Password", cheap, NULL),
	       ERR_CREDENTIALS, "another password is not the password");
}

/* The least of three times, for other work may slow any one of them. */
static int64_t
fastest(const char *encoded, struct secret_cost cost)
{
	int64_t least = INT64_MAX, took;

	for (int i = 0; i < 3; i++) {
		took = clock_mono();
		secret_password_check(encoded, "wrong", cost, NULL);
		took = clock_mono() - took;
		least = took < least ? took : least;
	}
	return least;
}

static void
test_password(struct pool *p)
{
	static const char *const damaged[] = {
		"", "$", "password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ",
		"$argon2id$v=19$m=0,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m= 256,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4$",
		"$argon2id$v=19$m=256,t=2,p=1$c29t$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
	};
	const struct secret_cost dear = {2, 19456, 1};
	char *a = secret_password(p, "correct horse", cheap);
	char *b = secret_password(p, "correct horse", cheap);
	bool stale = true, refused = true;
	int64_t known, unknown;

	ok(strncmp(a, "$argon2id$v=19$m=64,t=1,p=1$", 28) == 0,
	   "a password at rest names how it was stretched");
	ok(strcmp(a, b) != 0, "the same password twice rests differently");
	ok(secret_password_check(a, "correct horse", cheap, &stale) == OK &&
	   !stale, "the right password is right and not stale");
	is_int(secret_password_check(a, "correct hors", cheap, &stale),
	       ERR_CREDENTIALS, "a password short of a letter is wrong");
	is_int(secret_password_check(a, "", cheap, &stale), ERR_CREDENTIALS,
	       "no password is wrong");
	for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++)
		refused = refused &&
			  secret_password_check(damaged[i], "password", cheap,
						NULL) == ERR_CREDENTIALS;
	ok(refused, "a damaged password at rest lets nobody in");
	is_int(secret_password_check(NULL, "wrong", cheap, NULL),
	       ERR_CREDENTIALS, "who is not known cannot sign in");
	known = fastest(secret_password(p, "correct horse", dear), dear);
	unknown = fastest(NULL, dear);
	printf("# known %d us, unknown %d us\n", (int)(known / 1000),
	       (int)(unknown / 1000));
	ok(unknown > known / 4 && unknown < known * 4,
	   "and waits as long as who is");
}

static void *
sign_in(void *arg)
{
	bool *good = arg;
	struct pool *p = pool_new();
	char *encoded = secret_password(p, "x", cheap);
	uint8_t out[SECRET_HASH];
	void *sealed;
	size_t len;

	*good = secret_password_check(encoded, "x", cheap, NULL) == OK;
	secret_mac(out, SECRET_TOKEN, "t", 1);
	sealed = secret_seal(p, "a", 1, "b", &len);
	*good = *good && opens(p, "a", 1, sealed, len, "b");
	pool_free(p);
	return NULL;
}

static void
test_crowd(void)
{
	pthread_t threads[12];
	bool good[12] = {false}, all = true;

	secret_hashes(1);
	for (int i = 0; i < 12; i++)
		pthread_create(&threads[i], NULL, sign_in, &good[i]);
	secret_hashes(3);
	for (int i = 0; i < 12; i++) {
		pthread_join(threads[i], NULL);
		all = all && good[i];
	}
	ok(all, "a crowd signing in at once is served, a few at a time");
}

static void
test_text(void)
{
	static const char *const hex_bad[] = {"0", "0g", "abc", "0 ", "000"};
	static const char *const url_bad[] = {"A", "AAAAA", "Zg==", "Zh",
					      "Zm9=", "Zm+v", "Zm/v", "Zm 8",
					      "Zm9"};
	static const char *const vectors[][2] = {
		{"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"},
		{"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"},
		{"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"},
	};
	uint8_t back[16];
	char text[64];
	bool refused = true;

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const char *plain = vectors[i][0], *want = vectors[i][1];

		is_text(secret_base64url(text, plain, strlen(plain)), want,
			"base64url writes \"%s\"", want);
		ok(secret_unbase64url(back, sizeof back, want) ==
		   (long)strlen(plain) &&
		   memcmp(back, plain, strlen(plain)) == 0,
		   "base64url reads \"%s\"", want);
	}
	for (size_t i = 0; i < sizeof url_bad / sizeof *url_bad; i++)
		refused = refused &&
			  secret_unbase64url(back, sizeof back,
					     url_bad[i]) == -1;
	for (size_t i = 0; i < sizeof hex_bad / sizeof *hex_bad; i++)
		refused = refused &&
			  secret_unhex(back, sizeof back, hex_bad[i]) == -1;
	ok(refused, "text that is not exactly the form is refused");
	ok(secret_unbase64url(back, 5, "Zm9vYmFy") == -1 &&
	   secret_unbase64url(back, 6, "Zm9vYmFy") == 6 &&
	   secret_unhex(back, 1, "0102") == -1 &&
	   secret_unhex(back, 2, "0aFf") == 2 && back[1] == 0xff,
	   "text longer than the room for it is refused");
}

static void
test_id_text(void)
{
	static const char *const bad[] = {
		"", "01890a5d-ac96-774b-bcce-b302099a805",
		"01890a5d-ac96-774b-bcce-b302099a80577",
		"01890a5dac96774bbcceb302099a8057",
		"01890a5d-ac96-774b-bcce-b302099a805g",
		"01890a5dxac96x774bxbccexb302099a8057",
		"{1890a5d-ac96-774b-bcce-b302099a805}",
	};
	const char *good = "01890a5d-ac96-774b-bcce-b302099a8057";
	uint8_t id[SECRET_ID];
	char text[SECRET_ID_TEXT];
	bool refused = !secret_id_parse(id, NULL);

	ok(secret_id_parse(id, good) &&
	   strcmp(secret_id_text(text, id), good) == 0,
	   "an id reads as it was written");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refused = refused && !secret_id_parse(id, bad[i]);
	ok(refused, "what is no id is refused");
}

/* Makes ${n} ids; true if each is well-formed and above the one before. */
static bool
ids_grow(uint8_t last[SECRET_ID], int n)
{
	uint8_t id[SECRET_ID];
	bool grow = true;

	for (; n > 0; n--) {
		secret_id(id);
		grow = grow && memcmp(id, last, SECRET_ID) > 0 &&
		       id[6] >> 4 == 7 && id[8] >> 6 == 2;
		memcpy(last, id, SECRET_ID);
	}
	return grow;
}

static void *
make_ids(void *arg)
{
	uint8_t last[SECRET_ID] = {0};
	bool *good = arg;

	*good = ids_grow(last, 20000);
	return NULL;
}

static void
test_ids(void)
{
	const int64_t now = INT64_C(1795332600123);
	uint8_t last[SECRET_ID] = {0};
	pthread_t threads[4];
	bool good[4];

	clock_freeze(now);
	secret_id(last);
	ok(memcmp(last, "\x01\xa2\x02\x29\x71\x3b", 6) == 0,
	   "an id begins with the millisecond it was made in");
	ok(ids_grow(last, 20000), "ids grow while the clock stands still");
	clock_freeze(now - CLOCK_DAY_MS);
	ok(ids_grow(last, 20000), "ids grow when the clock goes back a day");
	clock_freeze(now + CLOCK_DAY_MS);
	ok(ids_grow(last, 10), "ids grow when the clock leaps ahead");
	clock_freeze(0);
	ok(ids_grow(last, 1000000), "a million ids grow");
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, make_ids, &good[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ok(good[0] && good[1] && good[2] && good[3],
	   "ids grow for each of several threads");
}

int
main(void)
{
	struct pool *p = pool_new();

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/keys", folder);
	secret_start();
	secret_start();
	test_hash();
	test_random();
	test_key_file();
	test_mac();
	test_seal(p);
	test_bytes(p);
	test_rotation(p);
	test_argon2_vectors();
	test_password(p);
	test_crowd();
	test_text();
	test_id_text();
	test_ids();
	unlink(path);
	rmdir(folder);
	pool_free(p);
	return tap_done();
}
