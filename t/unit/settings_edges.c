/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings_edges.c: tests of settings files and key files that cannot be read,
 * written or believed. */
#include "lib/settings_file.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/secret.h"
#include "t/tap.h"

static struct pool *pool;
static const char *dir, *path, *keys;

#define KEY "00112233445566778899aabbccddeeff" \
	    "00112233445566778899AABBCCDDEEFF"

static void
put_file(const char *name, const char *text, size_t len)
{
	FILE *f = fopen(name, "w");

	if (f == NULL || fwrite(text, 1, len, f) != len || fclose(f) != 0)
		ok(false, "%s can be written", name);
}

static bool
says(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

static void
start_refused(const char *file, enum err want, const char *part,
	      const char *name)
{
	const char *why = "";

	is_int(settings_start(pool, file, &why), want, "%s", name);
	if (!ok(says(why, part), "%s: the reason is told", name))
		printf("# %s\n", why);
}

static char *
long_text(char c, size_t len)
{
	char *text = pool_alloc(pool, len + 1);

	memset(text, c, len);
	text[len] = '\0';
	return text;
}

static void
test_before(void)
{
	const char *why = "";

	settings_look();
	settings_refresh();
	is_int(settings()->OTP_LENGTH, 6, "without a file the defaults hold");
	unsetenv("CLICKNET_CONF");
	ok(*settings_path() == '/', "the file has a place of its own");
	setenv("CLICKNET_CONF", "", 1);
	ok(*settings_path() == '/', "nothing in the environment is none");
	setenv("CLICKNET_CONF", "bank.conf", 1);
	is_text(settings_path(), "bank.conf", "else it is what stands there");
	is_text(settings_beside(pool, "bank.db"), "bank.db",
		"beside a file without a folder is here");
	is_int(settings_set(pool, "OTP_LENGTH", "8", &why), ERR_INTERNAL,
	       "what is not there is not changed");
	ok(says(why, "bank.conf"), "and it is named");
	setenv("CLICKNET_CONF", path, 1);
}

static void
test_unreadable(void)
{
	const char *folder = pool_printf(pool, "%s/folder", dir);
	const char *loop = pool_printf(pool, "%s/loop", dir);
	const char *here = getcwd(NULL, 0);

	start_refused(long_text('a', PATH_MAX), ERR_INPUT, "too long",
		      "a name may be too long");
	start_refused(pool_printf(pool, "%s/none", dir), ERR_MISSING,
		      "cannot be read", "a file must be there");
	mkdir(folder, 0700);
	start_refused(folder, ERR_INPUT, "Not a regular file",
		      "a folder is no settings file");
	rmdir(folder);
	ok(symlink("loop", loop) == 0, "(a link to itself is made)");
	start_refused(loop, ERR_INPUT, "cannot be read",
		      "nor is a link to itself");
	unlink(loop);
	start_refused("/dev/null", ERR_INPUT, "Not a regular file",
		      "nor is a device");
	start_refused("/proc/self/mem", ERR_INPUT, "cannot be read",
		      "a file whose bytes cannot be read is refused");
	put_file(path, long_text('\n', SETTINGS_FILE_MAX + 1),
		 SETTINGS_FILE_MAX + 1);
	start_refused(path, ERR_INPUT, "too large", "so is one too large");
	if (here != NULL && chdir(dir) == 0) {
		put_file(path, "OTP_LENGTH = 9", 14);
		is_int(settings_start(pool, "clicknet.conf",
				      &(const char *){""}), OK,
		       "a file beside us has a short name");
		is_text(settings_path(), path, "and is known by its long one");
		if (chdir(here) != 0)
			ok(false, "the way back is there");
	}
	free((void *)(uintptr_t)here);
}

static void
test_lines(void)
{
	static const struct {
		const char *name, *text, *part;
	} rows[] = {
		{"a line without a name", "= 6", "KEY = value"},
		{"a name without a value", "OTP_LENGTH", "KEY = value"},
		{"a name and blanks", "OTP_LENGTH \t ", "KEY = value"},
		{"a name and another", "OTP_LENGTH x = 6", "KEY = value"},
		{"a line of other bytes", "BANK_NAME = \xff", "UTF-8"},
		{"a backslash at the end", "BANK_NAME = \"a\\", "backslash"},
		{"a backslash before a letter", "BANK_NAME = \"\\n\"",
		 "backslash"},
		{"a quote that stays open", "BANK_NAME = \"a", "missing"},
		{"a comment right behind a quote", "BANK_NAME = \"a\"#",
		 "behind"},
		{"a word behind a quote", "BANK_NAME = \"a\" b", "behind"},
		{"a number with a word", "OTP_LENGTH = 6x", "whole number"},
		{"a number with a sign", "OTP_LENGTH = -6", "whole number"},
		{"a number beyond all", "OTP_LENGTH = 99999999999999999999",
		 "whole number"},
		{"a yes that is none", "PRODUCTION = maybe", "PRODUCTION"},
		{"a choice that is none", "MESSAGE_DELIVERY = pigeon",
		 "MESSAGE_DELIVERY"},
		{"half a choice", "MESSAGE_DELIVERY = re",
		 "MESSAGE_DELIVERY"},
		{"a currency that is none", "BANK_CURRENCY = QQQ",
		 "BANK_CURRENCY"},
		{"a colour that is none", "BRAND_COLOR = green",
		 "BRAND_COLOR"},
		{"an address that is none", "PUBLIC_BASE_URL = bank",
		 "PUBLIC_BASE_URL"}};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		put_file(path, rows[i].text, strlen(rows[i].text));
		start_refused(path, ERR_INPUT, rows[i].part, rows[i].name);
	}
	put_file(path, "\xef\xbb", 2);
	start_refused(path, ERR_INPUT, ":1:", "half a byte order mark");
	put_file(path, "# only\n\n   \n\t# this\n\r\n", 22);
	is_int(settings_start(pool, path, &(const char *){""}), OK,
	       "a file of comments is good");
}

static enum err
set(const char *name, const char *value, const char **why)
{
	*why = "";
	return settings_set(pool, name, value, why);
}

static void
test_change(void)
{
	const char *why, *text = "\xef\xbb\xbfOTP_LENGTH = 8\r\n# end";
	const char *lock = pool_printf(pool, "%s.lock", path);
	struct buf quoted = {.pool = pool};

	put_file(path, text, strlen(text));
	settings_start(pool, path, &why);
	is_int(set("OTP_LENGTH", "7", &why), OK,
	       "a file with a byte order mark is changed");
	is_int(settings()->OTP_LENGTH, 7, "in the right place");
	put_file(path, "", 0);
	is_int(set("OTP_LENGTH", "9", &why), OK, "an empty file gets a line");
	is_int(set("BANK_NAME", "", &why), OK, "a name may be nothing");
	is_int(set("BANK_NAME", "A ", &why), OK, "a blank at the end is kept");
	is_text(settings()->BANK_NAME, "A ", "by quotes");
	settings_quote(&quoted, "");
	is_text(quoted.data, "\"\"", "nothing is two quotes");
	unlink(lock);
	mkdir(lock, 0700);
	is_int(set("OTP_LENGTH", "7", &why), ERR_INTERNAL,
	       "without a lock nothing is changed");
	rmdir(lock);
	ok(symlink("/dev/null", lock) == 0, "(a link is made)");
	is_int(set("OTP_LENGTH", "7", &why), ERR_INTERNAL,
	       "a link is no lock");
	unlink(lock);
	put_file(path, long_text('\n', SETTINGS_FILE_MAX - 4),
		 SETTINGS_FILE_MAX - 4);
	is_int(set("OTP_LENGTH", "7", &why), ERR_INPUT,
	       "a file that would grow too large is not changed");
	ok(says(why, "too long"), "and it is told why");
	put_file(path, long_text('\n', SETTINGS_FILE_MAX + 4),
		 SETTINGS_FILE_MAX + 4);
	is_int(set("OTP_LENGTH", "7", &why), ERR_INTERNAL,
	       "nor is one that is too large");
	put_file(path, "NONSENSE\n", 9);
	is_int(set("OTP_LENGTH", "7", &why), ERR_INPUT, "nor is a bad one");
	is_int(settings()->OTP_LENGTH, 9, "what holds still holds");
}

/* The disk is full, as far as we may write. */
static void
test_full(void)
{
	struct rlimit was, now;
	const char *why;

	put_file(path, "OTP_LENGTH = 8\n", 15);
	settings_start(pool, path, &why);
	getrlimit(RLIMIT_FSIZE, &was);
	now = was;
	now.rlim_cur = 4;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &now);
	is_int(set("OTP_LENGTH", "7", &why), ERR_INTERNAL,
	       "a file that cannot be written whole is not replaced");
	is_int(secret_make_keys(keys), ERR_INTERNAL,
	       "nor is a key made that cannot be kept");
	setrlimit(RLIMIT_FSIZE, &was);
	ok(says(why, "cannot be written"), "the operator is told");
	ok(access(keys, F_OK) != 0, "no half a key is left");
	is_int(settings_start(pool, path, &why), OK, "the old file stands");
	is_int(settings()->OTP_LENGTH, 8, "as it was");
}

static void
test_gone(void)
{
	const char *why;

	unlink(path);
	settings_look();
	is_int(settings()->OTP_LENGTH, 8, "a file that went changes nothing");
	is_int(set("OTP_LENGTH", "7", &why), ERR_INTERNAL,
	       "and cannot be changed");
	settings_look();
	put_file(path, "OTP_LENGTH = 10\n", 16);
	settings_look();
	is_int(settings()->OTP_LENGTH, 10, "once it is back it counts");
}

static enum err
keys_of(const char *text, size_t len)
{
	enum err e;

	unlink(keys);
	put_file(keys, text, len);
	chmod(keys, 0400);
	e = secret_keys(keys);
	unlink(keys);
	return e;
}

static void
test_keys(void)
{
	static const struct {
		const char *name, *text;
	} bad[] = {
		{"a key needs its number", KEY "\n"},
		{"of digits", "a " KEY "\n"},
		{"at most three", "1234 " KEY "\n"},
		{"below 256", "256 " KEY "\n"},
		{"without a zero before it", "01 " KEY "\n"},
		{"and one blank", "1\t" KEY "\n"},
		{"a key is of hex digits", "1 x" KEY "\n"},
		{"in pairs", "1 0" KEY "\n"},
		{"all of them", "1 0011\n"},
		{"and no more", "1 " KEY "00\n"},
		{"that are hex digits",
		 "1 zz112233445566778899aabbccddeeff"
		 "00112233445566778899aabbccddeeff\n"},
		{"no two keys have a number", "1 " KEY "\n1 " KEY "\n"},
		{"a comment is no key", "# " KEY "\n"}};
	char *text = long_text('\n', 40 * 1024);
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_int(keys_of(bad[i].text, strlen(bad[i].text)), ERR_INTERNAL,
		       "%s", bad[i].name);
	is_int(keys_of(text, 40 * 1024), ERR_INTERNAL,
	       "a key file is not long");
	is_int(keys_of("1 " KEY "\n\0", 68), ERR_INTERNAL,
	       "a key file has no zero byte");
	is_int(keys_of("255 " KEY "\n9 " KEY, 135), OK,
	       "a good one is read to the last number");
	is_int(secret_keys("/dev/null"), ERR_INTERNAL,
	       "a device is no key file");
	is_int(secret_keys(pool_printf(pool, "%s/below", path)), ERR_MISSING,
	       "below a file there is none");
	is_int(secret_keys(long_text('k', 300)), ERR_INTERNAL,
	       "nor under a name too long");
	is_int(secret_make_keys(pool_printf(pool, "%s/below", path)),
	       ERR_INTERNAL, "none is made below a file");
	is_int(secret_make_keys(dir), ERR_CONFLICT, "nor over a folder");
}

int
main(void)
{
	char name[] = "/tmp/settings.XXXXXX";

	pool = pool_new();
	dir = mkdtemp(name);
	path = pool_printf(pool, "%s/clicknet.conf", dir);
	keys = pool_printf(pool, "%s/keys", dir);
	log_open("test", "/dev/full");
	log_event("info", "lost", NULL);
	log_reopen();
	test_before();
	test_unreadable();
	test_lines();
	test_change();
	test_full();
	test_gone();
	test_keys();
	unlink(path);
	unlink(pool_printf(pool, "%s.lock", path));
	is_int(rmdir(dir), 0, "nothing else was left behind");
	pool_free(pool);
	return tap_done();
}
