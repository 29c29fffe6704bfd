/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tell.c: tries to tell by the time of an answer whether somebody exists:
 * Welch's t over many answers to known and unknown people, in random order. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/options.h"
#include "bench/users.h"
#include "bench/wire.h"

enum { ROOM = 16384, REQUEST = 2048, BODY = 1024, WARM = 50 };

/* The bound of dudect: below it nothing is to be seen. */
static const double BOUND = 4.5;

struct tell {
	long port, samples, people, seed, json;
	const char *what;
	const struct question *question;
	uint64_t random;
	int fd, status;
	int64_t *took[2], *all; /* nanoseconds; unknown, known */
	long count[2];
};

static void
die(const char *what)
{
	fprintf(stderr, "tell: %s\n", what);
	exit(1);
}

/* What is asked, of bench-data's people and of as many who are none. Each
 * writes path and body; ${k} is which of them. */
static const char *
login(char body[BODY], bool known, long k)
{
	snprintf(body, BODY, "{\"user_id\":\"%s%ld\",\"password\":\"wrong\"}",
		 known ? "bench" : "nobod", k);
	return "/login";
}

static const char *
registration(char body[BODY], bool known, long k)
{
	snprintf(body, BODY,
		 "{\"customer_id\":\"%c%06ld\",\"tax_id\":\"%c%06ld\","
		 "\"birth_date\":\"1990-01-01\",\"user_id\":\"wish%ld\","
		 "\"password\":\"harbour-light-7\"}",
		 known ? 'B' : 'X', k, known ? 'B' : 'X', k, k);
	return "/register";
}

static const char *
password(char body[BODY], bool known, long k)
{
	snprintf(body, BODY,
		 "{\"user_id\":\"%s%ld\",\"tax_id\":\"%c%06ld\","
		 "\"birth_date\":\"1990-01-01\"}",
		 known ? "bench" : "nobod", k, known ? 'B' : 'X', k);
	return "/forgot-password";
}

static const char *
user_id(char body[BODY], bool known, long k)
{
	snprintf(body, BODY,
		 "{\"email\":\"%s%ld@bench.example\",\"tax_id\":\"%c%06ld\","
		 "\"birth_date\":\"1990-01-01\"}",
		 known ? "bench" : "nobod", k, known ? 'B' : 'X', k);
	return "/forgot-user-id";
}

/* One hash more for the known: what must be found out. */
static const char *
control(char body[BODY], bool known, long k)
{
	return known ? registration(body, false, k)
		     : password(body, false, k);
}

static const struct question {
	const char *name;
	const char *(*word)(char body[BODY], bool known, long k);
	int status;
} questions[] = {
	{"login", login, 401},
	{"register", registration, 202},
	{"forgot-password", password, 202},
	{"forgot-user-id", user_id, 202},
	{"control", control, 202},
};
enum { QUESTIONS = sizeof questions / sizeof *questions };

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Nanoseconds from the first byte sent to the last received. */
static int64_t
ask(struct tell *t, bool known, long k)
{
	char body[BODY], request[REQUEST], in[ROOM];
	const char *path = t->question->word(body, known, k);
	struct answer a;
	int64_t began, took;

	snprintf(request, sizeof request,
		 "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		 "Accept: application/json\r\n"
		 "Content-Type: application/json\r\n"
		 "Content-Length: %zu\r\n\r\n%s",
		 path, strlen(body), body);
	if (t->fd < 0 && (t->fd = wire_connect((int)t->port)) < 0)
		die("nobody answers");
	began = now_ns();
	if (!wire_ask(t->fd, request, in, ROOM, &a))
		die("a connection was lost");
	took = now_ns() - began;
	if (a.status != t->question->status) {
		fprintf(stderr, "tell: %s answered %d\n", path, a.status);
		exit(1);
	}
	if (a.closes) {
		close(t->fd);
		t->fd = -1;
	}
	return took;
}

static void
measure(struct tell *t)
{
	long next[2] = {0, 0}, k;
	bool known;
	int64_t took;

	for (k = 0; k < WARM; k++)
		ask(t, k % 2, 1 + k % t->people);
	while (t->count[0] < t->samples || t->count[1] < t->samples) {
		known = users_random(&t->random, 2) == 1;
		if (t->count[known] == t->samples)
			known = !known;
		took = ask(t, known, 1 + next[known]++ % t->people);
		t->took[known][t->count[known]++] = took;
	}
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Welch's t of what took at most ${most}. */
static double
welch(const struct tell *t, int64_t most)
{
	double mean[2] = {0, 0}, more[2] = {0, 0}, n[2] = {0, 0}, d;
	long i;
	int k;

	for (k = 0; k < 2; k++)
		for (i = 0; i < t->count[k]; i++) {
			if (t->took[k][i] > most)
				continue;
			n[k]++;
			d = (double)t->took[k][i] - mean[k];
			mean[k] += d / n[k];
			more[k] += d * ((double)t->took[k][i] - mean[k]);
		}
	if (n[0] < 2 || n[1] < 2)
		return 0;
	return (mean[1] - mean[0]) /
	       sqrt(more[0] / (n[0] - 1) / n[0] + more[1] / (n[1] - 1) / n[1]);
}

/* The largest of all answers, and of those below some bounds: what is slow by
 * chance hides what is slow by nature. */
static double
worst(struct tell *t, int64_t *median)
{
	static const int per_cent[] = {50, 75, 90, 95, 99};
	long all = t->count[0] + t->count[1];
	double most = fabs(welch(t, INT64_MAX)), one;
	size_t i;

	memcpy(t->all, t->took[0], (size_t)t->count[0] * sizeof *t->all);
	memcpy(t->all + t->count[0], t->took[1],
	       (size_t)t->count[1] * sizeof *t->all);
	qsort(t->all, (size_t)all, sizeof *t->all, by_time);
	*median = t->all[all / 2];
	for (i = 0; i < sizeof per_cent / sizeof *per_cent; i++) {
		one = fabs(welch(t, t->all[all * per_cent[i] / 100]));
		most = one > most ? one : most;
	}
	return most;
}

static void
begin(struct tell *t)
{
	int i;

	for (i = 0; i < QUESTIONS; i++)
		if (strcmp(questions[i].name, t->what) == 0)
			t->question = &questions[i];
	if (t->question == NULL)
		die("--what is login, register, forgot-password, "
		    "forgot-user-id or control");
	t->random = (uint64_t)t->seed;
	t->fd = -1;
	for (i = 0; i < 2; i++)
		t->took[i] = calloc((size_t)t->samples, sizeof **t->took);
	t->all = calloc(2 * (size_t)t->samples, sizeof *t->all);
	if (t->took[0] == NULL || t->took[1] == NULL || t->all == NULL)
		die("out of memory");
}

int
main(int argc, char **argv)
{
	struct tell t = {.samples = 2000, .people = 200, .seed = 1,
			 .what = "login"};
	const struct option_row rows[] = {
		{"port", OPTION_NUMBER, &t.port, 1, 65535,
		 "where the bank is"},
		{"what", OPTION_TEXT, &t.what, 0, 0,
		 "login, register, forgot-password, forgot-user-id, control"},
		{"samples", OPTION_NUMBER, &t.samples, 10, 1000000,
		 "answers of each kind (2000)"},
		{"people", OPTION_NUMBER, &t.people, 1, 1000000,
		 "people of bench-data to ask about (200)"},
		{"seed", OPTION_NUMBER, &t.seed, 1, 1000000000,
		 "of the order (1)"},
		{"json", OPTION_FLAG, &t.json, 0, 0, "figures as JSON"}};
	int64_t median;
	double most;

	options_read(rows, sizeof rows / sizeof *rows,
		     "tell --port N --what WHAT", argc, argv);
	begin(&t);
	measure(&t);
	most = worst(&t, &median);
	printf(t.json ? "{\"what\":\"%s\",\"samples\":%ld,\"median_us\":%"
			PRId64 ",\"t\":%.2f}\n"
		      : "%s: 2 x %ld answers, median %" PRId64
			" us, |t| = %.2f\n",
	       t.question->name, t.samples, median / 1000, most);
	free(t.took[0]);
	free(t.took[1]);
	free(t.all);
	return most < BOUND ? 0 : 2;
}
