/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fetch.c: asks for JSON and for pictures by HTTPS, and goes nowhere else. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemons/courier/courier.h"
#include "daemons/courier/net.h"

enum { WAIT_MAX_S = 3600 };

bool
fetch_host(const char *list, const char *host)
{
	size_t n = strlen(host), len;
	const char *end;

	for (;; list += len) {
		list += strspn(list, " ,");
		len = strcspn(list, " ,");
		if (len == 0)
			return false;
		if (len == n && strncasecmp(list, host, n) == 0)
			return true;
		if (len < 3 || list[0] != '*' || list[1] != '.' || n < len)
			continue;
		end = host + n - (len - 1);
		if (strncasecmp(list + 1, end, len - 1) == 0)
			return true;
	}
}

/* Parts of an address; "" for none. */
struct where {
	char *scheme, *host, *user, *port;
};

static void
where_free(struct where *w)
{
	curl_free(w->scheme);
	curl_free(w->host);
	curl_free(w->user);
	curl_free(w->port);
}

static bool
where_read(CURLU *u, const char *url, struct where *w)
{
	*w = (struct where){.scheme = NULL};
	if (curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK)
		return false;
	curl_url_get(u, CURLUPART_USER, &w->user, 0);
	curl_url_get(u, CURLUPART_PORT, &w->port, 0);
	return curl_url_get(u, CURLUPART_SCHEME, &w->scheme, 0) == CURLUE_OK &&
	       curl_url_get(u, CURLUPART_HOST, &w->host, 0) == CURLUE_OK;
}

/* NULL, or why nothing is asked there. */
static const char *
where_fault(const struct where *w, const struct fetch *f)
{
	bool tls = strcmp(w->scheme, "https") == 0;

	if (!tls && (strcmp(w->scheme, "http") != 0 ||
		     f->to == NET_PUBLIC || !net_loopback(w->host)))
		return "without TLS only loopback is spoken to";
	if (w->user != NULL)
		return "the address has a name in it";
	if (f->to == NET_PUBLIC && w->port != NULL &&
	    strcmp(w->port, "443") != 0)
		return "the port is not that of HTTPS";
	if (f->hosts != NULL && !fetch_host(f->hosts, w->host))
		return "the host is not allowed";
	return NULL;
}

static const char *
url_fault(CURLU *u, struct fetch *f)
{
	const char *why = "this is no address";
	struct where w;

	if (where_read(u, f->url, &w))
		why = where_fault(&w, f);
	where_free(&w);
	f->refused = why != NULL;
	return why;
}

/* The address a name was found to have is looked at when it is connected to:
 * no name can change in between. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct fetch *f = arg;

	(void)purpose;
	if (!net_allowed(&address->addr, f->to)) {
		f->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
		      address->protocol);
}

static size_t
body_take(char *data, size_t one, size_t len, void *arg)
{
	struct fetch *f = arg;

	if (one * len > f->most - f->body.len)
		return 0;
	buf_put(&f->body, data, one * len);
	return one * len;
}

static struct curl_slist *
header(struct curl_slist *l, const char *text)
{
	struct curl_slist *more = curl_slist_append(l, text);

	if (more == NULL)
		log_bug("out of memory");
	return more;
}

static struct curl_slist *
headers(struct pool *pool, const struct fetch *f)
{
	struct curl_slist *l = NULL;

	if (f->key == NULL)
		return header(l, "Accept: image/*");
	l = header(l, "Accept: application/json");
	l = header(l, pool_printf(pool, "x-api-key: %s", f->key));
	if (f->json != NULL)
		l = header(l, "Content-Type: application/json");
	return l;
}

static CURL *
prepare(struct fetch *f, CURLU *u, struct curl_slist *head)
{
	CURL *curl = net_fresh(f->timeout_s);

	NET_SET(curl, CURLOPT_CURLU, u);
	NET_SET(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	NET_SET(curl, CURLOPT_FOLLOWLOCATION, 0L);
	NET_SET(curl, CURLOPT_FRESH_CONNECT, 1L);
	NET_SET(curl, CURLOPT_FORBID_REUSE, 1L);
	NET_SET(curl, CURLOPT_HTTPHEADER, head);
	NET_SET(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	NET_SET(curl, CURLOPT_OPENSOCKETDATA, f);
	NET_SET(curl, CURLOPT_WRITEFUNCTION, body_take);
	NET_SET(curl, CURLOPT_WRITEDATA, f);
	if (f->json != NULL)
		NET_SET(curl, CURLOPT_POSTFIELDS, f->json);
	return curl;
}

static bool
verdict(struct pool *pool, struct fetch *f, CURL *curl, CURLcode rc)
{
	curl_off_t wait = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &f->status);
	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
	f->wait_s = wait > WAIT_MAX_S ? WAIT_MAX_S : (long)wait;
	if (rc == CURLE_OK)
		return true;
	f->mend = rc == CURLE_PEER_FAILED_VERIFICATION ||
		  rc == CURLE_SSL_CONNECT_ERROR ||
		  rc == CURLE_SSL_CACERT_BADFILE;
	f->why = f->refused ? "it leads to an address that is not allowed"
			    : pool_printf(pool, "%s (%d)",
					  curl_easy_strerror(rc), (int)rc);
	return false;
}

bool
fetch_send(struct pool *pool, struct fetch *f)
{
	struct curl_slist *head;
	CURLU *u = curl_url();
	bool good = false;
	CURL *curl;

	if (u == NULL)
		log_bug("out of memory");
	f->body.pool = pool;
	buf_puts(&f->body, "");
	if ((f->why = url_fault(u, f)) == NULL) {
		head = headers(pool, f);
		curl = prepare(f, u, head);
		good = verdict(pool, f, curl, curl_easy_perform(curl));
		curl_easy_reset(curl);
		curl_slist_free_all(head);
	}
	curl_url_cleanup(u);
	return good;
}
