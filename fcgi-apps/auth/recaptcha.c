/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* recaptcha.c: asks Google's server about a token; the only user of libcurl in
 * this program. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "fcgi-apps/auth/auth.h"
#include "lib/log.h"
#include "lib/settings.h"

enum {
	SECONDS = 5,
	ANSWER_MAX = 16 * 1024,
	/* A slow Google must not hold every thread. */
	AT_ONCE = 8
};

static atomic_int asking;
static pthread_once_t started = PTHREAD_ONCE_INIT;

/* An option libcurl does not take would be left out silently. */
#define SET(curl, option, value)                                             \
	do {                                                                 \
		if (curl_easy_setopt((curl), (option), (value)) != CURLE_OK) \
			log_bug("libcurl does not take " #option);           \
	} while (0)

/* Not before it is needed: it costs as much as the rest of the program. */
static void
curl_start(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		log_bug("libcurl does not start");
}

/* The host of "https://host:port/path". */
static const char *
host_of(struct pool *pool, const char *base)
{
	const char *at = strstr(base, "://");

	at = at != NULL ? at + 3 : "";
	return pool_strndup(pool, at, strcspn(at, ":/"));
}

static bool
is_loopback(const char *host)
{
	struct in_addr address;

	return strcmp(host, "localhost") == 0 ||
	       (inet_pton(AF_INET, host, &address) == 1 &&
		ntohl(address.s_addr) >> 24 == 127);
}

/* Is ${host} one whose forms are ours? None is if no setting says so. */
static bool
host_ours(struct pool *pool, const char *host)
{
	const char *list = settings()->GOOGLE_RECAPTCHA_HOSTS;
	size_t n, len = strlen(host);

	if (*list == '\0')
		list = host_of(pool, settings()->PUBLIC_BASE_URL);
	for (; *list != '\0'; list += n) {
		list += strspn(list, " ");
		n = strcspn(list, " ");
		if (n == len && n > 0 && strncasecmp(list, host, n) == 0)
			return true;
	}
	return false;
}

static size_t
answer_take(char *data, size_t size, size_t count, void *arg)
{
	struct buf *b = arg;

	if (b->len + size * count > ANSWER_MAX)
		return 0;
	buf_put(b, data, size * count);
	return size * count;
}

static void
form_add(CURL *curl, struct buf *b, const char *name, const char *value)
{
	char *escaped = curl_easy_escape(curl, value, (int)strlen(value));

	if (escaped == NULL)
		log_bug("out of memory");
	buf_printf(b, "%s%s=%s", b->len > 0 ? "&" : "", name, escaped);
	curl_free(escaped);
}

/* What was sent is not sent again: a token is good for one asking. */
static CURLcode
request(CURL *curl, struct buf *answer, long *status)
{
	CURLcode c = curl_easy_perform(curl);

	if (c == CURLE_COULDNT_CONNECT || c == CURLE_COULDNT_RESOLVE_HOST)
		c = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
	buf_put(answer, "", 0);
	return c;
}

static const char *
ask(struct req *rq, const char *token, struct buf *answer)
{
	const struct settings *s = settings();
	struct buf form = {.pool = rq->pool};
	CURL *curl = curl_easy_init();
	long status = 0;
	CURLcode c;

	if (curl == NULL)
		log_bug("libcurl does not start");
	form_add(curl, &form, "secret", s->GOOGLE_RECAPTCHA_SECRET_KEY);
	form_add(curl, &form, "response", token);
	form_add(curl, &form, "remoteip", rq->address);
	SET(curl, CURLOPT_URL,
	    pool_printf(rq->pool, "%s/recaptcha/api/siteverify",
			s->RECAPTCHA_API_BASE));
	SET(curl, CURLOPT_POSTFIELDS, form.data);
	SET(curl, CURLOPT_PROTOCOLS_STR,
	    is_loopback(host_of(rq->pool, s->RECAPTCHA_API_BASE))
		    ? "https,http"
		    : "https");
	SET(curl, CURLOPT_PROXY, "");
	SET(curl, CURLOPT_NOSIGNAL, 1L);
	SET(curl, CURLOPT_FOLLOWLOCATION, 0L);
	SET(curl, CURLOPT_CONNECTTIMEOUT, (long)SECONDS);
	SET(curl, CURLOPT_TIMEOUT, (long)SECONDS);
	SET(curl, CURLOPT_WRITEFUNCTION, answer_take);
	SET(curl, CURLOPT_WRITEDATA, answer);
	c = request(curl, answer, &status);
	curl_easy_cleanup(curl);
	if (c != CURLE_OK)
		return curl_easy_strerror(c);
	return status == 200 ? NULL : "its answer was not 200";
}

/* Our own keys are wrong: nothing the person could mend. */
static bool
blames_us(const json_object *o)
{
	json_object *codes;
	size_t i;

	if (!json_object_object_get_ex(o, "error-codes", &codes) ||
	    !json_object_is_type(codes, json_type_array))
		return false;
	for (i = 0; i < json_object_array_length(codes); i++)
		if (strstr(json_object_to_json_string(
				   json_object_array_get_idx(codes, i)),
			   "-secret") != NULL)
			return true;
	return false;
}

static enum err
busy(const char *why)
{
	log_event("error", "recaptcha", "why", why, NULL);
	return ERR_BUSY;
}

static enum err
answer_read(struct req *rq, const struct buf *answer)
{
	struct pairs parts = {NULL, NULL, 0};
	const struct pair *success;
	json_object *o = NULL;
	const char *host;

	if (http_json(rq->pool, answer->data, answer->len, &parts, &o) != OK)
		return busy("its answer is no JSON");
	if (blames_us(o))
		return busy("GOOGLE_RECAPTCHA_SECRET_KEY is refused");
	success = pairs_find(&parts, "success");
	if (success == NULL || success->kind != PAIR_BOOL ||
	    strcmp(success->value, "true") != 0)
		return ERR_CAPTCHA;
	host = pairs_get(&parts, "hostname");
	if (host != NULL && host_ours(rq->pool, host))
		return OK;
	log_event("warn", "recaptcha", "why", "not a host of ours", NULL);
	return ERR_CAPTCHA;
}

enum err
recaptcha_verify(struct req *rq, const char *token)
{
	struct buf answer = {.pool = rq->pool};
	const char *why = "too many are asked about at once";

	pthread_once(&started, curl_start);
	db_rest(rq->db); /* no snapshot is held meanwhile */
	if (atomic_fetch_add(&asking, 1) < AT_ONCE)
		why = ask(rq, token, &answer);
	atomic_fetch_sub(&asking, 1);
	return why != NULL ? busy(why) : answer_read(rq, &answer);
}
