/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* log.c: tests that each event is one whole line of JSON. */
#include "lib/log.h"

#include <json-c/json.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "t/tap.h"

enum { WRITERS = 4, LINES = 500 };

static char folder[] = "/tmp/log.XXXXXX";
static char path[sizeof folder + 8], moved[sizeof folder + 8];
static char content[4 * 1024 * 1024];

static const char *
read_log(const char *from)
{
	FILE *f = fopen(from, "r");
	size_t n = 0;

	if (f != NULL) {
		n = fread(content, 1, sizeof content - 1, f);
		fclose(f);
	}
	content[n] = '\0';
	return content;
}

/* The one line the log has now, parsed; the log is emptied. */
static json_object *
line(void)
{
	const char *text = read_log(path);
	json_object *object = NULL;
	struct json_tokener *tokener = json_tokener_new();

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
			       JSON_TOKENER_VALIDATE_UTF8);
	if (strchr(text, '\n') != NULL &&
	    strchr(text, '\n') == text + strlen(text) - 1)
		object = json_tokener_parse_ex(tokener, text,
					       (int)strlen(text));
	json_tokener_free(tokener);
	if (truncate(path, 0) != 0)
		printf("# the log could not be emptied\n");
	return object;
}

static const char *
member(json_object *object, const char *name)
{
	return json_object_get_string(json_object_object_get(object, name));
}

static void
test_line(void)
{
	json_object *o;

	clock_freeze(INT64_C(1795332600123));
	log_request("r-1");
	log_event("info", "started", "port", "3333", "none", (char *)NULL,
		  NULL);
	log_request(NULL);
	clock_freeze(0);
	o = line();
	is_text(member(o, "time"), "2026-11-22T07:30:00.123Z",
		"a line says when, to the millisecond");
	is_text(member(o, "level"), "info", "how grave");
	is_text(member(o, "event"), "started", "what");
	is_text(member(o, "program"), "tester", "which program");
	is_text(member(o, "request"), "r-1", "and for which request");
	is_text(member(o, "port"), "3333", "and has the pairs given");
	is_text(member(o, "none"), "", "where nothing is an empty text");
	json_object_put(o);
	log_event("warn", "slow", NULL);
	o = line();
	ok(o != NULL && !json_object_object_get_ex(o, "request", NULL),
	   "a line outside of requests names none");
	json_object_put(o);
}

static void
test_escape(void)
{
	json_object *o;
	char all[256];

	log_event("info", "x", "v", "a\"b\\c\nd\te\x7f\u00e9\u20ac\U0001f4b6",
		  NULL);
	o = line();
	is_text(member(o, "v"), "a\"b\\c\nd\te\x7f\u00e9\u20ac\U0001f4b6",
		"a stranger's quotes and newlines stay inside their text");
	json_object_put(o);
	log_event("info", "x", "v", "a\xff\xc3(\xe2\x82\xed\xa0\x80"
		  "\xf4\x90\x80\x80\xc0\xaf\xc2\x9b", NULL);
	o = line();
	ok(o != NULL && strstr(member(o, "v"), "\ufffd(") != NULL,
	   "what is no UTF-8 is replaced, never written");
	json_object_put(o);
	for (int i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	all[255] = '\0';
	log_event("info", all, all, all, NULL);
	log_event("info", "x", "v", "\xe2", NULL);
	ok(strchr(read_log(path), '\x1b') == NULL,
	   "no control character reaches the terminal of who reads");
	if (truncate(path, 0) != 0)
		printf("# the log could not be emptied\n");
}

static void
test_long(void)
{
	static char big[100001];
	json_object *o;
	bool whole = true;

	memset(big, 'x', sizeof big - 1);
	log_event("info", "big", "v", big, "after", "y", big, big, NULL);
	o = line();
	ok(o != NULL && strlen(member(o, "v")) > 3000 &&
	   strlen(member(o, "v")) < 4096,
	   "a text too long is cut, the line is whole");
	json_object_put(o);
	for (int n = 3900; n < 4100; n++) {
		memset(big, '\n', sizeof big - 1);
		big[n / 6] = '\0';
		memset(big, 'x', n % 6);
		log_event("info", "big", "v", big, "w", big + n / 12, "z", "",
			  NULL);
		o = line();
		whole = whole && o != NULL;
		json_object_put(o);
	}
	ok(whole, "wherever it is cut");
}

static void *
write_lines(void *arg)
{
	log_request(arg);
	for (int i = 0; i < LINES; i++)
		log_event("info", "line", "writer", arg, NULL);
	return NULL;
}

/* Counts the lines of a file that are whole and name their own writer. */
static int
whole_lines(const char *from)
{
	char *text = content, *one;
	int count = 0;
	json_object *o;

	read_log(from);
	while ((one = strsep(&text, "\n")) != NULL) {
		if ((o = json_tokener_parse(one)) == NULL)
			continue;
		count += member(o, "writer") != NULL &&
			 strcmp(member(o, "writer"),
				member(o, "request")) == 0;
		json_object_put(o);
	}
	return count;
}

static void
test_rotate(void)
{
	static char names[WRITERS][4] = {"a", "b", "c", "d"};
	pthread_t threads[WRITERS];
	struct stat st;
	int count;

	for (int i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, write_lines, names[i]);
	rename(path, moved);
	for (int i = 0; i < 20; i++)
		log_reopen();
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	count = whole_lines(moved) + whole_lines(path);
	is_int(count, WRITERS * LINES,
	       "no line is lost or torn while the log is rotated");
	ok(stat(path, &st) == 0 && (st.st_mode & 07) == 0,
	   "the world cannot read a log");
}

static void
test_bug(void)
{
	json_object *o;
	int status = 0;
	pid_t child;

	if (truncate(path, 0) != 0)
		printf("# the log could not be emptied\n");
	fflush(stdout);
	if ((child = fork()) == 0)
		log_bug("a balance without an account");
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
	   "a bug ends the program");
	o = line();
	is_text(member(o, "what"), "a balance without an account",
		"after it was written down");
	ok(strstr(member(o, "file"), "log.c") != NULL &&
	   atol(member(o, "line")) > 0, "with where in the source it was");
	json_object_put(o);
}

/* Standard error, as a log that cannot be opened must fall back to it. */
static void
test_no_file(void)
{
	json_object *o;

	log_open("tester", NULL);
	if (freopen(path, "a", stderr) == NULL)
		return;
	log_open("tester", "/nowhere/log");
	o = line();
	is_text(member(o, "event"), "log_not_opened",
		"a log that cannot be opened is told on standard error");
	json_object_put(o);
	log_event("info", "still", NULL);
	o = line();
	is_text(member(o, "event"), "still", "which then is the log");
	json_object_put(o);
}

int
main(void)
{
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/log", folder);
	snprintf(moved, sizeof moved, "%s/old", folder);
	log_open("tester", path);
	test_line();
	test_escape();
	test_long();
	test_rotate();
	test_bug();
	test_no_file();
	unlink(path);
	unlink(moved);
	rmdir(folder);
	return tap_done();
}
