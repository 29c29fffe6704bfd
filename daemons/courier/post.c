/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* post.c: posts a form by HTTPS and reads the answer. */
#include <string.h>

#include "daemons/courier/courier.h"
#include "daemons/courier/net.h"

void
post_field(struct post *p, const char *name, const char *value)
{
	static const char hex[] = "0123456789ABCDEF";
	const unsigned char *c;

	buf_printf(&p->form, "%s%s=", p->form.len > 0 ? "&" : "", name);
	for (c = (const unsigned char *)value; *c != '\0'; c++) {
		if ((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
		    (*c >= 'A' && *c <= 'Z') || strchr("-._~", *c) != NULL) {
			buf_putc(&p->form, (char)*c);
			continue;
		}
		buf_putc(&p->form, '%');
		buf_putc(&p->form, hex[*c >> 4]);
		buf_putc(&p->form, hex[*c & 15]);
	}
}

/* NULL, or why nothing is posted there. */
static const char *
url_fault(const char *url)
{
	char *scheme = NULL, *host = NULL;
	CURLU *u = curl_url();
	const char *why = NULL;

	if (u == NULL)
		log_bug("out of memory");
	if (curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		why = "this is no address";
	else if (strcmp(scheme, "https") != 0 &&
		 (strcmp(scheme, "http") != 0 || !net_loopback(host)))
		why = "without TLS only loopback is spoken to";
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(u);
	return why;
}

static size_t
body_take(char *data, size_t one, size_t len, void *arg)
{
	struct buf *body = arg;

	if (body->len + one * len > POST_BODY_MAX)
		return 0;
	buf_put(body, data, one * len);
	return one * len;
}

static struct curl_slist *
headers(void)
{
	struct curl_slist *l, *more;

	l = curl_slist_append(NULL, "Accept: application/json");
	more = curl_slist_append(l, "Accept-Charset: utf-8");
	if (l == NULL || more == NULL)
		log_bug("out of memory");
	return more;
}

/* A connection that was used before may be closed just when we write to it;
 * libcurl would then silently send again what may have been heard. */
static CURL *
prepare(struct post *p, struct curl_slist *head)
{
	CURL *curl = net_fresh(p->timeout_s);

	NET_SET(curl, CURLOPT_URL, p->url);
	NET_SET(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	NET_SET(curl, CURLOPT_FOLLOWLOCATION, 0L);
	NET_SET(curl, CURLOPT_FRESH_CONNECT, 1L);
	NET_SET(curl, CURLOPT_FORBID_REUSE, 1L);
	NET_SET(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
	NET_SET(curl, CURLOPT_USERNAME, p->user);
	NET_SET(curl, CURLOPT_PASSWORD, p->password);
	NET_SET(curl, CURLOPT_HTTPHEADER, head);
	NET_SET(curl, CURLOPT_POSTFIELDSIZE, (long)p->form.len);
	NET_SET(curl, CURLOPT_POSTFIELDS, p->form.data);
	NET_SET(curl, CURLOPT_WRITEFUNCTION, body_take);
	NET_SET(curl, CURLOPT_WRITEDATA, &p->body);
	return curl;
}

/* Nothing was heard if not a byte of the request went out. */
static bool
verdict(struct pool *pool, struct post *p, CURL *curl, CURLcode rc)
{
	long sent = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &p->status);
	curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent);
	if (rc == CURLE_OK)
		return true;
	p->heard = sent > 0;
	p->mend = rc == CURLE_PEER_FAILED_VERIFICATION ||
		  rc == CURLE_SSL_CONNECT_ERROR ||
		  rc == CURLE_SSL_CACERT_BADFILE;
	p->why = pool_printf(pool, "%s (%d)", curl_easy_strerror(rc),
			     (int)rc);
	return false;
}

bool
post_send(struct pool *pool, struct post *p)
{
	struct curl_slist *head;
	CURL *curl;
	bool good;

	p->body.pool = pool;
	buf_puts(&p->body, "");
	if ((p->why = url_fault(p->url)) != NULL) {
		p->mend = true;
		return false;
	}
	head = headers();
	curl = prepare(p, head);
	good = verdict(pool, p, curl, curl_easy_perform(curl));
	NET_SET(curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(head);
	return good;
}
