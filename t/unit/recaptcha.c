/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* recaptcha.c: tests of asking Google's server about a token, which is one of
 * our own here. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fcgi-apps/auth/auth.h"
#include "t/lib/visit.h"
#include "t/tap.h"

enum { ROOM = 8192, BIG = 40000, CROWD = 12, ASKED_AT_ONCE = 8,
       LOOK_US = 1000, LOOKS_MAX = 30000, SLOW_US = 50000 };

static int listener, asked;
static atomic_int sent_away; /* of the crowd */
static char heard[ROOM];

/* What is answered to which token. */
static const struct {
	const char *token, *status, *body;
	enum err want;
	const char *name;
} rows[] = {
	{"good", "200 OK",
	 "{\"success\":true,\"hostname\":\"bank.example\",\"challenge_ts\":"
	 "\"2026-11-20T10:00:00Z\"}",
	 OK, "a good token is one"},
	{"case", "200 OK", "{\"success\":true,\"hostname\":\"Bank.Example\"}",
	 OK, "however its host is written"},
	{"bad", "200 OK",
	 "{\"success\":false,\"error-codes\":[\"invalid-input-response\"]}",
	 ERR_CAPTCHA, "a bad one is none"},
	{"twice", "200 OK",
	 "{\"success\":false,\"error-codes\":[\"timeout-or-duplicate\"]}",
	 ERR_CAPTCHA, "nor a used one"},
	{"codes", "200 OK", "{\"success\":false,\"error-codes\":7}",
	 ERR_CAPTCHA, "nor one refused for no reason"},
	{"text", "200 OK",
	 "{\"success\":\"true\",\"hostname\":\"bank.example\"}", ERR_CAPTCHA,
	 "a word is not a yes"},
	{"none", "200 OK", "{}", ERR_CAPTCHA, "nor is nothing"},
	{"elsewhere", "200 OK",
	 "{\"success\":true,\"hostname\":\"evil.example\"}", ERR_CAPTCHA,
	 "another site's token is none of ours"},
	{"longer", "200 OK",
	 "{\"success\":true,\"hostname\":\"bank.example.evil\"}", ERR_CAPTCHA,
	 "nor one of a longer name"},
	{"hostless", "200 OK", "{\"success\":true}", ERR_CAPTCHA,
	 "nor one of no site"},
	{"secret", "200 OK",
	 "{\"success\":false,\"error-codes\":[\"invalid-input-secret\"]}",
	 ERR_BUSY, "a key of ours that is refused is not the person's fault"},
	{"junk", "200 OK", "<html>", ERR_BUSY, "an answer that is none"},
	{"down", "500 Oops", "{\"success\":true,\"hostname\":\"bank.example\"}",
	 ERR_BUSY, "a server that fails lets nobody in"},
	{"moved", "302 Found\r\nLocation: /recaptcha/api/siteverify",
	 "{\"success\":true,\"hostname\":\"bank.example\"}", ERR_BUSY,
	 "nobody is sent elsewhere"},
	{"slow", "200 OK", "{\"success\":true,\"hostname\":\"bank.example\"}",
	 OK, "a slow one is waited for"},
	{"big", "200 OK", NULL, ERR_BUSY, "an answer without end is cut off"},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void
answer_send(int fd, const char *status, const char *body)
{
	static char big[BIG];
	char head[ROOM];
	int n;

	if (body == NULL) {
		memset(big, ' ', sizeof big - 1);
		body = big;
	}
	n = snprintf(head, sizeof head,
		     "HTTP/1.1 %s\r\nContent-Length: %zu\r\n"
		     "Connection: close\r\n\r\n",
		     status, strlen(body));
	send(fd, head, (size_t)n, MSG_NOSIGNAL);
	send(fd, body, strlen(body), MSG_NOSIGNAL);
}

/* One request: head and body, which curl sends at once or soon after. */
static void
request_read(int fd)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, heard + len, sizeof heard - 1 - len, 0)) > 0) {
		len += (size_t)n;
		heard[len] = '\0';
		if (strstr(heard, "&remoteip=") != NULL)
			return;
	}
}

/* As slow as it must be for all the others to be there. */
static void
wait_for_crowd(void)
{
	int i;

	for (i = 0; i < LOOKS_MAX &&
		    atomic_load(&sent_away) < CROWD - ASKED_AT_ONCE; i++)
		usleep(LOOK_US);
}

static void *
serve(void *arg)
{
	char want[80];
	int fd, i;

	(void)arg;
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		asked++;
		request_read(fd);
		if (strstr(heard, "=slow&") != NULL)
			usleep(SLOW_US);
		if (strstr(heard, "=crowd&") != NULL) {
			wait_for_crowd();
			answer_send(fd, "200 OK", "{}");
		}
		for (i = 0; i < ROWS; i++) {
			snprintf(want, sizeof want, "&response=%s&",
				 rows[i].token);
			if (strstr(heard, want) != NULL)
				answer_send(fd, rows[i].status, rows[i].body);
		}
		close(fd);
	}
	return NULL;
}

static int
listen_somewhere(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof a;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&a, sizeof a) != 0 ||
	    listen(listener, 8) != 0)
		return -1;
	getsockname(listener, (struct sockaddr *)&a, &len);
	return ntohs(a.sin_port);
}

static enum err
verify(struct bank *b, const char *token)
{
	struct req rq = {.pool = b->pool, .db = b->db, .address = "192.0.2.7"};

	return recaptcha_verify(&rq, token);
}

static void
test_hosts(struct bank *b)
{
	bank_set(b, "PUBLIC_BASE_URL", "");
	is_int(verify(b, "good"), ERR_CAPTCHA,
	       "a bank that knows no address of its own takes none");
	bank_set(b, "GOOGLE_RECAPTCHA_HOSTS", " other.example  bank.example ");
	is_int(verify(b, "good"), OK, "or one of a list");
	is_int(verify(b, "elsewhere"), ERR_CAPTCHA, "and no other");
	bank_set(b, "GOOGLE_RECAPTCHA_HOSTS", "");
	bank_set(b, "PUBLIC_BASE_URL", "https://bank.example:8443/online");
}

static void *
verify_thread(void *arg)
{
	struct req rq = {.pool = pool_new(), .db = arg, .address = "::1"};
	enum err e = recaptcha_verify(&rq, "crowd");

	pool_free(rq.pool);
	atomic_fetch_add(&sent_away, e == ERR_BUSY);
	return NULL;
}

/* However slow Google is, it holds few threads. */
static void
test_crowd(struct bank *b)
{
	pthread_t threads[CROWD];
	struct db *db[CROWD];
	int i;

	for (i = 0; i < CROWD; i++) {
		db[i] = db_new(b->store);
		pthread_create(&threads[i], NULL, verify_thread, db[i]);
	}
	for (i = 0; i < CROWD; i++) {
		pthread_join(threads[i], NULL);
		db_free(db[i]);
	}
	is_int(atomic_load(&sent_away), CROWD - ASKED_AT_ONCE,
	       "of twelve at once eight are asked about");
}

int
main(void)
{
	pthread_t thread;
	struct bank b;
	int i, port;

	bank_open(&b);
	port = listen_somewhere();
	ok(port > 0, "a server stands in");
	pthread_create(&thread, NULL, serve, NULL);
	bank_set(&b, "PUBLIC_BASE_URL", "https://bank.example:8443/online");
	bank_set(&b, "GOOGLE_RECAPTCHA_SECRET_KEY", "our secret&key");
	bank_set(&b, "RECAPTCHA_API_BASE",
		 pool_printf(b.pool, "http://127.0.0.1:%d", port));
	for (i = 0; i < ROWS; i++)
		is_int(verify(&b, rows[i].token), rows[i].want, "%s",
		       rows[i].name);
	is_int(asked, ROWS, "each is asked about once");
	ok(strncmp(heard, "POST /recaptcha/api/siteverify HTTP/1.1", 39) == 0 &&
		   strstr(heard, "\r\n\r\nsecret=our%20secret%26key&response="
				 "big&remoteip=192.0.2.7") != NULL,
	   "by name, whatever is in it");
	test_hosts(&b);
	test_crowd(&b);
	shutdown(listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(listener);
	is_int(verify(&b, "good"), ERR_BUSY,
	       "a server that is not there lets nobody in");
	bank_set(&b, "RECAPTCHA_API_BASE", "http://recaptcha.example");
	is_int(verify(&b, "good"), ERR_BUSY, "nor is one asked without TLS");
	bank_close(&b);
	return tap_done();
}
