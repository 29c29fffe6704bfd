/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret.c: tests that what is sealed stays secret and whole. */
#include "lib/secret.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/secret_hmac.h"
#include "t/tap.h"

static char folder[] = "/tmp/secret.XXXXXX";
static char path[sizeof folder + 8];

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

/* The value computed with OpenSSL's GMAC under its own HMAC's key. */
static void
test_tag(void)
{
	uint8_t first[SECRET_TAG_SIZE], other[SECRET_TAG_SIZE];
	char answer[9000];
	int same = 0, changed = 0;

	write_keys("1 " KEY_ONE "\n", 0400);
	secret_keys(path);
	secret_tag(first, "abc", 3);
	is_hex(first, sizeof first, "d6801315ff7c4331e520c7b71e6a2753",
	       "a tag is the GMAC under the derived key");
	memset(answer, 'a', sizeof answer);
	secret_tag(first, answer, sizeof answer);
	for (size_t i = 0; i < sizeof answer; i += 113) {
		secret_tag(other, answer, sizeof answer);
		same += memcmp(first, other, sizeof other) == 0;
		answer[i] ^= 1;
		secret_tag(other, answer, sizeof answer);
		changed += memcmp(first, other, sizeof other) != 0;
		answer[i] ^= 1;
	}
	ok(same == 80 && changed == 80,
	   "the same bytes have the same tag, one bit makes another");
	secret_tag(other, answer, sizeof answer - 1);
	ok(memcmp(first, other, sizeof other) != 0, "and so does the length");
	write_keys("2 " KEY_TWO "\n", 0400);
	secret_keys(path);
	secret_tag(other, answer, sizeof answer);
	ok(memcmp(first, other, sizeof other) != 0,
	   "nobody outside can tell a bank's tag");
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

static void *
use_keys(void *arg)
{
	struct pool *p = pool_new();
	uint8_t a[SECRET_HASH], b[SECRET_HASH];
	bool *good = arg;
	void *sealed;
	size_t len;

	*good = true;
	for (int i = 0; i < 200; i++) {
		secret_mac(a, SECRET_TOKEN, "t", 1);
		sealed = secret_seal(p, "a", i, "b", &len);
		secret_mac(b, SECRET_TOKEN, "t", 1);
		*good = *good && opens(p, "a", i, sealed, len, "b") &&
			secret_equal(a, b, sizeof a);
	}
	pool_free(p);
	return NULL;
}

static void
test_threads(void)
{
	pthread_t threads[4];
	bool good[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, use_keys, &good[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ok(good[0] && good[1] && good[2] && good[3],
	   "several threads seal, open and sign at once");
}

/* The cases of RFC 2202 that differ in kind. */
static void
test_hmac(void)
{
	static const char *const texts[] = {
		"Hi There", "what do ya want for nothing?",
		"Test Using Larger Than Block-Size Key - Hash Key First"};
	static const char *const macs[] = {
		"b617318655057264e28bc0b6fb378c8ef146be00",
		"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
		"aa4ae5e15272d00e95705637ce8a3b55ed402112"};
	char keys[3][80], text[2 * SECRET_SHA1 + 1];
	static const size_t lengths[] = {20, 4, 80};
	uint8_t mac[SECRET_HMAC_MAX];
	size_t len;
	int i;

	memset(keys[0], 0x0b, sizeof keys[0]);
	memcpy(keys[1], "Jefe", 4);
	memset(keys[2], 0xaa, sizeof keys[2]);
	for (i = 0; i < 3; i++) {
		len = secret_hmac(SECRET_HMAC_SHA1, mac, keys[i], lengths[i],
				  texts[i], strlen(texts[i]));
		is_text(secret_hex(text, mac, len), macs[i],
			"HMAC-SHA-1 with a key of %zu bytes", lengths[i]);
	}
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
	test_tag();
	test_hmac();
	test_seal(p);
	test_bytes(p);
	test_rotation(p);
	test_threads();
	unlink(path);
	rmdir(folder);
	pool_free(p);
	return tap_done();
}
