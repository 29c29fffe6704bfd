/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net.h: libcurl as the courier's ways out share it; for those alone. */
#ifndef CLICKNET_NET_H
#define CLICKNET_NET_H

#include <curl/curl.h>
#include <stdbool.h>
#include "daemons/courier/courier.h"
#include "lib/log.h"

/* The thread's one handle, cleared, with the manners every call has: timeouts,
 * no proxy, no signals, the authorities of SSL_CERT_FILE. It is kept, so that
 * a connection can be used again. */
CURL *net_fresh(long timeout_s);

/* Where a connection may lead, whatever a name says. */
struct sockaddr;
bool net_allowed(const struct sockaddr *, enum net_to);

/* Is a host this machine itself? By name or number, not by asking anybody. */
bool net_loopback(const char *host);

/* An option libcurl does not take would be left out silently. */
#define NET_SET(curl, option, value)                                         \
	do {                                                                 \
		if (curl_easy_setopt((curl), (option), (value)) != CURLE_OK) \
			log_bug("libcurl does not take " #option);           \
	} while (0)

#endif
