/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net.c: starts and stops libcurl, and teaches it manners. */
#include "daemons/courier/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "daemons/courier/courier.h"

enum { CONNECT_SECONDS = 5, IDLE_SECONDS = 10 };

static _Thread_local CURL *curl;

void
net_open(void)
{
	if ((curl = curl_easy_init()) == NULL)
		log_bug("libcurl does not start");
}

void
net_close(void)
{
	curl_easy_cleanup(curl);
	curl = NULL;
}

void
net_start(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		log_bug("libcurl does not start");
	net_open();
}

void
net_stop(void)
{
	net_close();
	curl_global_cleanup();
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

/* The ranges of IANA's registries of special-purpose addresses that are not
 * for everybody to reach. */
static bool
is_public_v4(uint32_t a)
{
	static const struct {
		uint32_t net;
		int bits;
	} rows[] = {{0x00000000, 8},  {0x0a000000, 8},	{0x64400000, 10},
		    {0x7f000000, 8},  {0xa9fe0000, 16}, {0xac100000, 12},
		    {0xc0000000, 24}, {0xc0000200, 24}, {0xc0586300, 24},
		    {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24},
		    {0xcb007100, 24}, {0xe0000000, 3}};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if ((a ^ rows[i].net) >> (32 - rows[i].bits) == 0)
			return false;
	return true;
}

/* 2000::/3 without what stands for another address (Teredo, 6to4) or for none
 * (documentation): who hides one in the other gets nothing. */
static bool
is_public_v6(const uint8_t a[16])
{
	return a[0] >> 5 == 1 &&
	       !(a[0] == 0x20 && a[1] == 0x01 && a[2] < 2) &&
	       !(a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d &&
		 a[3] == 0xb8) &&
	       !(a[0] == 0x20 && a[1] == 0x02) &&
	       !(a[0] == 0x3f && a[1] == 0xff);
}

bool
net_allowed(const struct sockaddr *address, enum net_to to)
{
	static const uint8_t loopback[16] = {[15] = 1};
	const struct sockaddr_in6 *six = (const void *)address;
	const struct sockaddr_in *four = (const void *)address;
	uint32_t a;

	if (to == NET_ANY)
		return true;
	if (address->sa_family == AF_INET6)
		return to == NET_PUBLIC ? is_public_v6(six->sin6_addr.s6_addr)
			: memcmp(six->sin6_addr.s6_addr, loopback,
				 sizeof loopback) == 0;
	if (address->sa_family != AF_INET)
		return false;
	a = ntohl(four->sin_addr.s_addr);
	return to == NET_PUBLIC ? is_public_v4(a) : a >> 24 == 127;
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
