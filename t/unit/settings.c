/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* settings.c: tests of the settings file; --example and --man print what the
 * table says. */
#include "lib/settings.h"
#include "lib/log.h"
#include "t/tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct pool *pool;
static const char *dir, *path;

static void
put_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		ok(false, "%s can be written", name);
}

static const char *
get_file(const char *name)
{
	struct buf b = {.pool = pool};
	FILE *f = fopen(name, "r");
	char piece[4096];
	size_t n;

	buf_puts(&b, "");
	while (f != NULL && (n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_put(&b, piece, n);
	if (f != NULL)
		fclose(f);
	return b.data;
}

/* The complaint about a file of this text, without the file's name; "" if
 * there is none. */
static const char *
said(const char *text)
{
	const char *why = "";
	size_t n = strlen(path);

	put_file(path, text);
	if (settings_start(pool, path, &why) == OK)
		return "";
	return strncmp(why, path, n) == 0 ? why + n : why;
}

static void
test_values(void)
{
	is_int(settings()->OTP_LENGTH, 6, "before the start the defaults hold");
	is_text(said(""), "", "an empty file is good");
	ok(settings()->PRODUCTION, "a bank is in production unless it says no");
	is_text(said("\xef\xbb\xbf# comment\r\n\r\n  OTP_LENGTH=8 # digits\r\n"
		     "BANK_NAME = \"Bank \\\"#1\\\" \\\\\"# no space\n"),
		":4: only a comment may stand behind the closing quote.",
		"a file is read to the end");
	is_text(said("\xef\xbb\xbf# comment\r\n\r\n  OTP_LENGTH=8 # digits\r\n"
		     "BANK_NAME = \"Bank \\\"#1\\\" \\\\\" # quoted\n"
		     "SMTP_TLS = OFF\nCREDENTIALS_SENDING_PROCESS=sms\n"
		     "PUBLIC_BASE_URL = https://bank.example//\n"
		     "SMTP_USER = a#b \t# c\nBRAND_COLOR = #0f5c5a\n"
		     "SMTP_URL = # nothing\nSMTP_PASSWORD ="),
		"", "a file in all its forms is good");
	is_int(settings()->OTP_LENGTH, 8, "a number is taken");
	is_text(settings()->BANK_NAME, "Bank \"#1\" \\", "quotes hold a #");
	ok(!settings()->SMTP_TLS, "off is no");
	is_text(settings()->CREDENTIALS_SENDING_PROCESS, "SMS",
		"a choice is taken in any case");
	is_text(settings()->PUBLIC_BASE_URL, "https://bank.example",
		"an address loses the slash at its end");
	is_text(settings()->SMTP_USER, "a#b",
		"a # inside a word is the word's");
	is_text(settings()->BRAND_COLOR, "#0f5c5a", "a colour needs no quotes");
	is_text(settings()->SMTP_URL, "", "a comment is no value");
	is_text(said("MESSAGE_DELIVERY = inbox\nPRODUCTION = no\n"), "",
		"a demonstration may keep its messages");
}

static void
test_refused(void)
{
	static const struct {
		const char *text, *complaint;
	} rows[] = {
	    {"OTP_LENGHT = 6", ":1: OTP_LENGHT is not a setting."},
	    {"OTP_LENGTH = 6\n\nOTP_LENGTH = 6",
	     ":3: OTP_LENGTH is already set in line 1."},
	    {"OTP_LENGTH = 5",
	     ":1: OTP_LENGTH must be a whole number from 6 to 10."},
	    {"OTP_LENGTH =",
	     ":1: OTP_LENGTH must be a whole number from 6 to 10."},
	    {"OTP_LENGTH = 6 7",
	     ":1: OTP_LENGTH must be a whole number from 6 to 10."},
	    {"#\nPRODUCTION = maybe", ":2: PRODUCTION must be yes or no."},
	    {"MESSAGE_DELIVERY = post",
	     ":1: MESSAGE_DELIVERY must be one of real|inbox."},
	    {"MESSAGE_DELIVERY = inbox\n#",
	     ":1: MESSAGE_DELIVERY = inbox is refused while PRODUCTION = "
	     "yes."},
	    {"CAPTCHA = off",
	     ":1: CAPTCHA = off is refused while PRODUCTION = yes."},
	    {"GOOGLE_RECAPTCHA_SECRET_KEY = "
	     "6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe",
	     ":1: GOOGLE_RECAPTCHA_SECRET_KEY is the one for tests, which "
	     "lets everybody in."},
	    {"BRAND_COLOR = red", ":1: BRAND_COLOR must be a # and six hex "
				  "digits, or empty."},
	    {"BRAND_COLOR = #12345g", ":1: BRAND_COLOR must be a # and six "
				      "hex digits, or empty."},
	    {"BANK_CURRENCY = XYZ", ":1: BANK_CURRENCY must be an ISO 4217 "
				    "code such as EUR."},
	    {"BANK_CURRENCY =", ":1: BANK_CURRENCY must be an ISO 4217 "
				"code such as EUR."},
	    {"PUBLIC_BASE_URL = bank.example",
	     ":1: PUBLIC_BASE_URL must begin with https:// or http:// and "
	     "a host."},
	    {"BANK_COUNTRY = DEU",
	     ":1: BANK_COUNTRY has at most 2 characters."},
	    {"BANK_NAME = a\x07", ":1: BANK_NAME has characters that "
				  "cannot be used."},
	    {"BANK_NAME = \"a", ":1: the closing quote is missing."},
	    {"BANK_NAME = \"a\\n\"",
	     ":1: inside quotes a backslash stands only before a quote or "
	     "a backslash."},
	    {"BANK_NAME", ":1: a line must read KEY = value."},
	    {"= 6", ":1: a line must read KEY = value."},
	    {"BANK-NAME = 6", ":1: a line must read KEY = value."},
	    {"\n# \xff", ":2: this is not UTF-8 text."},
	};
	const char *why;
	size_t i;
	char *big;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		is_text(said(rows[i].text), rows[i].complaint,
			"bad file %zu is refused and the line named", i);
	big = pool_alloc(pool, 256 * 1024 + 2);
	memset(big, '#', 256 * 1024 + 1);
	ok(strstr(said(big), "File too large") != NULL,
	   "a file without measure is refused");
	is_int(settings_start(pool, dir, &why), ERR_INPUT,
	       "a directory is refused");
	is_int(settings_start(pool, pool_printf(pool, "%s/none", dir), &why),
	       ERR_MISSING, "no file is missing");
}

static void
test_table(void)
{
	const struct setting *s;
	int count, i;

	s = settings_table(&count);
	said("OTP_LENGTH = 9\nPRODUCTION = off\nMESSAGE_DELIVERY = inbox\n");
	for (i = 0; i < count; i++)
		if (settings_find(s[i].name) != &s[i] || *s[i].sentence == '\0')
			ok(false, "%s is found", s[i].name);
	ok(settings_find("NONE") == NULL, "what is no setting is not found");
	s = settings_find("OTP_LENGTH");
	is_text(settings_value(pool, s, settings()), "9", "a number as text");
	s = settings_find("PRODUCTION");
	is_text(settings_value(pool, s, settings()), "no", "a no as text");
	s = settings_find("MESSAGE_DELIVERY");
	is_text(settings_value(pool, s, settings()), "inbox",
		"a choice as text");
	is_text(settings_path(), path, "the file has a path");
	is_text(settings_beside(pool, "/x/y"), "/x/y",
		"an absolute path stays");
	is_text(settings_beside(pool, "bank.db"),
		pool_printf(pool, "%s/bank.db", dir),
		"another is beside the file");
	is_text(settings_beside(pool, ""), "", "none stays none");
}

static void
wait_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static void
test_refresh(void)
{
	const char *log = pool_printf(pool, "%s/log", dir), *said_once;
	const struct settings *old;

	log_open("test", log);
	said("BANK_NAME = One\n");
	old = settings();
	put_file(path, "BANK_NAME = Two\n");
	settings_refresh();
	is_text(settings()->BANK_NAME, "One", "nobody looks twice a second");
	wait_ms(1050);
	settings_refresh();
	is_text(settings()->BANK_NAME, "Two", "a change is taken up");
	is_text(old->BANK_NAME, "One", "who holds an old snapshot keeps it");
	put_file(path, "BANK_NAME = Three\nSMTP_PASSWORD = \"hush\\!\"\n");
	wait_ms(1050);
	settings_refresh();
	is_text(settings()->BANK_NAME, "Two", "a bad file changes nothing");
	wait_ms(1050);
	settings_refresh();
	said_once = strstr(get_file(log), "clicknet.conf:2: ");
	ok(said_once != NULL &&
	       strstr(said_once + 1, "clicknet.conf:2: ") == NULL,
	   "and is logged once");
	ok(strstr(get_file(log), "hush") == NULL, "without any value");
	log_open("test", NULL);
}

static void
test_set(void)
{
	static const char text[] = "# my bank\nOTP_LENGTH=6\t# digits\r\n"
				   "BANK_NAME = \"a\"\nSMTP_URL =# none\n"
				   "SMTP_PORT_NOTE = \n";
	const char *why = NULL, *link = pool_printf(pool, "%s/link", dir);
	struct stat st;

	said("");
	put_file(path, text);
	is_int(settings_set(pool, "OTP_LENGTH", "8", &why), ERR_INPUT,
	       "a bad file is not changed");
	is_text(get_file(path), text, "not by one byte");
	put_file(path, "# my bank\nOTP_LENGTH=6\t# digits\r\n"
		       "BANK_NAME = \"a\"\nSMTP_URL =# none\n#end");
	chmod(path, 0640);
	is_int(settings_set(pool, "OTP_LENGTH", "8", &why), OK,
	       "a setting is changed");
	is_int(settings()->OTP_LENGTH, 8, "and in force at once");
	settings_set(pool, "BANK_NAME", " Bank \"#1\" \\", &why);
	settings_set(pool, "SMTP_URL", "x", &why);
	is_int(settings_set(pool, "SMTP_USER", "me", &why), OK,
	       "a setting is added");
	is_text(get_file(path),
		"# my bank\nOTP_LENGTH=8\t# digits\r\n"
		"BANK_NAME = \" Bank \\\"#1\\\" \\\\\"\nSMTP_URL =x # none\n"
		"#end\nSMTP_USER = me\n",
		"comments and order stay");
	is_text(settings()->BANK_NAME, " Bank \"#1\" \\",
		"what needs quotes comes back as it was");
	stat(path, &st);
	is_int(st.st_mode & 07777, 0640, "the file keeps its mode");
	is_int(settings_set(pool, "NONE", "x", &why), ERR_MISSING,
	       "what is no setting cannot be set");
	is_int(settings_set(pool, "OTP_LENGTH", "99", &why), ERR_INPUT,
	       "a bad value is refused");
	is_text(why, "OTP_LENGTH must be a whole number from 6 to 10.",
		"in a sentence");
	is_int(settings_set(pool, "BANK_NAME", "a\nPRODUCTION = no", &why),
	       ERR_INPUT, "a value cannot bring a line of its own");
	is_int(settings_set(pool, "MESSAGE_DELIVERY", "inbox", &why), ERR_INPUT,
	       "nor a value that another setting forbids");
	is_int(symlink(path, link), 0, "the file may be behind a link");
	settings_start(pool, link, &why);
	is_int(settings_set(pool, "OTP_LENGTH", "7", &why), OK,
	       "and is changed behind it");
	lstat(link, &st);
	ok(S_ISLNK(st.st_mode) && strstr(get_file(path), "=7") != NULL,
	   "the link stays one");
}

static void *
set_often(void *name)
{
	struct pool *own = pool_new();
	const char *why;
	long failed = 0;
	int i;

	for (i = 0; i < 20; i++) {
		failed +=
		    settings_set(own, name, i % 2 ? "a" : "b", &why) != OK;
		settings_refresh();
		failed += strlen(settings()->BANK_NAME) == 0;
	}
	pool_free(own);
	return (void *)failed;
}

static void
test_two_writers(void)
{
	static char one[] = "SMTP_USER", two[] = "SMTP_PASSWORD";
	pthread_t threads[2];
	void *failed[2];

	said("");
	pthread_create(&threads[0], NULL, set_often, one);
	pthread_create(&threads[1], NULL, set_often, two);
	pthread_join(threads[0], &failed[0]);
	pthread_join(threads[1], &failed[1]);
	ok(failed[0] == NULL && failed[1] == NULL, "two may write at once");
	ok(strcmp(settings()->SMTP_USER, "a") == 0 &&
	       strcmp(settings()->SMTP_PASSWORD, "a") == 0,
	   "and neither's change is lost");
}

static void
test_example(void)
{
	struct buf example = {.pool = pool}, man = {.pool = pool};
	const char *line, *stop;
	size_t i = 0;
	int set = 0, count;
	char *bare;

	settings_example(&example);
	settings_man(&man);
	is_text(get_file("conf/clicknet.conf.example"), example.data,
		"the example is what the table says");
	for (line = example.data; *line != '\0'; line = stop + 1) {
		stop = strchr(line, '\n');
		if (stop - line > 79 && strchr(line, ' ') < stop)
			ok(line[1] != ' ', "a comment fits into 79 columns");
	}
	/* Every default, no longer commented out, is itself a good file. */
	bare = pool_strdup(pool, example.data);
	for (line = example.data; *line != '\0'; line++) {
		if (*line == '#' && line[1] >= 'A' && line[1] <= 'Z' &&
		    (line == example.data || line[-1] == '\n'))
			set++;
		else
			bare[i++] = *line;
	}
	bare[i] = '\0';
	is_text(said(bare), "", "the example's values are good");
	settings_table(&count);
	is_int(set, count, "the example has every setting");
	is_text(get_file("man/clicknet.conf.5"), man.data,
		"so has the manual page, which is what the table says");
}

static int
print(void (*what)(struct buf *))
{
	struct buf b = {.pool = pool};

	what(&b);
	fputs(b.data, stdout);
	pool_free(pool);
	return 0;
}

int
main(int argc, char **argv)
{
	static const char *const made[] = {"clicknet.conf",
					   "clicknet.conf.lock", "log", "link"};
	char name[] = "/tmp/settings.XXXXXX";
	size_t i;

	pool = pool_new();
	if (argc > 1 && strcmp(argv[1], "--example") == 0)
		return print(settings_example);
	if (argc > 1 && strcmp(argv[1], "--man") == 0)
		return print(settings_man);
	dir = mkdtemp(name);
	path = pool_printf(pool, "%s/clicknet.conf", dir);
	test_values();
	test_refused();
	test_table();
	test_refresh();
	test_set();
	test_two_writers();
	test_example();
	for (i = 0; i < sizeof made / sizeof *made; i++)
		unlink(pool_printf(pool, "%s/%s", dir, made[i]));
	is_int(rmdir(dir), 0, "nothing else was left behind");
	pool_free(pool);
	return tap_done();
}
