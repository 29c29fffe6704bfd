/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* wire.c: connects to this machine and reads answers. */
#include "bench/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_S = 30 };

int
wire_connect(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port)};
	struct timeval patience = {.tv_sec = PATIENCE_S};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The value of a header, or NULL. The head ends in a NUL. */
static const char *
header(const char *head, const char *name)
{
	size_t len = strlen(name);
	const char *line = head;

	while ((line = strchr(line, '\n')) != NULL) {
		line++;
		if (strncasecmp(line, name, len) == 0 && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, " ");
	}
	return NULL;
}

/* Moves the chunks together. Same results as wire_answer. */
static int
chunks(char *bytes, size_t len, struct answer *a, size_t at)
{
	size_t into = at, n;
	char *end;

	for (;;) {
		end = memchr(bytes + at, '\n', len - at);
		if (end == NULL)
			return 0;
		n = strtoul(bytes + at, NULL, 16);
		at = (size_t)(end - bytes) + 1;
		if (n > len || at + n + 2 > len)
			return 0;
		memmove(bytes + into, bytes + at, n);
		into += n;
		at += n + 2;
		if (n == 0)
			break;
	}
	a->body_len = into - (size_t)(a->body - bytes);
	a->whole = at;
	return 1;
}

/* Chunks are moved only once all are there. */
static bool
chunks_whole(const char *bytes, size_t len, size_t at)
{
	const char *end;
	size_t n;

	do {
		end = memchr(bytes + at, '\n', len - at);
		if (end == NULL)
			return false;
		n = strtoul(bytes + at, NULL, 16);
		at = (size_t)(end - bytes) + 1 + n + 2;
		if (n > len || at > len)
			return false;
	} while (n > 0);
	return true;
}

int
wire_answer(char *bytes, size_t len, struct answer *a)
{
	char *end = memmem(bytes, len, "\r\n\r\n", 4);
	const char *value;
	size_t at;
	bool chunked;

	if (end == NULL)
		return 0;
	if (strncmp(bytes, "HTTP/1.", 7) != 0)
		return -1;
	at = (size_t)(end - bytes) + 4;
	*end = '\0';
	a->status = (int)strtol(bytes + 9, NULL, 10);
	value = header(bytes, "Connection");
	a->closes = value != NULL && strncasecmp(value, "close", 5) == 0;
	value = header(bytes, "Transfer-Encoding");
	chunked = value != NULL && strncasecmp(value, "chunked", 7) == 0;
	value = header(bytes, "Content-Length");
	a->body = bytes + at;
	a->body_len = value != NULL ? strtoul(value, NULL, 10) : 0;
	*end = '\r';
	if (chunked)
		return chunks_whole(bytes, len, at) ? chunks(bytes, len, a, at)
						    : 0;
	a->whole = at + a->body_len;
	if (value == NULL && a->status != 204 && a->status != 304)
		return -1;
	return len >= a->whole;
}

bool
wire_member(const struct answer *a, const char *name, char *out, size_t room)
{
	char pattern[64];
	const char *at, *end, *limit = a->body + a->body_len;
	int n = snprintf(pattern, sizeof pattern, "\"%s\"", name);

	at = memmem(a->body, a->body_len, pattern, (size_t)n);
	if (at == NULL)
		return false;
	for (at += n; at < limit && (*at == ' ' || *at == ':');)
		at++;
	if (at >= limit || *at++ != '"')
		return false;
	end = memchr(at, '"', (size_t)(limit - at));
	if (end == NULL || (size_t)(end - at) >= room)
		return false;
	memcpy(out, at, (size_t)(end - at));
	out[end - at] = '\0';
	return true;
}

bool
wire_send(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	for (; len > 0; bytes += n, len -= (size_t)n) {
		n = send(fd, bytes, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return false;
	}
	return true;
}

bool
wire_wait(int fd, char *room, size_t size, struct answer *a)
{
	size_t have = 0;
	ssize_t n;
	int whole;

	while (have < size) {
		n = recv(fd, room + have, size - have, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		have += (size_t)n;
		if ((whole = wire_answer(room, have, a)) != 0)
			return whole > 0;
	}
	return false;
}

bool
wire_ask(int fd, const char *request, char *room, size_t size,
	 struct answer *a)
{
	return wire_send(fd, request, strlen(request)) &&
	       wire_wait(fd, room, size, a);
}
