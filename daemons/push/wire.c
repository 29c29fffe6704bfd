/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* wire.c: the only user of libwebsockets: bytes come and go here. */
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemons/push/push.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/settings.h"

enum {
	TICK_US = 200000,
	ACCEPTS = 64,     /* in a row, before others have their turn */
	HEADERS = 32 * 1024, HEADER_POOL = 32, /* while they are read */
	ASK_S = 5,        /* for a request to come whole */
	HEAR = 256,       /* at once; a ping has at most 125 */
	END_MS = 1500
};

static struct {
	struct lws_context *context;
	struct lws_vhost *house;
	struct lws *door;
	struct db *db;
	struct pool *pool; /* of one callback */
	lws_sorted_usec_list_t tick;
	bool shut, gone;
} wire;

/* A ping after half a minute of silence; who does not answer is gone. */
static const lws_retry_bo_t patience = {.secs_since_valid_ping = 30,
					.secs_since_valid_hangup = 45};

/* What the library says of a connection; its guest, once it has one. */
struct turn {
	struct lws *wsi;
	struct guest *guest;
	const char *word;
};

/* ---- requests */

static const char *
header(struct lws *wsi, enum lws_token_indexes which)
{
	int n = lws_hdr_total_length(wsi, which);
	char *text;

	if (n <= 0)
		return "";
	text = pool_alloc(wire.pool, (size_t)n + 1);
	return lws_hdr_copy(wsi, text, n + 1, which) < 0 ? "" : text;
}

/* http or https, as the web server says. */
static const char *
scheme(struct lws *wsi)
{
	static const char name[] = "x-forwarded-proto:";
	char *text = pool_alloc(wire.pool, 8);

	if (lws_hdr_custom_copy(wsi, text, 8, name, sizeof name - 1) < 0)
		return "";
	return text;
}

static const char *
after(struct lws *wsi)
{
	char *text = pool_alloc(wire.pool, 64);
	const char *value = lws_get_urlarg_by_name(wsi, "after=", text, 64);

	return value != NULL ? value : "";
}

static struct visitor
visitor_of(struct lws *wsi, bool upgrades)
{
	char *path = NULL;
	int len = 0, method = lws_http_get_uri_and_method(wsi, &path, &len);
	struct visitor v = {
		.method = method == LWSHUMETH_GET    ? "GET"
			  : method == LWSHUMETH_HEAD ? "HEAD"
						     : "other",
		.path = path == NULL ? "" : pool_strndup(wire.pool, path,
							  (size_t)len),
		.host = header(wsi, WSI_TOKEN_HOST),
		.origin = header(wsi, WSI_TOKEN_ORIGIN),
		.protocol = header(wsi, WSI_TOKEN_PROTOCOL),
		.cookie = header(wsi, WSI_TOKEN_HTTP_COOKIE),
		.authorization = header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION),
		.scheme = scheme(wsi), .after = after(wsi),
		.upgrades = upgrades};
	uint8_t id[SECRET_ID];

	secret_id(id);
	secret_id_text(v.id, id);
	return v;
}

static void
write_all(struct lws *wsi, const char *text, size_t len,
	  enum lws_write_protocol how)
{
	unsigned char *room = pool_alloc(wire.pool, LWS_PRE + len);

	memcpy(room + LWS_PRE, text, len);
	lws_write(wsi, room + LWS_PRE, len, how);
}

/* What no WebSocket is asked for. */
static int
on_request(struct turn *t)
{
	struct visitor v = visitor_of(t->wsi, false);
	size_t len;
	const char *text = answer_request(wire.db, wire.pool, &v, &len);

	write_all(t->wsi, text, len, LWS_WRITE_HTTP_HEADERS);
	return lws_http_transaction_completed(t->wsi) ? -1 : 0;
}

/* Before a WebSocket opens. 1: it was answered and does not. */
static int
on_upgrade(struct turn *t)
{
	struct visitor v = visitor_of(t->wsi,
				      strcasecmp(t->word, "websocket") == 0);
	const char *detail = NULL, *text;
	enum err e = ERR_BUSY;
	size_t len;

	if (t->guest != NULL)
		return -1;
	if ((t->guest = calloc(1, sizeof *t->guest)) == NULL)
		log_bug("out of memory");
	if (!wire.shut)
		e = door_admit(wire.db, wire.pool, &v, t->guest, &detail);
	if (e == OK) {
		lws_set_opaque_user_data(t->wsi, t->guest);
		return 0;
	}
	free(t->guest);
	text = answer_refusal(wire.pool, &v, e, detail, &len);
	write_all(t->wsi, text, len, LWS_WRITE_HTTP_HEADERS);
	return 1;
}

/* ---- sockets */

static int
on_open(struct turn *t)
{
	if (t->guest == NULL)
		return -1;
	t->guest->wire = t->wsi;
	hall_enter(t->guest);
	return 0;
}

static int
show_out(struct turn *t, enum push_close code)
{
	hall_leave(t->guest);
	t->guest->wire = NULL;
	lws_close_reason(t->wsi, (enum lws_close_status)code, NULL, 0);
	return -1;
}

/* Nobody listens here: pings are answered by the library. */
static int
on_word(struct turn *t)
{
	return show_out(t, PUSH_SAID);
}

static int
on_writable(struct turn *t)
{
	const char *text;

	if (t->guest == NULL || t->guest->wire == NULL)
		return 0;
	text = hall_next(wire.pool, t->guest);
	if (text != NULL)
		write_all(t->wsi, text, strlen(text), LWS_WRITE_TEXT);
	if (text != NULL || t->guest->close == 0)
		return 0;
	return show_out(t, t->guest->close);
}

static int
on_closed(struct turn *t)
{
	if (t->guest != NULL)
		hall_leave(t->guest);
	return 0;
}

static int
on_gone(struct turn *t)
{
	on_closed(t);
	lws_set_opaque_user_data(t->wsi, NULL);
	free(t->guest);
	return 0;
}

void
wire_ask(struct guest *g)
{
	if (g->wire != NULL)
		lws_callback_on_writable(g->wire);
}

void
wire_drop(struct guest *g)
{
	if (g->wire == NULL)
		return;
	log_event("info", "slow", NULL);
	lws_set_timeout(g->wire, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
	hall_leave(g);
	g->wire = NULL;
}

/* ---- the door: connections of the web server */

static int
on_knock(struct turn *t)
{
	int i, fd;

	(void)t;
	for (i = 0; i < ACCEPTS && !wire.shut && !wire.gone; i++) {
		if ((fd = porch_take(&wire.gone)) < 0)
			break;
		lws_adopt_socket_vhost(wire.house, fd);
	}
	return wire.shut || wire.gone ? -1 : 0;
}

static int
on_door_closed(struct turn *t)
{
	(void)t;
	wire.gone = true;
	return 0;
}

/* What the library says, and who hears it. */
static const struct {
	enum lws_callback_reasons reason;
	int (*hear)(struct turn *);
} said[] = {
	{LWS_CALLBACK_SERVER_WRITEABLE, on_writable},
	{LWS_CALLBACK_RAW_RX_FILE, on_knock},
	{LWS_CALLBACK_RAW_CLOSE_FILE, on_door_closed},
	{LWS_CALLBACK_HTTP, on_request},
	{LWS_CALLBACK_HTTP_CONFIRM_UPGRADE, on_upgrade},
	{LWS_CALLBACK_ESTABLISHED, on_open},
	{LWS_CALLBACK_RECEIVE, on_word},
	{LWS_CALLBACK_CLOSED, on_closed},
	{LWS_CALLBACK_WSI_DESTROY, on_gone},
};

static int
on_any(struct lws *wsi, enum lws_callback_reasons reason, void *user,
       void *in, size_t len)
{
	struct turn t = {wsi, lws_get_opaque_user_data(wsi), in};
	size_t i;
	int answer;

	(void)user;
	(void)len;
	for (i = 0; i < sizeof said / sizeof *said; i++) {
		if (said[i].reason != reason)
			continue;
		answer = said[i].hear(&t);
		pool_reset(wire.pool);
		return answer;
	}
	return 0;
}

/* The first is for what is no WebSocket. */
static const struct lws_protocols protocols[] = {
	{"http", on_any, 0, HEAR, 0, NULL, 0},
	{PUSH_PROTOCOL, on_any, 0, HEAR, 0, NULL, 0},
	{NULL, NULL, 0, 0, 0, NULL, 0}};

/* ---- the whole */

static void
on_tick(lws_sorted_usec_list_t *sul)
{
	hall_tick(wire.pool);
	pool_reset(wire.pool);
	lws_sul_schedule(wire.context, 0, sul, on_tick, TICK_US);
}

static void
complain(int level, const char *line)
{
	(void)level;
	log_event("warn", "lws", "line", line, NULL);
}

static bool
begin(struct db *db)
{
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.protocols = protocols,
		.gid = (gid_t)-1, .uid = (uid_t)-1,
		.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			   LWS_SERVER_OPTION_DISABLE_IPV6,
		.max_http_header_data2 = HEADERS,
		.max_http_header_pool2 = HEADER_POOL,
		.timeout_secs = ASK_S, .keepalive_timeout = 1,
		.retry_and_idle_policy = &patience};
	lws_sock_file_fd_type door = {.filefd = STDIN_FILENO};

	lws_set_log_level(LLL_ERR, complain);
	wire.db = db;
	wire.pool = pool_new();
	porch_open((int)settings()->PUSH_SOCKETS);
	if ((wire.context = lws_create_context(&info)) == NULL ||
	    (wire.house = lws_create_vhost(wire.context, &info)) == NULL)
		return false;
	wire.door = lws_adopt_descriptor_vhost(wire.house,
					       LWS_ADOPT_RAW_FILE_DESC, door,
					       protocols[0].name, NULL);
	lws_sul_schedule(wire.context, 0, &wire.tick, on_tick, TICK_US);
	return wire.door != NULL;
}

/* Everybody hears why, if they do so in time. */
static void
end(void)
{
	int64_t until = clock_mono() + END_MS * INT64_C(1000000);

	wire.shut = true;
	hall_end();
	while (hall_count() > 0 && clock_mono() < until &&
	       lws_service(wire.context, 0) >= 0)
		continue;
}

int
wire_serve(struct db *db, bool (*goes_on)(void))
{
	if (!begin(db))
		return EX_OSERR;
	hall_open(db);
	log_event("info", "start", "version", CLICKNET_VERSION, NULL);
	while (goes_on() && !wire.gone && lws_service(wire.context, 0) >= 0)
		continue;
	end();
	lws_context_destroy(wire.context);
	pool_free(wire.pool);
	log_event("info", "end", NULL);
	return EX_OK;
}
