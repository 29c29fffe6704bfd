/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pool.c: tests that memory lives as long as its request, and no longer. */
#include "lib/pool.h"

#include <json-c/json.h>
#include <signal.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t/tap.h"

static void
test_alloc(void)
{
	static const size_t sizes[] = {0, 1, 7, 16, 17, 500, 2031, 8175, 8176,
				       8177, 32703, 32704, 32705, 100000};
	enum { ROUNDS = 40, SIZES = sizeof sizes / sizeof *sizes };
	unsigned char *pieces[ROUNDS][SIZES];
	struct pool *p = pool_new();
	bool zeroed = true, aligned = true, apart = true;

	for (int r = 0; r < ROUNDS; r++)
		for (size_t s = 0; s < SIZES; s++) {
			unsigned char *at = pool_alloc(p, sizes[s]);

			pieces[r][s] = at;
			aligned = aligned && (uintptr_t)at %
				  alignof(max_align_t) == 0;
			for (size_t i = 0; i < sizes[s]; i++)
				zeroed = zeroed && at[i] == 0;
			memset(at, r + (int)s, sizes[s]);
		}
	for (int r = 0; r < ROUNDS; r++)
		for (size_t s = 0; s < SIZES; s++)
			for (size_t i = 0; i < sizes[s]; i++)
				apart = apart && pieces[r][s][i] ==
					(unsigned char)(r + (int)s);
	ok(zeroed, "memory comes zeroed");
	ok(aligned, "memory is aligned for any type");
	ok(apart, "no piece of memory lies in another");
	pool_free(p);
}

static void
test_reset(void)
{
	struct pool *p = pool_new();
	char *piece;
	bool zeroed = true;

	is_int((int64_t)pool_used(p), 0, "a new pool is empty");
	memset(pool_alloc(p, 5000), 'x', 5000);
	memset(pool_alloc(p, 50000), 'x', 50000);
	ok(pool_used(p) >= 55000, "a pool counts what it handed out");
	pool_reset(p);
	is_int((int64_t)pool_used(p), 0, "a pool reset is empty");
	piece = pool_alloc(p, 5000);
	for (int i = 0; i < 5000; i++)
		zeroed = zeroed && piece[i] == 0;
	ok(zeroed, "the next request sees nothing of the last");
	for (int i = 0; i < 1000; i++) {
		pool_reset(p);
		pool_alloc(p, 20000);
	}
	pool_reset(p);
	pool_reset(p);
	ok(pool_used(p) == 0, "a pool may be reset again and again");
	pool_free(p);
	pool_free(NULL);
}

static void
test_text(void)
{
	struct pool *p = pool_new();
	char source[] = "Ada", *copy = pool_strdup(p, source);

	source[0] = 'x';
	is_text(copy, "Ada", "a copy is a copy");
	ok(pool_strdup(p, NULL) == NULL, "a copy of nothing is nothing");
	is_text(pool_strndup(p, "Ada Lovelace", 3), "Ada",
		"a part of a text ends where it was told");
	is_text(pool_strndup(p, NULL, 0), "", "no text of no length is empty");
	is_text(pool_printf(p, "%s owes %d", "Ada", 5), "Ada owes 5",
		"a text can be printed");
	is_int((int64_t)strlen(pool_printf(p, "%0100000d", 1)), 100000,
	       "however long");
	pool_free(p);
}

struct trace {
	struct pool *pool;
	char said[16];
	char letter;
};

static void
say(void *arg)
{
	struct trace *t = arg;

	t->said[strlen(t->said)] = t->letter++;
}

static void
say_again(void *arg)
{
	struct trace *t = arg;

	say(t);
	pool_defer(t->pool, say, t);
}

static void
say_last(void *arg)
{
	struct trace *t = arg;

	t->said[strlen(t->said)] = 'z';
}

static void
test_defer(void)
{
	struct trace t = {.pool = pool_new(), .letter = 'a'};

	pool_defer(t.pool, say_last, &t);
	pool_defer(t.pool, say_again, &t);
	pool_defer(t.pool, say, &t);
	is_text(t.said, "", "what was put off waits");
	pool_reset(t.pool);
	is_text(t.said, "abcz",
		"then the newest comes first, even what comes up meanwhile");
	pool_reset(t.pool);
	is_text(t.said, "abcz", "and only once");
	pool_defer(t.pool, say_last, &t);
	pool_free(t.pool);
	is_text(t.said, "abczz", "freeing a pool runs it too");
}

static void
test_json(void)
{
	struct pool *p = pool_new();
	json_object *view = json_object_new_object();

	ok(pool_json(p, json_object_get(view)) == view,
	   "a pool takes a view and gives it back");
	pool_free(p);
	is_int(json_object_put(view), 1, "and gives up its share at the end");
}

static void
test_buf(void)
{
	struct buf b = {.pool = pool_new()};
	size_t want = 0;
	bool same = true;

	buf_put(&b, "", 0);
	is_text(b.data, "", "an empty buffer is an empty text");
	buf_put(&b, "a\0b", 3);
	ok(b.len == 3 && memcmp(b.data, "a\0b", 4) == 0,
	   "a buffer keeps any bytes and ends in a NUL");
	b.len = 0;
	for (int i = 0; i < 30000; i++)
		buf_putc(&b, (char)('a' + i % 26));
	for (int i = 0; i < 30000; i++)
		same = same && b.data[i] == 'a' + i % 26;
	ok(same && b.len == 30000 && b.data[b.len] == '\0',
	   "a buffer grows letter by letter");
	b.len = 0;
	for (size_t n = 0; n < 700; n++) {
		buf_printf(&b, "%0*d", (int)n + 1, 0);
		buf_puts(&b, ".");
		want += n + 2;
		same = same && b.len == want && strlen(b.data) == want;
	}
	ok(same, "and by lengths that just fit or just do not");
	pool_free(b.pool);
}

/* Pieces taken between two letters of a text lie in nobody's way. */
static void
test_buf_in_place(void)
{
	struct buf b = {.pool = pool_new()};
	char *piece[10];
	const char *at;
	bool apart = true;

	buf_puts(&b, "");
	at = b.data;
	for (int i = 0; i < 9000; i++)
		buf_putc(&b, 'a');
	ok(b.data == at && pool_used(b.pool) <= 16384,
	   "a text written in one go is never copied");
	b = (struct buf){.pool = b.pool};
	for (int n = 0; n < 10; n++) {
		for (int i = 0; i < 300; i++)
			buf_putc(&b, 'a');
		piece[n] = memset(pool_alloc(b.pool, 100), 'A' + n, 100);
	}
	for (int n = 0; n < 10; n++)
		for (int i = 0; i < 100; i++)
			apart = apart && piece[n][i] == 'A' + n;
	ok(apart && strspn(b.data, "a") == 3000 && b.len == 3000,
	   "one written piece by piece leaves other memory alone");
	pool_free(b.pool);
}

/* By hand up to all the room that was asked for, then on. */
static void
test_buf_by_hand(void)
{
	struct buf b = {.pool = pool_new()};
	bool same = true;

	for (size_t n = 0; n < 3000; n += 7) {
		memset(buf_open(&b, n), 'a', n);
		buf_close(&b, b.data + b.len + n);
		same = same && b.data[b.len] == '\0';
		buf_putc(&b, 'b');
		same = same && strlen(b.data) == b.len;
	}
	ok(same && b.len == 7 * 428 * 429 / 2 + 429,
	   "what is written by hand fits, and its end is an end");
	pool_free(b.pool);
}

static void
note(void *count)
{
	++*(int *)count;
}

static void
test_borrow(void)
{
	struct pool *one = pool_borrow(), *two = pool_borrow(), *again, *other;
	int ran = 0;

	ok(one != two, "who borrows a pool has it alone");
	pool_defer(one, note, &ran);
	pool_alloc(one, 100000);
	pool_return(one);
	is_int(ran, 1, "a pool given back does what was put off");
	pool_return(two);
	ok((again = pool_borrow()) == two && pool_used(again) == 0,
	   "the one given back last is lent first, and is empty");
	ok(pool_borrow() == one, "then the one before");
	other = pool_borrow();
	ok(other != one && other != two && pool_used(other) == 0,
	   "then a new one");
	pool_free(other);
	pool_free(one);
	pool_free(two);
}

static void
test_without_measure(void)
{
	/* Where the compiler does not see it. */
	volatile size_t all = SIZE_MAX - 5;
	int status = 0;
	pid_t child;

	fflush(stdout);
	if ((child = fork()) == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(2);
		pool_alloc(pool_new(), all);
		_exit(0);
	}
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
	   "asking for all memory there is ends the program");
}

int
main(void)
{
	test_alloc();
	test_reset();
	test_text();
	test_defer();
	test_json();
	test_buf();
	test_buf_in_place();
	test_buf_by_hand();
	test_borrow();
	test_without_measure();
	return tap_done();
}
