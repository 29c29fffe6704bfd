/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net.c: starts and stops libcurl, and teaches it manners. */
#include "daemons/courier/net.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "daemons/courier/courier.h"

enum { CONNECT_SECONDS = 5, IDLE_SECONDS = 10 };

static CURL *curl;

void
net_start(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (curl = curl_easy_init()) == NULL)
		log_bug("libcurl does not start");
}

void
net_stop(void)
{
	curl_easy_cleanup(curl);
	curl_global_cleanup();
	curl = NULL;
}

CURL *
net_fresh(long timeout_s)
{
	const char *authorities = getenv("SSL_CERT_FILE");

	curl_easy_reset(curl);
	NET_SET(curl, CURLOPT_PROXY, "");
	NET_SET(curl, CURLOPT_NOSIGNAL, 1L);
	NET_SET(curl, CURLOPT_CONNECTTIMEOUT,
		timeout_s < CONNECT_SECONDS ? timeout_s
					    : (long)CONNECT_SECONDS);
	NET_SET(curl, CURLOPT_TIMEOUT, timeout_s);
	NET_SET(curl, CURLOPT_MAXAGE_CONN, (long)IDLE_SECONDS);
	if (authorities != NULL && *authorities != '\0')
		NET_SET(curl, CURLOPT_CAINFO, authorities);
	return curl;
}

bool
net_loopback(const char *host)
{
	struct in_addr address;

	return strcasecmp(host, "localhost") == 0 ||
	       strcmp(host, "[::1]") == 0 ||
	       (inet_pton(AF_INET, host, &address) == 1 &&
		ntohl(address.s_addr) >> 24 == 127);
}
