/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fetch.c: tests of where the courier lets itself be led, without going
 * there. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "daemons/courier/net.h"
#include "t/tap.h"

static struct sockaddr_storage
address(const char *text)
{
	struct sockaddr_storage s = {.ss_family = AF_UNIX};
	struct sockaddr_in *four = (void *)&s;
	struct sockaddr_in6 *six = (void *)&s;

	if (inet_pton(AF_INET, text, &four->sin_addr) == 1)
		s.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1)
		s.ss_family = AF_INET6;
	return s;
}

static bool
allowed(const char *text, enum net_to to)
{
	struct sockaddr_storage s = address(text);

	return net_allowed((const struct sockaddr *)&s, to);
}

static void
test_addresses(void)
{
	static const struct {
		const char *text;
		bool public, loopback;
	} rows[] = {
		{"18.203.201.92", true, false}, {"1.1.1.1", true, false},
		{"9.255.255.255", true, false}, {"11.0.0.0", true, false},
		{"172.15.255.255", true, false}, {"172.32.0.0", true, false},
		{"100.63.255.255", true, false}, {"192.167.1.1", true, false},
		{"223.255.255.255", true, false},
		{"127.0.0.1", false, true}, {"127.255.255.255", false, true},
		{"0.0.0.0", false, false}, {"0.1.2.3", false, false},
		{"10.0.0.1", false, false}, {"10.255.255.255", false, false},
		{"100.64.0.1", false, false}, {"100.127.0.1", false, false},
		{"169.254.169.254", false, false},
		{"172.16.0.1", false, false}, {"172.31.255.255", false, false},
		{"192.0.0.8", false, false}, {"192.0.2.1", false, false},
		{"192.88.99.1", false, false}, {"192.168.0.1", false, false},
		{"198.18.0.1", false, false}, {"198.19.255.255", false, false},
		{"198.51.100.1", false, false}, {"203.0.113.9", false, false},
		{"224.0.0.1", false, false}, {"240.0.0.1", false, false},
		{"255.255.255.255", false, false},
		{"2a05:d018::1", true, false}, {"2600:1f00::1", true, false},
		{"2001:4860::8888", true, false},
		{"::1", false, true}, {"::", false, false},
		{"::ffff:127.0.0.1", false, false},
		{"::ffff:1.1.1.1", false, false},
		{"::127.0.0.1", false, false},
		{"64:ff9b::7f00:1", false, false}, {"100::1", false, false},
		{"2001::1", false, false}, {"2001:1ff::1", false, false},
		{"2001:db8::1", false, false}, {"2002:7f00:1::", false, false},
		{"3fff::1", false, false}, {"fc00::1", false, false},
		{"fd12::1", false, false}, {"fe80::1", false, false},
		{"ff02::1", false, false}, {"no address", false, false}};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		is_int(allowed(rows[i].text, NET_PUBLIC), rows[i].public,
		       "%s is %sfor everybody", rows[i].text,
		       rows[i].public ? "" : "not ");
		is_int(allowed(rows[i].text, NET_LOOPBACK), rows[i].loopback,
		       "%s is %sthis machine", rows[i].text,
		       rows[i].loopback ? "" : "not ");
		ok(allowed(rows[i].text, NET_ANY), "%s is somewhere",
		   rows[i].text);
	}
}

static void
test_hosts(void)
{
	static const char list[] = "*.didit.me, media.example *. *x";
	static const struct {
		const char *host;
		bool good;
	} rows[] = {
		{"media.example", true}, {"MEDIA.example", true},
		{"a.didit.me", true}, {"a.b.DIDIT.me", true},
		{"didit.me", false}, {".didit.me", false},
		{"evildidit.me", false}, {"didit.me.evil.example", false},
		{"a.media.example", false}, {"media.exampl", false},
		{"media.example.", false}, {"", false}, {"example", false},
		{"x", false}, {"ax", false}, {"127.0.0.1", false}};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		is_int(fetch_host(list, rows[i].host), rows[i].good,
		       "\"%s\" is %sallowed", rows[i].host,
		       rows[i].good ? "" : "not ");
	ok(!fetch_host("", "media.example"), "an empty list allows nobody");
}

/* What is refused is refused before anything is asked: the control at the end
 * gets as far as a closed port. */
static void
test_refused(struct pool *pool)
{
	static const struct {
		const char *url;
		enum net_to to;
		const char *part;
	} rows[] = {
		{"http://media.didit.me/x", NET_PUBLIC, "without TLS"},
		{"http://127.0.0.1:9/x", NET_PUBLIC, "without TLS"},
		{"http://media.didit.me/x", NET_LOOPBACK, "without TLS"},
		{"ftp://media.didit.me/x", NET_PUBLIC, "without TLS"},
		{"file:///etc/passwd", NET_PUBLIC, "no address"},
		{"gopher://127.0.0.1/", NET_LOOPBACK, "without TLS"},
		{"media.didit.me", NET_PUBLIC, "no address"},
		{"", NET_PUBLIC, "no address"},
		{"https://u@media.didit.me/", NET_PUBLIC, "a name in it"},
		{"https://media.didit.me@127.0.0.1/", NET_PUBLIC, "a name"},
		{"https://media.didit.me:22/", NET_PUBLIC, "the port"},
		{"https://evil.example/", NET_PUBLIC, "the host"},
		{"https://evil.example/?media.didit.me", NET_PUBLIC,
		 "the host"},
		{"https://evil.example/.didit.me", NET_PUBLIC, "the host"},
		{"https://evil.example#.didit.me", NET_PUBLIC, "the host"},
		{"https://127.0.0.1/", NET_PUBLIC, "address that is not"},
		{"https://[::1]/", NET_PUBLIC, "address that is not"},
		{"https://2130706433/", NET_PUBLIC, "address that is not"},
		{"https://0x7f.1/", NET_PUBLIC, "address that is not"},
		{"https://127%2e0.0.1/", NET_PUBLIC, "address that is not"},
		{"https://localhost/", NET_PUBLIC, "address that is not"},
		{"https://10.1.1.1/", NET_PUBLIC, "address that is not"},
		{"https://169.254.169.254/", NET_PUBLIC, "address that is"},
		{"https://192.168.1.1:443/", NET_LOOPBACK, "address that is"}};
	struct fetch f;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		f = (struct fetch){
			.url = rows[i].url, .to = rows[i].to,
			.hosts = "*.didit.me 127.0.0.1 localhost [::1] "
				 "10.1.1.1 169.254.169.254 192.168.1.1",
			.timeout_s = 2, .most = 100};
		ok(!fetch_send(pool, &f) && f.refused && !f.mend,
		   "%s is refused", rows[i].url);
		if (!ok(strstr(f.why, rows[i].part) != NULL, "and why: %s",
			rows[i].part))
			printf("# %s\n", f.why);
	}
	f = (struct fetch){.url = "http://127.0.0.1:9/x", .to = NET_LOOPBACK,
			   .hosts = "127.0.0.1", .timeout_s = 2, .most = 100};
	ok(!fetch_send(pool, &f) && !f.refused && strstr(f.why, "(7)") != NULL,
	   "what is allowed is asked");
}

int
main(void)
{
	struct pool *pool = pool_new();

	unsetenv("SSL_CERT_FILE");
	net_start();
	test_addresses();
	test_hosts();
	test_refused(pool);
	net_stop();
	pool_free(pool);
	return tap_done();
}
